"""All mammals on four legs, joined from their groups."""

from procedural.assets.species.antelopes import ANTELOPES
from procedural.assets.species.cats import CATS
from procedural.assets.species.cattle import CATTLE
from procedural.assets.species.deer import DEERS
from procedural.assets.species.dogs_and_bears import DOGS_AND_BEARS
from procedural.assets.species.giants_and_pigs import GIANTS_AND_PIGS
from procedural.assets.species.horses_and_rhinos import HORSES_AND_RHINOS
from procedural.assets.species.sheep_and_camels import SHEEP_AND_CAMELS
from procedural.assets.species.small_mammals import SMALL_MAMMALS

MAMMALS = (
    *CATS, *DOGS_AND_BEARS, *HORSES_AND_RHINOS, *CATTLE, *ANTELOPES, *DEERS, *SHEEP_AND_CAMELS, *GIANTS_AND_PIGS, *SMALL_MAMMALS,
)  # fmt: skip
