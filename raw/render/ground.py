"""The ground: a mesh that is fine near the camera and reaches the horizon, and what is strewn over it."""

from __future__ import annotations

import bpy
import numpy as np

from raw.library import Library
from raw.mesh import GroundMaterial, Mesh, Scatter
from raw.render.ground_shader import LAND, ground_matter
from raw.render.job import GROUND
from raw.render.materials import matter
from raw.render.objects import new_mesh
from raw.scene import Scene
from raw.terrain import Terrain, lattice_hash, value_noise

_FAR = 1500.0  # metres, where the ground ends behind the haze
_RINGS = 150
_PIECES = 5000  # of all scatter together; more is not seen at 224 px and costs time
_REACH = 30.0  # metres, of the scatter
_SECTOR = np.radians(50)  # half angle ahead of the camera that gets scatter


def ground_mesh(material: GroundMaterial, terrain: Terrain) -> Mesh:
    """A polar grid around the camera, fine ahead and coarse behind, coloured at its vertices."""
    angles = np.radians(np.concatenate([np.linspace(-55, 55, 276), np.linspace(55, 305, 51)[1:-1]]))
    radii = np.geomspace(0.15, _FAR, _RINGS)
    x, y = radii[:, None] * np.sin(angles), radii[:, None] * np.cos(angles)
    z = terrain.height(x, y)
    vertices = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    count = len(angles)
    ring, step = np.meshgrid(np.arange(_RINGS - 1), np.arange(count), indexing="ij")
    a, b = ring * count + step, ring * count + (step + 1) % count
    faces = np.concatenate([np.stack([a, b + count, b], -1).reshape(-1, 3), np.stack([a, a + count, b + count], -1).reshape(-1, 3)])
    middle = len(vertices)  # the disc under the camera
    fan = np.stack([np.full(count, middle), np.arange(count), (np.arange(count) + 1) % count], -1)
    vertices = np.concatenate([vertices, [[0.0, 0.0, 0.0]]])
    colors = _colors(material, terrain, vertices[:, 0], vertices[:, 1])
    return Mesh(vertices.astype(np.float32), np.concatenate([faces, fan]).astype(np.int32)[:, ::-1], colors)


