"""Colours of a USD file: Blender's exporter writes vertex colours and grey materials; this connects the two.

It uses Pixar's own library, never in the process of bpy, which brings another build of it along.
"""

from __future__ import annotations

from pathlib import Path

from raw.render.job import COLOR

DISPLAY_COLOR = "displayColor"  # the primvar that viewers without materials show too


def connect_vertex_colors(path: Path) -> None:
    """Rename the vertex colours to ``displayColor`` and let every preview material read them. The file is changed in place."""
    from pxr import Usd, UsdGeom, UsdShade

    stage = Usd.Stage.Open(str(path))
    for prim in stage.Traverse():
        if prim.IsA(UsdGeom.Mesh):
            _rename(UsdGeom.PrimvarsAPI(prim))
        elif prim.IsA(UsdShade.Material):
            _read_display_color(stage, prim)
    stage.Save()


def _rename(primvars) -> None:  # noqa: ANN001 - UsdGeom.PrimvarsAPI
    """``Color`` (four numbers, linear) becomes ``displayColor`` (three)."""
    from pxr import Sdf, Vt

    colors = primvars.GetPrimvar(COLOR)
    if not colors:
        return
    values = Vt.Vec3fArray([color[:3] for color in colors.Get()])
    primvars.CreatePrimvar(DISPLAY_COLOR, Sdf.ValueTypeNames.Color3fArray, colors.GetInterpolation()).Set(values)
    primvars.RemovePrimvar(COLOR)


def _read_display_color(stage, material) -> None:  # noqa: ANN001 - Usd.Stage, Usd.Prim
    """A reader of ``displayColor`` in front of the diffuse colour of a preview surface."""
    from pxr import Sdf, UsdShade

    for prim in material.GetChildren():
        surface = UsdShade.Shader(prim)
        if surface.GetIdAttr().Get() != "UsdPreviewSurface":
            continue
        reader = UsdShade.Shader.Define(stage, material.GetPath().AppendChild("VertexColor"))
        reader.CreateIdAttr("UsdPrimvarReader_float3")
        reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set(DISPLAY_COLOR)
        output = reader.CreateOutput("result", Sdf.ValueTypeNames.Float3)
        surface.GetInput("diffuseColor").ConnectToSource(output)
