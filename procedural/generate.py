"""``raw generate``: a data set of rendered scenes and their programs."""

from __future__ import annotations

import json
import logging

from procedural.command_line import read_options
from procedural.dataset import DatasetConfig, generate

EXAMPLES = """examples:
  raw generate --out data/small --train.scenes 40 --train.views 5 --test.scenes 10
  raw generate --config configs/generate_default.yaml --out data/default
  raw generate --config configs/generate_default.yaml --out data/default --resume"""


def main(argv: list[str]) -> int:
    """Write a data set; 0 when every scene came out, 1 when some failed and were left out, 2 when none did."""
    config, resume = read_options("generate", DatasetConfig, argv, epilog=EXAMPLES)
    logging.basicConfig(level=logging.WARNING, format="raw: %(message)s")
    description = json.loads((generate(config, resume=resume) / "dataset.json").read_text())
    made = sum(split["images"] for split in description["splits"].values())
    wanted = sum(getattr(config, s).scenes * getattr(config, s).views for s in description["splits"])
    print(f"{config.out}: {made} of {wanted} images, label hash {description['label_hash'][:16]}")
    return 0 if made == wanted else 1 if made else 2
