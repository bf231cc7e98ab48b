"""Image towers and their input."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional

from raw.vision.debug import DebugTower
from raw.vision.efficientnet import CPU_BATCH, EfficientNetLite0
from raw.vision.fingerprint import fingerprint_of_small
from raw.vision.images import PADDING, square, to_tensor
from raw.vision.kinds import CLASSES, FLOOR, KINDS, kind_evidence, members
from raw.vision.tower import load_tower

IMAGES = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def lite0() -> EfficientNetLite0:
    return load_tower("efficientnet_lite0")


@pytest.mark.parametrize("name", ["efficientnet_lite0", "efficientnet_lite0_kinds", "debug"])
def test_output_has_the_shape_that_the_tower_states(name: str) -> None:
    tower = load_tower(name)
    patches, pooled, _ = tower(IMAGES)
    assert patches.shape == (2, *tower.patch_shape) and pooled.shape == (2, tower.width)
    assert patches.dtype == pooled.dtype == torch.float32
    torch.testing.assert_close(pooled.norm(dim=1), torch.ones(2))
    assert (pooled[0] - pooled[1]).abs().max() > 1e-4
    assert not patches.requires_grad and not tower.training and not any(p.requires_grad for p in tower.parameters())


@pytest.mark.parametrize("name", ["efficientnet_lite0", "efficientnet_lite0_kinds", "debug"])
def test_pictures_do_not_see_each_other(name: str) -> None:
    tower = load_tower(name)
    torch.testing.assert_close(tower(IMAGES).pooled[:1], tower(IMAGES[:1]).pooled, atol=1e-5, rtol=1e-4)


def test_a_batch_beyond_a_cpus_cache_is_the_same_in_the_same_order(lite0: EfficientNetLite0) -> None:
    images = torch.rand(CPU_BATCH + 3, 3, 64, 64, generator=torch.Generator().manual_seed(2))
    whole, alone = lite0.stages(images), [lite0.stages(image[None]) for image in images]
    for outputs, *single in zip(whole, *alone, strict=True):
        torch.testing.assert_close(outputs, torch.cat(single), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", ["efficientnet_lite0", "efficientnet_lite0_kinds", "debug"])
@pytest.mark.parametrize(
    ("images", "message"),
    [
        (IMAGES * 255, "range from 0.00. to 25"),
        (IMAGES - 0.5, "range from -0.5"),
        (IMAGES[0], "allowed: \\(B, 3, 224, 224\\)"),
        (IMAGES[..., :112], "allowed: \\(B, 3, 224, 224\\)"),
        (IMAGES.permute(0, 2, 3, 1), "allowed: \\(B, 3, 224, 224\\)"),
    ],
    ids=["bytes", "negative", "no batch", "half", "channels last"],
)
def test_wrong_input_is_refused(name: str, images: torch.Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_tower(name)(images)


def test_unknown_tower_lists_the_names() -> None:
    known = "efficientnet_lite0, efficientnet_lite0_kinds, debug, clip, convnext"
    for name in ("resnet", "debug:1", "open_clip", "open_clip:", "clip:x"):
        with pytest.raises(ValueError, match=f"'{name}' is unknown; allowed: {known}"):
            load_tower(name)


def test_fingerprints_are_those_that_models_and_libraries_hold(lite0: EfficientNetLite0) -> None:
    assert lite0.fingerprint == "5f1ffa009164f979"
    assert load_tower("debug").fingerprint == "e39d88a42efd117e"


@pytest.mark.parametrize("name", ["efficientnet_lite0", "efficientnet_lite0_kinds", "debug"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_tower_of_fewer_digits_sees_about_the_same(name: str, dtype: torch.dtype) -> None:
    tower = load_tower(name)
    expected = tower(IMAGES)
    less = tower.to(dtype)(IMAGES)
    assert less.patches.dtype == less.pooled.dtype == torch.float32
    assert (less.pooled * expected.pooled).sum(dim=1).min() > 0.99


def test_towers_do_not_train() -> None:
    tower = load_tower("debug").train()
    assert not tower.training and not tower(IMAGES).patches.requires_grad


def test_fingerprint_sees_one_changed_weight() -> None:
    tower = DebugTower()
    tower.filters[3, 5] += 1e-6
    told = (tower.name, tower.size, tower.patch_shape, tower.width)
    assert fingerprint_of_small(*told, tower.state_dict()) != tower.fingerprint == fingerprint_of_small(*told, DebugTower().state_dict())


def test_lite0_is_the_network_of_its_weights(lite0: EfficientNetLite0) -> None:
    """The stages run by hand give what timm's own forward gives, and trained batch norms leave features in a sane range."""
    expected = lite0.net.forward_features((IMAGES * 255 - 127) / 128).mean(dim=(2, 3))
    assert 0.01 < expected.abs().mean() < 10
    torch.testing.assert_close(lite0(IMAGES).pooled, functional.normalize(expected, dim=1), atol=1e-5, rtol=1e-4)


def test_lite0_knows_a_cat(lite0: EfficientNetLite0) -> None:
    """A photograph through ``square``, ``to_tensor`` and the tower's own preprocessing; wrong weights would not name it."""
    photo = Image.fromarray(pytest.importorskip("skimage.data").cat())
    head = lite0.stages(to_tensor([square(photo, 224)]))[-1]
    best = lite0.net.forward_head(head).topk(3).indices[0].tolist()
    assert {281, 282, 285} & set(best), f"tabby 281, tiger cat 282 or Egyptian cat 285 expected, got {best}"


