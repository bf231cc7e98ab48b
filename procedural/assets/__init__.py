"""Procedural assets: animals, plants, rocks and grounds built from numbers."""
