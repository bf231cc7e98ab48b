"""Makes one Infinigen asset and writes it as OBJ with vertex colours. Run by an interpreter that has infinigen, never imported.

``PYTHON infinigen_script.py OUT MODULE FACTORY SEED TRIANGLES`` writes OUT.obj: z up, metres, front at +x for creatures. It needs
what Infinigen itself needs (bpy, numpy, gin) and nothing of this project. Errors end it with a traceback and a code that is not 0.
"""

import importlib
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

bpy = importlib.import_module("bpy")  # that of the other interpreter, which no rule on imports of this project is about

EXPECTED = "1.15.5"
MOST = 3_000_000  # triangles that are put together; of leaves and other instances some are left out, and the others enlarged
BAKED = "Baked"


def spawn(module, factory, seed):
    """The asset's objects, as Infinigen's own generate_individual_assets makes them."""
    gin = importlib.import_module("gin")
    init = importlib.import_module("infinigen.core.init")
    blender = importlib.import_module("infinigen.core.util.blender")
    fixed_seed = importlib.import_module("infinigen.core.util.math").FixedSeed
    init.apply_gin_configs(["infinigen_examples/configs_nature"], configs=[], overrides=[], skip_unknown=True)
    init.configure_blender()
    blender.clear_scene()
    with gin.unlock_config():
        made = getattr(importlib.import_module(f"infinigen.assets.objects.{module}"), factory)
    with fixed_seed(seed):
        maker = made(seed)
        asset = maker.spawn_asset(seed)
        maker.finalize_assets(asset)
    return {asset.name, *(child.name for child in asset.children_recursive)}


def collect(names):
    """Meshes of what would render, each once, and where each stands: {name: mesh}, [(name, 4 x 4 matrix, is an instance)]."""
    graph = bpy.context.evaluated_depsgraph_get()
    meshes, places = {}, []
    for instance in graph.object_instances:
        thing = instance.object
        owner = instance.parent if instance.is_instance else thing
        if thing.type not in ("MESH", "CURVE") or owner.original.name not in names:
            continue
        key = (thing.original.name, thing.data.name)
        if key not in meshes:
            meshes[key] = bpy.data.meshes.new_from_object(thing, preserve_all_data_layers=True, depsgraph=graph)
        places.append((key, np.array(instance.matrix_world), instance.is_instance))
    return meshes, places


def glow(material):
    """Make a material give off its base colour, so that a bake has no light in it."""
    material.use_nodes = True
    tree = material.node_tree
    output = tree.get_output_node("CYCLES") or tree.nodes.new("ShaderNodeOutputMaterial")
    emission = tree.nodes.new("ShaderNodeEmission")
    shaders = [node for node in tree.nodes if node.type == "BSDF_PRINCIPLED"] or [n for n in tree.nodes if n.type.startswith("BSDF")]
    socket = next((node.inputs[name] for node in shaders for name in ("Base Color", "Color") if name in node.inputs), None)
    if socket is not None and socket.is_linked:
        tree.links.new(socket.links[0].from_socket, emission.inputs["Color"])
    else:
        emission.inputs["Color"].default_value = material.diffuse_color if socket is None else socket.default_value
    tree.links.new(emission.outputs["Emission"], output.inputs["Surface"])


def bake(mesh):
    """Vertices (V, 3), triangles (F, 3) and linear colours (V, 3) of a mesh."""
    thing = bpy.data.objects.new("Part", mesh)
    bpy.context.scene.collection.objects.link(thing)
    mesh.color_attributes.active_color = mesh.color_attributes.new(BAKED, "FLOAT_COLOR", "POINT")
    bpy.ops.object.select_all(action="DESELECT")
    thing.select_set(True)
    bpy.context.view_layer.objects.active = thing
    if not mesh.materials:
        mesh.materials.append(bpy.data.materials.new("Plain"))
        glow(mesh.materials[0])
    bpy.ops.object.bake(type="EMIT", target="VERTEX_COLORS")
    bpy.data.objects.remove(thing)
    return arrays(mesh)


def arrays(mesh):
    mesh.calc_loop_triangles()
    vertices, faces = np.empty(3 * len(mesh.vertices), np.float32), np.empty(3 * len(mesh.loop_triangles), np.int32)
    colors = np.empty(4 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", vertices)
    mesh.loop_triangles.foreach_get("vertices", faces)
    mesh.color_attributes[BAKED].data.foreach_get("color", colors)
    return vertices.reshape(-1, 3), faces.reshape(-1, 3), colors.reshape(-1, 4)[:, :3]


def joined(meshes, places):
    """Everything as one mesh. Of too many instances every n-th stays, larger, so that they cover as much."""
    for material in bpy.data.materials:
        glow(material)
    baked = {key: bake(mesh) for key, mesh in meshes.items() if len(mesh.polygons)}  # bare curves bake to nothing
    instances = [place for place in places if place[2]]
    load = sum(len(baked[key][1]) for key, _, _ in instances if key in baked)
    every = max(1, -(-load // MOST))
    parts, start = [], 0
    for key, matrix, instanced in [p for p in places if not p[2]] + instances[::every]:
        if key not in baked:
            continue
        vertices, faces, colors = baked[key]
        turned = vertices * (every**0.5 if instanced else 1.0) @ matrix[:3, :3].T + matrix[:3, 3]
        parts.append((turned, faces[:, ::-1] + start if np.linalg.det(matrix[:3, :3]) < 0 else faces + start, colors))
        start += len(vertices)
    return tuple(np.concatenate([part[i] for part in parts]) for i in range(3))


def decimated(vertices, faces, colors, wanted):
    """About ``wanted`` triangles at most, by Blender's Decimate modifier."""
    if len(faces) <= wanted:
        return vertices, faces, colors
    mesh = bpy.data.meshes.new("Whole")
    mesh.from_pydata(vertices.tolist(), [], faces.tolist())
    rgba = np.column_stack([colors, np.ones(len(colors))]).astype(np.float32)
    mesh.color_attributes.new(BAKED, "FLOAT_COLOR", "POINT").data.foreach_set("color", rgba.ravel())
    thing = bpy.data.objects.new("Whole", mesh)
    bpy.context.scene.collection.objects.link(thing)
    thing.modifiers.new("Decimate", "DECIMATE").ratio = wanted / len(faces)
    graph = bpy.context.evaluated_depsgraph_get()
    return arrays(bpy.data.meshes.new_from_object(thing.evaluated_get(graph), preserve_all_data_layers=True, depsgraph=graph))


def write_obj(path, vertices, faces, colors):
    """OBJ whose vertices carry sRGB colours, written under another name first."""
    linear = np.clip(colors, 0, 1)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    temporary = path.with_suffix(".partial")
    with temporary.open("w") as file:
        np.savetxt(file, np.column_stack([vertices, srgb]), fmt="v %.6g %.6g %.6g %.4f %.4f %.4f")
        np.savetxt(file, faces + 1, fmt="f %d %d %d")
    temporary.replace(path)


def main():
    out, module, factory, seed, triangles = sys.argv[1:]
    if version("infinigen") != EXPECTED:
        sys.exit(f"this interpreter has infinigen {version('infinigen')}; the script is written for {EXPECTED}")
    names = spawn(module, factory, int(seed))
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples, scene.cycles.use_denoising = "CYCLES", 1, False
    vertices, faces, colors = decimated(*joined(*collect(names)), int(triangles))
    write_obj(Path(out).with_suffix(".obj"), vertices, faces, colors)


if __name__ == "__main__":
    main()
