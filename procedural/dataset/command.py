"""``raw dataset``: one table of subcommands on a data set that is there, each imported when it is called."""

from __future__ import annotations

from procedural.subcommands import Subcommand, Table

SUBCOMMANDS = {
    "show": Subcommand("procedural.dataset.show", "main", "contact sheets, a page of samples with all labels, plots of what is in it"),
    "check": Subcommand("procedural.dataset.check", "main", "is it whole, do its labels agree, do its programs draw its pictures"),
    "card": Subcommand("procedural.dataset.card", "main", "README.md for people and for Hugging Face's datasets library"),
    "coco": Subcommand("procedural.dataset.coco", "main", "boxes, masks and keypoints as COCO files"),
}

TABLE = Table(
    "dataset",
    "A data set that `raw generate` made: look at it, check it, describe it, export it.",
    SUBCOMMANDS,
    """
  raw dataset show data/default
  raw dataset check data/default --renders 8
  raw dataset card data/default
  raw dataset coco data/default --split test --out coco/test.json""",
)


def main(argv: list[str]) -> int:
    """Run a subcommand; returns the exit code."""
    return TABLE.run(argv)
