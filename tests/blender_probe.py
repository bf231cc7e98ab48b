"""What Blender holds, as JSON on standard output; its own process, so that no other test has bpy in it.

blender_probe.py build LIBRARY WIDTH HEIGHT < programs.json     a list of programs -> a list of descriptions
blender_probe.py open FILE.blend                                one description
"""

from __future__ import annotations

import json
import os
import sys

import bpy
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector


def describe() -> dict:
    """The open scene: camera, sun, haze, objects and collections; matrices row by row, world frame."""
    scene = bpy.context.scene
    bpy.context.view_layer.update()
    camera, sun = scene.camera, bpy.data.objects["Sun"]
    return {
        "camera": {
            "location": list(camera.matrix_world.translation),
            "looks": list(camera.matrix_world.to_3x3() @ Vector((0, 0, -1))),
            "up": list(camera.matrix_world.to_3x3() @ Vector((0, 1, 0))),
            "fov": camera.data.angle_y,
        },
        "sun": {
            "shines": list(sun.matrix_world.to_3x3() @ Vector((0, 0, -1))),
            "angle": sun.data.angle, "energy": sun.data.energy, "color": list(sun.data.color),
        },
        "haze": bpy.data.node_groups["Haze"].nodes["density"].inputs[1].default_value,
        "sky": scene.world.node_tree.nodes["Background"].inputs["Strength"].default_value,
        "collections": {c.name: sorted(o.name for o in c.objects) for c in scene.collection.children},
        "objects": {o.name: _object(scene, o) for o in scene.objects if o.type == "MESH"},
        "meshes": len(bpy.data.meshes),
    }  # fmt: skip


def _object(scene: bpy.types.Scene, thing: bpy.types.Object) -> dict:
    attribute = thing.data.color_attributes.get("Color")
    return {
        "matrix": [list(row) for row in thing.matrix_world],
        "pass_index": thing.pass_index,
        "mesh": thing.data.name,
        "vertices": len(thing.data.vertices),
        "material": thing.data.materials[0].name,
        "colors": len(attribute.data) if attribute else 0,
        "asset": thing.get("asset"),
        "view": list(world_to_camera_view(scene, scene.camera, thing.matrix_world.translation)),
    }


def build_all(library: str, width: int, height: int) -> list[dict]:
    from raw.language import parse
    from raw.library import Library
    from raw.render.build import build

    bpy.ops.wm.read_factory_settings(use_empty=True)
    opened, found = Library.open(library), []
    for program in json.load(sys.stdin):
        scene = build(parse(program), opened)
        scene.render.resolution_x, scene.render.resolution_y = width, height
        found.append(describe())
    return found


def main(command: str, *arguments: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Blender prints where the answer goes
    if command == "open":
        bpy.ops.wm.open_mainfile(filepath=arguments[0])
        json.dump(describe(), answers)
    else:
        json.dump(build_all(arguments[0], int(arguments[1]), int(arguments[2])), answers)
    answers.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
