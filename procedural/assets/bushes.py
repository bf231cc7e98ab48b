"""Where the grounds look for blades and ribbons, which live with the plants."""

from __future__ import annotations

from procedural.assets.flora.ribbons import arcs, blades, paint, scaled, strips

__all__ = ["arcs", "blades", "paint", "scaled", "strips"]
