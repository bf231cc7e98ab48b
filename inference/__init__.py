"""A photo in; a scene program, its Blender files and a report out."""
