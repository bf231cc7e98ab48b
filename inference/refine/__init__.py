"""Render and compare: a predicted scene is changed, drawn small, and kept where it looks more like the photo."""
