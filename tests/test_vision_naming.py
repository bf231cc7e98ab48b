"""What an ImageNet classifier says for families of animals."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from raw.scene import ANIMALS
from raw.vision.imagenet_families import FAMILIES
from raw.vision.kinds import CLASSES, kind_evidence
from raw.vision.naming import DOUBT, OF_ITS_KIND, Naming
from raw.vision.tower import load_tower

SHARE, ZEBRA, TIGER, LYNX, SOFA = 0.6, 340, 292, 287, 831  # a probability, and classes


def said(class_: int) -> np.ndarray:
    """A classifier's answer: one class, the rest on another that no family has."""
    return SHARE * np.eye(CLASSES)[class_] + (1 - SHARE) * np.eye(CLASSES)[SOFA]


@pytest.mark.render
def test_every_family_of_the_default_library_is_in_the_table() -> None:
    from procedural.library.make import LibraryConfig, plan  # it takes bpy

    families = {record.family for record in plan(LibraryConfig()) if record.category in ANIMALS}
    assert families == set(FAMILIES)


def test_every_family_is_called_by_classes_and_those_are_of_animals() -> None:
    naming = Naming(dict.fromkeys(FAMILIES, "bird"))
    speaks = np.array([np.exp(naming(row)) > 1.5 * DOUBT for row in np.eye(CLASSES)])  # (classes, families)
    assert speaks.any(axis=0).all() and speaks.sum(axis=0).max() <= 130
    assert np.flatnonzero(speaks.any(axis=1)).max() <= 388  # then come fish and things


def test_own_classes_say_most_and_classes_of_the_kind_a_little() -> None:
    naming = Naming({"zebra": "herbivore", "tiger": "carnivore", "lion": "carnivore"})
    assert naming.families == ("zebra", "tiger", "lion")
    np.testing.assert_allclose(naming(said(ZEBRA)), np.log([SHARE + DOUBT, DOUBT, DOUBT]))
    np.testing.assert_allclose(naming(said(TIGER)), np.log([DOUBT, SHARE + DOUBT, OF_ITS_KIND * SHARE + DOUBT]))
    np.testing.assert_allclose(naming(said(LYNX)), np.log([DOUBT, *[OF_ITS_KIND * SHARE + DOUBT] * 2]))


def test_a_family_that_the_table_lacks_is_like_the_others_of_its_category() -> None:
    naming = Naming({"zebra": "herbivore", "tiger": "carnivore", "griffin": "carnivore"})
    assert naming(said(TIGER))[2] == pytest.approx(np.log(OF_ITS_KIND * SHARE + DOUBT))
    assert naming(said(ZEBRA))[2] == pytest.approx(np.log(DOUBT))
    assert Naming({"griffin": "carnivore"})(said(TIGER))[0] == pytest.approx(np.log(DOUBT))


def test_towers_that_are_classifiers_tell_classes() -> None:
    images = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    plain, kinds = (load_tower(name)(images) for name in ("efficientnet_lite0", "efficientnet_lite0_kinds"))
    assert plain.classes is not None and kinds.classes is not None and load_tower("debug")(images).classes is None
    torch.testing.assert_close(plain.classes.sum(dim=1), torch.ones(2))
    torch.testing.assert_close(plain.classes, kinds.classes)
    logits = load_tower("efficientnet_lite0").net.classifier(plain.patches[..., :1280].mean(dim=1))
    torch.testing.assert_close(plain.classes, logits.softmax(dim=1), atol=1e-5, rtol=1e-4)
    assert kind_evidence(logits).shape == (2, 45)
