"""``python -m raw.render.import_model IN OUT.npz``: a model file of anybody to plain arrays, in a process of its own.

Reads GLB, glTF, OBJ or .blend; applies modifiers and transforms, realises instances, triangulates, bakes the base colour of
materials, textures and vertex colours to the vertices, joins all parts, and decimates to a number of triangles. OUT.npz holds
``vertices`` (V, 3) float32 in the file's own axes, ``faces`` (F, 3) int32, ``colors`` (V, 3) uint8 sRGB, and ``facts``, JSON.
A file that is refused ends the process with code 1 and the reason as the last line of standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import bpy
import numpy as np

from raw.color import linear_to_srgb
from raw.render.bake import BAKED, bake, glowing, is_textured, painted, prepare

FORMATS = (".glb", ".gltf", ".obj", ".blend")
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]  # vertices (V, 3), faces (F, 3), linear colours (V, 3)
_SHAPES = ("MESH", "CURVE", "SURFACE", "META", "FONT")


class ModelError(ValueError):
    """A file that holds nothing to import, or more than is allowed."""


def load(path: Path) -> None:
    """Open or import a file into an empty scene. Scripts in .blend files are not run."""
    if path.suffix.lower() not in FORMATS:
        raise ModelError(f"it is no {', '.join(FORMATS)} file")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.preferences.addon_enable(module="cycles")
    if path.suffix.lower() == ".blend":
        bpy.ops.wm.open_mainfile(filepath=str(path), load_ui=False, use_scripts=False)
    elif path.suffix.lower() == ".obj":
        bpy.ops.wm.obj_import(filepath=str(path), forward_axis="Y", up_axis="Z")  # axes as they are in the file
    else:
        bpy.ops.preferences.addon_enable(module="io_scene_gltf2")
        bpy.ops.import_scene.gltf(filepath=str(path))
    bpy.context.scene.frame_set(bpy.context.scene.frame_start)


def parts(limit: int) -> list[bpy.types.Mesh]:
    """All that would show in a render, as meshes in world space; instances are copied. ModelError over ``limit`` triangles."""
    graph = bpy.context.evaluated_depsgraph_get()
    meshes, triangles = [], 0
    for instance in graph.object_instances:
        thing = instance.object
        if thing.type not in _SHAPES or thing.original.hide_render:
            continue
        matrix = instance.matrix_world.copy()
        mesh = bpy.data.meshes.new_from_object(thing, preserve_all_data_layers=True, depsgraph=graph)
        for i, slot in enumerate(thing.material_slots):  # of the object, where they are not the mesh's
            mesh.materials[i] = slot.material.original if slot.material else None
        mesh.transform(matrix)
        if matrix.determinant() < 0:
            mesh.flip_normals()
        mesh.calc_loop_triangles()
        triangles += len(mesh.loop_triangles)
        if triangles > limit:
            raise ModelError(f"the model has more than {limit} triangles: reduce it first, or raise --max-triangles")
        if len(mesh.loop_triangles):
            meshes.append(mesh)
    if not meshes:
        raise ModelError("the file holds no mesh with faces that would show in a render")
    return meshes


def missing_textures() -> list[str]:
    """Names of images that materials use and that cannot be read."""
    used = {n.image for m in bpy.data.materials if m.node_tree for n in m.node_tree.nodes if n.type == "TEX_IMAGE" and n.image}
    return sorted(f"{image.name} ({image.filepath})" if image.filepath else image.name for image in used if not image.size[0])


def arrays(meshes: list[bpy.types.Mesh], wanted: int, notes: list[str]) -> Arrays:
    """All parts as one mesh of about ``wanted`` triangles at most, with linear colours (V, 3).

    Parts that are coarse for the detail of their texture are made finer first, up to three quarters of ``wanted`` in all;
    of the others, together, what is too many is decimated.
    """
    prepare()
    known: dict[bpy.types.Material | None, bpy.types.Material] = {}
    per_area = 0.75 * wanted / max(sum(area(mesh) for mesh in meshes), 1e-30)
    fine, coarse = [], []
    for mesh in meshes:
        textured = dress(mesh, known, notes)
        levels = int(np.log(max(per_area * area(mesh) / len(mesh.loop_triangles), 1)) / np.log(4)) if textured else 0
        thing = bpy.data.objects.new("Part", finer(mesh, levels))
        bpy.context.scene.collection.objects.link(thing)
        bake(thing)
        (fine if levels else coarse).append(read(thing.data))
        bpy.data.objects.remove(thing)
    joint = [welded(*joined(parts)) for parts in (fine, coarse) if parts]
    if coarse:
        joint[-1] = decimated(*joint[-1], max(wanted - len(joint[0][1]) if fine else wanted, 4))
    return joined(joint)


def area(mesh: bpy.types.Mesh) -> float:
    """Of all faces, in the square of the file's unit."""
    areas = np.empty(len(mesh.polygons), np.float32)
    mesh.polygons.foreach_get("area", areas)
    return float(areas.sum(dtype=np.float64))


