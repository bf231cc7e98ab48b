"""Depth of a re-rendered scene against the true depth (Eigen et al. 2014), and where both see the sky."""

from __future__ import annotations

import numpy as np

FARTHEST = 655.0  # metres; beyond it is sky, as data sets store centimetres in 16 bits
NEAREST = 0.01  # metres; nearer counts as this
DELTA = 1.25


def depth_errors(predicted: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Errors of (H, W) depths in metres along the viewing axis, inf in the sky; nothing is scaled or aligned.

    Over the pixels that are sky in neither: ``abs_rel`` = mean |p - t| / t, ``rmse_log`` = root mean square of ln p - ln t,
    ``delta125`` = share of pixels with max(p / t, t / p) < 1.25; nan where there is no such pixel. ``sky_agreement`` = share of
    all pixels that are sky in both or in neither. ValueError for shapes that differ, nan, or depths below zero.
    """
    p, t = _checked(predicted, "predicted"), _checked(true, "true")
    if p.shape != t.shape:
        raise ValueError(f"the depths differ in size: predicted {p.shape}, true {t.shape}")
    solid = np.isfinite(p) & np.isfinite(t)
    errors = {"sky_agreement": float((np.isfinite(p) == np.isfinite(t)).mean())}
    if not solid.any():
        return dict.fromkeys(("abs_rel", "rmse_log", "delta125"), float("nan")) | errors
    p, t = p[solid], t[solid]
    logs = np.log(p) - np.log(t)
    return {
        "abs_rel": float((np.abs(p - t) / t).mean()),
        "rmse_log": float(np.sqrt(np.square(logs).mean())),
        "delta125": float((np.maximum(p / t, t / p) < DELTA).mean()),
    } | errors


def _checked(depth: np.ndarray, name: str) -> np.ndarray:
    if depth.ndim != 2 or depth.dtype.kind != "f" or not depth.size:
        raise ValueError(f"the {name} depth is {depth.dtype} {depth.shape}; allowed: floating (H, W), metres, inf in the sky")
    if not (depth >= 0).all():  # nan is not
        raise ValueError(f"the {name} depth has nan or values below zero; allowed: 0 and more, inf in the sky")
    return np.where(depth > FARTHEST, np.inf, np.maximum(depth.astype(np.float64), NEAREST))
