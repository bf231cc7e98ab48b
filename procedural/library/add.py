"""``raw assets add``: a model file of a user into an existing library."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from procedural.command_line import read_options
from procedural.embedding import embed_library
from procedural.library.incoming import FRONTS, UPS, Incoming, ModelError, place, read_model
from procedural.portrait import STUDIO, STUDIO_GROUND
from raw.library import AssetRecord, Library, LibraryError, mesh_path, save_ground, save_mesh
from raw.mesh import Mesh
from raw.scene import CATEGORIES

HEIGHTS = {  # metres, allowed
    "bird": (0.05, 3.5),
    "boulder": (0.05, 60.0),
    "bush": (0.05, 15.0),
    "carnivore": (0.03, 5.0),
    "herbivore": (0.03, 8.0),
    "tree": (0.3, 120.0),
}

EXAMPLES = """Materials, textures and vertex colours become one colour a vertex. What is refused, is refused with the reason; then
the library is as it was.

examples:
  raw assets add rhino.glb --library library --category herbivore --height 1.7 --name rhino --words "white rhino" --licence CC0-1.0
  raw assets add scan.obj --library library --category boulder --height 0.8 --name scan/0003 --words "limestone" --licence CC-BY-4.0 --up z
  raw assets add fox.blend --library library --category carnivore --height 0.45 --name fox --words "red fox" --licence mine --front -x"""


@dataclass(frozen=True)
class AddConfig:
    """A model of your own, as GLB, glTF, OBJ or .blend, into a library; new assets need no new training."""

    file: Path
    """The model."""
    library: Path
    """Folder of the library, built before."""
    category: str
    """One of bird, boulder, bush, carnivore, herbivore, tree."""
    height: float
    """Metres from the ground to the highest point, as it stands in nature; the model is scaled to it."""
    name: str
    """Family, such as rhino, and optionally a number, such as rhino/0007; without one the next free number is taken."""
    words: str
    """What it is, for people and for text search: 'white rhinoceros, Ceratotherium simum, savanna'."""
    licence: str = ""
    """Under which terms the model may be used, such as CC0-1.0 or CC-BY-4.0; must be given."""
    up: str = ""
    """Axis of the file that points up: x, y, z, -x, -y or -z; empty means y for GLB, glTF and OBJ, z for .blend."""
    front: str = ""
    """Axis of the file that its front faces; empty means z where y is up, else -y."""
    triangles: int = 15_000
    """A finer model is decimated to so many triangles."""
    max_triangles: int = 200_000
    """A model of more triangles is refused."""
    keep_materials: bool = False
    """Also keep the file as it is, with its textures, under sources/ in the library; pictures are drawn from vertex colours."""
    check_shape: bool = True
    """Refuse a model that seems to lie on its side or to face sideways; false lets it pass."""
    tower: str = "efficientnet_lite0"
    """Appearance tower that the library was made with."""

    def __post_init__(self) -> None:
        check_terms(self.category, self.height, self.licence, self.words)
        if not re.fullmatch(r"[a-z0-9_]+(/\d{4})?", self.name):
            raise ValueError(f"name is {self.name!r}; allowed: a family such as rhino, or rhino/0007 (small letters, digits, _)")
        for name, allowed in (("up", UPS), ("front", FRONTS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}; allowed: {', '.join(filter(None, allowed))}")
        if not 100 <= self.triangles <= self.max_triangles:
            raise ValueError(f"triangles is {self.triangles}; allowed: 100 to {self.max_triangles} (max_triangles)")


def check_terms(category: str, height: float, licence: str, words: str) -> None:
    """ValueError tells what of a new asset's record cannot be."""
    if category not in CATEGORIES:
        raise ValueError(f"category is {category!r}; allowed: {', '.join(CATEGORIES)}")
    low, high = HEIGHTS[category]
    if not low <= height <= high:
        raise ValueError(f"height is {height:g} m; allowed for a {category}: {low:g} to {high:g} m, as heights are metres")
    if not licence.strip():
        raise ValueError("licence is missing: say under which terms the model may be used, such as CC0-1.0 or CC-BY-4.0")
    if not words.strip():
        raise ValueError("words is empty: say what it is, such as 'white rhinoceros, savanna'")


