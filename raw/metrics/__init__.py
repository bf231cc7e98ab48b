"""Scores of a prediction against the truth: pictures, objects, scene parameters and masks. Each is a pure function."""
