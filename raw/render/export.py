"""Saving what was built: .blend for Blender, .glb and .usdc for everything else. Files appear whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from raw.render.materials import VERTEX_COLOR


def save_blend(path: Path) -> None:
    """Save the open file. Textures are none and meshes are inside, so the file stands alone."""
    temporary = path.with_name(path.stem + ".partial.blend")
    bpy.ops.wm.save_as_mainfile(filepath=str(temporary), copy=True, compress=True, check_existing=False)
    temporary.replace(path)


def save_glb(path: Path) -> None:
    """Export glTF 2.0 (binary) with vertex colours as base colour, camera and sun."""
    temporary = path.with_name(path.stem + ".partial.glb")
    with plain_materials():
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
    temporary.replace(path)


def save_usd(path: Path) -> None:
    """Export USD (y up) with vertex colours as primvars; `raw.render.usd` then plugs those into the materials."""
    temporary = path.with_name(path.stem + ".partial" + path.suffix)
    with plain_materials():
        bpy.ops.wm.usd_export(
            filepath=str(temporary), convert_orientation=True, export_global_up_selection="Y", convert_world_material=False
        )
    temporary.replace(path)


@contextmanager
def plain_materials() -> Iterator[None]:
    """While it lasts, every material is vertex colour into a Principled shader: exporters follow no shader of ground or coat."""
    restore = [undo for material in bpy.data.materials if material.use_nodes for undo in _simplified(material.node_tree)]
    try:
        yield
    finally:
        for tree, source, target in restore:
            tree.links.new(source, target)


def _simplified(tree: bpy.types.NodeTree) -> list[tuple[bpy.types.NodeTree, bpy.types.NodeSocket, bpy.types.NodeSocket]]:
    """Plug the vertex colour in; returns the link that was there, for the way back."""
    nodes = tree.nodes
    if VERTEX_COLOR not in nodes:
        return []
    color = nodes["Principled BSDF"].inputs["Base Color"]
    before = [(tree, link.from_socket, color) for link in color.links]
    tree.links.new(nodes[VERTEX_COLOR].outputs["Color"], color)
    return before
