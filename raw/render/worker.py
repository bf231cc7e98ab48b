"""The process that holds bpy: reads jobs as JSON lines on standard input, answers on its original standard output.

Run as ``python -m raw.render.worker LIBRARY THREADS``. Blender prints as it likes; its prints go to standard error.
A job is {"program", "settings", "layers", "picture"}; an answer is {"ok": true, "timings", "memory_mb", "device"} or
{"ok": false, "error"}. Programs are the wire format, so what is drawn is what the program says, digit by digit.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import shutil
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path

_ALONE = sys.argv[2:3] == ["1"] and hasattr(os, "sched_setaffinity")
if _ALONE:  # seen from one processor, Blender's task library makes no second thread, which would wait in circles at a fifth of the time
    _PROCESSORS = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(_PROCESSORS)})

import bpy
import numpy as np

from raw.language import parse
from raw.library import Library
from raw.render.build import build
from raw.render.cycles import choose_device, configure
from raw.render.export import save_blend, save_glb, save_usd
from raw.render.job import RenderSettings, read_layers
from raw.render.objects import park_others, remove_parked
from raw.render.sky import unlit

_USER_ERRORS = (ValueError,)  # bad scene or library: a message is enough

SAVED = {"blend": save_blend, "glb": save_glb, "usd": save_usd}  # of the settings


class Worker:
    """One Blender file, reused for one scene after another."""

    def __init__(self, library: Library, threads: int) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        bpy.ops.preferences.addon_enable(module="cycles")
        bpy.ops.preferences.addon_enable(module="io_scene_gltf2")
        self.library, self.threads = library, threads
        self.device = choose_device()
        if _ALONE:
            os.sched_setaffinity(0, _PROCESSORS)

    def run(self, job: dict) -> dict:
        """Draw one job; returns the answer."""
        settings = RenderSettings(**{k: Path(v) if k in SAVED and v else v for k, v in job["settings"].items()})
        clock = _Clock()
        program = parse(job["program"])
        saved = any(getattr(settings, name) for name in SAVED)  # then the camera may be moved later
        scene = build(program, self.library, None if saved else settings.width / settings.height)
        clock.lap("build")
        kept = list(range(len(program.objects)))
        if settings.min_pixels or settings.subject_pixels or len(kept) > settings.max_objects:
            index = self._preview(scene, settings, Path(job["layers"]))
            clock.lap("preview")
            pixels = shown(index, len(kept), settings)
            if settings.subject >= 0 and pixels[settings.subject] < settings.subject_pixels:
                return {"ok": False, "error": f"object {settings.subject} shows too little", "not_seen": True}
            kept = largest(pixels, settings)
            park_others(set(kept))
        configure(scene, settings, self.threads)
        _render(scene, Path(job["layers"]), Path(job["picture"]))
        clock.lap("render")
        if saved:
            remove_parked()
        for name, save in SAVED.items():
            if path := getattr(settings, name):
                save(path)
                clock.lap(name)
        axes = [list(row) for row in scene.camera.matrix_world.to_3x3()]
        return {"ok": True, "timings": clock.laps, "memory_mb": _memory_mb(), "device": self.device, "kept": kept, "camera": axes}

    def _preview(self, scene: bpy.types.Scene, settings: RenderSettings, layers: Path) -> np.ndarray:
        """Index image of one sample a pixel and a third of the size, without the sun. The sky stays: changing it takes longer."""
        width, height = (max(8, side // _PREVIEW) for side in (settings.width, settings.height))
        small = replace(settings, width=width, height=height, samples=1, denoise=False)
        configure(scene, small, self.threads)
        scene.render.use_compositing = False
        with unlit():
            _render(scene, layers)
        return read_layers(layers).index


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name], self._last = (now - self._last) * 1000, now


_PREVIEW = 3  # side of the picture to that of the preview


def shown(index: np.ndarray, count: int, settings: RenderSettings) -> np.ndarray:
    """(count,) pixels of the picture that each object has, judged by the preview's index image."""
    return np.bincount(index.ravel(), minlength=256)[1 : count + 1] * (settings.width * settings.height / index.size)


def largest(pixels: np.ndarray, settings: RenderSettings) -> list[int]:
    """Numbers of the objects that show enough of their (N,) pixels, in their own order; always the subject."""
    size = pixels.copy()
    if settings.subject >= 0:
        size[settings.subject] = np.inf
    order = [int(i) for i in np.argsort(-size, kind="stable") if size[i] >= max(settings.min_pixels, 1)]
    return sorted(order[: settings.max_objects])


def _memory_mb() -> float:
    """Resident memory now; its peak where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 2**20


def _render(scene: bpy.types.Scene, layers: Path, picture: Path | None = None) -> None:
    """One render: index and depth into a multilayer EXR, the picture through the view transform into a PNG."""
    image = scene.render.image_settings
    image.file_format, image.color_depth, image.exr_codec = "OPEN_EXR_MULTILAYER", "32", "NONE"
    scene.render.filepath = str(layers)
    bpy.ops.render.render(write_still=True)
    if picture is None:
        return
    image.file_format, image.color_mode, image.color_depth, image.compression = "PNG", "RGB", "8", 0
    bpy.data.images["Render Result"].save_render(str(picture), scene=scene)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # Blender's own prints must not mix with the answers
    library, threads = Library.open(sys.argv[1]), int(sys.argv[2])
    worker = Worker(library, threads)
    gc.freeze()  # what bpy has loaded stays, and need not be looked through at every picture
    answers.write(json.dumps({"ready": True, "bpy": bpy.app.version_string, "device": worker.device}) + "\n")
    job: dict = {}
    try:
        for line in sys.stdin:
            try:
                job = json.loads(line)
                answer = worker.run(job)
            except _USER_ERRORS as problem:
                answer = {"ok": False, "error": str(problem)}
            except Exception:  # the pool reports it for this scene and goes on with the next
                answer = {"ok": False, "error": traceback.format_exc(limit=6)}
            answers.write(json.dumps(answer) + "\n")
    finally:
        if job:  # the parent was killed, or it would have ended this process and removed the folder itself
            shutil.rmtree(Path(job["layers"]).parent, ignore_errors=True)
    answers.close()


def _leave(status: int) -> None:
    """End this process without Blender's own way out, which sometimes waits for ever for one of its threads."""
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    try:
        main()
    except BaseException:  # also where the parent was killed before it heard that this is ready
        traceback.print_exc()
        _leave(1)
    _leave(0)
