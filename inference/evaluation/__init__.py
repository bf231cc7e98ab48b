"""``raw evaluate``: models and baselines on suites of pictures, every prediction drawn again, scored and shown."""
