"""Haze: every surface fades into the sky at the horizon, 1 - exp(-density * distance) of it.

The share of haze is a pass of its own that the materials write, and the compositor mixes by it. As light in the
materials it cost twice: each ray that ended on a surface had to ask the surface for its haze.
"""

from __future__ import annotations

import bpy
import numpy as np

from raw.render.atmosphere import horizon_color
from raw.scene import Sky

PASS = "Haze"  # name of the pass, of the node group that computes it, and of the mixing node


def add_haze_output(tree: bpy.types.NodeTree) -> None:
    """Let a material write the haze in front of it."""
    output, share = tree.nodes.new("ShaderNodeOutputAOV"), tree.nodes.new("ShaderNodeGroup")
    output.aov_name, share.node_tree = PASS, _group()
    tree.links.new(share.outputs[0], output.inputs["Value"])
    share.location, output.location = (320, -300), (520, -300)


def _group() -> bpy.types.NodeTree:
    """The node group all materials share, with the density of the scene in it."""
    group = bpy.data.node_groups.get(PASS)
    if group:
        return group
    group = bpy.data.node_groups.new(PASS, "ShaderNodeTree")
    group.interface.new_socket("Share", in_out="OUTPUT", socket_type="NodeSocketFloat")
    path, thickness, power, share = (
        group.nodes.new(kind) for kind in ("ShaderNodeLightPath", "ShaderNodeMath", "ShaderNodeMath", "ShaderNodeMath")
    )
    thickness.operation, thickness.name = "MULTIPLY", "density"
    power.operation, power.inputs[0].default_value = "POWER", 1 / np.e
    share.operation, share.inputs[0].default_value = "SUBTRACT", 1.0
    group.links.new(path.outputs["Ray Length"], thickness.inputs[0])
    group.links.new(thickness.outputs[0], power.inputs[1])
    group.links.new(power.outputs[0], share.inputs[1])
    group.links.new(share.outputs[0], group.nodes.new("NodeGroupOutput").inputs[0])
    return group


def set_haze(scene: bpy.types.Scene, sky: Sky) -> None:
    """Write density and colour of the haze into group and compositor."""
    density = _group().nodes["density"].inputs[1]
    if density.default_value != np.float32(sky.density):  # writing it, even the same, compiles every material again
        density.default_value = sky.density
    layer = scene.view_layers[0]
    if PASS not in layer.aovs:
        added = layer.aovs.add()
        added.name, added.type = PASS, "VALUE"
    scene.use_nodes = True
    nodes = scene.node_tree.nodes
    if PASS not in nodes:
        _connect(scene.node_tree)
    nodes[PASS].inputs[2].default_value = (*(sky.strength * horizon_color(sky)), 1.0)


def _connect(tree: bpy.types.NodeTree) -> None:
    tree.nodes.clear()
    layers, mix, out = (tree.nodes.new(kind) for kind in ("CompositorNodeRLayers", "CompositorNodeMixRGB", "CompositorNodeComposite"))
    mix.name = PASS
    tree.links.new(layers.outputs[PASS], mix.inputs[0])
    tree.links.new(layers.outputs["Image"], mix.inputs[1])
    tree.links.new(mix.outputs[0], out.inputs["Image"])
    mix.location, out.location = (300, 0), (500, 0)
