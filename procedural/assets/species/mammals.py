"""All four-legged animals, joined from their groups."""

from procedural.assets.species.antelopes import ANTELOPES
from procedural.assets.species.cats import CATS
from procedural.assets.species.cattle import CATTLE
from procedural.assets.species.deer import DEERS
from procedural.assets.species.dogs_and_bears import DOGS_AND_BEARS
from procedural.assets.species.horses_and_rhinos import HORSES_AND_RHINOS

MAMMALS = (*CATS, *DOGS_AND_BEARS, *HORSES_AND_RHINOS, *CATTLE, *ANTELOPES, *DEERS)