def patches(material: GroundMaterial, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """What patch lies at places on the land: 0 is the palette's first colour, 1 its last."""
    waves = ((1.0, 0.55), (0.31, 0.3), (0.09, 0.15))
    blend = sum(
        share * value_noise(u / (w * material.patch_size), v / (w * material.patch_size), 101 + i) for i, (w, share) in enumerate(waves)
    )
    return np.clip(0.5 + 0.8 * blend, 0, 1)


def _colors(material: GroundMaterial, terrain: Terrain, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(V, 3) uint8: patches between the palette's colours, and grain at three finer wavelengths."""
    u, v = terrain.land(x, y)
    place = patches(material, u, v) * (len(material.palette) - 1)
    low = np.minimum(place.astype(int), len(material.palette) - 2) if len(material.palette) > 1 else np.zeros(len(place), dtype=int)
    share = (place - low)[:, None]
    palette = material.palette.astype(np.float64)
    color = palette[low] * (1 - share) + palette[np.minimum(low + 1, len(palette) - 1)] * share
    grain = sum(value_noise(u * f, v * f, 211 + i) for i, f in enumerate((3.1, 11.0, 37.0))) / 2
    return np.clip(color * (1 + 0.5 * material.grain * grain)[:, None], 0, 255).astype(np.uint8)


def scatter_mesh(material: GroundMaterial, pieces: Scatter, terrain: Terrain, share: float, seed: int) -> Mesh | None:
    """All pieces of one kind as one mesh, thinned with distance; places are fixed to the land, not to the camera."""
    x, y, number = _places(pieces.density * share, terrain, seed)
    if pieces.where != (0.0, 1.0):
        low, high = pieces.where
        here = patches(material, *terrain.land(x, y))
        keep = (here >= low) & (here <= high)
        x, y, number = x[keep], y[keep], tuple(n[keep] for n in number)
    if not len(x):
        return None
    turn, size = (lattice_hash(*number, seed=seed + k) for k in (4, 5))
    scale = (pieces.low + (pieces.high - pieces.low) * size) / pieces.mesh.height
    cos, sin = np.cos(2 * np.pi * turn) * scale, np.sin(2 * np.pi * turn) * scale
    vx, vy, vz = pieces.mesh.vertices.astype(np.float64).T
    placed = np.stack(
        [
            x[:, None] + cos[:, None] * vx - sin[:, None] * vy,
            y[:, None] + sin[:, None] * vx + cos[:, None] * vy,
            terrain.height(x, y)[:, None] + scale[:, None] * vz,
        ],
        axis=-1,
    )
    tint = 0.75 + 0.5 * lattice_hash(*number, seed=seed + 6)
    colors = np.clip(tint[:, None, None] * pieces.mesh.colors, 0, 255).astype(np.uint8)
    faces = pieces.mesh.faces[None] + (np.arange(len(x)) * len(vx))[:, None, None]
    return Mesh(placed.reshape(-1, 3).astype(np.float32), faces.reshape(-1, 3).astype(np.int32), colors.reshape(-1, 3))


def _places(density: float, terrain: Terrain, seed: int) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
    """World x, y of the pieces ahead of the camera, and the integers that name each piece on the land."""
    per_cell = max(1, int(np.ceil(density)))
    centre_u, centre_v = (int(np.floor(c[0])) for c in terrain.land(np.zeros(1), np.zeros(1)))
    span = np.arange(-int(_REACH) - 1, int(_REACH) + 2)
    i, j, k = (a.ravel() for a in np.meshgrid(span + centre_u, span + centre_v, np.arange(per_cell), indexing="ij"))
    u, v = i + lattice_hash(i, j, k, seed=seed + 1), j + lattice_hash(i, j, k, seed=seed + 2)
    x, y = terrain.world(u, v)
    distance = np.hypot(x, y)
    near = np.clip((5.0 / np.maximum(distance, 0.1)) ** 2, 0, 1) * density / per_cell
    keep = (distance > 0.6) & (distance < _REACH) & (np.abs(np.arctan2(x, y)) < _SECTOR) & (lattice_hash(i, j, k, seed=seed + 3) < near)
    return x[keep], y[keep], (i[keep], j[keep], k[keep])


def _mark_land(data: bpy.types.Mesh, material: GroundMaterial, terrain: Terrain, mesh: Mesh) -> None:
    """Tell the shader where on the land every vertex lies, and on what patch."""
    u, v = terrain.land(mesh.vertices[:, 0].astype(np.float64), mesh.vertices[:, 1].astype(np.float64))
    land = np.stack([u, v, patches(material, u, v)], axis=1).astype(np.float32)
    data.attributes.new(LAND, "FLOAT_VECTOR", "POINT").data.foreach_set("vector", land.ravel())


def build_ground(scene: Scene, library: Library, collection: bpy.types.Collection) -> None:
    """Ground and scatter objects; their pass index is GROUND."""
    material, terrain = library.ground(scene.ground.appearance), Terrain(scene.ground)
    ahead = 25.0 * 2 * _SECTOR * (0.5 + np.log(_REACH / 5.0))  # square metres that count at full density
    share = min(1.0, _PIECES / max(1.0, ahead * sum(s.density for s in material.scatter)))
    meshes = [("Ground", ground_mesh(material, terrain))]
    for i, pieces in enumerate(material.scatter):
        meshes.append((f"Scatter {i}", scatter_mesh(material, pieces, terrain, share, scene.ground.seed * 31 + 1000 * (i + 1))))
    plain = matter(f"Ground {material.roughness:.2f}", material.roughness)
    for name, mesh in meshes:
        if mesh is None:
            continue
        data = new_mesh(name, mesh, plain)
        if name == "Ground" and material.surface:
            data.materials[0] = ground_matter(f"Ground {scene.ground.appearance}", material)
            _mark_land(data, material, terrain, mesh)
        placed = bpy.data.objects.new(name, data)
        placed.pass_index = GROUND
        collection.objects.link(placed)
