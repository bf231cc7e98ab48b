"""What is strewn over the ground ahead of a camera: tufts, stones and leaves, dense near it and thinner farther away."""

from __future__ import annotations

from typing import NamedTuple

import bpy
import numpy as np
from mathutils import Matrix

from raw.geometry import camera_to_world
from raw.mesh import GroundMaterial, Mesh, Scatter, merge
from raw.render.ground_mesh import patches
from raw.render.job import GROUND
from raw.render.materials import matter
from raw.render.objects import new_mesh
from raw.scene import Camera, Scene
from raw.terrain import Terrain, lattice_hash

NAME = "Scatter"
_PIECES = 2500  # of all kinds together; more is not seen at 224 px and costs time
_REACH = 30.0  # metres
_DENSE = 5.0  # metres, as far as pieces lie at full density
_ROOT = 0.72  # brightness at the foot of a piece, where others stand around it
_SECTOR = np.radians(50)  # half angle ahead of the camera
_CELL = 0.8  # metres from the middle of a square metre to its corner, and some for the slope of the land
_SHADOW = 4.0  # metres, the longest shadow of a piece that is looked after


class Frame(NamedTuple):
    """What a picture shows."""

    camera: Camera
    aspect: float  # width over height
    shadow: float  # metres of shadow on level ground that a metre throws

    def room(self, pieces: Scatter) -> float:
        """Metres around the place of any of the pieces that it or its shadow may reach."""
        reach = float(np.linalg.norm(pieces.mesh.vertices, axis=1).max()) / pieces.mesh.height
        return pieces.high * reach + min(pieces.high * self.shadow, _SHADOW)

    def holds(self, places: np.ndarray, room: float) -> np.ndarray:
        """(N,) bool: whether what reaches up to ``room`` metres around (3, N) places, camera's world frame, may show."""
        right, up, back = camera_to_world(self.camera.pitch).T @ (places - [[0.0], [0.0], [self.camera.height]])
        tall = np.tan(np.radians(self.camera.fov) / 2)
        inside = [np.abs(side) + back * half < room * np.hypot(1.0, half) for side, half in ((right, self.aspect * tall), (up, tall))]
        return inside[0] & inside[1] & (back < room)


def frame_of(scene: Scene, aspect: float) -> Frame:
    """The frame of a picture of ``scene``."""
    return Frame(scene.camera, aspect, 1 / np.tan(np.radians(max(scene.sky.sun_elevation, 1.0))))


def build_scatter(
    scene: Scene, material: GroundMaterial, to_stage: Matrix, collection: bpy.types.Collection, aspect: float | None = None
) -> None:
    """All pieces as one object, with the pass index of the ground; of a picture with ``aspect`` those that can show in it."""
    terrain = Terrain(scene.ground)
    frame = frame_of(scene, aspect) if aspect else None
    ahead = _DENSE**2 * 2 * _SECTOR * (0.5 + np.log(_REACH / _DENSE))  # square metres that count at full density
    share = min(1.0, _PIECES / max(1.0, ahead * sum(s.density for s in material.scatter)))
    near = _near_cells(terrain, material, frame)
    kinds = [
        scatter_mesh(material, pieces, terrain, share, near, frame, scene.ground.seed * 31 + 1000 * (i + 1))
        for i, pieces in enumerate(material.scatter)
    ]
    meshes = [mesh for mesh in kinds if mesh is not None]
    if meshes:
        placed = bpy.data.objects.new(NAME, new_mesh(NAME, merge(meshes), matter(f"Scatter {material.roughness:.2f}", material.roughness)))
        placed.pass_index = GROUND
        placed.visible_diffuse = False  # its shade on itself is in its colours instead, so that no ray need look for it
        placed.matrix_world = to_stage
        collection.objects.link(placed)


