"""``raw render``: an edited program to a picture, a .blend and a .glb."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from jsonargparse import ArgumentParser
from PIL import Image

from inference.defaults import library_folder
from inference.options import command_parser
from inference.output_folder import OutputFolder
from inference.program_files import read_program
from inference.report import Stages, objects_seen, versions
from raw.render import Rendering, RenderPool, RenderSettings
from raw.scene import Scene

DEFAULT_SIZE = 512  # pixels, of both sides, where neither the file nor an option says
EXAMPLES = """
raw render out/scene.scene --out again                      # edit the file first: move, turn, add or remove things
raw render out/scene.scene --out again --usd               # scene.usdc too
raw render savanna.scene --out big --width 1920 --height 1080 --samples 128
"""


def render_program(scene: Scene, pool: RenderPool, out: Path, settings: RenderSettings, *, usd: bool = False) -> Rendering:
    """Draw ``scene`` and write render.png, masks.png, scene.blend, scene.glb and report.json to ``out``; with ``usd`` also scene.usdc.

    Raises RenderError where it cannot be drawn; nothing is written then.
    """
    stages = Stages()
    with OutputFolder(out) as folder:
        with stages("render"):
            rendering = pool.render(scene, _with_files(settings, folder, usd))
        stages.add_rendering(rendering)
        with stages("write"):
            folder.picture("render.png", Image.fromarray(rendering.image))
            folder.picture("masks.png", mask_picture(rendering.index))
        folder.json("report.json", {
            "frame": [settings.width, settings.height],
            "objects": objects_seen(scene, rendering),
            "milliseconds": stages.milliseconds,
            "memory_mb": stages.memory_mb,
            "device": {"render": rendering.device},
            "versions": versions(),
            "failures": [],
        })
    return rendering


def _with_files(settings: RenderSettings, folder: OutputFolder, usd: bool) -> RenderSettings:
    files = {"blend": folder.stage("scene.blend"), "glb": folder.stage("scene.glb")}
    return replace(settings, **files, usd=folder.stage("scene.usdc") if usd else None)


def mask_picture(index: np.ndarray) -> Image.Image:
    """(H, W) uint8 object index -> a palette picture of the same values: 0 sky, 255 ground, each object a colour of its own."""
    hue = (np.arange(256) * 0.618034) % 1.0  # golden ratio: neighbours in number differ in colour
    palette = (127.5 + 115 * np.cos(2 * np.pi * (hue[:, None] + np.array([0, 1 / 3, 2 / 3])))).astype(np.uint8)
    palette[0], palette[255] = (0, 0, 0), (96, 96, 96)
    picture = Image.fromarray(index).convert("P")
    picture.putpalette(palette.tobytes())
    return picture


def main(argv: list[str]) -> int:
    """``raw render``: 0, or an exception that says what is wrong with the file, the library or the options."""
    options = _parser().parse_args(argv)
    scene, frame = read_program(options.program)
    width, height = _size(options.width, options.height, frame)
    settings = RenderSettings(width=width, height=height, samples=options.samples, denoise=True)
    with RenderPool(library_folder(options.library), timeout_s=options.timeout) as pool:
        rendering = render_program(scene, pool, Path(options.out), settings, usd=options.usd)
    print(f"{options.program} -> {options.out} ({len(scene.objects)} objects, {width} x {height}, {rendering.device})")
    return 0


def _parser() -> ArgumentParser:
    parser = command_parser("render", "Draw a scene program: render.png, masks.png, scene.blend, scene.glb, report.json.", EXAMPLES)
    parser.add_argument("program", type=str, metavar="FILE.scene", help="the program, resolved form")
    parser.add_argument("--out", type=str, required=True, help="folder to write to")
    parser.add_argument("--library", type=str | None, default=None, help="asset library (default: the built-in one)")
    parser.add_argument("--width", type=int | None, default=None, help="pixels (default: as the file says)")
    parser.add_argument("--height", type=int | None, default=None, help="pixels")
    parser.add_argument("--samples", type=int, default=32, help="a pixel; more is cleaner and slower")
    parser.add_argument("--usd", action="store_true", help="also write scene.usdc")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds after which a render is given up")
    return parser


def _size(width: int | None, height: int | None, frame: tuple[int, int] | None) -> tuple[int, int]:
    """The size asked for; a side left out follows the file's aspect."""
    wide, high = frame or (DEFAULT_SIZE, DEFAULT_SIZE)
    if width and not height:
        return width, max(1, round(width * high / wide))
    if height and not width:
        return max(1, round(height * wide / high)), height
    return width or wide, height or high
