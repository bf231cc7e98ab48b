"""``raw assets list`` and ``raw assets show``: what a library holds, and all that is known of one asset."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from procedural.command_line import at_least, read_options
from raw.library import GROUND, AssetRecord, Library
from raw.mesh import GroundMaterial, Mesh, Rig
from raw.scene import CATEGORIES

LIST_EXAMPLES = """examples:
  raw assets list library
  raw assets list library --category herbivore bird
  raw assets list library --families zebra lion --each"""

SHOW_EXAMPLES = """examples:
  raw assets show library zebra/0000
  raw assets show library zebra/0000 --relatives 10"""


@dataclass(frozen=True)
class ListConfig:
    """Families, categories, heights and words of a library."""

    library: Path
    """Folder of the library."""
    category: tuple[str, ...] = ()
    """Only these categories: bird, boulder, bush, carnivore, herbivore, tree, ground."""
    families: tuple[str, ...] = ()
    """Only these families."""
    each: bool = False
    """A line an asset, instead of a line a family."""

    def __post_init__(self) -> None:
        unknown = set(self.category) - {*CATEGORIES, GROUND, "studio"}
        if unknown:
            raise ValueError(f"category has {', '.join(sorted(unknown))}; allowed: {', '.join((*CATEGORIES, GROUND))}")


@dataclass(frozen=True)
class ShowConfig:
    """All that is known of one asset: its record, size, parameters, joints, and what looks most like it."""

    library: Path
    """Folder of the library."""
    id: str
    """The asset, such as zebra/0000."""
    relatives: int = 5
    """So many other assets that look most like it, by their embeddings from all sides; 0 leaves them out."""

    def __post_init__(self) -> None:
        at_least(self, 0, "relatives")


def main_list(argv: list[str]) -> int:
    config, _ = read_options("assets list", ListConfig, argv, epilog=LIST_EXAMPLES, positional=("library",), resumable=False)
    library = Library.open(config.library)
    print(listing(chosen(library, config), each=config.each))
    return 0


def main_show(argv: list[str]) -> int:
    config, _ = read_options("assets show", ShowConfig, argv, epilog=SHOW_EXAMPLES, positional=("library", "id"), resumable=False)
    print(description(Library.open(config.library), config.id, config.relatives))
    return 0


def chosen(library: Library, config: ListConfig) -> tuple[AssetRecord, ...]:
    """The records that fit the filters; ValueError names families that the library does not have."""
    unknown = set(config.families) - {record.family for record in library.records}
    if unknown:
        known = ", ".join(sorted({record.family for record in library.records}))
        raise ValueError(f"{library.folder} has no {', '.join(sorted(unknown))}; it has {known}")
    return tuple(
        r
        for r in library.records
        if (not config.category or r.category in config.category) and (not config.families or r.family in config.families)
    )


def listing(records: tuple[AssetRecord, ...], *, each: bool = False) -> str:
    """A line a family, or an asset: category, count or licence, heights, words."""
    if each:
        lines = [f"{'asset':<24}{'category':<11}{'height m':>8}  {'licence':<14}words"]
        return "\n".join(lines + [f"{r.id:<24}{r.category:<11}{r.height or '':>8.4}  {r.licence:<14}{r.words}" for r in records])
    lines = [f"{'family':<18}{'category':<11}{'assets':>6}  {'height m':<12}words"]
    for family, count in Counter(record.family for record in records).items():
        same = [record for record in records if record.family == family]
        low, high = min(r.height for r in same), max(r.height for r in same)
        span = f"{low:.2f}-{high:.2f}" if high else ""
        lines.append(f"{family:<18}{same[0].category:<11}{count:>6}  {span:<12}{same[0].words}")
    return "\n".join(lines)


def description(library: Library, asset: str, relatives: int) -> str:
    """The text of ``raw assets show``."""
    record = library.record(asset)
    lines = [f"{record.id}  {record.category}", f"  words       {record.words}"]
    lines += [f"  licence     {record.licence}", f"  seed        {record.seed}"]
    if record.category in (GROUND, "studio"):
        lines += _ground(library.ground(asset))
    else:
        lines += _mesh(library.mesh(asset))
        parameters, rig = library.parameters(asset), library.rig(asset)
        if parameters:
            lines += ["  parameters", *(f"    {name:<20} {value:.4g}" for name, value in parameters.items())]
        lines += ["  joints      none" if rig is None else f"  joints      {len(rig.names)}", *(_joints(rig) if rig else ())]
    if relatives and library.fingerprint and record.category != "studio":
        lines += ["  looks like", *(f"    {near:<22} {similarity:.3f}" for near, similarity in relations(library, asset, relatives))]
    return "\n".join(lines)


def _mesh(mesh: Mesh) -> list[str]:
    width, length, height = np.ptp(mesh.vertices, axis=0)
    mean = mesh.colors.mean(axis=0).astype(int)
    return [
        f"  size        {height:.2f} m high, {length:.2f} m long, {width:.2f} m wide",
        f"  mesh        {len(mesh.faces)} triangles, {len(mesh.vertices)} vertices",
        f"  mean colour {mean[0]}, {mean[1]}, {mean[2]} (sRGB)",
    ]


def _ground(ground: GroundMaterial) -> list[str]:
    return [
        f"  palette     {'; '.join(', '.join(str(c) for c in color) for color in ground.palette)} (sRGB)",
        f"  patches     {ground.patch_size:.2f} m, grain {ground.grain:.2f}, roughness {ground.roughness:.2f}",
        *(f"  scatter     {s.density:.2f} a square metre, {s.low:.2f}-{s.high:.2f} m, {len(s.mesh.faces)} faces" for s in ground.scatter),
    ]


def _joints(rig: Rig) -> list[str]:
    """The joints as a tree, children under their parent, with places in metres."""
    lines = []
    open_joints = [(int(root), 0) for root in np.flatnonzero(rig.parents < 0)[::-1]]
    while open_joints:
        joint, depth = open_joints.pop()
        x, y, z = rig.positions[joint]
        lines.append(f"    {'  ' * depth + rig.names[joint]:<24} {x:7.3f} {y:7.3f} {z:7.3f}")
        open_joints += [(int(child), depth + 1) for child in np.flatnonzero(rig.parents == joint)[::-1]]
    return lines


def relations(library: Library, asset: str, count: int) -> list[tuple[str, float]]:
    """The other assets of the same category that look most like this one, and their cosine averaged over yaws."""
    row = next(i for i, record in enumerate(library.records) if record.id == asset)
    others = [i for i, r in enumerate(library.records) if r.category == library.records[row].category and i != row]
    similarity = np.einsum("ayd,yd->a", library.embeddings[others], library.embeddings[row]) / len(library.yaws)
    return [(library.records[others[i]].id, float(similarity[i])) for i in np.argsort(-similarity, kind="stable")[:count]]
