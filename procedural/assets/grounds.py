"""The kinds of ground that a library is built from."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from procedural.assets import grounds_bare as bare
from procedural.assets import grounds_green as green
from raw.mesh import GroundMaterial


class GroundKind(NamedTuple):
    """A kind of ground that can be sampled."""

    name: str  # 'dry_grass'; also the prefix of ground ids
    words: str
    sample: Callable[[np.random.Generator], GroundMaterial]  # same generator state, same ground


GROUNDS: tuple[GroundKind, ...] = (
    GroundKind("dry_grass", "dry yellow grass, savanna", green.dry_grass),
    GroundKind("green_grass", "green grass, meadow", green.green_grass),
    GroundKind("sand", "sand, desert, beach", bare.sand),
    GroundKind("leaf_litter", "fallen leaves, forest floor", green.leaf_litter),
    GroundKind("dirt", "bare brown soil", bare.dirt),
    GroundKind("gravel_rock", "gravel and rock, mountains", bare.gravel_rock),
    GroundKind("snow", "snow, tundra, winter", bare.snow),
    GroundKind("tall_grass", "tall grass, prairie, savanna", green.tall_grass),
    GroundKind("flower_meadow", "meadow full of wild flowers, alpine meadow, spring", green.flower_meadow),
    GroundKind("moss", "moss, damp forest floor, rainforest, boreal forest", green.moss),
    GroundKind("pine_needles", "pine needles and cones, conifer forest floor", green.pine_needles),
    GroundKind("autumn_leaves", "yellow and red autumn leaves, broadleaf forest, autumn", green.autumn_leaves),
    GroundKind("jungle_floor", "dark soil and big leaves, tropical rainforest floor", green.jungle_floor),
    GroundKind("heath", "purple heather, heath, moorland", green.heath),
    GroundKind("tundra", "lichen and low red plants, tundra, fell", green.tundra),
    GroundKind("steppe", "bunch grass on pale soil, steppe, semi-desert", green.steppe),
    GroundKind("marsh", "sedge and pools, marsh, wetland", green.marsh),
    GroundKind("red_sand", "red sand, desert dunes", bare.red_sand),
    GroundKind("red_soil", "red laterite soil with dry tufts, savanna", bare.red_soil),
    GroundKind("ploughed", "ploughed field, furrows, farmland", bare.ploughed),
    GroundKind("mud", "wet mud with puddles, waterhole, river bank", bare.mud),
    GroundKind("cracked_earth", "cracked dry clay, drought, dry lake", bare.cracked_earth),
    GroundKind("salt_pan", "white salt pan, salt flat, dry lake", bare.salt_pan),
    GroundKind("pebble_beach", "pebble beach, shingle, river bank", bare.pebble_beach),
    GroundKind("bare_rock", "bare bedrock, mountains, rocky coast", bare.bare_rock),
    GroundKind("lava", "black lava field, volcano", bare.lava),
    GroundKind("burnt_grass", "burnt grassland, ash, first green shoots", bare.burnt_grass),
    GroundKind("patchy_snow", "melting snow between brown grass, spring, mountains", bare.patchy_snow),
    GroundKind("ice", "frozen lake, ice, polar", bare.ice),
    GroundKind("shallow_water", "shallow water, lake shore, reeds", bare.shallow_water),
    GroundKind("swamp", "dark still water, swamp, flooded forest", bare.swamp),
)
