"""Makes assets, libraries, scenes and datasets."""
