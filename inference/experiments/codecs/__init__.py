"""Which number codec generalises beyond the positions that it was trained on? ``python -m inference.experiments.codecs``."""
