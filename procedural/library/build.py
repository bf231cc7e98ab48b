"""``raw assets build``: a library from code."""

from __future__ import annotations

from procedural.command_line import read_options
from procedural.library.make import LibraryConfig, build_library

EXAMPLES = """A build that was interrupted goes on where it stopped, when the same is asked for again.

examples:
  raw assets build --out library --per-family 10 --yaws 24
  raw assets build --out savanna --families zebra lion acacia dry_grass
  raw assets build --out quick --per-family 1 --per-ground 1 --yaws 1"""


def main(argv: list[str]) -> int:
    config, _ = read_options("assets build", LibraryConfig, argv, epilog=EXAMPLES, resumable=False)
    library = build_library(config)
    print(f"{library.folder}: {len(library.records)} assets, {len(library.yaws)} yaws, tower {library.made_by}")
    return 0
