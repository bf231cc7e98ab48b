"""The kinds of rock that a library is built from."""

from __future__ import annotations

from procedural.assets.asset import Family
from procedural.assets.boulders import granite_rand, mossy_rand, sandstone_rand
from procedural.assets.rock_coats import lichen_rand, limestone_rand, quartz_rand, snow_capped_rand
from procedural.assets.rock_stacks import basalt_rand, cobbles_rand, slate_rand
from procedural.assets.rock_towers import arch_rand, red_rock_rand, termite_mound_rand

ROCKS: tuple[Family, ...] = (
    Family("granite", "boulder", "granite boulder, rounded, grey", granite_rand),
    Family("sandstone", "boulder", "sandstone slab, layered, desert", sandstone_rand),
    Family("mossy", "boulder", "mossy stone, forest", mossy_rand),
    Family("lichen_rock", "boulder", "rock with orange and yellow lichen, tundra, coast, mountains", lichen_rand),
    Family("limestone", "boulder", "limestone, pale, pitted, karst", limestone_rand),
    Family("quartz", "boulder", "white quartz block, angular", quartz_rand),
    Family("snowy_rock", "boulder", "rock under a cap of snow, winter, mountains", snow_capped_rand),
    Family("slate", "boulder", "slate, shale, thin dark layers, mountains", slate_rand),
    Family("basalt", "boulder", "basalt columns, dark, volcanic coast", basalt_rand),
    Family("cobbles", "boulder", "river cobbles, smooth round stones, river bank", cobbles_rand),
    Family("red_rock", "boulder", "red desert rock tower, hoodoo, banded", red_rock_rand),
    Family("rock_arch", "boulder", "red sandstone arch, desert", arch_rand),
    Family("termite_mound", "boulder", "termite mound of red earth, savanna", termite_mound_rand),
)
