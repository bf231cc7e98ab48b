"""The plant and rock families that a library is built from."""

from __future__ import annotations

from procedural.assets.asset import Family
from procedural.assets.bushes import fern_rand, shrub_rand, tussock_rand
from procedural.assets.rocks import ROCKS
from procedural.assets.trees import acacia_rand, birch_rand, oak_rand, palm_rand, pine_rand, snag_rand, thorn_bush_rand

PLANTS: tuple[Family, ...] = (
    Family("acacia", "tree", "umbrella thorn acacia, savanna", acacia_rand),
    Family("oak", "tree", "oak, broadleaf tree, temperate forest, meadow", oak_rand),
    Family("birch", "tree", "birch, white bark, boreal forest, wetland", birch_rand),
    Family("pine", "tree", "conifer, spruce, pine, boreal forest, mountains", pine_rand),
    Family("palm", "tree", "palm, tropical coast, oasis", palm_rand),
    Family("snag", "tree", "dead tree, bare, savanna, wetland, desert", snag_rand),
    Family("shrub", "bush", "round leafy shrub, savanna, meadow, forest edge", shrub_rand),
    Family("thorn_bush", "bush", "dry thorny shrub, desert, savanna", thorn_bush_rand),
    Family("tussock", "bush", "grass tussock, savanna, tundra, wetland", tussock_rand),
    Family("fern", "bush", "fern, forest floor, wetland", fern_rand),
    *ROCKS,
)
