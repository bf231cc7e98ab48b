"""Plain-array geometry: what an asset is made of, independent of Blender.

Asset frame: metres, z up, the front faces -y (Blender's front view, +z in glTF), +x is the animal's left side. The
origin is the base centre: the middle of the footprint, on the ground.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Mesh(NamedTuple):
    """A triangle mesh with one colour a vertex."""

    vertices: np.ndarray  # (V, 3) float32, metres, asset frame
    faces: np.ndarray  # (F, 3) int32, counter-clockwise seen from outside
    colors: np.ndarray  # (V, 3) uint8, sRGB

    @property
    def height(self) -> float:
        """Upright height in metres: the highest vertex over the base plane."""
        return float(self.vertices[:, 2].max())


class Rig(NamedTuple):
    """The skeleton a mesh was grown from, as it is posed and as it stands; kept so that later work can pose the asset."""

    names: tuple[str, ...]  # (J,) joint names
    parents: np.ndarray  # (J,) int32, -1 at the root
    positions: np.ndarray  # (J, 3) float32, metres, asset frame, of the mesh as it is
    weights: np.ndarray  # (V, J) float32, rows sum to 1
    rest: np.ndarray  # (J, 3) float32, metres: where the joints of the same animal are when it stands


class Scatter(NamedTuple):
    """A small mesh strewn over a ground: a tuft, a stone, a leaf."""

    mesh: Mesh
    density: float  # pieces per square metre close to the camera
    low: float  # metres, smallest height of a piece
    high: float  # metres, largest height of a piece
    where: tuple[float, float] = (0.0, 1.0)  # patches it lies on, 0 the first colour of the palette, 1 the last


class Surface(NamedTuple):
    """What the shader of a ground adds to patches and grain, finer than any mesh. Zero means: none of it."""

    scale: float  # metres, wavelength of the largest bumps
    bump: float  # metres, height of the bumps
    sharpness: float = 1.0  # of the edges between patches: 1 blends evenly from colour to colour
    cracks: float = 0.0  # metres across a plate of cracked ground
    ripples: float = 0.0  # metres from crest to crest: of waves where there is water, else of the ground itself
    seam: float = 0.25  # brightness of the cracks over that of the plates; above 1 they are thin and level, as in ice
    water: float = 0.0  # patches below this level, 0-1, lie under still water


class GroundMaterial(NamedTuple):
    """The look of a ground: patches of a few colours by smooth noise, grain over them, and things lying about."""

    palette: np.ndarray  # (K, 3) uint8, sRGB; patches blend from first to last
    patch_size: float  # metres, wavelength of the largest patches
    grain: float  # 0-1, strength of the fine brightness variation
    roughness: float  # 0-1, of the surface shader
    scatter: tuple[Scatter, ...]
    surface: Surface | None = None  # None: vertex colours alone


def merge(meshes: list[Mesh]) -> Mesh:
    """Join meshes into one, keeping their order."""
    if not meshes:
        raise ValueError("merge needs at least one mesh")
    starts = np.cumsum([0] + [len(m.vertices) for m in meshes[:-1]])
    return Mesh(
        np.concatenate([m.vertices for m in meshes]).astype(np.float32),
        np.concatenate([m.faces + start for m, start in zip(meshes, starts, strict=True)]).astype(np.int32),
        np.concatenate([m.colors for m in meshes]).astype(np.uint8),
    )


def grounded(mesh: Mesh) -> Mesh:
    """The same mesh moved so that its lowest vertex is at z = 0 and its footprint is centred on the origin."""
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    shift = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], dtype=np.float32)
    return mesh._replace(vertices=(mesh.vertices - shift).astype(np.float32))
