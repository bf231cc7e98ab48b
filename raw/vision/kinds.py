"""EfficientNet-Lite0 as a tower that tells kinds of things: the 1,000 classes of its ImageNet classifier, joined to 45 groups.

A network that has only seen renders reads features of photographs badly: they differ in ways that have nothing to do with
what is there. What a classifier trained on photographs says of a place carries over, because that network has already
learnt what does not matter; and groups carry over better than classes, since renders set off odd classes of the right kind.
docs/towers.md has the measurements.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor

from raw.vision.efficientnet import EfficientNetLite0

CLASSES = 1000
FLOOR = -8.0  # least log-probability that is told: how much less likely a kind is beyond that only says what else is there

# Kind -> classes, first and last of each run, in the order of the ILSVRC-2012 challenge, which is by WordNet's tree.
KINDS: dict[str, tuple[tuple[int, int], ...]] = {
    "fish": ((0, 6), (389, 397)),
    "fowl": ((7, 8), (80, 86)),
    "ostrich": ((9, 9),),
    "songbird": ((10, 20), (91, 96)),
    "raptor": ((21, 24),),
    "amphibian": ((25, 32),),
    "turtle": ((33, 37),),
    "lizard": ((38, 48), (51, 51)),
    "crocodile": ((49, 50),),
    "snake": ((52, 68),),
    "arthropod": ((69, 79), (300, 329)),
    "parrot": ((87, 90),),
    "waterfowl": ((97, 100),),
    "elephant": ((101, 101), (385, 386)),
    "marsupial": ((102, 106),),
    "invertebrate": ((107, 126),),
    "wader": ((127, 143),),
    "pelican": ((144, 144),),
    "penguin": ((145, 145),),
    "albatross": ((146, 146),),
    "sea mammal": ((147, 150),),
    "dog": ((151, 268),),
    "wolf": ((269, 275),),
    "hyena": ((276, 276),),
    "fox": ((277, 280),),
    "cat": ((281, 285),),
    "big cat": ((286, 293),),
    "bear": ((294, 297),),
    "mongoose": ((298, 299),),
    "hare": ((330, 332),),
    "rodent": ((333, 338),),
    "horse": ((339, 339),),
    "zebra": ((340, 340),),
    "pig": ((341, 343),),
    "hippopotamus": ((344, 344),),
    "cattle": ((345, 347),),
    "sheep or goat": ((348, 350),),
    "antelope": ((351, 353),),
    "camel": ((354, 355),),
    "weasel": ((356, 362),),
    "armadillo or sloth": ((363, 364),),
    "primate": ((365, 384),),
    "panda": ((387, 388),),
    "landscape": ((970, 980),),
    "other": ((398, 969), (981, 999)),
}


@cache
def members() -> Tensor:
    """(1000,) int64, the kind of every class, as its place in ``KINDS``."""
    kinds = torch.full((CLASSES,), -1)
    for place, runs in enumerate(KINDS.values()):
        for first, last in runs:
            kinds[first : last + 1] = place
    return kinds


def kind_evidence(logits: Tensor) -> Tensor:
    """(..., 1000) logits of ImageNet classes -> (..., 45) log-probabilities of the kinds, FLOOR..0."""
    probabilities = logits.float().softmax(dim=-1)
    empty = probabilities.new_zeros(*probabilities.shape[:-1], len(KINDS))
    sums = empty.index_add(-1, members().to(logits.device), probabilities)
    return sums.log().clamp(FLOOR, 0.0)


class EfficientNetLite0Kinds(EfficientNetLite0):
    """EfficientNet-Lite0 that says of each of 7 x 7 places which kinds of things are there, in place of its last features.

    A patch is 45 log-probabilities (``KINDS``) and the 2 x 2 finer cells (4 x 112) under them; pooled is that of EfficientNet-Lite0.
    """

    name = "efficientnet_lite0_kinds"
    patch_shape = (49, len(KINDS) + 4 * 112)

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        net: Any = self.net  # timm's classes name their parts at run time
        stages = self.stages(images)
        last = stages[-1]
        kinds = kind_evidence(net.classifier(last.flatten(2).transpose(1, 2)))
        return torch.cat([kinds.to(last.dtype), self.cells(stages)], dim=2), last.mean(dim=(2, 3))


def load(_: str) -> EfficientNetLite0Kinds:
    return EfficientNetLite0Kinds()
