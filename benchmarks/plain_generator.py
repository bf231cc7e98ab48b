"""The other side of generate.py: scenes built from scratch, one after another, in one Blender at Cycles' own settings.

Meshes are made by ``from_pydata`` and drawn with the Principled shader; the scenes are the same things in the same places. What
shows is counted in what was drawn. In the script's favour: it does not denoise, and takes as many samples of every pixel.

Reads {"library", "programs"} from standard input, writes a JSON list of seconds a picture.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import bpy  # noqa: E402
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from procedural.generate.scene_rows import counted  # noqa: E402
from procedural.labels.columns import labels  # noqa: E402
from procedural.labels.pictures import depth_picture, normal_picture, png  # noqa: E402
from raw.grammar import MODEL_MAX_OBJECTS  # noqa: E402
from raw.language import parse  # noqa: E402
from raw.library import Library  # noqa: E402
from raw.mesh import Mesh  # noqa: E402
from raw.render import ground, objects, scatter  # noqa: E402
from raw.render.build import build  # noqa: E402
from raw.render.job import COLOR, GROUND, read_layers  # noqa: E402
from raw.scene import Scene  # noqa: E402

MIN_PIXELS = 40  # of an object that is worth a label


class Drawn(NamedTuple):
    """What ``counted`` looks at."""

    index: np.ndarray  # (H, W) uint8
    kept: tuple[int, ...]  # objects that show


def plain_mesh(name: str, mesh: Mesh, material: bpy.types.Material) -> bpy.types.Mesh:
    """A mesh as the manual says: from lists, then its colours."""
    data = bpy.data.meshes.new(name)
    data.from_pydata(mesh.vertices.tolist(), [], mesh.faces.tolist(), shade_flat=False)
    rgba = np.full((len(mesh.vertices), 4), 255, dtype=np.uint8)
    rgba[:, :3] = mesh.colors
    data.color_attributes.new(COLOR, "BYTE_COLOR", "POINT").data.foreach_set("color_srgb", (rgba.astype(np.float32) / 255).ravel())
    data.materials.append(material)
    return data


def principled() -> None:
    """Blender's own shader for everything, not the diffuse one that Cycles gets from us."""
    for material in bpy.data.materials:
        nodes = material.node_tree.nodes
        if "Cycles Output" in nodes:
            nodes.remove(nodes["Cycles Output"])
            nodes["Material Output"].target = "ALL"


def unhurried() -> None:
    """Things as a script would place them: one object each, that takes part in all light and shadow."""
    objects.remove_parked()
    for thing in bpy.data.objects:
        thing.visible_diffuse = thing.visible_shadow = True


def prepare(scene: bpy.types.Scene, program: Scene) -> None:
    """Cycles as it comes, but for size, samples and passes; the sun in the sky's texture instead of a lamp."""
    render = scene.render
    render.engine, render.resolution_x, render.resolution_y = "CYCLES", 224, 224
    scene.cycles.samples, scene.cycles.use_denoising, scene.cycles.use_adaptive_sampling = 8, False, False
    layer = scene.view_layers[0]
    layer.use_pass_z = layer.use_pass_object_index = layer.use_pass_normal = True
    bpy.data.objects.remove(bpy.data.objects["Sun"])
    world = scene.world
    texture, tree = world.node_tree.nodes["sky"], world.node_tree
    texture.sun_disc, texture.sun_size = True, math.radians(max(program.sky.sun_size, 0.1))
    texture.sun_intensity = program.sky.sun_intensity
    tree.links.new(tree.nodes["Background"].outputs[0], tree.nodes["World Output"].inputs["Surface"])
    world.cycles.sampling_method = "AUTOMATIC"
    image = render.image_settings
    image.file_format, image.color_depth = "OPEN_EXR_MULTILAYER", "32"


def described_as_seen(program: Scene, index: np.ndarray) -> tuple[Scene, np.ndarray]:
    """Scene and index image with the objects that show enough, largest first; the rest counts as ground."""
    pixels = np.bincount(index.ravel(), minlength=256)[1 : len(program.objects) + 1]
    shows = tuple(int(i) for i in np.argsort(-pixels, kind="stable")[:MODEL_MAX_OBJECTS] if pixels[i] >= MIN_PIXELS)
    left_out = np.isin(index, [i + 1 for i in range(len(pixels)) if i not in shows])
    scene, numbered, _ = counted(program, Drawn(np.where(left_out, np.uint8(GROUND), index), shows))
    return scene, numbered


def draw(text: str, library: Library, folder: Path) -> None:
    """One picture with all its labels, encoded."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    program = parse(text)
    scene = build(program, library)
    principled()
    unhurried()
    prepare(scene, program)
    scene.render.filepath = str(folder / "layers.exr")
    bpy.ops.render.render(write_still=True)
    scene.render.image_settings.file_format = "PNG"
    bpy.data.images["Render Result"].save_render(str(folder / "picture.png"), scene=scene)
    layers = read_layers(folder / "layers.exr")
    turned = layers.normal @ np.array(scene.camera.matrix_world.to_3x3(), dtype=np.float32)
    picture = np.asarray(Image.open(folder / "picture.png").convert("RGB"))
    described, index = described_as_seen(program, layers.index)
    for array in (picture, index, depth_picture(layers.depth), normal_picture(turned)):
        png(array)
    labels(described, index, layers.depth, library)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    job = json.load(sys.stdin)
    library, seconds = Library.open(job["library"]), []
    for module in (objects, ground, scatter):
        module.new_mesh = plain_mesh
    with tempfile.TemporaryDirectory() as folder:
        for text in job["programs"]:
            start = time.perf_counter()
            draw(text, library, Path(folder))
            seconds.append(time.perf_counter() - start)
    answers.write(json.dumps(seconds) + "\n")
    answers.close()


if __name__ == "__main__":
    main()
