"""``raw generate``: scenes to rows, rows to shards, on one machine or many."""
