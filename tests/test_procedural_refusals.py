"""``raw assets add`` on files that cannot be taken: exit code 2, one line that names the file or option, the library as it was."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from raw.cli import main
from raw.library import Library

TERMS = ["--category", "boulder", "--height", "1", "--name", "rock", "--words", "a rock"]
CUBE = "".join(f"v {x} {y} {z}\n" for x in (0, 1) for y in (0, 1) for z in (0, 1))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """An empty library without embeddings."""
    Library(tmp_path, (), np.zeros(1), "").save_table()
    return tmp_path


def refusal(library: Path, file: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """What is printed on refusing a file; fails if it is taken, or if anything in the library changes."""
    before = {path: path.read_bytes() for path in library.glob("library.json")}
    assert main(["assets", "add", str(file), "--library", str(library), *TERMS, *options]) == 2
    assert {path: path.read_bytes() for path in library.glob("library.json")} == before and not (library / "meshes").exists()
    shown = capsys.readouterr().err
    assert shown.startswith("raw: error: ") and shown.count("\n") == 1
    return shown


def glb(points: bytes, count: int, indices: tuple[int, ...]) -> bytes:
    """A GLB of one mesh; ``count`` is how many points it says it has."""
    order = struct.pack(f"<{len(indices)}H", *indices)
    views = [{"buffer": 0, "byteOffset": 0, "byteLength": len(points)}, {"buffer": 0, "byteOffset": len(points), "byteLength": len(order)}]
    accessors = [{"bufferView": 0, "componentType": 5126, "count": count, "type": "VEC3", "min": [0, 0, 0], "max": [1, 1, 1]}]
    accessors += [{"bufferView": 1, "componentType": 5123, "count": len(indices), "type": "SCALAR"}]
    tree = {"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}]}
    tree |= {"meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}], "bufferViews": views, "accessors": accessors}
    tree |= {"buffers": [{"byteLength": len(points) + len(order)}]}
    text, binary = json.dumps(tree).encode(), points + order
    text, binary = text + b" " * (-len(text) % 4), binary + b"\0" * (-len(binary) % 4)
    body = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body


def test_without_a_licence(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (library / "rock.obj").write_text(CUBE + "f 1 2 3\n")
    assert "licence is missing" in refusal(library, library / "rock.obj", capsys)


def test_a_file_that_is_not_there_and_one_that_is_too_large(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "none.obj: No such file" in refusal(library, library / "none.obj", capsys, "--licence", "CC0-1.0")
    with (library / "large.obj").open("wb") as file:
        file.truncate(3 * 2**30)  # takes no room on the disk
    assert "large.obj is refused: it has 3.0 GiB; allowed: up to 1 GiB" in refusal(
        library, library / "large.obj", capsys, "--licence", "CC0-1.0"
    )


CORNERS = np.eye(3, dtype=np.float32).tobytes()
FACES = "f 1 2 3\nf 1 3 4\nf 1 2 4\nf 2 3 4\n"
BROKEN = {  # file: its content, and what is said of it
    "cut.glb": (glb(CORNERS, 3, (0, 1, 2))[:-20], "is refused: Bad GLB: file size"),
    "index.glb": (glb(CORNERS, 3, (0, 1, 9999)), "is refused: "),
    "noise.obj": (bytes(range(256)) * 40, "is refused: the file holds no mesh"),
    "line.obj": (f"v 0 0 0\nv 1 0 0\nv 2 0 0\nv 3 0 0\n{FACES}".encode(), "is refused: 0 of the model's triangles have an area"),
    "flat.obj": (f"v 0 0 0\nv 1 0 0\nv 1 0 1\nv 0 0 1\n{FACES}".encode(), "is refused: the model is flat with y up"),
    "rock.fbx": (b"FBX", "is refused: it is no .glb, .gltf, .obj, .blend file"),
}


@pytest.mark.render
@pytest.mark.parametrize("name", BROKEN)
def test_broken_files(library: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    content, message = BROKEN[name]
    (library / name).write_bytes(content)
    shown = refusal(library, library / name, capsys, "--licence", "CC0-1.0")
    assert f"{name} {message}" in shown and "site-packages" not in shown


@pytest.mark.render
def test_a_model_of_too_many_triangles(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corners = "".join(f"v {i} {i % 2} 0\n" for i in range(203))
    (library / "fine.obj").write_text(corners + "".join(f"f {i} {i + 1} {i + 2}\n" for i in range(1, 202)))
    terms = ("--licence", "CC0-1.0", "--triangles", "100", "--max-triangles", "200")
    assert "fine.obj is refused: the model has more than 200 triangles" in refusal(library, library / "fine.obj", capsys, *terms)
