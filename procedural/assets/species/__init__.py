"""The rows: which animals there are, their proportions and their coats."""

from procedural.assets.species.birds import BIRDS
from procedural.assets.species.mammals import MAMMALS
from procedural.assets.species.reptiles import REPTILES

ANIMALS = (*MAMMALS, *REPTILES, *BIRDS)
