"""The shader of a ground: patches with clear edges, fine bumps, cracks, ripples and still water.

It works in land coordinates, so that all cameras on a land see the same stones and cracks. They are the place on the stage
and the stage's own: bumps ask for them three times a point, and reading them from the mesh takes longer.
"""

from __future__ import annotations

import bpy

from raw.color import srgb_to_linear
from raw.mesh import GroundMaterial, Surface
from raw.render.materials import matter, set_surface

PATCH = "Patch"  # mesh attribute: the patch at a place, 0-1
_RAGGED = 0.35  # how far the bumps shift the edge of a patch, of the range of patches
_SHORE = 0.05  # of the range of patches: as wide is the damp ground around water
_PLAIN = Surface(0.3, 0.0)  # of grounds that have none: grain alone
_SHINY = 0.5  # roughness below which highlights are worth their time
_MURK = 0.35  # brightness of still water over that of the ground below


def ground_matter(name: str, material: GroundMaterial, origin: tuple[float, float]) -> bpy.types.Material:
    """Find or make the material of a ground on a stage whose middle is at ``origin``, metres on the land."""
    name = f"{name} {origin[0]:g} {origin[1]:g}" if any(origin) else name
    known = bpy.data.materials.get(name)
    if known:
        return known
    surface = material.surface or _PLAIN
    shiny = surface.water > 0 or material.roughness < _SHINY
    made = matter(name, material.roughness, gloss=0.2 if shiny else 0.0)
    _Shader(made.node_tree, origin).ground(material, surface)
    return made