def test_lite0_patch_joins_the_last_grid_with_the_finer_cells_under_it(lite0: EfficientNetLite0) -> None:
    patches, stages = lite0(IMAGES).patches, lite0.stages(IMAGES)
    coarse, fine = stages[-1], stages[4]
    assert coarse.shape[1:] == (1280, 7, 7) and fine.shape[1:] == (112, 14, 14)
    row, column = 2, 5
    patch = patches[0, row * 7 + column]
    torch.testing.assert_close(patch[:1280], coarse[0, :, row, column])
    cells = fine[0, :, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
    torch.testing.assert_close(patch[1280:].sort().values, cells.flatten().sort().values)


def test_every_class_is_of_one_kind() -> None:
    runs = sorted(run for runs in KINDS.values() for run in runs)
    assert [first for first, _ in runs] == [0, *(last + 1 for _, last in runs[:-1])] and runs[-1][1] == CLASSES - 1
    assert all(first <= last for first, last in runs) and members().min() == 0


@pytest.mark.parametrize(
    ("classes", "kind"), [((340,), "zebra"), ((101, 386), "elephant"), ((207, 254), "dog"), ((0, 395), "fish"), ((999,), "other")]
)
def test_evidence_of_a_kind_is_that_of_its_classes_together(classes: tuple[int, ...], kind: str) -> None:
    share = torch.full((CLASSES,), 0.4 / CLASSES)
    share[list(classes)] += 0.6 / len(classes)
    evidence = kind_evidence(share.log().expand(2, 3, -1))
    assert evidence.shape == (2, 3, len(KINDS))
    torch.testing.assert_close(evidence.exp().sum(dim=-1), torch.ones(2, 3))
    own = 0.6 + 0.4 * sum(last - first + 1 for first, last in KINDS[kind]) / CLASSES
    assert evidence[0, 0, list(KINDS).index(kind)].exp().item() == pytest.approx(own, abs=1e-5)
    assert kind_evidence(1e4 * share).min() == FLOOR


def test_kinds_of_a_photograph() -> None:
    """A cat's face is among cats; the finer cells and pooled are those of the plain tower."""
    photo = to_tensor([square(Image.fromarray(pytest.importorskip("skimage.data").cat()), 224)])
    told, plain = load_tower("efficientnet_lite0_kinds")(photo), load_tower("efficientnet_lite0")(photo)
    best = told.patches[0, :, : len(KINDS)].amax(dim=0)
    best[list(KINDS).index("other")] = FLOOR
    assert list(KINDS)[int(best.argmax())] == "cat"
    torch.testing.assert_close(told.patches[..., len(KINDS) :], plain.patches[..., 1280:])
    torch.testing.assert_close(told.pooled, plain.pooled)


def test_debug_patches_go_row_by_row_from_the_top_left() -> None:
    tower, changed = load_tower("debug"), IMAGES.clone()
    changed[:, :, 2 * 32 : 3 * 32, 5 * 32 : 6 * 32] = 0
    difference = (tower(changed).patches - tower(IMAGES).patches).abs().amax(dim=(0, 2))
    assert difference.nonzero().flatten().tolist() == [2 * 7 + 5]


@pytest.mark.parametrize(("size", "box"), [((300, 100), (0, 37, 112, 74)), ((100, 300), (37, 0, 74, 112)), ((50, 50), (0, 0, 112, 112))])
def test_square_pads_with_grey_in_the_middle(size: tuple[int, int], box: tuple[int, int, int, int]) -> None:
    result = np.asarray(square(Image.new("RGB", size, (250, 10, 10)), 112))
    assert result.shape == (112, 112, 3)
    left, top, right, bottom = box
    filled = np.zeros((112, 112), dtype=bool)
    filled[top:bottom, left:right] = True
    assert (result[~filled] == PADDING).all()
    assert np.abs(result[filled].astype(int) - (250, 10, 10)).max() <= 1


def test_square_keeps_the_picture_the_right_way_round() -> None:
    picture = Image.new("RGB", (200, 100), (0, 0, 0))
    picture.paste((255, 0, 0), (100, 0, 200, 50))
    result = np.asarray(square(picture, 64)).astype(int)
    assert result[20, 50, 0] > 200 and result[20, 10, 0] < 50 and result[40, 50, 0] < 50


@pytest.mark.parametrize("mode", ["L", "RGBA", "P"])
def test_square_wants_rgb(mode: str) -> None:
    with pytest.raises(ValueError, match=f"got mode {mode}"):
        square(Image.new(mode, (8, 8)), 8)


def test_square_keeps_a_sliver() -> None:
    assert np.asarray(square(Image.new("RGB", (1, 2000), (255, 0, 0)), 32))[:, 15:16, 0].min() > 200


def test_to_tensor_puts_channels_first_in_unit_range() -> None:
    tensor = to_tensor([Image.new("RGB", (4, 2), (255, 0, 51))])
    assert tensor.shape == (1, 3, 2, 4) and tensor.dtype == torch.float32
    torch.testing.assert_close(tensor[0, :, 1, 3], torch.tensor([1.0, 0.0, 0.2]))
