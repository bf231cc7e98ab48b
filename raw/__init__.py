"""RAW: one photograph of animals in nature to an editable Blender scene.

``import raw`` needs numpy alone; towers and models (torch) and the renderer (bpy, in its own process) load on first use.
"""

__version__ = "0.1.0"
