"""``raw assets``: build and list asset libraries."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from procedural.command_line import read_options
from procedural.library import LibraryConfig, build_library
from raw.library import Library

USAGE = """usage: raw assets build [options] | raw assets list FOLDER

  build   make a library of procedural assets: meshes, portraits, appearance embeddings (--help tells the options);
          a build that was interrupted goes on where it stopped
  list    families, categories and heights of a library

examples:
  raw assets build --out library --per_family 10 --yaws 24
  raw assets list library"""


def main(argv: list[str]) -> int:
    if argv[:1] == ["build"]:
        config, _ = read_options("assets build", LibraryConfig, argv[1:])
        library = build_library(config)
        print(f"{library.folder}: {len(library.records)} assets, {len(library.yaws)} yaws, tower {library.fingerprint}")
        return 0
    if argv[:1] == ["list"] and len(argv) == 2:
        print(listing(Library.open(Path(argv[1]))))
        return 0
    print(USAGE)
    return 0 if argv in (["--help"], ["-h"]) else 2


def listing(library: Library) -> str:
    """A line a family: category, count, range of heights, words."""
    counts = Counter(record.family for record in library.records)
    lines = [f"{'family':<18}{'category':<11}{'assets':>6}  {'height m':<12}words"]
    for family, count in counts.items():
        records = [record for record in library.records if record.family == family]
        low, high = min(r.height for r in records), max(r.height for r in records)
        span = f"{low:.2f}-{high:.2f}" if high else ""
        lines.append(f"{family:<18}{records[0].category:<11}{count:>6}  {span:<12}{records[0].words}")
    return "\n".join(lines)
