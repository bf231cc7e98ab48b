"""``raw dataset card``: README.md of a data set, for people and for Hugging Face's ``datasets`` library.

The YAML at its top says which files are which split, so that ``datasets.load_dataset(folder)`` opens the set whatever
else lies in its folder.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet
import yaml

from procedural.command_line import at_least, read_options
from procedural.dataset.facts import QUANTITIES, Facts, collect
from procedural.dataset.schema import expected
from procedural.dataset.stored import StoredDataset
from procedural.whole_file import whole_file
from raw.library import Library

_MARK = "<!-- written by `raw dataset card`; run it again after a change -->"
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"), (10**8, "10M<n<100M"))
_TASKS = ["image-to-text", "image-to-3d", "object-detection", "image-segmentation", "depth-estimation", "keypoint-detection"]
_TAGS = ["synthetic", "blender", "wildlife", "animals", "inverse-graphics", "scene-understanding"]
_ROWS = 12  # of a table of names; more stand in one paragraph
_SPLITS_NOTE = (
    "No scene is in two splits, but for `seen`: its pictures are of the first scenes of `train`, by other cameras. "
    "What the settings call held out is in no split but `assets`, `species` and `biome`."
)
_PRIVATE = ("out", "library", "workers")  # settings that tell of a machine and not of the set

EXAMPLES = """examples:
  raw dataset card data/default
  raw dataset card data/default --library data/library"""


@dataclass(frozen=True)
class CardConfig:
    """Write README.md: splits, counts, columns with units, how it was made, how to load it and draw it again."""

    folder: Path
    """The data set."""
    library: Path | None = None
    """Asset library, for the licences of what is in the pictures; without, the one that the set names, if it is there."""
    sample: int = 20000
    """Pictures that are counted over; a set with more is sampled by random row groups."""

    def __post_init__(self) -> None:
        at_least(self, 1, "sample")


def main(argv: list[str]) -> int:
    config, _ = read_options("dataset card", CardConfig, argv, epilog=EXAMPLES, positional=("folder",), resumable=False)
    print(write_card(config.folder, library=config.library, sample=config.sample))
    return 0


def write_card(folder: str | Path, *, library: str | Path | None = None, sample: int = 20000) -> Path:
    """Write README.md into a data set; returns its path. FileExistsError for a README that somebody else wrote."""
    dataset = StoredDataset.open(folder)
    path = dataset.folder / "README.md"
    if path.is_file() and _MARK not in path.read_text(encoding="utf-8"):
        raise FileExistsError(f"{path} was not written by `raw dataset card`; move it away first")
    facts = collect(dataset.sample_groups(np.random.default_rng(0), sample))
    found = Path(library) if library else dataset.library
    licences = sorted({record.licence for record in Library.open(found).records}) if found else []
    front = yaml.safe_dump(front_matter(dataset, licences), sort_keys=False, allow_unicode=True)
    parts = [f"---\n{front}---\n{_MARK}", _opening(dataset), _splits(dataset), _contents(dataset, facts), _columns(dataset)]
    parts += [_loading(dataset), _making(dataset), _licence(licences), _limits()]
    with whole_file(path) as file:
        file.write(("\n\n".join(parts) + "\n").encode())
    return path


def front_matter(dataset: StoredDataset, licences: list[str]) -> dict[str, Any]:
    """What Hugging Face reads: ``configs`` lists the splits that have pictures, and ``dataset_info`` their columns and sizes."""
    licence = "apache-2.0" if licences == ["Apache-2.0"] else "other" if licences else "unknown"
    splits = [split for split in dataset.description["splits"] if any(shard.split == split for shard in dataset.shards)]
    files = [{"split": split, "path": f"{split}/shard-*.parquet"} for split in splits]
    front = {
        "license": licence,
        "pretty_name": dataset.folder.resolve().name,
        "task_categories": _TASKS,
        "size_categories": [next((name for limit, name in _SIZES if dataset.images < limit), "n>1T")],
        "tags": _TAGS,
    }
    if not splits:
        return front
    return front | {"configs": [{"config_name": "default", "data_files": files}], "dataset_info": _info(dataset, splits)}


def _info(dataset: StoredDataset, splits: list[str]) -> dict[str, Any]:
    from datasets import DatasetInfo, Features, SplitDict, SplitInfo
    from datasets.info import DatasetInfosDict
    from huggingface_hub import DatasetCardData

    sizes = SplitDict()
    for split in splits:
        shards = [shard for shard in dataset.shards if shard.split == split]
        sizes.add(SplitInfo(split, sum(s.path.stat().st_size for s in shards), sum(s.images for s in shards)))
    features = Features.from_arrow_schema(parquet.read_schema(dataset.shards[0].path))
    card = DatasetCardData()
    DatasetInfosDict({"default": DatasetInfo(features=features, splits=sizes)}).to_dataset_card_data(card)
    return card.to_dict()["dataset_info"]


def _opening(dataset: StoredDataset) -> str:
    size, sheet = _size(dataset), "show/contact/000.jpg"
    picture = f"\n\n![Some of the pictures]({sheet})" if (dataset.folder / sheet).is_file() else ""
    return (
        f"# {dataset.folder.resolve().name}\n\n{dataset.images:,} rendered pictures of animals in nature, {size} x {size} pixels, "
        "each with the program that draws it, masks, depth, and what else stands under *Columns*. Land, plants, animals, light "
        f"and cameras are made by code; no photograph is in it.{picture}"
    )


def _splits(dataset: StoredDataset) -> str:
    rows = []
    for split, about in dataset.description["splits"].items():
        shards = [shard for shard in dataset.shards if shard.split == split]
        views = dataset.description.get("views_per_scene", {}).get(split, "")
        size = sum(shard.path.stat().st_size for shard in shards if shard.path.is_file())
        rows.append((split, f"{about['images']:,}", views, len(shards), f"{size / 1e6:,.1f} MB"))
    return "## Splits\n\n" + _SPLITS_NOTE + "\n\n" + table(("split", "pictures", "views a scene", "shards", "size"), rows)


def _contents(dataset: StoredDataset, facts: Facts) -> str:
    part = "all" if facts.rows >= dataset.images else f"{facts.rows:,} random"
    blocks = [f"## Contents\n\nCounted over {part} of the {dataset.images:,} pictures."]
    rows = [
        (q.name, q.axis, *(_short(v) for v in np.percentile(facts.numbers[q.name], (5, 50, 95))))
        for q in QUANTITIES
        if len(facts.numbers.get(q.name, ()))
    ]
    blocks.append(table(("quantity", "unit", "5 %", "median", "95 %"), rows))
    blocks += [_listed(name, counts) for name, counts in facts.names.items()]
    return "\n\n".join(blocks)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _listed(name: str, counts: Counter[str]) -> str:
    rows = [(key.replace("_", " "), f"{n:,}") for key, n in counts.most_common()]
    if len(rows) <= _ROWS:
        return table((name, "count"), rows)
    return f"**{name.capitalize()}** ({len(rows)}): {', '.join(' '.join(row) for row in rows)}."


def _columns(dataset: StoredDataset) -> str:
    rows = [(f"`{c.name}`", c.shown, c.meaning) for c in expected(dataset.description) if c.name in dataset.columns]
    return "## Columns\n\nOne row is one picture.\n\n" + table(("column", "type", "meaning"), rows)


def _loading(dataset: StoredDataset) -> str:
    return (
        "## Use\n\n```python\nfrom datasets import load_dataset\n\n"
        'train = load_dataset("FOLDER", split="train")                    # random access: train[12]["image"]\n'
        'stream = load_dataset("FOLDER", split="train", streaming=True)   # row by row, nothing is copied\n```\n\n'
        "A program draws its picture again, with the asset library that the set was made with:\n\n```python\n"
        "from raw.language import parse\nfrom raw.render import RenderPool, RenderSettings\n\n"
        'with RenderPool("LIBRARY") as pool:\n'
        f"    settings = RenderSettings({_size(dataset)}, {_size(dataset)}, samples={dataset.description.get('samples', 8)})\n"
        '    drawn = pool.render(parse(train[12]["program"]), settings)   # drawn.image, drawn.index, drawn.depth\n```\n\n'
        "`raw dataset show FOLDER` makes contact sheets and a page of samples, `raw dataset check FOLDER --renders 8` compares labels, "
        "checksums and redrawn pictures, `raw dataset coco FOLDER --split test --out coco/test.json` exports a split as COCO."
    )


def _size(dataset: StoredDataset) -> Any:
    return dataset.description.get("size", 224)


def _making(dataset: StoredDataset) -> str:
    about = dataset.description
    names = ("seed", "generator_version", "library_fingerprint", "label_hash", "schema")
    rows = [(name.replace("_", " "), f"`{about[name]}`") for name in names if name in about]
    rows += [("views refused", ", ".join(f"{reason} {n:,}" for reason, n in about["rejected"].items()))] if about.get("rejected") else []
    rows += [("scenes that failed", f"{len(about['failed']):,}")] if about.get("failed") else []
    settings = {key: value for key, value in dataset.settings.items() if key not in _PRIVATE}
    config = f"\n\nSettings, for `raw generate --config`:\n\n```yaml\n{yaml.safe_dump(settings, sort_keys=False)}```" if settings else ""
    opening = "## How it was made\n\nThe same seed, settings, version and library give the same labels.\n\n"
    return opening + table(("what", "value"), rows) + config


def _licence(licences: list[str]) -> str:
    if licences:
        return f"## Licence\n\nThe assets in the pictures are under {', '.join(licences)}."
    return "## Licence\n\nThe asset library was not at hand when this card was written, so the licences of the assets are not known here."


def _limits() -> str:
    return (
        "## Limits\n\nAnimals, plants and rocks are procedural models: their shapes, coats and poses are simpler than nature's. "
        "Pictures are rendered with few samples a pixel and have no look of a sensor or lens. What is common in the set is common by "
        "the sampler's choice, and says nothing of where animals live or how many there are. Objects that show few pixels are in "
        "neither picture nor program."
    )


def table(head: tuple[str, ...], rows: list[tuple]) -> str:
    """Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in lines)
