"""``raw assets sheet``: every species photographed alone on a ground of its habitat, in contact sheets and a gallery."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from tqdm import tqdm

from procedural.command_line import at_least, claim_folder, read_options
from procedural.library.builders import builders
from procedural.library.gallery import Species, write_contact_sheets, write_gallery
from procedural.library.make import FAMILIES, GROUND_KINDS, build_mesh
from procedural.library.photograph import landscape, photograph
from raw.library import GROUND, AssetRecord, Library, mesh_path, save_ground
from raw.mesh import GroundMaterial
from raw.render import RenderError, RenderPool, RenderSettings
from raw.scene import ANIMALS, CATEGORIES, Scene

KINDS = {"animals": ANIMALS, "plants": ("bush", "tree"), "rocks": ("boulder",), "grounds": (GROUND,)}
DEFAULT_GROUNDS = {"tree": "green_grass", "bush": "dirt", "boulder": "gravel_rock"}  # of families that name no habitat
_GRASS = 0.15  # of an animal's height, the highest that anything on the ground may stand before it

EXAMPLES = """Writes OUT/SPECIES_K.png, OUT/contact/*.png with labels, and OUT/index.html.

examples:
  raw assets sheet --per-species 4 --out sheet
  raw assets sheet --families zebra lion oak --out few --size 512 --samples 64
  raw assets sheet --kinds plants rocks grounds --per-species 2 --out land
  raw assets sheet --library library --out mine        what a library holds, your own assets included
  raw assets sheet --per-species 4 --out sheet --resume"""


@dataclass(frozen=True)
class SheetConfig:
    """Pictures of every species: alone, on a ground of its habitat, from any side, in the light of a day."""

    out: Path
    """Folder to write; with --resume, pictures that are there already stay as they are."""
    per_species: int = 4
    """Pictures of every species, each of another individual."""
    families: tuple[str, ...] = ()
    """Only these species, plants, rocks and grounds; empty means all of --kinds."""
    kinds: tuple[str, ...] = ("animals",)
    """Of animals, plants, rocks, grounds."""
    library: Path | None = None
    """Take the assets of this library; without, they are built from code into a temporary folder."""
    seed: int = 0
    """Other seeds, other individuals, views and light."""
    workers: int = 2
    """Processes that build and draw."""
    size: int = 288
    """Pixels, side of a picture."""
    samples: int = 12
    """Of light, a pixel: more is smoother and slower."""

    def __post_init__(self) -> None:
        at_least(self, 1, "per_species", "workers", "samples")
        if unknown := [kind for kind in self.kinds if kind not in KINDS]:
            raise ValueError(f"kinds has {', '.join(unknown)}; allowed: {', '.join(KINDS)}")
        if not 32 <= self.size <= 4096:
            raise ValueError(f"size is {self.size}; allowed: 32 to 4096 pixels")


class Picture(NamedTuple):
    """One picture to take."""

    name: str  # 'zebra_0', also of the file
    record: AssetRecord  # height still 0 if it is built from code
    ground: str  # name of the kind of ground
    rng_seed: tuple[int, ...]  # of all that is random in it; does not depend on what else is on the sheet


def main(argv: list[str]) -> int:
    """Take the pictures; 0 when all came out, 1 when some failed, 2 when none did."""
    config, resume = read_options("assets sheet", SheetConfig, argv, epilog=EXAMPLES)
    pictures, species = plan_sheet(config)
    claim_folder(config.out, config, resume=resume, free=("out", "workers", "families", "kinds", "per_species"))
    failed = take(config, [p for p in pictures if not picture_path(config.out, p.name).is_file()])
    write_contact_sheets(config.out, species, config.per_species)
    write_gallery(config.out, species, config.per_species)
    for name, problem in failed.items():
        print(f"raw: {name} failed: {problem}", file=sys.stderr)
    print(f"{config.out / 'index.html'}: {len(pictures) - len(failed)} of {len(pictures)} pictures of {len(species)} species")
    return 0 if not failed else 1 if len(failed) < len(pictures) else 2


def plan_sheet(config: SheetConfig) -> tuple[list[Picture], list[Species]]:
    """All pictures of a sheet, and what the gallery tells of their species. ValueError names unknown families."""
    rows = _rows(config)
    unknown = [name for name in config.families if name not in rows]
    if unknown:
        raise ValueError(f"families has {', '.join(unknown)}; allowed: {', '.join(rows)}")
    wanted = {category for kind in config.kinds for category in KINDS[kind]}
    chosen = config.families or [name for name, records in rows.items() if records[0].category in wanted]
    pictures, species = [], []
    for name in chosen:
        records, family = rows[name], FAMILIES.get(name)
        ground = _ground_of(records[0])
        pictures += [
            Picture(f"{name}_{k}", records[k % len(records)], ground, (config.seed, k, *name.encode())) for k in range(config.per_species)
        ]
        order, size = (family.order, family.size) if family else ("", (0.0, 0.0))
        species.append(Species(name, records[0].category, records[0].words, order, ground, size))
    if not pictures:
        raise ValueError(f"{config.library} holds no {', '.join(config.kinds)}; allowed with --families: {', '.join(rows)}")
    return pictures, species


def _rows(config: SheetConfig) -> dict[str, list[AssetRecord]]:
    """Family -> the records that may stand for it: of a library, or of what the code makes, with heights that are still 0."""
    rows: dict[str, list[AssetRecord]] = {}
    if config.library:
        for record in Library.open(config.library).records:
            if record.category in (*CATEGORIES, GROUND):
                rows.setdefault(record.family, []).append(record)
        return rows
    for name in (*FAMILIES, *GROUND_KINDS):
        category, words = (FAMILIES[name].category, FAMILIES[name].words) if name in FAMILIES else (GROUND, GROUND_KINDS[name].words)
        rows[name] = [AssetRecord(f"{name}/{k:04d}", name, category, words, 0.0, config.seed + k) for k in range(config.per_species)]
    return rows


def _ground_of(record: AssetRecord) -> str:
    """The kind of ground that a family is pictured on."""
    family = FAMILIES.get(record.family)
    if record.category == GROUND:
        return record.family
    name = (family.habitat if family else "") or DEFAULT_GROUNDS.get(record.category, "dirt")
    if name not in GROUND_KINDS:
        raise ValueError(f"the habitat of {record.family} is {name!r}; allowed: {', '.join(GROUND_KINDS)}")
    return name


def picture_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.png"


def take(config: SheetConfig, pictures: list[Picture]) -> dict[str, str]:
    """Build what the pictures show, then draw them; returns the names of those that failed, and why."""
    failed: dict[str, str] = {}
    if not pictures:
        return failed
    settings = RenderSettings(config.size, config.size, samples=config.samples)
    with tempfile.TemporaryDirectory(prefix="raw-sheet-") as scratch:
        library = gather(Path(scratch), pictures, config)
        with RenderPool(library.folder, workers=config.workers) as pool:
            drawn = pool.map((scene, settings) for scene in scenes(library, pictures))
            for picture, rendering in zip(pictures, tqdm(drawn, total=len(pictures), desc="pictures", file=sys.stderr), strict=True):
                if isinstance(rendering, RenderError):
                    failed[picture.name] = str(rendering)
                    continue
                path = picture_path(config.out, picture.name)
                temporary = path.with_suffix(".partial")
                Image.fromarray(rendering.image).save(temporary, format="PNG")
                temporary.replace(path)
    return failed


def gather(folder: Path, pictures: list[Picture], config: SheetConfig) -> Library:
    """A library, meshes alone, of the assets of the pictures and a ground for each."""
    with builders(config.workers) as pool:
        jobs = pool.map(_prepare, [folder] * len(pictures), pictures, [config.library] * len(pictures))
        heights = list(tqdm(jobs, total=len(pictures), desc="meshes", unit="asset", file=sys.stderr))
    records = {p.record.id: AssetRecord(**(vars(p.record) | {"height": h})) for p, h in zip(pictures, heights, strict=True)}
    records |= {asset: AssetRecord(asset, p.ground, GROUND, "", 0.0, 0) for p in pictures if (asset := _ground_id(p)) not in records}
    library = Library(folder, tuple(records.values()), np.zeros(1), "")
    library.save_table()
    return library


def _prepare(folder: Path, picture: Picture, source: Path | None) -> float:
    """Put one asset and the ground under it into a library folder; returns the asset's height in metres."""
    if source:
        path = mesh_path(folder, picture.record.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(mesh_path(source, picture.record.id), path)
        height = picture.record.height
    else:
        height = build_mesh(folder, picture.record)
    if picture.record.category == GROUND:
        return 0.0
    ground_rng, _ = np.random.default_rng(picture.rng_seed).spawn(2)
    save_ground(folder, _ground_id(picture), mown(GROUND_KINDS[picture.ground].sample(ground_rng), _GRASS * height))
    return height


def mown(ground: GroundMaterial, limit: float) -> GroundMaterial:
    """The ground with all that stands on it no higher than ``limit`` metres, so that grass does not hide a small animal."""
    shares = [min(1.0, limit / piece.high) for piece in ground.scatter]
    scatter = tuple(p._replace(low=p.low * share, high=p.high * share) for p, share in zip(ground.scatter, shares, strict=True))
    return ground._replace(scatter=scatter)


def _ground_id(picture: Picture) -> str:
    return picture.record.id if picture.record.category == GROUND else f"{picture.ground}/{picture.name}"


def scenes(library: Library, pictures: list[Picture]) -> Iterator[Scene]:
    """The scene of every picture, in order."""
    for picture in pictures:
        _, view_rng = np.random.default_rng(picture.rng_seed).spawn(2)
        record = library.record(picture.record.id)
        if record.category == GROUND:
            yield landscape(record.id, view_rng)
            continue
        yield photograph(record, library.mesh(record.id).vertices, _ground_id(picture), view_rng)
