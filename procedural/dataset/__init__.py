"""``raw dataset``: data sets that are there: look at them, check them, describe them, export them."""