class _Shader:
    """Adds nodes to a material made by ``matter``; sockets are numbers over the surface."""

    def __init__(self, tree: bpy.types.ShaderNodeTree, origin: tuple[float, float]) -> None:
        self.tree, self.principled = tree, tree.nodes["Principled BSDF"]
        self.land = tree.nodes.new("ShaderNodeNewGeometry").outputs["Position"]
        if any(origin):
            moved = tree.nodes.new("ShaderNodeVectorMath")
            moved.inputs[1].default_value = (*origin, 0.0)
            tree.links.new(self.land, moved.inputs[0])
            self.land = moved.outputs["Vector"]

    def ground(self, material: GroundMaterial, surface: Surface) -> None:
        here = self.tree.nodes.new("ShaderNodeAttribute")
        here.attribute_name = PATCH
        patch = here.outputs["Fac"]
        rough = self._noise(surface.scale)  # around 0.5
        ragged = self._times_add(self._add(rough, -0.5), _RAGGED, patch)
        color = self._palette(material, surface, ragged)
        color = self._dim(color, self._times_add(rough, 2.0 * material.grain, 1.0 - material.grain))
        height = self._times_add(rough, 2.0 * surface.bump, -surface.bump)  # the bump node computes it three times a point
        if surface.cracks:
            color, height = self._cracked(surface, color, height, rough)
        if surface.ripples and not surface.water:
            waves, contrast = self._waves(surface.ripples), min(0.5, surface.ripples)
            height = self._times_add(waves, 0.08 * surface.ripples, height)
            color = self._dim(color, self._times_add(waves, contrast, 1.0 - 0.5 * contrast))  # crests dry first
        if surface.water:
            color, height = self._flooded(material, surface, color, height, self._times_add(self._add(rough, -0.5), 0.04, patch))
        bump = self.tree.nodes.new("ShaderNodeBump")
        bump.inputs["Distance"].default_value = 1.0
        self.tree.links.new(height, bump.inputs["Height"])
        set_surface(self.tree, color, bump.outputs["Normal"])

    def _palette(self, material: GroundMaterial, surface: Surface, patch: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        """The palette over patches, each colour flat for the longer the sharper the edges."""
        node = self.tree.nodes.new("ShaderNodeValToRGB")
        count, half = len(material.palette), 0.5 / max(surface.sharpness, 1.0)
        linear = [(*color, 1.0) for color in srgb_to_linear(material.palette / 255.0).tolist()]
        stops = [((k + 0.5 + side * half) / (count - 1), linear[k + (side > 0)]) for k in range(count - 1) for side in (-1, 1)]
        elements = node.color_ramp.elements
        for k, (position, color) in enumerate(stops):
            element = elements[k] if k < 2 else elements.new(position)
            element.position, element.color = position, color
        self.tree.links.new(patch, node.inputs[0])
        return node.outputs["Color"]

    def _cracked(self, surface: Surface, color: bpy.types.NodeSocket, height: bpy.types.NodeSocket, rough: bpy.types.NodeSocket):  # noqa: ANN202
        """Plates with seams between them: dark and deep, or light and level."""
        cells = self.tree.nodes.new("ShaderNodeTexVoronoi")
        cells.voronoi_dimensions, cells.feature = "2D", "DISTANCE_TO_EDGE"
        cells.inputs["Scale"].default_value = 1.0 / surface.cracks
        self.tree.links.new(self.land, cells.inputs["Vector"])
        edge = self._times_add(self._add(rough, -0.5), 0.10, cells.outputs["Distance"])
        if surface.seam > 1.0:
            return self._dim(color, self._step(edge, 0.0, 0.04, surface.seam, 1.0)), height
        color = self._dim(color, self._step(edge, 0.0, 0.07, surface.seam, 1.0))
        return color, self._add(height, self._step(edge, 0.0, 0.16, -0.10 * surface.cracks, 0.0))

    def _flooded(self, material: GroundMaterial, surface: Surface, color: bpy.types.NodeSocket, height: bpy.types.NodeSocket,
                 patch: bpy.types.NodeSocket):  # noqa: ANN202  # fmt: skip
        """Dark, glossy, level water on the low patches, and damp ground around it."""
        dry = self._step(patch, surface.water - 0.01, surface.water + 0.01, 0.0, 1.0)
        damp = self._step(patch, surface.water, surface.water + _SHORE, _MURK + 0.25, 1.0)
        color = self._dim(color, self._add(self._times(damp, dry), self._times_add(dry, -_MURK, _MURK)))
        gloss = self._step(patch, surface.water, surface.water + _SHORE, 0.4 * material.roughness, material.roughness)
        self.tree.links.new(self._add(0.04, self._times(gloss, dry)), self.principled.inputs["Roughness"])
        self.principled.inputs["Specular IOR Level"].default_value = 0.5
        height = self._times(height, dry)
        if surface.ripples:
            waves = self._times_add(self._noise(surface.ripples, 1.0), 0.04 * surface.ripples, -0.02 * surface.ripples)
            height = self._add(height, self._times(waves, self._times_add(dry, -1.0, 1.0)))
        return color, height

    def _noise(self, scale: float, detail: float = 2.0) -> bpy.types.NodeSocket:
        node = self.tree.nodes.new("ShaderNodeTexNoise")
        node.noise_dimensions = "2D"
        node.inputs["Scale"].default_value, node.inputs["Detail"].default_value = 1.0 / scale, detail
        node.inputs["Roughness"].default_value = 0.65
        self.tree.links.new(self.land, node.inputs["Vector"])
        return node.outputs[0]

    def _waves(self, length: float) -> bpy.types.NodeSocket:
        node = self.tree.nodes.new("ShaderNodeTexWave")
        node.inputs["Scale"].default_value = 0.314 / length  # Blender's bands at scale 1 are 0.314 apart
        node.inputs["Distortion"].default_value, node.inputs["Detail"].default_value = 5.0, 1.0
        node.inputs["Detail Scale"].default_value = 0.7
        self.tree.links.new(self.land, node.inputs["Vector"])
        return node.outputs["Fac"]

    def _dim(self, color: bpy.types.NodeSocket, factor: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        node = self.tree.nodes.new("ShaderNodeVectorMath")
        node.operation = "SCALE"
        self.tree.links.new(color, node.inputs[0])
        self.tree.links.new(factor, node.inputs["Scale"])
        return node.outputs[0]

    def _step(self, value: bpy.types.NodeSocket, start: float, end: float, low: float, high: float) -> bpy.types.NodeSocket:
        """`low` up to `start`, `high` from `end` on, smooth between."""
        node = self.tree.nodes.new("ShaderNodeMapRange")
        node.interpolation_type = "SMOOTHSTEP"
        for name, number in (("From Min", start), ("From Max", end), ("To Min", low), ("To Max", high)):
            node.inputs[name].default_value = number
        self.tree.links.new(value, node.inputs["Value"])
        return node.outputs["Result"]

    def _add(self, a: float | bpy.types.NodeSocket, b: float | bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        return self._math("ADD", a, b)

    def _times(self, a: float | bpy.types.NodeSocket, b: float | bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        return self._math("MULTIPLY", a, b)

    def _times_add(self, a: bpy.types.NodeSocket, b: float, c: float | bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        return self._math("MULTIPLY_ADD", a, b, c)

    def _math(self, operation: str, *values: float | bpy.types.NodeSocket) -> bpy.types.NodeSocket:
        node = self.tree.nodes.new("ShaderNodeMath")
        node.operation = operation
        for socket, value in zip(node.inputs, values, strict=False):
            if isinstance(value, bpy.types.NodeSocket):
                self.tree.links.new(value, socket)
            else:
                socket.default_value = value
        return node.outputs[0]
