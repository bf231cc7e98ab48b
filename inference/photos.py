"""Photos: any common image file to an upright 8-bit RGB picture, or a ``PhotoError`` that names the file and the reason."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "PPM", "JPEG2000", "AVIF")  # MPO opens as JPEG
SUFFIXES = (".jpg", ".jpeg", ".jpe", ".mpo", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".ppm", ".pgm", ".jp2", ".avif")
MIN_SIDE = 16  # pixels
MAX_ASPECT = 8.0  # longer side over shorter; beyond it one axis has too few pixels at the model's resolution
MAX_PIXELS = 150_000_000  # a larger file is refused by its header, before it is decoded
LARGE_PIXELS = 40_000_000  # above it the picture is scaled down
LARGE_SIDE = 4096  # pixels, longest side after scaling down
ORIENTATION = 0x0112  # EXIF tag
BACKGROUND = (127, 127, 127)  # under transparency: the same grey that pads pictures to a square


class PhotoError(ValueError):
    """A file that cannot be used as a photo."""


class Photo(NamedTuple):
    """A file to reconstruct, and the name of its output folder."""

    path: Path
    name: str


def load_photo(path: str | Path) -> Image.Image:
    """Read an image file as upright RGB, 8 bits a channel; of an animation the first frame.

    EXIF rotation is applied, transparency is laid over grey, 16-bit and float files are scaled to 8 bits, pictures above
    ``LARGE_PIXELS`` are scaled down. Raises PhotoError for everything else.
    """
    path = Path(path)
    if path.is_dir():
        raise PhotoError(f"{path}: a folder, not a photo")
    if not path.exists():
        raise PhotoError(f"{path}: no such file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures and odd EXIF; limits are checked below
            with Image.open(path, formats=FORMATS) as image:
                _check_size(path, image.size)
                return _decode(image)
    except PhotoError:
        raise
    except Image.UnidentifiedImageError:
        raise PhotoError(f"{path}: {_what_it_is(path)}; allowed: {', '.join(FORMATS)}") from None
    except Image.DecompressionBombError:
        raise PhotoError(f"{path}: too many pixels; allowed: up to {MAX_PIXELS:,}") from None
    except Exception as problem:  # decoders of broken files raise almost any type; each is a refusal of this file
        raise PhotoError(f"{path}: broken image: {problem or type(problem).__name__}") from problem


def find_photos(paths: Iterable[str | Path]) -> list[Photo]:
    """Files as given, folders as the image files directly in them (sorted, by suffix), each with an output name of its own.

    A file given twice counts once. Raises PhotoError for a folder without photos; a missing file is left to ``load_photo``.
    """
    files: dict[Path, Path] = {}
    for path in map(Path, paths):
        found = _in_folder(path) if path.is_dir() else [path]
        files.update((file.resolve(), file) for file in found)
    return list(map(Photo, files.values(), _names(file.stem for file in files.values())))


def _in_folder(folder: Path) -> list[Path]:
    files = [f for f in sorted(folder.iterdir()) if f.suffix.lower() in SUFFIXES and f.is_file() and not f.name.startswith(".")]
    if not files:
        raise PhotoError(f"{folder}: a folder without photos; allowed: {', '.join(SUFFIXES)}")
    return files


def _names(stems: Iterable[str]) -> list[str]:
    """Distinct folder names, also where the file system ignores case; dots at the ends go, so that none is ``..``."""
    names: list[str] = []
    taken: set[str] = set()
    for stem in stems:
        base = stem.strip(". ") or "photo"
        name, count = base, 1
        while name.lower() in taken:
            count += 1
            name = f"{base}-{count}"
        taken.add(name.lower())
        names.append(name)
    return names


def _check_size(path: Path, size: tuple[int, int]) -> None:
    width, height = size
    if min(size) < MIN_SIDE:
        raise PhotoError(f"{path}: {width} x {height} pixels; allowed: at least {MIN_SIDE} x {MIN_SIDE}")
    if width * height > MAX_PIXELS:
        raise PhotoError(f"{path}: {width} x {height} is {width * height:,} pixels; allowed: up to {MAX_PIXELS:,}")
    if max(size) > MAX_ASPECT * min(size):
        raise PhotoError(f"{path}: {width} x {height} pixels; allowed: sides up to {MAX_ASPECT:g} to 1")


def _decode(image: Image.Image) -> Image.Image:
    large = image.width * image.height > LARGE_PIXELS
    if large:
        image.draft(None, (LARGE_SIDE, LARGE_SIDE))  # JPEG: decode at 1/2, 1/4 or 1/8; nothing for other formats
    image.load()
    rgb = _to_rgb(image)
    if large:
        rgb.thumbnail((LARGE_SIDE, LARGE_SIDE), reducing_gap=2.0)
    rgb.info = {}
    rgb.getexif()[ORIENTATION] = image.getexif().get(ORIENTATION, 1)  # read after load: TIFF turns itself there
    upright = ImageOps.exif_transpose(rgb)
    upright.info = {}
    return upright


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info:
        return image.copy()
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _from_deep(np.asarray(image, dtype=np.float64))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        canvas = Image.new("RGBA", layer.size, (*BACKGROUND, 255))
        return Image.alpha_composite(canvas, layer).convert("RGB")
    return image.convert("RGB")


def _from_deep(values: np.ndarray) -> Image.Image:
    """(H, W) grey of more than 8 bits -> RGB. White is the least usual full scale (1, 8, 12 or 16 bits) that holds the values."""
    finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0).clip(min=0.0)
    top = float(finite.max())
    white = next((scale for scale in (1.0, 255.0, 4095.0, 65535.0) if top <= scale), top)
    return Image.fromarray((finite * (255 / white)).round().astype(np.uint8)).convert("RGB")


def _what_it_is(path: Path) -> str:
    """Why a file was not recognised, in words, from its first bytes."""
    with path.open("rb") as file:
        start = file.read(16)
    if not start:
        return "an empty file"
    if start[4:8] == b"ftyp" and start[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
        return "a HEIC file, which is not read; save it as JPEG"
    return "not an image that can be read"
