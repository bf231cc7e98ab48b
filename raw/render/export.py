"""Saving what was built: .blend for Blender, .glb for everything else. Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import bpy


def save_blend(path: Path) -> None:
    """Save the open file. Textures are none and meshes are inside, so the file stands alone."""
    temporary = path.with_name(path.stem + ".partial.blend")
    bpy.ops.wm.save_as_mainfile(filepath=str(temporary), copy=True, compress=True, check_existing=False)
    temporary.replace(path)


def save_glb(path: Path) -> None:
    """Export glTF 2.0 (binary) with vertex colours as base colour, camera and sun.

    The exporter follows a Principled shader only as far as the output, so the haze, which glTF cannot say, is
    unplugged while it runs.
    """
    temporary = path.with_name(path.stem + ".partial.glb")
    unplugged = [_bypass_haze(material) for material in bpy.data.materials if material.use_nodes and "Group" in material.node_tree.nodes]
    try:
        bpy.ops.export_scene.gltf(
            filepath=str(temporary),
            export_format="GLB",
            export_cameras=True,
            export_lights=True,
            export_vertex_color="ACTIVE",
            export_active_vertex_color_when_no_material=True,
            export_extras=True,
            export_yup=True,
            export_animations=False,
        )
    finally:
        for restore in unplugged:
            restore()
    temporary.replace(path)


def _bypass_haze(material: bpy.types.Material):  # noqa: ANN202 - a closure that plugs the haze in again
    tree = material.node_tree
    surface, haze = tree.nodes["Material Output"].inputs["Surface"], tree.nodes["Group"]
    tree.links.new(tree.nodes["Principled BSDF"].outputs["BSDF"], surface)
    return lambda: tree.links.new(haze.outputs[0], surface)
