"""Model files made by Blender, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_TEXTURED = """
import sys
import bpy
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.preferences.addon_enable(module="io_scene_gltf2")
image = bpy.data.images.new("halves", 64, 64)
image.pixels[:] = [v for _ in range(64) for x in range(64) for v in ((1, 0, 0, 1) if x < 32 else (0, 1, 0, 1))]
image.pack()
textured = bpy.data.materials.new("textured")
textured.use_nodes = True
nodes = textured.node_tree.nodes
texture = nodes.new("ShaderNodeTexImage")
texture.image = image
textured.node_tree.links.new(texture.outputs["Color"], nodes["Principled BSDF"].inputs["Base Color"])
bpy.ops.mesh.primitive_plane_add(size=2)
bpy.context.object.data.materials.append(textured)
metal = bpy.data.materials.new("metal")
metal.use_nodes = True
metal.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0.5, 0.5, 0.0, 1.0)
metal.node_tree.nodes["Principled BSDF"].inputs["Metallic"].default_value = 1.0
bpy.ops.mesh.primitive_uv_sphere_add(segments=50, ring_count=51, radius=0.5, location=(0, 0, 2), scale=(2, 2, 2))
bpy.context.object.data.materials.append(metal)
if sys.argv[1].endswith(".blend"):
    bpy.ops.wm.save_as_mainfile(filepath=sys.argv[1])
else:
    bpy.ops.export_scene.gltf(filepath=sys.argv[1], export_format="GLB")
"""


def textured_scene(path: Path) -> Path:
    """A GLB or .blend of a plane with a texture, red at x < 0 and green at x > 0, under a metal sphere of radius 1 at 2 m."""
    subprocess.run([sys.executable, "-c", _TEXTURED, str(path)], check=True, capture_output=True, timeout=120)
    return path
