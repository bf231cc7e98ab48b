"""``raw dataset show``: contact sheets, a page of pictures with all their labels, and plots of what is in a data set."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

from procedural.command_line import at_least, claim_folder, read_options
from procedural.dataset.facts import Facts, collect, program_objects
from procedural.dataset.overlay import Bones, box_drawing, depth_drawing, enlarged, mask_drawing
from procedural.dataset.page import Detail, Shown, depth_caption, page
from procedural.dataset.plots import write_plots
from procedural.dataset.sample import Sample, sample_of
from procedural.dataset.stored import Place, StoredDataset, read_rows
from procedural.labels.pictures import pixels_of
from raw.library import Library
from raw.scene import ANIMALS

_SIDE, _CELL, _GAP, _FOOT = 8, 224, 6, 20  # of a contact sheet: pictures a side, pixels of each, between them, under each

EXAMPLES = """Writes OUT/index.html, OUT/contact/*.jpg, OUT/distributions.png, OUT/pictures and OUT/samples.

examples:
  raw dataset show data/default
  raw dataset show data/default --images 64 --details 8 --out look
  raw dataset show data/default --seed 1 --out look_again"""


@dataclass(frozen=True)
class ShowConfig:
    """See what a data set holds: pictures, labels over them, distributions."""

    folder: Path
    """The data set."""
    out: Path | None = None
    """Folder to write; without, FOLDER/show."""
    images: int = 200
    """Pictures on the contact sheets, from as many scenes as there are."""
    details: int = 24
    """Pictures shown with all their labels."""
    sample: int = 20000
    """Pictures that the distributions are counted over; a set with more is sampled by random row groups."""
    library: Path | None = None
    """Asset library with the bones of the animals; without, the one that the set names, if it is there."""
    seed: int = 0
    """Other seeds, other pictures."""

    def __post_init__(self) -> None:
        at_least(self, 1, "images", "sample")
        if not 0 <= self.details <= self.images:
            raise ValueError(f"details is {self.details}; allowed: 0 to {self.images}, as images are")


def main(argv: list[str]) -> int:
    """Write the folder; 0 when it is there."""
    config, resume = read_options("dataset show", ShowConfig, argv, epilog=EXAMPLES, positional=("folder",))
    path = show(config, resume=resume)
    print(path)
    return 0


def show(config: ShowConfig, *, resume: bool = False) -> Path:
    """Write contact sheets, page and plots; returns the page. ValueError for a set without pictures."""
    dataset = StoredDataset.open(config.folder)
    out = config.out or config.folder / "show"
    sample_rng, pick_rng = np.random.default_rng(config.seed).spawn(2)
    groups = dataset.sample_groups(sample_rng, config.sample)
    if not groups:
        raise ValueError(f"{config.folder} has no pictures to show")
    claim_folder(out, config, resume=resume, free=("out",))
    facts = collect(tqdm(groups, desc="counting", unit="row group", file=sys.stderr, leave=False))
    places = dataset.pick(groups, pick_rng, config.images)
    wall = _write_pictures(out, places)
    details, notes = _write_details(out, config.library or dataset.library, places[: config.details])
    whole = facts.rows >= dataset.images
    part, how = ("all", "") if whole else (f"{facts.rows:,} of", ", in random row groups")
    counted = f"counted over {part} {dataset.images:,} pictures{how}"
    write_plots(out / "distributions.png", facts, f"{_name(dataset)}: {counted}")
    if facts.missing:
        notes.append(f"Not told by this set: {', '.join(facts.missing)}.")
    notes.append(f"What is in it is {counted}.")
    text = page(_name(dataset), _told(dataset), _tiles(dataset, facts), wall, details, "distributions.png", notes)
    (out / "index.html").write_text(text, encoding="utf-8")
    return out / "index.html"


def _name(dataset: StoredDataset) -> str:
    return dataset.folder.resolve().name


def _told(dataset: StoredDataset) -> str:
    about = dataset.description
    parts = [f"seed {about.get('seed')}", f"{about.get('size')} pixels", f"{about.get('samples')} samples a pixel"]
    parts += [f"generator {about.get('generator_version')}", f"library {about.get('library_fingerprint')}"]
    return " · ".join(part for part in parts if "None" not in part)


def _tiles(dataset: StoredDataset, facts: Facts) -> dict[str, str]:
    splits = dataset.description["splits"]
    tiles = {"pictures": f"{dataset.images:,}"} | {name: f"{about['images']:,}" for name, about in splits.items()}
    tiles |= {name: f"{len(facts.names[name]):,}" for name in ("biomes", "species", "plants and rocks", "grounds") if name in facts.names}
    return tiles | {"objects a picture": f"{np.mean(facts.numbers['objects per picture']):.1f}"}


def _write_pictures(out: Path, places: Sequence[Place]) -> list[Shown]:
    """The picked pictures, one JPEG each, and on contact sheets of 64."""
    for name in ("pictures", "contact"):
        (out / name).mkdir(exist_ok=True)
    wall = []
    for start in range(0, len(places), _SIDE**2):
        rows = read_rows(list(places[start : start + _SIDE**2]), ["image", "program", "scene_id", "view", "biome"])
        images = [Image.fromarray(pixels_of(row["image"])).convert("RGB") for row in rows]
        for i, (row, image) in enumerate(zip(rows, images, strict=True), start):
            image.save(out / "pictures" / f"{i:04d}.jpg", quality=90)
            wall.append(_shown(f"pictures/{i:04d}.jpg", row))
        contact_sheet(images, [f"{row['scene_id']}  {row['view']}" for row in rows]).save(
            out / "contact" / f"{start // _SIDE**2:03d}.jpg", quality=88
        )
    return wall


def _shown(file: str, row: dict[str, Any]) -> Shown:
    species = list(dict.fromkeys(t["family"] for t in program_objects(row["program"]) if t["category"] in ANIMALS))
    title = f"{row['scene_id']} view {row['view']}, {row['biome']}: {', '.join(species).replace('_', ' ') or 'no animal'}"
    return Shown(file, title, row["biome"] or "", species)


def contact_sheet(images: Sequence[Image.Image], labels: Sequence[str]) -> Image.Image:
    """Up to 64 pictures, eight a row, a line of text under each; narrower and lower where there are fewer."""
    columns = min(_SIDE, len(images))
    step = _CELL + _GAP
    sheet = Image.new("RGB", (columns * step + _GAP, -(-len(images) // _SIDE) * (step + _FOOT) + _GAP), (24, 25, 27))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=12)
    for i, (image, label) in enumerate(zip(images, labels, strict=True)):
        left, top = _GAP + (i % _SIDE) * step, _GAP + (i // _SIDE) * (step + _FOOT)
        share = _CELL / max(image.size)
        small = image.resize((max(1, round(image.width * share)), max(1, round(image.height * share))), Image.Resampling.LANCZOS)
        sheet.paste(small, (left + (_CELL - small.width) // 2, top + (_CELL - small.height) // 2))
        draw.text((left + 2, top + _CELL + _FOOT / 2), label, fill=(185, 185, 180), font=font, anchor="lm")
    return sheet


def _write_details(out: Path, library: Path | None, places: Sequence[Place]) -> tuple[list[Detail], list[str]]:
    """Pictures with drawings of every label that the set has; and notes on what could not be drawn."""
    (out / "samples").mkdir(exist_ok=True)
    samples = [sample_of(place, row) for place, row in zip(places, read_rows(list(places)), strict=True)]
    bones, notes = {}, []
    assets = {thing.asset for sample in samples for thing in sample.things if thing.joints}
    if assets and library:
        bones = bones_of(Library.open(library), assets)
    elif assets:
        notes.append("Joints are dots, as the asset library that knows their bones is not at hand; name it with --library.")
    for name, there in (("normals", any(s.normal is not None for s in samples)), ("joints", bool(assets))):
        if samples and not there:
            notes.append(f"The pictures shown have no {name}.")
    return [Detail(sample, write_drawings(out, f"{i:03d}", sample, bones)) for i, sample in enumerate(samples)], notes


def bones_of(library: Library, assets: set[str]) -> Bones:
    """For every asset with a rig in the library, the parent of each joint."""
    known = {record.id for record in library.records}
    rigs = {asset: library.rig(asset) for asset in sorted(assets & known)}
    return {
        asset: {name: rig.names[parent] for name, parent in zip(rig.names, rig.parents, strict=True) if parent >= 0}
        for asset, rig in rigs.items()
        if rig is not None
    }


def write_drawings(out: Path, name: str, sample: Sample, bones: Bones) -> dict[str, str]:
    """The drawings of one sample in ``samples/``: caption -> file, relative to ``out``."""
    told = "boxes and joints" if any(thing.joints for thing in sample.things) else "boxes"
    drawings = {"picture": enlarged(sample.image), told: box_drawing(sample, bones), "mask": mask_drawing(sample)}
    if sample.depth is not None:
        drawings[depth_caption(sample)] = depth_drawing(sample.depth)
    if sample.normal is not None:
        drawings["normals"] = enlarged(sample.normal, Image.Resampling.NEAREST)
    files = {}
    for caption, drawing in drawings.items():
        files[caption] = f"samples/{name}_{caption.split()[0].strip(',:')}.jpg"
        drawing.convert("RGB").save(out / files[caption], quality=92, subsampling=0)
    return files
