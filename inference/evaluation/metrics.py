"""The table of metrics: what each is, in which unit, and which way is better. Reports and docs/evaluation.md derive from it."""

from __future__ import annotations

from typing import NamedTuple

from raw.grammar import SCENE_STATEMENTS
from raw.metrics.depth import DELTA
from raw.metrics.objects import HIT_DISTANCE
from raw.metrics.ospa import CUTOFF

HIGHER, LOWER, NEITHER = "↑", "↓", ""
PSNR_CAP = 100.0  # dB, of pictures that are equal
COSINE = "cosine."  # before the name of a tower


class Metric(NamedTuple):
    """One row of the table."""

    name: str
    better: str  # HIGHER, LOWER or NEITHER
    unit: str
    range: str
    over: str  # what is averaged, and n counts
    told: str  # definition
    source: str = ""


_PICTURES, _PAIRS, _TRUE = "pictures", "matched pairs", "true objects"


def _share(name: str, told: str, over: str = _PICTURES, source: str = "", lowest: str = "0") -> Metric:
    """Up to 1, and 1 is best."""
    return Metric(name, HIGHER, "", f"{lowest}..1", over, told, source)


def _error(name: str, unit: str, told: str, over: str = _PICTURES, source: str = "", highest: str = "") -> Metric:
    """From 0, and 0 is best."""
    return Metric(name, LOWER, unit, f"0..{highest}", over, told, source)


def _scene_numbers() -> list[Metric]:
    """Absolute error of every number of sky, camera and ground that a picture can tell."""
    rows = []
    for statement in SCENE_STATEMENTS:
        for slot in (s for s in statement.slots if s.kind == "number" and not s.optional):
            told, circle = f"absolute error of `{statement.name}`: {slot.doc}", slot.codec == "circular"
            name = f"scene.{statement.part}.{slot.field}"
            rows.append(_error(name, slot.unit, told + "; the shorter way round" * circle, highest="180" if circle else ""))
    return rows


