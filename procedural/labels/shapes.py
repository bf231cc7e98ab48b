"""What labels need to know of an asset, read once and kept in memory up to a limit."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from procedural.labels.edges import Edges, edges_of
from raw.geometry import quaternion_to_matrix
from raw.library import Library
from raw.mesh import Mesh, Rig
from raw.scene import SceneObject

_LIMIT = 256 * 2**20  # bytes of shapes kept for one library


class Shape(NamedTuple):
    """Triangles and joints of an asset, in its own frame and metres."""

    points: np.ndarray  # (3, V) float32 vertices; a row a coordinate, as numpy works fastest
    faces: np.ndarray  # (3, F) int64
    edges: Edges
    height: float  # of the asset standing upright
    names: tuple[str, ...]  # (J,) joint names; none where the asset has no rig
    joints: np.ndarray  # (3, J) float64

    @property
    def bytes(self) -> int:
        """Memory that the arrays take."""
        return sum(array.nbytes for array in (self.points, self.faces, *self.edges, self.joints))

    def scale(self, thing: SceneObject) -> float:
        """Factor from the asset's size to that of ``thing``."""
        return thing.height / self.height

    def placed(self, points: np.ndarray, thing: SceneObject) -> np.ndarray:
        """(3, N) points of the asset -> camera frame, in the type of ``points``: scaled, turned and moved as drawn."""
        turn = quaternion_to_matrix(np.array(thing.rotation)) * self.scale(thing)
        return turn.astype(points.dtype) @ points + np.array(thing.location, dtype=points.dtype)[:, None]

    def camera(self, thing: SceneObject) -> np.ndarray:
        """(3,) place of the camera in the frame of the asset."""
        return -quaternion_to_matrix(np.array(thing.rotation)).T @ np.array(thing.location) / self.scale(thing)


class _Shapes:
    """The shapes of one library that were used last; safe to use from many threads."""

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit, self._size = limit, 0
        self._kept: OrderedDict[str, Shape] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, library: Library, asset: str) -> Shape:
        with self._lock:
            if asset in self._kept:
                self._kept.move_to_end(asset)
                return self._kept[asset]
        shape = make_shape(library.mesh(asset), library.rig(asset), library.record(asset).height)
        with self._lock:
            if asset not in self._kept:
                self._kept[asset] = shape
                self._size += shape.bytes
            while self._size > self._limit and len(self._kept) > 1:
                self._size -= self._kept.popitem(last=False)[1].bytes
        return shape


_KNOWN: WeakKeyDictionary[Library, _Shapes] = WeakKeyDictionary()


def shape_of(library: Library, asset: str) -> Shape:
    """The shape of an object asset, from memory where it was used lately. LibraryError for unknown ids and for grounds."""
    return _KNOWN.setdefault(library, _Shapes()).get(library, asset)


def make_shape(mesh: Mesh, rig: Rig | None, height: float) -> Shape:
    """The shape of a mesh whose upright height is ``height`` metres."""
    points, faces = np.ascontiguousarray(mesh.vertices.T), np.ascontiguousarray(mesh.faces.T, dtype=np.int64)
    joints = np.zeros((3, 0)) if rig is None else rig.positions.T.astype(np.float64)
    return Shape(points, faces, edges_of(points, faces), height, () if rig is None else rig.names, joints)