def joined(several: list[Arrays]) -> Arrays:
    """Several meshes as one."""
    starts = np.cumsum([0] + [len(vertices) for vertices, _, _ in several])
    faces = [faces + start for (_, faces, _), start in zip(several, starts[:-1], strict=True)]
    return np.concatenate([one[0] for one in several]), np.concatenate(faces), np.concatenate([one[2] for one in several])


def dress(mesh: bpy.types.Mesh, known: dict, notes: list[str]) -> bool:
    """Give a mesh materials that glow, those of ``known`` where they are; returns whether its colour changes inside a face."""
    if not any(mesh.materials) and mesh.color_attributes:
        mesh.materials.clear()
        mesh.materials.append(painted(mesh.color_attributes[max(mesh.color_attributes.active_color_index, 0)].name))
        return False
    if not mesh.materials:
        mesh.materials.append(None)
    for i, material in enumerate(mesh.materials):
        if material not in known:
            known[material] = glowing(material, notes)
        mesh.materials[i] = known[material]
    return any(is_textured(material) for material in mesh.materials)


def finer(mesh: bpy.types.Mesh, levels: int) -> bpy.types.Mesh:
    """The same surface with every face cut into four, ``levels`` times."""
    if not levels:
        return mesh
    thing = bpy.data.objects.new("Fine", mesh)
    bpy.context.scene.collection.objects.link(thing)
    modifier = thing.modifiers.new("Finer", "SUBSURF")
    modifier.subdivision_type, modifier.levels = "SIMPLE", levels
    graph = bpy.context.evaluated_depsgraph_get()
    cut = bpy.data.meshes.new_from_object(thing.evaluated_get(graph), preserve_all_data_layers=True, depsgraph=graph)
    bpy.data.objects.remove(thing)
    return cut


def read(mesh: bpy.types.Mesh) -> Arrays:
    """Vertices (V, 3), faces (F, 3) and linear colours (V, 3) of a triangle mesh with the attribute BAKED."""
    mesh.calc_loop_triangles()
    vertices, faces = np.empty(3 * len(mesh.vertices), np.float32), np.empty(3 * len(mesh.loop_triangles), np.int32)
    mesh.vertices.foreach_get("co", vertices)
    mesh.loop_triangles.foreach_get("vertices", faces)
    colors = np.empty(4 * len(mesh.vertices), np.float32)
    mesh.color_attributes[BAKED].data.foreach_get("color", colors)
    return vertices.reshape(-1, 3), faces.reshape(-1, 3), colors.reshape(-1, 4)[:, :3]


