"""Node materials: the vertex-coloured matter of all things, with the haze in front of it."""

from __future__ import annotations

import math

import bpy

from raw.render.atmosphere import horizon_color
from raw.render.job import COLOR
from raw.scene import Sky

VERTEX_COLOR = "Vertex Color"  # name of the node that reads it
_GROUP = "Haze"


def matter(name: str, roughness: float) -> bpy.types.Material:
    """Find or make a material: vertex colour into a Principled shader, then the haze."""
    material = bpy.data.materials.get(name)
    if material:
        return material
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    material.cycles.emission_sampling = "NONE"  # the haze glows for the camera only; as lamps, its triangles would cost time and noise
    tree = material.node_tree
    principled, output = tree.nodes["Principled BSDF"], tree.nodes["Material Output"]
    color = tree.nodes.new("ShaderNodeVertexColor")
    color.layer_name, color.name = COLOR, VERTEX_COLOR
    principled.inputs["Roughness"].default_value = roughness
    principled.inputs["Specular IOR Level"].default_value = 0.2
    haze = tree.nodes.new("ShaderNodeGroup")
    haze.node_tree = haze_group()
    tree.links.new(color.outputs["Color"], principled.inputs["Base Color"])
    tree.links.new(principled.outputs["BSDF"], haze.inputs["Shader"])
    tree.links.new(haze.outputs["Shader"], output.inputs["Surface"])
    color.location, haze.location, output.location = (-300, 200), (320, 200), (520, 200)
    return material


def haze_group() -> bpy.types.NodeTree:
    """The node group that fades a surface into the sky at the horizon: 1 - exp(-density * distance) of it.

    A homogeneous volume would say the same with many samples a pixel; camera rays alone see this haze.
    """
    group = bpy.data.node_groups.get(_GROUP)
    if group:
        return group
    group = bpy.data.node_groups.new(_GROUP, "ShaderNodeTree")
    group.interface.new_socket("Shader", in_out="INPUT", socket_type="NodeSocketShader")
    group.interface.new_socket("Shader", in_out="OUTPUT", socket_type="NodeSocketShader")
    new, link = group.nodes.new, group.links.new
    inputs, outputs, path = new("NodeGroupInput"), new("NodeGroupOutput"), new("ShaderNodeLightPath")
    thickness = _math(group, "MULTIPLY", path.outputs["Ray Length"], None, name="density")
    clear = _math(group, "EXPONENT", _math(group, "MULTIPLY", thickness.outputs[0], -1.0).outputs[0])
    fog = _math(group, "MULTIPLY", _math(group, "SUBTRACT", 1.0, clear.outputs[0]).outputs[0], path.outputs["Is Camera Ray"])
    emission, mix = new("ShaderNodeEmission"), new("ShaderNodeMixShader")
    emission.name = "haze"
    link(fog.outputs[0], mix.inputs[0])
    link(inputs.outputs[0], mix.inputs[1])
    link(emission.outputs[0], mix.inputs[2])
    link(mix.outputs[0], outputs.inputs[0])
    return group


def _math(group: bpy.types.NodeTree, operation: str, *values: object, name: str = "") -> bpy.types.Node:
    node = group.nodes.new("ShaderNodeMath")
    node.operation = operation
    node.name = name or node.name
    for i, value in enumerate(values):
        if isinstance(value, bpy.types.NodeSocket):
            group.links.new(value, node.inputs[i])
        elif value is not None:
            node.inputs[i].default_value = value
    return node


def set_sky_texture(node: bpy.types.Node, sky: Sky) -> None:
    """Write the sky's numbers into a Sky Texture node; the sun itself is a lamp (sky.py)."""
    node.sky_type = "NISHITA"
    node.sun_disc = False
    node.sun_elevation = math.radians(sky.sun_elevation)
    node.sun_rotation = math.radians(sky.sun_rotation)
    node.air_density, node.dust_density, node.ozone_density = sky.air, sky.dust, sky.ozone


def set_haze(sky: Sky) -> None:
    """Write density and colour of the haze."""
    nodes = haze_group().nodes
    nodes["haze"].inputs["Color"].default_value = (*horizon_color(sky), 1.0)
    nodes["density"].inputs[1].default_value = sky.density
    nodes["haze"].inputs["Strength"].default_value = sky.strength
