"""What every procedural asset is: a mesh, perhaps a rig, and the family that draws it at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from raw.mesh import Mesh, Rig


class Asset(NamedTuple):
    """One built individual."""

    mesh: Mesh  # grounded, asset frame (z up, front faces -y, base centre at the origin), metres
    rig: Rig | None  # the skeleton it was grown from; None for what has none
    parameters: dict[str, float]  # the numbers it was built from


class Family(NamedTuple):
    """A kind of asset that can be sampled."""

    name: str  # 'zebra'; also the prefix of asset ids
    category: str  # 'bird', 'boulder', 'bush', 'carnivore', 'herbivore' or 'tree'
    words: str  # 'plains zebra, Equus quagga, savanna'
    sample: Callable[[np.random.Generator], Asset]  # same generator state, same individual
    order: str = ""  # zoological, 'Perissodactyla'; '' for what is no animal
    habitat: str = ""  # the kind of ground it is most at home on, a name of procedural.assets.grounds.GROUNDS
    size: tuple[float, float] = (0.0, 0.0)  # metres, adults in the literature: height at the withers, of a bird as it stands