_EIGEN, _ALEX, _WANG = "Eigen et al. 2014", "Zhang et al. 2018", "Wang et al. 2004"
_HIT = f"matched objects within {HIT_DISTANCE:g} of the true depth, whatever their category"
_METRICS = (
    _share("parse_rate", "answers whose program parses and resolves without error"),
    _share("render_rate", "answers that could be drawn"),
    _error("image_distance", "", "perceptual distance of render and picture: LPIPS, or what `perceptual` names instead", source=_ALEX),
    _share("tower_cosine", "cosine of pooled features of render and picture, by the tower by which *nearest_neighbour* goes", lowest="-1"),
    Metric("psnr", HIGHER, "dB", f"0..{PSNR_CAP:g}", _PICTURES, f"peak signal to noise ratio, 8 bits; {PSNR_CAP:g} where both are equal"),
    _share("ssim", "structural similarity, Gaussian window of 11 pixels, mean over channels", source=_WANG, lowest="-1"),
    _share("animal_iou", "IoU of the union of all animals; not defined where neither side shows one"),
    _share("foreground_iou", "IoU of all that is neither sky nor ground"),
    _share("mask_iou", "IoU of the masks of matched objects, the predicted one from the render", _PAIRS),
    _share("mask_iou_all", "the same over all true objects: what is missed, or not drawn, counts as 0", _TRUE),
    _error("depth.abs_rel", "", "mean of abs(predicted - true) / true depth where it is sky in neither; not aligned", source=_EIGEN),
    _error("depth.rmse_log", "", "root mean square difference of ln depth over the same pixels", source=_EIGEN),
    _share("depth.delta125", f"share of the same pixels whose depths have a ratio below {DELTA:g}", source=_EIGEN),
    _share("depth.sky_agreement", "share of all pixels that are sky in both or in neither"),
    _error("count_error", "objects", "absolute difference of the numbers of objects"),
    Metric("count_bias", NEITHER, "objects", "", _PICTURES, "predicted less true number of objects; 0 is best"),
    _share("precision", f"{_HIT}, over predicted objects", "predicted objects"),
    _share("recall", f"{_HIT}, over true objects", _TRUE),
    _error("location", "m", "distance of the base centres", _PAIRS),
    _error("relative", "", "location error over true depth", _PAIRS),
    _error("ospa", "m", f"distance of the sets of base centres, cut off at {CUTOFF:g} m; what is missed or made up costs as much",
           source="Schuhmacher et al. 2008", highest=f"{CUTOFF:g}"),
    _error("rotation", "degrees", "geodesic angle between the rotations", _PAIRS, highest="180"),
    _error("animal_rotation", "degrees", "the same of true animals alone: trees and stones have no front", _PAIRS, highest="180"),
    _error("height", "", "abs(ln(predicted / true height))", _PAIRS),
    _share("category", "of the true category", _PAIRS),
    _share("family", "of the true family (zebra, oak)", _PAIRS),
    _share("species", "the same of true animals alone", _PAIRS),
    _share("asset", "the very asset", _PAIRS),
    *_scene_numbers(),
    _error("scene.sun_degrees", "degrees", "angle between the directions to the two suns", highest="180"),
    _error("scene.horizon", "", "distance of the horizons over the picture's height, each clipped to -1..2", highest="3"),
    _error("scene.horizon_degrees", "degrees", "the same distance as an angle seen by the true camera", highest="180"),
    _share("scene.ground_family", "of the true family of ground"),
    _share("scene.ground_asset", "the very ground asset"),
    _share("photo.agreement", "the tower takes the animal, cut out of the photo, for the family that is drawn; not whether it is right"),
    _share("photo.category", "the largest drawn animal is of the labelled category; where none is labelled, none is drawn"),
    _share("photo.species", "the same for the family that the label names, over photos whose label names one of the library"),
    _share("photo.box_iou", "IoU of the labelled box and that of the largest drawn animal; 0 where none is drawn"),
    _error("photo.horizon", "", "distance of the predicted from the labelled horizon, as `scene.horizon`", highest="3"),
    _error("milliseconds", "ms", "from picture to program, an image's share of its batch"),
    _error("render_milliseconds", "ms", "from program to render, in the worker"),
)
METRICS = {metric.name: metric for metric in _METRICS}
SUMMARY = ("image_distance", "tower_cosine", "psnr", "animal_iou", "mask_iou_all", "depth.abs_rel", "count_error", "recall",
           "location", "relative", "ospa", "animal_rotation", "category", "species", "scene.ground_family", "scene.sun_degrees",
           "scene.horizon", "photo.category", "photo.species", "photo.box_iou", "photo.horizon")  # fmt: skip


def metric(name: str) -> Metric:
    """The row of a metric. ValueError for a name that is not in the table and is no cosine of a tower."""
    if name.startswith(COSINE) and name != COSINE:
        told = f"cosine of the pooled features of render and picture by the tower {name.removeprefix(COSINE)}"
        return Metric(name, HIGHER, "", "-1..1", _PICTURES, told)
    if name not in METRICS:
        raise ValueError(f"metric {name!r} is unknown; allowed: {', '.join(METRICS)}, {COSINE}TOWER")
    return METRICS[name]


def ordered(names: set[str]) -> list[str]:
    """In the order of the table, the cosines of other towers after the model's own. ValueError as for ``metric``."""
    unknown = sorted(name for name in names if metric(name).name not in METRICS)
    known = [name for name in METRICS if name in names]
    place = next((i + 1 for i, name in enumerate(known) if name == "tower_cosine"), 0)
    return known[:place] + unknown + known[place:]


def reference() -> str:
    """The table as Markdown."""
    lines = ["| metric | better | unit | range | mean over | definition | source |", "|---|---|---|---|---|---|---|"]
    cosine = Metric(f"{COSINE}TOWER", HIGHER, "", "-1..1", _PICTURES, "the same by another tower (`--towers`)")
    rows = [row for one in _METRICS for row in ([one, cosine] if one.name == "tower_cosine" else [one])]
    lines += [f"| `{m.name}` | {m.better} | {m.unit} | {m.range} | {m.over} | {m.told} | {m.source} |" for m in rows]
    return "\n".join(lines) + "\n"
