"""Training: pairs from a generated data set to a model."""
