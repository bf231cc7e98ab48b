"""Which number codec generalises beyond the positions that it was trained on? ``python -m training.experiments.codecs``."""
