"""A photo and renders beside each other."""

from __future__ import annotations

from PIL import Image

GAP = 8  # pixels between pictures


def side_by_side(photo: Image.Image, *renders: Image.Image) -> Image.Image:
    """The photo at the size of the renders, which are all of one size, and the renders right of it."""
    width, height = renders[0].size
    canvas = Image.new("RGB", (len(renders) * (width + GAP) + width, height), "white")
    canvas.paste(photo.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0), (0, 0))
    for i, render in enumerate(renders):
        canvas.paste(render, ((i + 1) * (width + GAP), 0))
    return canvas