def main(argv: list[str]) -> int:
    config, _ = read_options("assets add", AddConfig, argv, epilog=EXAMPLES, positional=("file",), resumable=False)
    library = Library.open(config.library)
    asset = free_id(library, config.name, config.category)
    model = read_model(config.file, config.triangles, config.max_triangles)
    try:
        mesh = place(model, config.category, config.height, config.up, config.front, check_shape=config.check_shape)
    except ModelError as problem:
        raise ModelError(f"{config.file} is refused: {problem}") from None
    record = AssetRecord(asset, asset.partition("/")[0], config.category, config.words, mesh.height, 0, config.licence)
    grown = add_assets(library, [(record, mesh)], config.tower)
    if config.keep_materials:
        keep_source(library.folder, asset, config.file)
    print("\n".join(told(record, mesh, model, grown)))
    return 0


def free_id(library: Library, name: str, category: str) -> str:
    """The id of a new asset. LibraryError where the name is taken, or the family is of another category."""
    family, _, number = name.partition("/")
    same = [record for record in library.records if record.family == family]
    others = {record.category for record in same} - {category}
    if others:
        raise LibraryError(f"the family {family} of {library.folder} is {', '.join(others)}, not {category}: choose another name")
    taken = {record.id for record in same}
    if number:
        if name in taken:
            raise LibraryError(f"{name} is in {library.folder} already: choose another number, or the family name alone")
        return name
    return next(asset for i in range(10_000) if (asset := f"{family}/{i:04d}") not in taken)


def add_assets(library: Library, assets: list[tuple[AssetRecord, Mesh]], tower_name: str, workers: int = 1) -> Library:
    """Portraits and embeddings of new assets alone, then their meshes, embeddings and records into the library.

    LibraryError if the library was embedded by another tower. A library without embeddings gets meshes and records.
    """
    vectors = _embeddings(library, assets, tower_name, workers) if library.fingerprint else None
    for record, mesh in assets:
        save_mesh(library.folder, record.id, mesh)
    return library.extended(tuple(record for record, _ in assets), vectors)


def _embeddings(library: Library, assets: list[tuple[AssetRecord, Mesh]], tower_name: str, workers: int) -> np.ndarray:
    """(N, Y, D), drawn in a library of their own beside the other, so that nothing is in the table before all is done."""
    from raw.vision.tower import load_tower

    tower = load_tower(tower_name)
    if tower.fingerprint != library.fingerprint:
        raise LibraryError(
            f"{library.folder} was embedded by tower {library.made_by}, and {tower_name} is {tower.fingerprint}: "
            "name the tower that it was made with by --tower"
        )
    with tempfile.TemporaryDirectory(prefix="raw-add-") as folder:
        studio = AssetRecord(STUDIO, "studio", "studio", "plain ground of the portraits", 0.0, 0)
        apart = Library(Path(folder), (studio, *(record for record, _ in assets)), library.yaws, library.fingerprint)
        save_ground(apart.folder, STUDIO, STUDIO_GROUND)
        for record, mesh in assets:
            save_mesh(apart.folder, record.id, mesh)
        apart.save_table()
        return embed_library(apart, tower, workers)[1:]


def keep_source(library: Path, asset: str, file: Path) -> None:
    """Copy the model file into ``sources/<family>/<number>.<ending>``."""
    target = mesh_path(library, asset).relative_to(library / "meshes").with_suffix(file.suffix.lower())
    (library / "sources" / target).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, library / "sources" / target)


def told(record: AssetRecord, mesh: Mesh, model: Incoming, library: Library) -> list[str]:
    """What the user reads afterwards."""
    for note in model.notes:
        print(f"raw: note: {note}", file=sys.stderr)
    width, length, height = mesh.vertices.max(axis=0) - mesh.vertices.min(axis=0)
    kept = f"{len(mesh.faces)} triangles" + (f" of {model.triangles_before}" if model.triangles_before != len(mesh.faces) else "")
    return [
        f"{library.folder}: {record.id} added, {record.category}, {kept}, {height:.2f} m high, {length:.2f} m long, {width:.2f} m wide",
        f"look at it: raw assets sheet --library {library.folder} --families {record.family} --per-species 4 --out {record.family}_sheet",
    ]
