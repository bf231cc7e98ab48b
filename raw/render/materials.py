"""Node materials: the vertex-coloured matter of all things. None gives off light, so that a ray which ends on one needs no shading."""

from __future__ import annotations

import bpy

from raw.render.haze import add_haze_output
from raw.render.job import COLOR

VERTEX_COLOR = "Vertex Color"  # name of the node that reads it
DIFFUSE = "Diffuse"  # name of the node that Cycles draws with


def matter(name: str, roughness: float, gloss: float = 0.0) -> bpy.types.Material:
    """Find or make a material: vertex colour into a Principled shader. With ``gloss`` 0 Cycles draws a diffuse shader, which is quicker."""
    material = bpy.data.materials.get(name)
    if material:
        return material
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    principled, output = tree.nodes["Principled BSDF"], tree.nodes["Material Output"]
    color = tree.nodes.new("ShaderNodeVertexColor")
    color.layer_name, color.name = COLOR, VERTEX_COLOR
    principled.inputs["Roughness"].default_value = roughness
    principled.inputs["Specular IOR Level"].default_value = gloss
    if not gloss:
        _draw_diffuse(tree)
    add_haze_output(tree)
    set_surface(tree, color.outputs["Color"])
    color.location, output.location = (-300, 200), (520, 200)
    return material


def set_surface(tree: bpy.types.NodeTree, color: bpy.types.NodeSocket | None = None, normal: bpy.types.NodeSocket | None = None) -> None:
    """Plug colour or normal into the shaders of a material, whichever it has."""
    for shader in (tree.nodes["Principled BSDF"], tree.nodes.get(DIFFUSE)):
        if shader and color:
            tree.links.new(color, shader.inputs[0])
        if shader and normal:
            tree.links.new(normal, shader.inputs["Normal"])


def _draw_diffuse(tree: bpy.types.NodeTree) -> None:
    """A diffuse shader for Cycles; the Principled one stays for everything else, people included."""
    diffuse, output = tree.nodes.new("ShaderNodeBsdfDiffuse"), tree.nodes.new("ShaderNodeOutputMaterial")
    diffuse.name, output.name, output.target = DIFFUSE, "Cycles Output", "CYCLES"
    tree.nodes["Material Output"].target = "EEVEE"
    tree.links.new(diffuse.outputs[0], output.inputs["Surface"])
    diffuse.location, output.location = (200, 500), (520, 500)
