"""Models that come from elsewhere: read in a process of their own, checked, and stood up in the asset frame."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

from raw.mesh import Mesh, grounded

UPS = FRONTS = ("", "x", "y", "z", "-x", "-y", "-z")
_TIMEOUT_S = 900
_LARGEST = 2**30  # bytes of a file; Blender takes several times as much memory
_LOWEST = {"bird": 0.10, "boulder": 0.08, "bush": 0.12, "carnivore": 0.12, "herbivore": 0.25, "tree": 0.30}  # height over longest side
_WIDEST = 1.6  # width over length of a walking animal; more, and it faces sideways


class ModelError(ValueError):
    """A model that is refused, with the reason."""


class Incoming(NamedTuple):
    """A model as its file has it."""

    mesh: Mesh  # in the file's own axes and units
    suffix: str  # of the file, '.glb'
    triangles_before: int  # in the file
    notes: tuple[str, ...]  # what could not be taken over


def read_model(file: Path, triangles: int, limit: int) -> Incoming:
    """Read GLB, glTF, OBJ or .blend by bpy in another process. ModelError tells why a file is refused."""
    if not file.is_file():
        raise FileNotFoundError(2, "No such file", str(file))
    if file.stat().st_size > _LARGEST:
        raise ModelError(f"{file} is refused: it has {file.stat().st_size / 2**30:.1f} GiB; allowed: up to {_LARGEST / 2**30:g} GiB")
    if find_spec("bpy") is None:
        raise ModuleNotFoundError("No module named 'bpy'", name="bpy")  # in the process that would read it
    root = Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory(prefix="raw-import-") as scratch:
        out = Path(scratch) / "model.npz"
        command = [sys.executable, "-m", "raw.render.import_model", str(file.absolute()), str(out)]
        command += ["--triangles", str(triangles), "--limit", str(limit)]
        try:
            run = subprocess.run(command, cwd=root, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise ModelError(f"{file} is refused: reading it took longer than {_TIMEOUT_S} s") from None
        if run.returncode or not out.is_file():
            raise ModelError(f"{file} is refused: {last_lines(run.stderr, 1) or f'the importer ended with code {run.returncode}'}")
        with np.load(out, allow_pickle=False) as arrays:
            facts = json.loads(str(arrays["facts"]))
            mesh = Mesh(arrays["vertices"], arrays["faces"], arrays["colors"])
    return Incoming(mesh, file.suffix.lower(), facts["triangles_before"], tuple(facts["notes"]))


def last_lines(text: str, count: int) -> str:
    """The last lines of a program's output that are not empty."""
    return "\n".join([line for line in text.splitlines() if line.strip()][-count:])


def axis(name: str) -> np.ndarray:
    """'-y' -> (0, -1, 0)."""
    vector = np.zeros(3)
    vector["xyz".index(name[-1])] = -1.0 if name.startswith("-") else 1.0
    return vector


def place(model: Incoming, category: str, height: float, up: str = "", front: str = "", *, check_shape: bool = True) -> Mesh:
    """The mesh in the asset frame: z up, front -y, base centre at the origin, ``height`` metres high.

    ``up`` and ``front`` name axes of the file; '' means those of its format. ModelError for a shape that cannot be right.
    """
    up = up or ("z" if model.suffix == ".blend" else "y")
    front = front or ("z" if up[-1] == "y" else "-y" if up[-1] == "z" else "z")
    upward, forward = axis(up), axis(front)
    if abs(upward @ forward) > 0:
        raise ModelError(f"up is {up} and front is {front}: they must be different axes")
    turn = np.stack([np.cross(upward, forward), -forward, upward])
    vertices = model.mesh.vertices.astype(np.float64) @ turn.T
    width, length, tall = np.ptp(vertices, axis=0)
    if tall <= 1e-6 * max(width, length):
        raise ModelError(f"the model is flat with {up} up: {width:.3g} x {length:.3g} x {tall:.3g}")
    if check_shape:
        check_stance(category, float(width), float(length), float(tall), up, front)
    return grounded(model.mesh._replace(vertices=(vertices * (height / tall)).astype(np.float32)))


def check_stance(category: str, width: float, length: float, tall: float, up: str, front: str) -> None:
    """Refuse what seems to lie on its side or to face sideways: a wrong axis is the commonest fault of models."""
    longest = max(width, length)
    if tall < _LOWEST[category] * longest:
        raise ModelError(
            f"the model is {longest / tall:.1f} times as long as it is high with {up} up, which is odd for a {category}: "
            "it seems to lie on its side. Give another --up, or --check-shape false if it is right"
        )
    if category in ("carnivore", "herbivore") and width > _WIDEST * length:
        raise ModelError(
            f"the model is {width / length:.1f} times as wide as it is long with its front at {front}: it seems to face sideways. "
            "Give another --front, or --check-shape false if it is right"
        )
