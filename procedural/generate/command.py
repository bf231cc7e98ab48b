"""``raw generate``: a data set of rendered scenes and their programs."""

from __future__ import annotations

import errno
import json
import logging
import shlex
import sys
import time

from procedural.command_line import read_options
from procedural.generate.config import DatasetConfig
from procedural.generate.run import generate

EXAMPLES = """Ctrl-C, a full disk or a power cut lose the scenes under way and nothing else: --resume goes on.

examples:
  raw generate --out data/small --train.scenes 40 --train.views 5 --test.scenes 10
  raw generate --config configs/generate_small.yaml --out data/small
  raw generate --config configs/generate_small.yaml --out data/small --resume
  raw generate --config configs/generate_million.yaml --out data/million --engine ray --ray-address auto --workers 256"""

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(argv: list[str]) -> int:
    """Write a data set; 0 when every scene came out, 1 when some failed and were left out, 2 when none did."""
    config, resume = read_options("generate", DatasetConfig, argv, epilog=EXAMPLES)
    logging.basicConfig(level=logging.WARNING, format="raw: %(message)s")
    start = time.monotonic()
    try:
        folder = generate(config, resume=resume)
    except KeyboardInterrupt:
        _say_how_to_go_on(argv)
        raise
    except OSError as problem:
        if problem.errno in _DISK:
            _say_how_to_go_on(argv, "after making room, ")
        raise
    description = json.loads((folder / "dataset.json").read_text())
    print(summary(config, description, time.monotonic() - start))
    made = any(split["images"] for split in description["splits"].values())
    return 0 if not description["failed"] else 1 if made else 2


def summary(config: DatasetConfig, description: dict, seconds: float) -> str:
    """What was made, what was left out, and the label hash, in a few lines."""
    splits = description["splits"]
    made = sum(split["images"] for split in splits.values())
    each = ", ".join(f"{split['images']} {name}" for name, split in splits.items())
    megabytes = sum(shard["bytes"] for split in splits.values() for shard in split["shards"]) / 1e6
    lines = [f"{config.out}: {made} of {config.images} images ({each}), {megabytes:.1f} MB, {seconds / 60:.1f} minutes"]
    if description["rejected"]:
        lines.append("cameras not kept: " + ", ".join(f"{count} {reason}" for reason, count in description["rejected"].items()))
    if description["failed"]:
        lines.append(f"{len(description['failed'])} scenes failed, see {config.out / 'failed.jsonl'}; --resume tries them again")
    return "\n".join([*lines, f"label hash {description['label_hash'][:16]}"])


def _say_how_to_go_on(argv: list[str], first: str = "") -> None:
    again = [*argv, *([] if "--resume" in argv else ["--resume"])]
    print(f"raw: what is complete stays; {first}go on with: raw generate {shlex.join(again)}", file=sys.stderr)
