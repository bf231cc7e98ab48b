"""Placing: nothing stands in anything else, crowns meet and trunks do not."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scene_library import scene_library

from procedural.scenes.footprints import STEPS, footprint_of
from procedural.scenes.things import Placing, Thing, Wanted

LIBRARY = scene_library()


def wanted(asset: str, height: float | None = None) -> Wanted:
    record = LIBRARY.record(asset)
    return Wanted(record, footprint_of(LIBRARY, asset), 0.0, height or record.height)


def reach(thing: Thing, below: float) -> float:
    """Metres from the axis of what a thing has below a height: of the boxes of the library, by hand."""
    height = thing.height
    if thing.record.category != "tree":
        return float(np.hypot(0.25 * height, 0.5 * height))
    scale = height / thing.record.height
    return float(np.hypot(0.25, 0.25) * height) if below > 0.5 * height + height / STEPS else float(np.hypot(0.2, 0.2) * scale)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["zebra/0000", "acacia/0000", "shrub/0000", "granite/0001"]), st.floats(0.6, 1.3)), max_size=25),
    st.integers(0, 999),
)
def test_things_keep_out_of_each_other(kinds: list[tuple[str, float]], seed: int) -> None:
    placing = Placing()
    some = [wanted(asset, LIBRARY.record(asset).height * scale) for asset, scale in kinds]
    placing.place(some, np.random.default_rng(seed).uniform(-6, 6, (len(some), 3, 2)))
    assert len(placing.things) + placing.left_out["no room"] == len(some)
    for i, a in enumerate(placing.things):
        for b in placing.things[:i]:
            far = np.hypot(a.x - b.x, a.y - b.y)
            if a.record.category == b.record.category == "tree":
                assert far > 0.8
            else:
                low = min(a.height, b.height)
                assert far > reach(a, low) + reach(b, low) - 1e-6


def test_a_hare_may_lie_under_a_crown_and_a_second_tree_may_touch_it() -> None:
    placing = Placing()
    spots = np.array([[[0.0, 0.0]], [[1.5, 0.0]], [[-2.0, 0.0]], [[0.2, 0.1]]])
    placing.place([wanted("acacia/0000"), wanted("hare/0000", 0.4), wanted("oak/0000"), wanted("hare/0000", 0.4)], spots)
    assert [t.record.family for t in placing.things] == ["acacia", "hare", "oak"]
    assert placing.left_out == {"no room": 1}


def test_second_spots_are_used_when_the_first_is_taken() -> None:
    placing = Placing()
    placing.place([wanted("zebra/0000"), wanted("zebra/0001")], np.array([[[0, 0], [9, 9]], [[0.5, 0], [9, 0]]], dtype=float))
    assert [(t.x, t.y) for t in placing.things] == [(0, 0), (9, 0)]


def test_shapes_are_read_from_meshes() -> None:
    tree, bird = footprint_of(LIBRARY, "acacia/0000"), footprint_of(LIBRARY, "crow/0001")
    assert tree.reach[0] == np.float32(np.hypot(0.2, 0.2)) and tree.reach[-1] > 3
    assert tree.trunk < 0.6 and not tree.flying and bird.flying and not bird.walking
    assert footprint_of(LIBRARY, "zebra/0001").walking and footprint_of(LIBRARY, "maple/0001").season == 2.0
    assert footprint_of(LIBRARY, "acacia/0000") is tree
