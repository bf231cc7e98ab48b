"""Base colour of any material to one colour a vertex: Cycles bakes the colour as if it glowed, so no light and no metal matters."""

from __future__ import annotations

import bpy

BAKED = "Baked"  # name of the colour attribute
_BASE = ("Base Color", "Color")  # inputs of shaders that say what colour a surface has


def prepare() -> None:
    """Settings of the open scene that baking needs; one sample is exact, as nothing is lit."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device, scene.cycles.samples = "CPU", 1
    scene.cycles.use_denoising = scene.cycles.use_adaptive_sampling = False


def bake(thing: bpy.types.Object) -> None:
    """Fill the point colour attribute BAKED (linear RGBA) of a mesh object; its materials must glow already."""
    colors = thing.data.color_attributes.new(BAKED, "FLOAT_COLOR", "POINT")
    thing.data.color_attributes.active_color = colors
    bpy.ops.object.select_all(action="DESELECT")
    thing.select_set(True)
    bpy.context.view_layer.objects.active = thing
    bpy.ops.object.bake(type="EMIT", target="VERTEX_COLORS")


def glowing(material: bpy.types.Material | None, notes: list[str]) -> bpy.types.Material:
    """A copy of a material that gives off its base colour; what cannot be followed is added to ``notes``."""
    if material is None:
        grey = bpy.data.materials.new("No material")
        grey.diffuse_color = (0.5, 0.5, 0.5, 1.0)
        notes.append("a part without material and without vertex colours is grey")
        return glowing(grey, notes)
    copy = material.copy()
    plain = not copy.use_nodes
    copy.use_nodes = True
    tree = copy.node_tree
    output = tree.get_output_node("CYCLES") or tree.nodes.new("ShaderNodeOutputMaterial")
    socket = None if plain else _base_color(output.inputs["Surface"])
    glow = tree.nodes.new("ShaderNodeEmission")
    if socket is None:
        glow.inputs["Color"].default_value = material.diffuse_color
        if not plain:
            notes.append(f"no base colour found in material {material.name!r}: its viewport colour is taken")
    elif socket.is_linked:
        tree.links.new(socket.links[0].from_socket, glow.inputs["Color"])
    else:
        glow.inputs["Color"].default_value = socket.default_value
    for name in ("Volume", "Displacement"):
        for link in list(output.inputs[name].links):
            tree.links.remove(link)
    tree.links.new(glow.outputs["Emission"], output.inputs["Surface"])
    return copy


def painted(attribute: str) -> bpy.types.Material:
    """A material that gives off a colour attribute: for meshes that have colours and no material."""
    material = bpy.data.materials.new("Painted")
    material.use_nodes = True
    tree = material.node_tree
    color = tree.nodes.new("ShaderNodeVertexColor")
    color.layer_name = attribute
    glow = tree.nodes.new("ShaderNodeEmission")
    tree.links.new(color.outputs["Color"], glow.inputs["Color"])
    tree.links.new(glow.outputs["Emission"], tree.get_output_node("CYCLES").inputs["Surface"])
    return material


def is_textured(material: bpy.types.Material) -> bool:
    """Whether a glowing material's colour changes over the surface."""
    output = material.node_tree.get_output_node("CYCLES")
    return output.inputs["Surface"].links[0].from_node.inputs["Color"].is_linked


def _base_color(surface: bpy.types.NodeSocket, depth: int = 0) -> bpy.types.NodeSocket | None:
    """The input that holds the base colour of what flows into a shader socket; through mixes and groups, the first that has one."""
    if not surface.is_linked or depth > 32:
        return None
    node = surface.links[0].from_node
    if node.type == "BSDF_TRANSPARENT":
        return None
    for name in _BASE:
        if name in node.inputs and node.inputs[name].type == "RGBA":
            return node.inputs[name]
    found = (_base_color(socket, depth + 1) for socket in node.inputs if socket.type == "SHADER")
    return next((socket for socket in found if socket is not None), None)
