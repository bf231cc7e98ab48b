"""``raw assets``: asset libraries: build them, look at them, add to them."""
