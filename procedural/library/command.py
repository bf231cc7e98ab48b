"""``raw assets``: one table of subcommands on asset libraries, each imported when it is called."""

from __future__ import annotations

from procedural.subcommands import Subcommand, Table

SUBCOMMANDS = {
    "build": Subcommand("procedural.library.build", "main", "make a library from code: meshes, portraits, appearance embeddings"),
    "embed": Subcommand("procedural.library.embed", "main", "appearance embeddings of a library by another tower"),
    "list": Subcommand("procedural.library.show", "main_list", "families, categories and heights of a library"),
    "show": Subcommand("procedural.library.show", "main_show", "all about one asset: size, joints, parameters, what looks like it"),
    "sheet": Subcommand("procedural.library.sheet", "main", "pictures of every species on its ground, contact sheets and a gallery"),
    "add": Subcommand("procedural.library.add", "main", "bring your own GLB, OBJ or .blend into a library"),
    "import-infinigen": Subcommand("procedural.library.infinigen", "main", "bring assets of an Infinigen that is installed elsewhere"),
}

TABLE = Table(
    "assets",
    "Libraries of things to place in scenes and to look up by appearance.",
    SUBCOMMANDS,
    """
  raw assets build --out library --per-family 10 --yaws 24
  raw assets embed library --tower convnext
  raw assets list library --category herbivore
  raw assets show library zebra/0000
  raw assets sheet --per-species 4 --out sheet
  raw assets add rhino.glb --library library --category herbivore --height 1.7 --name rhino --words "white rhino" --licence CC0-1.0""",
)


def main(argv: list[str]) -> int:
    """Run a subcommand; returns the exit code."""
    return TABLE.run(argv)
