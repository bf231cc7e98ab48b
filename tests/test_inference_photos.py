"""Every kind of image file is read as upright RGB, or refused by name."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference import photos
from inference.photos import PhotoError, find_photos, load_photo

RED, BLUE = (200, 30, 20), (20, 40, 210)


def two_tone(width: int = 64, height: int = 32) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def near(image: Image.Image, place: tuple[int, int], color: tuple[int, int, int], tolerance: int = 12) -> bool:
    return bool(np.abs(np.subtract(image.getpixel(place), color)).max() <= tolerance)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".bmp", ".gif", ".ppm", ".jp2", ".avif"])
def test_common_formats_keep_their_colours(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"photo{suffix}"
    two_tone().save(path)
    image = load_photo(path)
    assert (image.mode, image.size) == ("RGB", (64, 32))
    assert near(image, (8, 16), RED, 25) and near(image, (56, 16), BLUE, 25)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_exif_rotation_is_applied_once(tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show the file rotated 90 degrees clockwise
    path = tmp_path / f"turned{suffix}"
    two_tone().save(path, exif=exif)
    image = load_photo(path)
    assert image.size == (32, 64)
    assert near(image, (16, 8), RED, 25) and near(image, (16, 56), BLUE, 25)  # left goes to the top
    assert not image.getexif() and "exif" not in image.info


def test_transparency_becomes_grey(tmp_path: Path) -> None:
    path = tmp_path / "cut_out.png"
    image = two_tone().convert("RGBA")
    image.putalpha(Image.new("L", (64, 32), 0))
    image.paste((*RED, 255), (0, 0, 32, 32))
    image.save(path)
    assert load_photo(path).getpixel((8, 8)) == RED
    assert load_photo(path).getpixel((56, 8)) == photos.BACKGROUND


def test_palette_with_a_transparent_colour(tmp_path: Path) -> None:
    path = tmp_path / "palette.gif"
    two_tone().quantize(2).save(path, transparency=0)
    image = load_photo(path)
    assert {image.getpixel((8, 8)), image.getpixel((56, 8))} >= {photos.BACKGROUND}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "YCbCr"])
def test_other_modes(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("photo.tif" if mode in ("CMYK", "YCbCr") else "photo.png")
    image = Image.new("RGB", (32, 32), "black")
    image.paste("white", (16, 0, 32, 32))
    image.convert(mode).save(path)
    loaded = load_photo(path)
    assert loaded.mode == "RGB" and near(loaded, (4, 8), (0, 0, 0)) and near(loaded, (28, 8), (255, 255, 255))


def test_cmyk_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "print.jpg"
    two_tone().convert("CMYK").save(path, quality=95)
    assert near(load_photo(path), (8, 16), RED, 30)


@pytest.mark.parametrize(("top", "suffix"), [(65535, ".png"), (65535, ".tif"), (4095, ".tif")])
def test_deep_grey_is_scaled_to_its_full_range(tmp_path: Path, top: int, suffix: str) -> None:
    ramp = np.linspace(0, top, 64).round().astype(np.uint16)
    path = tmp_path / f"deep{suffix}"
    Image.fromarray(np.tile(ramp, (32, 1))).save(path)
    grey = np.asarray(load_photo(path))[5, :, 0].astype(int)
    np.testing.assert_allclose(grey, np.linspace(0, 255, 64), atol=1)


def test_float_with_nan(tmp_path: Path) -> None:
    values = np.full((32, 32), 0.5, dtype=np.float32)
    values[0, 0] = np.nan
    Image.fromarray(values).save(tmp_path / "depth.tif")
    image = load_photo(tmp_path / "depth.tif")
    assert image.getpixel((5, 5)) == (128, 128, 128) and image.getpixel((0, 0)) == (0, 0, 0)


def _png_file(header: bytes, data: bytes) -> bytes:
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(data)), (b"IEND", b""))
    packed = [struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def test_sixteen_bit_colour_png(tmp_path: Path) -> None:
    row = b"\0" + struct.pack(">3H", 51400, 7710, 5140) * 16
    (tmp_path / "deep.png").write_bytes(_png_file(struct.pack(">IIBBBBB", 16, 16, 16, 2, 0, 0, 0), row * 16))
    assert near(load_photo(tmp_path / "deep.png"), (3, 3), RED, 1)


def test_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in (RED, BLUE)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert load_photo(tmp_path / "moving.gif").getpixel((3, 3)) == RED


def test_large_photos_are_scaled_down(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    two_tone(8200, 5000).save(path, quality=50)  # 41 MP
    image = load_photo(path)
    assert image.size == (4096, round(5000 * 4096 / 8200))
    assert near(image, (100, 100), RED, 25)


def _bomb(width: int, height: int) -> bytes:
    """A few bytes that declare a huge picture."""
    return _png_file(struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), bytes(12))


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    two_tone(320, 200).save(buffer, "JPEG")
    return buffer.getvalue()


def _png(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "an empty file"),
        (b"a story about a zebra" * 50, "not an image.*allowed: JPEG"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
        (_jpeg()[:700], "broken image|not an image"),
        (_jpeg()[: len(_jpeg()) * 2 // 3], "truncated"),
        (_png(64, 64)[:60], "broken image"),
        (_png(15, 64), "15 x 64 pixels; allowed: at least 16"),
        (_png(16, 200), "allowed: sides up to 8 to 1"),
        (_bomb(20_000, 8_000), "160,000,000 pixels; allowed: up to 150,000,000"),
        (_bomb(60_000, 60_000), "too many pixels"),
    ],
    ids=["empty", "text", "heic", "header only", "truncated", "cut png", "tiny", "thin", "large", "bomb"],
)
def test_refusals_name_file_and_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    with pytest.raises(PhotoError, match=reason) as error:
        load_photo(path)
    assert "holiday.jpg" in str(error.value)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="no such file"):
        load_photo(tmp_path / "nothing.jpg")
    with pytest.raises(PhotoError, match="a folder"):
        load_photo(tmp_path)
    with pytest.raises(PhotoError, match="without photos"):
        find_photos([tmp_path])


def test_folders_are_expanded_and_names_are_distinct(tmp_path: Path) -> None:
    for name in ("b.jpg", "a.PNG", "B.png", "notes.txt", "._a.jpg", "...jpg"):
        (tmp_path / name).touch()
    (tmp_path / "sub.jpg").mkdir()
    found = find_photos([tmp_path, tmp_path / "b.jpg", tmp_path / "gone.jpg"])
    assert [photo.path.name for photo in found] == ["B.png", "a.PNG", "b.jpg", "gone.jpg"]
    assert [photo.name for photo in found] == ["B", "a", "b-2", "gone"]


def test_no_name_leaves_the_output_folder() -> None:
    assert [photo.name for photo in find_photos(["...jpg", ".. .jpg", "x/photo.png"])] == ["photo", "photo-2", "photo-3"]
