"""The plant families that a library is built from.

Sizes are heights in metres, from young but full-shaped plants to tall adults in the literature.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from procedural.assets.asset import Asset, Family
from procedural.assets.flora import broadleaves, conifers, dwarf_shrubs, grasses, savanna_trees, succulents, thickets, tropical_trees

Sampler = Callable[[np.random.Generator], Asset]


def tree(name: str, words: str, sample: Sampler, habitat: str, low: float, high: float) -> Family:
    """A family of trees of low to high metres that grows on the ground kind `habitat`."""
    return Family(name, "tree", words, sample, habitat=habitat, size=(low, high))


def bush(name: str, words: str, sample: Sampler, habitat: str, low: float, high: float) -> Family:
    """A family of bushes of low to high metres that grows on the ground kind `habitat`."""
    return Family(name, "bush", words, sample, habitat=habitat, size=(low, high))


TREES: tuple[Family, ...] = (
    tree("acacia", "umbrella thorn acacia, Vachellia tortilis, savanna", savanna_trees.acacia_rand, "dry_grass", 4, 14),
    tree("oak", "English oak, Quercus robur, broadleaf, temperate forest, meadow", broadleaves.oak_rand, "leaf_litter", 6, 22),
    tree("birch", "silver birch, Betula pendula, white bark, boreal forest, wetland", broadleaves.birch_rand, "leaf_litter", 6, 22),
    tree("pine", "Scots pine, Pinus sylvestris, conifer, boreal forest, mountains", conifers.pine_rand, "leaf_litter", 8, 28),
    tree("palm", "palm, Cocos and Phoenix, tropical coast, oasis", tropical_trees.palm_rand, "sand", 5, 18),
    tree("snag", "dead tree, bare, savanna, wetland, desert", savanna_trees.snag_rand, "dirt", 3, 14),
    tree("spruce", "Norway spruce, Picea abies, conifer, boreal forest, mountains", conifers.spruce_rand, "snow", 6, 30),
    tree("larch", "European larch, Larix decidua, conifer, mountains, taiga", conifers.larch_rand, "gravel_rock", 8, 30),
    tree("cypress", "Italian cypress, Cupressus sempervirens, Mediterranean", conifers.cypress_rand, "dry_grass", 7, 24),
    tree("poplar", "Lombardy poplar, Populus nigra, riverside, farmland", broadleaves.poplar_rand, "green_grass", 10, 28),
    tree("maple", "maple, Acer, temperate forest, autumn colours", broadleaves.maple_rand, "leaf_litter", 7, 22),
    tree("willow", "weeping willow, Salix babylonica, riverside, park", broadleaves.willow_rand, "green_grass", 6, 18),
    tree("eucalyptus", "river red gum, Eucalyptus camaldulensis, Australian woodland", savanna_trees.eucalyptus_rand, "dry_grass", 10, 30),
    tree("baobab", "baobab, Adansonia digitata, savanna", savanna_trees.baobab_rand, "dry_grass", 7, 22),
    tree("joshua", "Joshua tree, Yucca brevifolia, desert", savanna_trees.joshua_rand, "sand", 3, 11),
    tree("saguaro", "saguaro cactus, Carnegiea gigantea, desert", succulents.saguaro_rand, "sand", 3, 13),
    tree("mangrove", "red mangrove, Rhizophora mangle, tropical coast, swamp", tropical_trees.mangrove_rand, "dirt", 2.5, 12),
    tree("banana", "banana plant, Musa acuminata, rainforest, garden", tropical_trees.banana_rand, "green_grass", 2.5, 7),
)

BUSHES: tuple[Family, ...] = (
    bush("shrub", "round leafy shrub, Cornus, savanna, meadow, forest edge", thickets.shrub_rand, "green_grass", 0.6, 3),
    bush("thorn_bush", "dry thorny shrub, Senegalia mellifera, desert, savanna", thickets.thorn_bush_rand, "dry_grass", 0.6, 3),
    bush("tussock", "grass tussock, Deschampsia, savanna, tundra, wetland", grasses.tussock_rand, "dry_grass", 0.4, 1.6),
    bush("fern", "male fern, Dryopteris filix-mas, forest floor, wetland", grasses.fern_rand, "leaf_litter", 0.35, 1.5),
    bush("juniper", "common juniper, Juniperus communis, heath, mountains", dwarf_shrubs.juniper_rand, "gravel_rock", 0.5, 4),
    bush("heather", "heather, Calluna vulgaris, flowering, heath, moor, tundra", dwarf_shrubs.heather_rand, "gravel_rock", 0.2, 0.8),
    bush("gorse", "gorse, Ulex europaeus, yellow flowers, heath, coast", thickets.gorse_rand, "green_grass", 0.6, 2.5),
    bush("holly", "holly, Ilex aquifolium, red berries, temperate forest", thickets.holly_rand, "leaf_litter", 1, 6),
    bush("bramble", "bramble, blackberry, Rubus fruticosus, forest edge", thickets.bramble_rand, "leaf_litter", 0.6, 2.2),
    bush("sagebrush", "big sagebrush, Artemisia tridentata, steppe, desert", thickets.sagebrush_rand, "dirt", 0.5, 2),
    bush("reed", "common reed, Phragmites australis, wetland, lakeside", grasses.reed_rand, "green_grass", 1.5, 4),
    bush("cattail", "cattail, reedmace, Typha latifolia, wetland, lakeside", grasses.cattail_rand, "green_grass", 1.2, 2.8),
    bush("papyrus", "papyrus, Cyperus papyrus, African wetland", grasses.papyrus_rand, "green_grass", 1.5, 4.5),
    bush("bamboo", "bamboo, Phyllostachys, Asian forest, garden", grasses.bamboo_rand, "leaf_litter", 3, 12),
    bush("prickly_pear", "prickly pear cactus, Opuntia, desert", succulents.prickly_pear_rand, "sand", 0.5, 3),
    bush("agave", "century plant, Agave americana, desert, rosette", succulents.agave_rand, "sand", 0.5, 2),
)

PLANTS: tuple[Family, ...] = (*TREES, *BUSHES)