def scatter_mesh(
    material: GroundMaterial, pieces: Scatter, terrain: Terrain, share: float, near: np.ndarray, frame: Frame | None, seed: int
) -> Mesh | None:
    """All pieces of one kind, in the camera's world frame; places are fixed to the land. None if there are none.

    ``share`` of the pieces' density is taken; ``near`` (2, N) are the square metres of land to look at.
    """
    x, y, number = _places(pieces.density * share, terrain, near, seed)
    if pieces.where != (0.0, 1.0):
        low, high = pieces.where
        here = patches(material, *terrain.land(x, y))
        keep = (here >= low) & (here <= high)
        x, y, number = x[keep], y[keep], tuple(n[keep] for n in number)
    z = terrain.height(x, y)
    if frame:
        keep = frame.holds(np.stack([x, y, z]), frame.room(pieces))
        x, y, z, number = x[keep], y[keep], z[keep], tuple(n[keep] for n in number)
    if not len(x):
        return None
    turn, size = (lattice_hash(*number, seed=seed + k) for k in (4, 5))
    scale = ((pieces.low + (pieces.high - pieces.low) * size) / pieces.mesh.height).astype(np.float32)
    angle = (2 * np.pi * turn).astype(np.float32)
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    vx, vy, vz = pieces.mesh.vertices.T
    placed = np.empty((len(x), len(vx), 3), dtype=np.float32)
    placed[..., 0] = x.astype(np.float32)[:, None] + cos[:, None] * vx - sin[:, None] * vy
    placed[..., 1] = y.astype(np.float32)[:, None] + sin[:, None] * vx + cos[:, None] * vy
    placed[..., 2] = z.astype(np.float32)[:, None] + scale[:, None] * vz
    tint = (0.75 + 0.5 * lattice_hash(*number, seed=seed + 6)).astype(np.float32)
    shade = (_ROOT + (1 - _ROOT) * np.clip(vz / pieces.mesh.height, 0, 1)).astype(np.float32)
    colors = np.clip(tint[:, None, None] * shade[:, None] * pieces.mesh.colors, 0, 255).astype(np.uint8)
    faces = pieces.mesh.faces[None] + (np.arange(len(x), dtype=np.int32) * len(vx))[:, None, None]
    return Mesh(placed.reshape(-1, 3), faces.reshape(-1, 3), colors.reshape(-1, 3))


def _near_cells(terrain: Terrain, material: GroundMaterial, frame: Frame | None) -> np.ndarray:
    """(2, N) integers: the squares of one metre on the land that may hold pieces which show."""
    u, v = (int(np.floor(place[0])) for place in terrain.land(np.zeros(1), np.zeros(1)))
    span = np.arange(-int(_REACH) - 1, int(_REACH) + 2)
    i, j = (cell.ravel() for cell in np.meshgrid(span + u, span + v, indexing="ij"))
    x, y = terrain.world(i + 0.5, j + 0.5)
    keep = (np.hypot(x, y) < _REACH + 1) & (np.abs(np.arctan2(x, y + 2.0)) < _SECTOR)  # two metres back: no corner is cut off
    if frame and material.scatter:
        room = _CELL + max(frame.room(pieces) for pieces in material.scatter)
        keep[keep] = frame.holds(np.stack([x[keep], y[keep], terrain.height(x[keep], y[keep])]), room)
    return np.stack([i[keep], j[keep]])


def _places(
    density: float, terrain: Terrain, near: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """World x, y of the pieces ahead of the camera, and the integers that name each piece on the land."""
    per_cell = max(1, int(np.ceil(density)))
    i, j = (np.repeat(cell, per_cell) for cell in near)
    k = np.tile(np.arange(per_cell), near.shape[1])
    wanted = lattice_hash(i, j, k, seed=seed + 3) * per_cell / density  # a piece is there up to this share of the full density
    x, y = terrain.world(i + 0.5, j + 0.5)
    likely = wanted < (_DENSE / np.maximum(np.hypot(x, y) - 1.0, 0.1)) ** 2
    i, j, k, wanted = i[likely], j[likely], k[likely], wanted[likely]
    x, y = terrain.world(i + lattice_hash(i, j, k, seed=seed + 1), j + lattice_hash(i, j, k, seed=seed + 2))
    distance = np.hypot(x, y)
    there = wanted < np.minimum((_DENSE / np.maximum(distance, 0.1)) ** 2, 1.0)
    keep = there & (distance > 0.6) & (distance < _REACH) & (np.abs(np.arctan2(x, y)) < _SECTOR)
    return x[keep], y[keep], (i[keep], j[keep], k[keep])
