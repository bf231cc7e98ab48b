"""The shader of a coat: hair and plumes too fine for any mesh, as streaks of brightness and bumps along the body.

It goes by the mesh's own coordinates, so it stays on the animal, and costs one noise a shading point. Exporters do not see it.
"""

from __future__ import annotations

import math

import bpy
import numpy as np

from raw.render.materials import VERTEX_COLOR, matter, set_surface

_HAIR = 0.006  # thickness of a tuft over the longest side of the animal
_STREAK = (1.0, 0.28, 0.5)  # frequency across, along and up the body: hair lies backwards and hangs a little
_LIGHT = (0.70, 1.25)  # brightness between tufts and on them
_RISE = 0.9  # height of a tuft over its thickness


def coat(extent: float) -> bpy.types.Material:
    """Find or make the material of an animal whose longest side is ``extent`` metres; sizes a factor of 1.4 apart share one."""
    tuft = _HAIR * 2 ** (round(2 * math.log2(max(extent, 1e-3))) / 2)
    name = f"Coat {1000 * tuft:.2f} mm"
    known = bpy.data.materials.get(name)
    if known:
        return known
    material = matter(name, 0.9)
    _add_tufts(material.node_tree, tuft)
    return material


def longest_side(vertices: np.ndarray) -> float:
    """Metres, of the box around (V, 3) points."""
    return float(np.ptp(vertices, axis=0).max())


def _add_tufts(tree: bpy.types.NodeTree, tuft: float) -> None:
    """Plug tufts between the vertex colour and the shader."""
    new, link = tree.nodes.new, tree.links.new
    place, stretch, noise = new("ShaderNodeTexCoord"), new("ShaderNodeVectorMath"), new("ShaderNodeTexNoise")
    stretch.operation = "MULTIPLY"  # a mapping node would compute the sines of its rotation at every point
    stretch.inputs[1].default_value = tuple(share / (4 * tuft) for share in _STREAK)  # three octaves from four tufts to half of one
    noise.inputs["Scale"].default_value, noise.inputs["Detail"].default_value, noise.inputs["Roughness"].default_value = 1.0, 2.0, 0.8
    link(place.outputs["Object"], stretch.inputs[0])
    link(stretch.outputs["Vector"], noise.inputs["Vector"])
    light, dim, bump = new("ShaderNodeMapRange"), new("ShaderNodeVectorMath"), new("ShaderNodeBump")
    for socket, value in zip(("From Min", "From Max", "To Min", "To Max"), (0.3, 0.7, *_LIGHT), strict=True):
        light.inputs[socket].default_value = value
    dim.operation = "SCALE"
    link(noise.outputs[0], light.inputs["Value"])
    link(tree.nodes[VERTEX_COLOR].outputs["Color"], dim.inputs[0])
    link(light.outputs["Result"], dim.inputs["Scale"])
    bump.inputs["Distance"].default_value = _RISE * tuft
    link(noise.outputs[0], bump.inputs["Height"])
    set_surface(tree, dim.outputs[0], bump.outputs["Normal"])
