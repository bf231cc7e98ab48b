"""``raw assets import-infinigen``: assets of an Infinigen that is installed in another interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from procedural.command_line import at_least, read_options
from procedural.library.add import add_assets, check_terms, free_id
from procedural.library.incoming import ModelError, last_lines, place, read_model
from raw.library import AssetRecord, Library
from raw.mesh import Mesh

SCRIPT = Path(__file__).with_name("infinigen_script.py")
_ENDINGS = (".glb", ".obj")
_TOLD = 12  # lines of a failed run that are shown


class Maker(NamedTuple):
    """Where Infinigen makes a kind of asset."""

    module: str  # under infinigen.assets.objects
    factory: str
    words: str


MAKERS = {  # family, here also the category
    "bird": Maker("creatures", "BirdFactory", "bird made by Infinigen"),
    "boulder": Maker("rocks", "BoulderFactory", "boulder made by Infinigen"),
    "bush": Maker("trees", "BushFactory", "bush made by Infinigen"),
    "carnivore": Maker("creatures", "CarnivoreFactory", "carnivore made by Infinigen"),
    "herbivore": Maker("creatures", "HerbivoreFactory", "herbivore made by Infinigen"),
    "tree": Maker("trees", "TreeFactory", "tree made by Infinigen"),
}

EXAMPLES = """Infinigen needs an interpreter of its own (Python 3.11, `pip install infinigen==1.15.5`); an asset takes it half a minute to
two minutes. It is BSD-3-Clause, and so are the records of what comes from it.

examples:
  raw assets import-infinigen --python ~/infinigen/bin/python --library library --families carnivore herbivore --count 2
  raw assets import-infinigen --python ~/infinigen/bin/python --library library --families tree --count 5 --files made"""


@dataclass(frozen=True)
class InfinigenConfig:
    """Assets of Infinigen, decimated and baked to vertex colours, into an existing library."""

    python: Path
    """Interpreter that has infinigen==1.15.5."""
    library: Path
    """Folder of the library, built before."""
    families: tuple[str, ...] = tuple(MAKERS)
    """Of bird, boulder, bush, carnivore, herbivore, tree; their assets are named infinigen_carnivore/0000 and so on."""
    count: int = 1
    """Assets of each family."""
    seed: int = 0
    """Of the first asset of each family; the others count up."""
    triangles: int = 15_000
    """Of each asset after decimation."""
    files: Path | None = None
    """Keep the model files in this folder; those that are there already are not made again."""
    timeout_s: float = 1800.0
    """Seconds that one asset may take."""
    tower: str = "efficientnet_lite0"
    """Appearance tower that the library was made with."""
    workers: int = 1
    """Processes that draw the portraits."""

    def __post_init__(self) -> None:
        unknown = [name for name in self.families if name not in MAKERS]
        if unknown or not self.families:
            raise ValueError(f"families has {', '.join(unknown) or 'nothing'}; allowed: {', '.join(MAKERS)}")
        at_least(self, 1, "count", "workers")
        if not 100 <= self.triangles <= 200_000:
            raise ValueError(f"triangles is {self.triangles}; allowed: 100 to 200000")


def main(argv: list[str]) -> int:
    """Make and add; 0 when all came in, 1 when some failed, 2 when none did."""
    config, _ = read_options("assets import-infinigen", InfinigenConfig, argv, epilog=EXAMPLES, resumable=False)
    library = Library.open(config.library)
    if not config.python.is_file():
        raise FileNotFoundError(2, "No such interpreter", str(config.python))
    made, failed = make_all(config, library)
    if made:
        library = add_assets(library, made, config.tower, config.workers)
    for name, reason in failed.items():
        print(f"raw: {name} failed:\n{reason}", file=sys.stderr)
    print(f"{library.folder}: {len(made)} of {len(made) + len(failed)} assets of Infinigen added: {', '.join(r.id for r, _ in made)}")
    return 0 if not failed else 1 if made else 2


def make_all(config: InfinigenConfig, library: Library) -> tuple[list[tuple[AssetRecord, Mesh]], dict[str, str]]:
    """Records and meshes of all assets that came out, and why the others did not; the library is not changed."""
    made: list[tuple[AssetRecord, Mesh]] = []
    failed: dict[str, str] = {}
    jobs = [(family, config.seed + i) for family in config.families for i in range(config.count)]
    with tempfile.TemporaryDirectory(prefix="raw-infinigen-") as scratch:
        folder = (config.files or Path(scratch)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        for family, seed in tqdm(jobs, desc="infinigen", unit="asset", file=sys.stderr):
            try:
                mesh = bring(make_file(config, folder, family, seed), family, config.triangles)
                grown = Library(library.folder, (*library.records, *(r for r, _ in made)), library.yaws, library.fingerprint)
                record = _record(grown, family, seed, mesh)
                check_terms(family, record.height, record.licence, record.words)
                made.append((record, mesh))
            except (ModelError, ValueError) as problem:  # the others go on
                failed[f"{family} of seed {seed}"] = str(problem)
    return made, failed


def _record(library: Library, family: str, seed: int, mesh: Mesh) -> AssetRecord:
    asset = free_id(library, f"infinigen_{family}", family)
    return AssetRecord(asset, f"infinigen_{family}", family, MAKERS[family].words, mesh.height, seed, "BSD-3-Clause")


def make_file(config: InfinigenConfig, folder: Path, family: str, seed: int) -> Path:
    """Have the other interpreter write one asset; returns the file. ModelError shows the last lines of a run that failed."""
    stem, maker = folder / f"{family}_{seed:06d}", MAKERS[family]
    if found := _file(stem):
        return found
    # isolated: else the script's own folder, which holds a module of the name infinigen, would come first on the path
    command = [str(config.python), "-I", str(SCRIPT), str(stem), maker.module, maker.factory, str(seed), str(config.triangles)]
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    try:
        run = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=config.timeout_s,
        )
    except subprocess.TimeoutExpired:
        raise ModelError(f"{config.python} was ended after {config.timeout_s:g} s") from None
    if run.returncode:
        raise ModelError(f"{config.python} ended with code {run.returncode}; its last lines:\n{last_lines(run.stdout, _TOLD)}")
    if not (found := _file(stem)):
        raise ModelError(f"{config.python} wrote no {stem.name}.obj or .glb; its last lines:\n{last_lines(run.stdout, _TOLD)}")
    return found


def _file(stem: Path) -> Path | None:
    return next((path for ending in _ENDINGS if (path := stem.with_suffix(ending)).is_file()), None)


def bring(file: Path, category: str, triangles: int) -> Mesh:
    """Read one of the script's files: z up, metres; creatures face +x. The height is that of the file."""
    model = read_model(file, triangles, 200_000)
    up, front = ("z", "x") if file.suffix == ".obj" else ("y", "x")
    tall = float(np.ptp(model.mesh.vertices[:, "xyz".index(up)]))
    return place(model, category, tall, up, front, check_shape=False)