def welded(vertices: np.ndarray, faces: np.ndarray, colors: np.ndarray) -> Arrays:
    """The same surface with one vertex a place (files split them along seams), and without faces that have no area."""
    size = float(np.ptp(vertices, axis=0).max())
    if not np.isfinite(vertices).all() or not 1e-9 < size < 1e9:
        raise ModelError(f"the model is {size:g} units large: nothing that can be scaled")
    _, first, place = np.unique(np.rint(vertices / (size * 1e-6)).astype(np.int64), axis=0, return_index=True, return_inverse=True)
    place = place.reshape(-1)
    mean = np.stack([np.bincount(place, colors[:, c]) for c in range(3)], axis=1) / np.bincount(place)[:, None]
    vertices, faces = vertices[first], place[faces]
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    faces = faces[np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-12 * size**2]
    used, faces = np.unique(faces, return_inverse=True)
    return vertices[used], faces.reshape(-1, 3).astype(np.int32), mean[used]


def decimated(vertices: np.ndarray, faces: np.ndarray, colors: np.ndarray, wanted: int) -> Arrays:
    """About ``wanted`` triangles at most, by Blender's Decimate modifier; colours go along."""
    if len(faces) <= wanted:
        return vertices, faces, colors
    mesh = bpy.data.meshes.new("Whole")
    mesh.from_pydata(vertices.tolist(), [], faces.tolist())
    attribute = mesh.color_attributes.new(BAKED, "FLOAT_COLOR", "POINT")
    attribute.data.foreach_set("color", np.column_stack([colors, np.ones(len(colors))]).astype(np.float32).ravel())
    thing = bpy.data.objects.new("Whole", mesh)
    bpy.context.scene.collection.objects.link(thing)
    modifier = thing.modifiers.new("Decimate", "DECIMATE")
    modifier.ratio, modifier.use_collapse_triangulate = wanted / len(faces), True
    graph = bpy.context.evaluated_depsgraph_get()
    return read(bpy.data.meshes.new_from_object(thing.evaluated_get(graph), preserve_all_data_layers=True, depsgraph=graph))


def to_srgb(linear: np.ndarray) -> np.ndarray:
    """Linear colours, any shape, 0-1 -> sRGB uint8."""
    return np.rint(255 * linear_to_srgb(np.clip(linear, 0, 1))).astype(np.uint8)


def import_model(path: Path, out: Path, triangles: int, limit: int) -> None:
    """The whole way from a file to OUT.npz."""
    load(path)
    meshes, notes = parts(limit), []
    missing = missing_textures()
    if missing:
        raise ModelError(f"textures cannot be read: {', '.join(missing)}; pack them into the file, or put them where it looks for them")
    before = sum(len(mesh.loop_triangles) for mesh in meshes)
    for thing in list(bpy.data.objects):  # what is copied need not be looked at in every bake
        bpy.data.objects.remove(thing)
    vertices, faces, colors = arrays(meshes, triangles, notes)
    if len(faces) < 4:
        raise ModelError(f"{len(faces)} of the model's triangles have an area: nothing is left of it")
    if path.suffix.lower() in (".glb", ".gltf"):  # Blender turned y up to z up
        vertices = np.stack([vertices[:, 0], vertices[:, 2], -vertices[:, 1]], axis=1)
    facts = {"parts": len(meshes), "triangles_before": before, "notes": sorted(set(notes))}
    np.savez(out, vertices=vertices.astype(np.float32), faces=faces.astype(np.int32), colors=to_srgb(colors), facts=json.dumps(facts))


def reason(message: str) -> str:
    """The line of an error of Blender that says what is wrong: the last one that is not the place in its code."""
    lines = [line.strip() for line in message.splitlines() if line.strip() and not line.startswith("Location:")]
    return lines[-1].removeprefix("Error: ") if lines else "Blender cannot read it"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--triangles", type=int, default=15_000)
    parser.add_argument("--limit", type=int, default=200_000)
    options = parser.parse_args()
    try:
        import_model(options.path.absolute(), options.out.absolute(), options.triangles, options.limit)
    except (ModelError, RuntimeError) as problem:  # Blender's operators raise RuntimeError for files they cannot read
        print(reason(str(problem)), file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
