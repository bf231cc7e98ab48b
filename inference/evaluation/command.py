"""``raw evaluate``: models and baselines on suites of pictures, every prediction drawn again and scored, and a report of it.

The render workers load bpy in processes of their own while this one loads torch, so nothing here imports torch before a
pool stands.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from jsonargparse import ArgumentParser, Namespace

from inference.defaults import library_folder
from inference.evaluation.method_names import USUAL, baseline_names, model_folders, split_names
from inference.evaluation.settings import Settings, claim
from inference.evaluation.suites import DEFAULT, choose, read_limits, read_suites
from inference.options import PREDICTION, add_where, command_parser
from procedural.folder_lock import folder_lock
from raw.render import RenderPool

if TYPE_CHECKING:
    from inference.evaluation.session import Session

PHOTO_SAMPLES = 8  # of the renderer, a pixel, without a data set to say it
MOST_WORKERS = 16  # by default; each takes half a gigabyte
EXAMPLES = """
raw evaluate runs/first/model --dataset data/default --out scores          # new scenes; read scores/index.html
raw evaluate --dataset data/default --suite all --out scores               # the built-in model on every suite
raw evaluate old=runs/1/model new=runs/2/model --dataset data/default --suite seen,scenes,sensor --baselines all --out both
raw evaluate --suite photos --photos pictures --out photos                 # a folder of photographs, without truth
raw evaluate --report scores                                               # the report again, from what is there
"""


def main(argv: list[str]) -> int:
    """``raw evaluate``: 0, or an exception that says what is wrong with the pictures, the models or the options."""
    from inference.evaluation.report import write_report

    logging.basicConfig(level=logging.WARNING, format="raw: %(message)s")
    options = _parser().parse_args(argv)
    if options.report:
        print(write_report(Path(options.report)), end="")
        return 0
    if not options.out:
        raise ValueError("--out is missing; name a folder to write to, or give --report FOLDER")
    settings, out = settings_of(options), Path(options.out)
    with folder_lock(out):
        claim(out, settings, resume=options.resume, overwrite=options.overwrite)
        with RenderPool(settings.library, workers=options.workers, timeout_s=options.timeout) as pool:
            session(settings, out, pool, options).run()
        print(write_report(out), end="")
    return 0


def session(settings: Settings, out: Path, pool: RenderPool, options: Namespace) -> Session:
    """Models, networks and pictures; the workers and this process share the machine's processors."""
    import torch

    from inference.evaluation.session import Session

    if not os.environ.get("OMP_NUM_THREADS"):
        torch.set_num_threads(max(1, (os.cpu_count() or 1) - options.workers))
    return Session(settings, out, pool, device=options.device)


def settings_of(options: Namespace) -> Settings:
    """The options, resolved: files read, names looked up, defaults filled in."""
    dataset = Path(options.dataset) if options.dataset else None
    description = _description(dataset)
    splits = [name for name, split in description.get("splits", {}).items() if split["images"]]
    known = read_suites(Path(options.suites) if options.suites else DEFAULT)
    suites = choose(known, options.suite, splits, bool(options.photos))
    return Settings(
        models=model_folders(options.models), baselines=baseline_names(options.baselines, usual=dataset is not None), suites=suites,
        dataset=dataset, label_hash=description.get("label_hash"), photos=Path(options.photos) if options.photos else None,
        library=library_folder(options.library),
        limits=read_limits(options.limit, suites, known), train_limit=options.train_limit,
        samples=options.samples or description.get("samples", PHOTO_SAMPLES),
        towers=split_names(options.towers), lpips=options.lpips, **{name: options[name] for name in PREDICTION},
    )  # fmt: skip


def _description(dataset: Path | None) -> dict:
    """dataset.json of a data set; nothing without one."""
    if dataset is None:
        return {}
    path = dataset / "dataset.json"
    if not path.is_file():
        raise FileNotFoundError(f"{dataset} is no data set: {path.name} is missing")
    return json.loads(path.read_text())


def _parser() -> ArgumentParser:
    about = "Models on suites of pictures, beside baselines: index.html, results.json, tables, plots, and every prediction."
    parser = command_parser("evaluate", about, EXAMPLES)
    parser.add_argument("models", type=str, nargs="*", metavar="MODEL", help="model folders, or NAME=FOLDER (default: the built-in one)")
    parser.add_argument("--out", type=str | None, default=None, help="folder to write to")
    parser.add_argument("--resume", action="store_true", help="go on in a folder that an earlier run left")
    parser.add_argument("--overwrite", action="store_true", help="replace what an earlier evaluation left in the folder")
    parser.add_argument("--report", type=str | None, default=None, help="only write the report again, of this folder")
    parser.add_argument("--dataset", type=str | None, default=None, help="data set folder, made by `raw generate`")
    parser.add_argument("--photos", type=str | None, default=None, help="folder of photographs, for suite photos; labels.tsv in it is read")
    parser.add_argument("--suite", type=str, default="scenes", help="suites or groups of them by commas, or all that the pictures allow")
    parser.add_argument("--suites", type=str | None, default=None, help="YAML file of suites (default: the built-in one)")
    parser.add_argument("--limit", type=str, default="0", help="only the first so many cases of a suite (0: all), as 50 or 50,scenes=250")
    parser.add_argument("--baselines", type=str | None, default=None, help=f"or all, or '' (default, with a data set: {','.join(USUAL)})")
    parser.add_argument("--train_limit", type=int, default=0, help="baselines learn from the first so many training images (0: all)")
    parser.add_argument("--library", type=str | None, default=None, help="that the set was made from (default: the built-in one)")
    parser.add_argument("--towers", type=str, default="", help="more towers for cosines, by commas, as clip,bioclip,dinov2:FOLDER")
    parser.add_argument("--lpips", type=str, default="auto", help="auto (if its weights are here), download, or the file of its weights")
    parser.add_argument("--samples", type=int, default=0, help="of the renderer, a pixel (0: as many as the data set has)")
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, MOST_WORKERS), help="render processes")
    add_where(parser)
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds after which a render is given up")
    return parser
