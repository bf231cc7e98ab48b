"""The one executor: scenes to pictures, masks, depth, .blend and .glb, by bpy in worker processes."""

from raw.render.job import RenderError, Rendering, RenderSettings
from raw.render.pool import RenderPool

__all__ = ["RenderError", "RenderPool", "RenderSettings", "Rendering"]
