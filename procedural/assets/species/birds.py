"""Birds of every kind."""

from __future__ import annotations

from procedural.assets.species.landbirds import LANDBIRDS
from procedural.assets.species.songbirds import SONGBIRDS
from procedural.assets.species.waterbirds import WATERBIRDS

BIRDS = (*WATERBIRDS, *LANDBIRDS, *SONGBIRDS)
