"""Average precision: known answers, and those of pycocotools."""

from __future__ import annotations

import contextlib
import io
import math

import numpy as np
import pytest

from raw.metrics.detection import OVERLAPS, Sight, average_precision, detections, hits, precision_recall, relative_distances
from raw.scene import SceneObject


def sight(confidence: list[float], cost: list[list[float]], true: int) -> Sight:
    """Objects of one class."""
    return Sight(["zebra"] * len(confidence), ["zebra"] * true, np.array(confidence), np.array(cost).reshape(len(confidence), true))


def test_the_surest_claims_first_and_takes_the_nearest_that_is_free() -> None:
    cost = np.array([[0.1, 0.2], [0.0, 0.4], [0.05, 0.9]])
    np.testing.assert_array_equal(hits(cost, np.array([0.9, 0.5, 0.4]), 0.5), [True, True, False])
    np.testing.assert_array_equal(hits(cost, np.array([0.9, 0.5, 0.4]), 0.3), [True, False, False])
    np.testing.assert_array_equal(hits(cost, np.array([0.1, 0.5, 0.4]), 0.3), [True, True, False])
    assert hits(np.zeros((2, 0)), np.ones(2), 0.5).tolist() == [False, False]


def test_known_average_precision() -> None:
    # ranked: hit, miss, hit of three true objects: precision 1 up to recall 1/3, then 2/3 up to 2/3, then nothing
    sights = [sight([0.9, 0.8], [[0.1, 9], [9, 9]], 2), sight([0.7], [[0.3]], 1)]
    found = detections(sights, "zebra", (0.2, 0.5))
    np.testing.assert_array_equal(found.hit, [[True, True], [False, False], [False, True]])
    np.testing.assert_allclose(average_precision(found), [34 / 101, (34 + 33 * 2 / 3) / 101])
    precision, recall = precision_recall(found, 1)
    np.testing.assert_allclose(precision, [1, 1 / 2, 2 / 3])
    np.testing.assert_allclose(recall, [1 / 3, 1 / 3, 2 / 3])


def test_all_right_is_one_and_nothing_said_is_nought() -> None:
    assert average_precision(detections([sight([0.2, 0.1], [[0, 9], [9, 0]], 2)], "zebra", (0.1,))) == pytest.approx(1)
    assert average_precision(detections([sight([], [], 2)], "zebra", (0.1,))) == [0]
    none = detections([sight([0.5], [], 0)], "zebra", (0.1, 0.2))
    assert np.isnan(average_precision(none)).all() and np.isnan(precision_recall(none, 0)[1]).all()


def test_equal_confidence_is_one_point_whatever_the_order() -> None:
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]):
        cost = np.array([[0, 9], [9, 9], [9, 9], [9, 0]])[order]
        found = detections([sight([1.0] * 4, cost.tolist(), 2)], "zebra", (0.1,))
        assert average_precision(found) == pytest.approx(0.5)  # half of what is said is right, and all is found


def test_classes_keep_apart() -> None:
    mixed = Sight(["zebra", "oak", None], ["oak", "zebra"], np.array([0.5, 0.9, 0.7]), np.zeros((3, 2)))
    for kind in ("zebra", "oak"):
        found = detections([mixed], kind, (0.1,))
        assert found.hit.tolist() == [[True]] and found.true.tolist() == [1]
    assert detections([mixed], "lion", (0.1,)).true.sum() == 0


def test_weights_repeat_pictures() -> None:
    sights = [sight([0.9], [[0]], 1), sight([0.8, 0.3], [[9], [0]], 1), sight([0.6], [[9, 9, 9]], 3)]
    found = detections(sights, "zebra", (0.1, 10))
    weights = np.array([[1, 1, 1], [2, 1, 0], [0, 0, 3], [0, 0, 0]])
    weighed = average_precision(found, weights)
    for row, again in zip(weighed[:3], (sights, [sights[0], sights[0], sights[1]], [sights[2]] * 3), strict=True):
        np.testing.assert_allclose(row, average_precision(detections(again, "zebra", (0.1, 10))))
    assert len(np.unique(weighed[:3, 0])) == 3 and np.isnan(weighed[3]).all()  # nothing was drawn


def test_distances_are_relative_to_the_true_depth() -> None:
    def thing(x: float, z: float) -> SceneObject:
        return SceneObject("tree", (x, 0.0, z), 1.0)

    np.testing.assert_allclose(relative_distances([thing(3, -10), thing(0, -14)], [thing(0, -10)]), [[0.3], [0.4]])
    assert relative_distances([], [thing(0, -1)]).shape == (0, 1) and relative_distances([thing(0, -1)], []).shape == (1, 0)
    assert math.isclose(relative_distances([thing(1, 2)], [thing(0, 2)])[0, 0], 10)  # behind the camera


def test_bad_sights_are_refused() -> None:
    with pytest.raises(ValueError, match=r"picture 1 has 1 predicted and 2 true objects; cost is \(1, 1\)"):
        detections([sight([], [], 0), Sight(["a"], ["a", "a"], np.ones(1), np.zeros((1, 1)))], "a", (0.1,))
    with pytest.raises(ValueError, match="nan"):
        detections([sight([math.nan], [[0]], 1)], "zebra", (0.1,))
    with pytest.raises(ValueError, match="at least one picture"):
        detections([], "zebra", (0.1,))


def box_iou(a: np.ndarray, b: np.ndarray) -> float:
    sides = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None)
    areas = [(box[2:] - box[:2]).prod() for box in (a, b)]
    return float(sides.prod() / (sum(areas) - sides.prod()))


def test_the_numbers_are_those_of_coco() -> None:
    coco, eval_ = pytest.importorskip("pycocotools.coco").COCO, pytest.importorskip("pycocotools.cocoeval").COCOeval
    rng = np.random.default_rng(0)
    truth, said, sights = [], [], []
    for picture in range(12):
        true = np.round(rng.uniform(0, 60, size=(rng.integers(1, 6), 4)))
        true[:, 2:] = true[:, :2] + 40
        mine = np.round(true[rng.integers(len(true), size=rng.integers(0, 8))] + rng.normal(0, 6, size=(1, 4)))
        sure = rng.permutation(1000)[: len(mine)] / 1000 + picture / 1e5  # all different
        truth += [{"image_id": picture, "category_id": 1, "bbox": [*b[:2], *(b[2:] - b[:2])], "area": 1600.0, "iscrowd": 0} for b in true]
        said += [{"image_id": picture, "category_id": 1, "bbox": [*b[:2], *(b[2:] - b[:2])], "score": s}
                 for b, s in zip(mine, sure, strict=True)]  # fmt: skip
        cost = np.array([[1 - box_iou(p, t) for t in true] for p in mine]).reshape(len(mine), len(true))
        sights.append(Sight(["a"] * len(mine), ["a"] * len(true), sure, cost))
    for number, one in enumerate(truth, start=1):
        one["id"] = number
    with contextlib.redirect_stdout(io.StringIO()):
        known = coco()
        known.dataset = {"images": [{"id": i} for i in range(12)], "categories": [{"id": 1}], "annotations": truth}
        known.createIndex()
        run = eval_(known, known.loadRes(said), "bbox")
        run.evaluate()
        run.accumulate()
    theirs = run.eval["precision"][:, :, 0, 0, -1].mean(axis=1)
    mine = average_precision(detections(sights, "a", [1 - overlap for overlap in OVERLAPS]))
    np.testing.assert_allclose(mine, theirs, atol=1e-9)
    assert 0.02 < mine.mean() < 0.98
