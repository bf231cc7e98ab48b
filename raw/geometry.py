"""Rotations, frames, projection and boxes, in numpy. Quaternions are (w, x, y, z); matrices act on column vectors."""

from __future__ import annotations

import numpy as np


def quaternion_to_matrix(quaternion: np.ndarray) -> np.ndarray:
    """(4,) quaternion of any non-zero length -> (3, 3) rotation."""
    q = np.asarray(quaternion, dtype=np.float64)
    norm = np.linalg.norm(q)
    if not np.isfinite(norm) or norm < 1e-6:
        raise ValueError(f"quaternion {tuple(q)} has no direction")
    w, x, y, z = q / norm
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def matrix_to_quaternion(matrix: np.ndarray) -> np.ndarray:
    """(3, 3) rotation -> (4,) unit quaternion with w >= 0 (Bar-Itzhack's eigenvector method, stable everywhere)."""
    m = np.asarray(matrix, dtype=np.float64)
    k = np.array(
        [
            [m[0, 0] - m[1, 1] - m[2, 2], 0, 0, 0],
            [m[0, 1] + m[1, 0], m[1, 1] - m[0, 0] - m[2, 2], 0, 0],
            [m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], m[2, 2] - m[0, 0] - m[1, 1], 0],
            [m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], m[0, 0] + m[1, 1] + m[2, 2]],
        ]
    )
    _, vectors = np.linalg.eigh(k / 3.0, UPLO="L")
    x, y, z, w = vectors[:, -1]
    q = np.array([w, x, y, z])
    return -q if w < 0 else q


def is_rotation(matrix: np.ndarray, tolerance: float = 0.05) -> bool:
    """Whether an array is a (3, 3) rotation: finite, orthonormal to ``tolerance``, not a reflection."""
    m = np.asarray(matrix, dtype=np.float64)
    return bool(m.shape == (3, 3) and np.abs(m @ m.T - np.eye(3)).max() <= tolerance and np.linalg.det(m) > 0)


def rotation_x(degrees: float) -> np.ndarray:
    """(3, 3) rotation about x."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def rotation_z(degrees: float) -> np.ndarray:
    """(3, 3) rotation about z."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def camera_to_world(pitch: float) -> np.ndarray:
    """(3, 3) rotation from camera to world frame; pitch in degrees, 90 looks at the horizon along +y."""
    return rotation_x(pitch)


def upright_ends(location: np.ndarray | tuple[float, float, float], height: float, pitch: float) -> np.ndarray:
    """(2, 3) base centre, which is the location (3,) in the camera frame, and top of what stands upright there, in metres."""
    base = np.asarray(location, dtype=np.float64)
    return np.stack([base, base + camera_to_world(pitch).T @ np.array([0.0, 0.0, height])])


def nearest_rotation(matrix: np.ndarray) -> np.ndarray:
    """(..., 3, 3) -> the nearest rotations by SVD (symmetric orthogonalisation, Levinson et al. 2020)."""
    u, _, vt = np.linalg.svd(matrix)
    sign = np.linalg.det(u @ vt)
    u = u.copy()
    u[..., :, -1] *= sign[..., None]
    return u @ vt


def geodesic_degrees(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Angle in degrees, 0..180, between rotations (..., 3, 3); exactly 0 where they are equal, as an arc cosine would not be."""
    turn = np.swapaxes(a, -1, -2) @ b
    axis = [turn[..., i, j] - turn[..., j, i] for i, j in ((2, 1), (0, 2), (1, 0))]  # of length 2 sin
    return np.degrees(np.arctan2(np.linalg.norm(axis, axis=0), np.trace(turn, axis1=-2, axis2=-1) - 1))


def yaw_of(rotation: np.ndarray, pitch: float) -> float:
    """Yaw in degrees [0, 360) of an asset about the world's up axis, from its asset-to-camera rotation (3, 3)."""
    forward = camera_to_world(pitch) @ rotation @ np.array([0.0, -1.0, 0.0])
    return float(np.degrees(np.arctan2(forward[0], -forward[1])) % 360.0)


def view_yaw(rotation: np.ndarray, location: np.ndarray, pitch: float) -> float:
    """Yaw in degrees [0, 360) that an observer at the camera sees: 0 when the asset faces the observer.

    The yaw about the up axis less the direction in which the object lies, so that the same side shows for the same
    value anywhere in the picture. ``location`` is (3,), camera frame.
    """
    away = camera_to_world(pitch) @ np.asarray(location, dtype=np.float64)
    bearing = np.degrees(np.arctan2(away[0], away[1]))
    return float((yaw_of(rotation, pitch) + bearing) % 360.0)


def project(points: np.ndarray, fov: float, aspect: float = 1.0) -> np.ndarray:
    """(..., 3) camera-frame points -> (..., 2) image fractions (x right, y down, 0..1 inside the picture).

    ``fov`` is vertical in degrees, ``aspect`` is width over height. Points must have z < 0.
    """
    half = np.tan(np.radians(fov) / 2)
    depth = -points[..., 2]
    if np.any(depth <= 0):
        raise ValueError("project needs points in front of the camera (z < 0)")
    x = points[..., 0] / (depth * half * aspect)
    y = points[..., 1] / (depth * half)
    return np.stack([(1 + x) / 2, (1 - y) / 2], axis=-1)


def horizon(pitch: float, fov: float) -> float:
    """Height of the horizon as a fraction of the picture from its top; may lie outside 0..1."""
    return float(0.5 * (1 - np.tan(np.radians(90.0 - pitch)) / np.tan(np.radians(fov) / 2)))


def half_height(fov: float) -> float:
    """Half of what a picture of ``fov`` degrees of height shows at a metre's depth, in metres."""
    return float(np.tan(np.radians(fov) / 2))


def focal_length(size: int, fov: float) -> float:
    """Pixels, of a picture ``size`` pixels high and ``fov`` degrees of height."""
    return float(size / 2 / np.tan(np.radians(fov) / 2))


def pitch_of(line: float, fov: float) -> float:
    """Degrees, 0..180, at which ``horizon`` gives that height, as a fraction of the picture from its top; ``fov`` in degrees."""
    return float(90.0 - np.degrees(np.arctan((1 - 2 * line) * np.tan(np.radians(fov) / 2))))


def circular_mean(degrees: np.ndarray) -> float:
    """Degrees [0, 360) in the mean direction of (N,) angles."""
    return float(np.degrees(np.angle(np.exp(1j * np.radians(degrees)).mean())) % 360.0)


def box_of(shown: np.ndarray) -> tuple[float, float, float, float] | None:
    """(x0, y0, x1, y1) around the True pixels of (H, W) as fractions of width and height from the top left; None where there are none."""
    columns, rows = np.flatnonzero(shown.any(axis=0)), np.flatnonzero(shown.any(axis=1))
    if not len(columns):
        return None
    height, width = shown.shape
    return float(columns[0] / width), float(rows[0] / height), float((columns[-1] + 1) / width), float((rows[-1] + 1) / height)
