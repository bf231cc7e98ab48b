"""The one executor: scenes to pictures, masks, depth, .blend and .glb, by bpy in worker processes."""

from raw.render.job import NotSeen, RenderError, Rendering, RenderSettings
from raw.render.pool import RenderPool

__all__ = ["NotSeen", "RenderError", "RenderPool", "RenderSettings", "Rendering"]
