"""A pool of render workers that outlives their crashes and hangs."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image

from raw.language import write
from raw.render.job import SKY, NotSeen, RenderError, Rendering, RenderSettings, read_layers
from raw.render.usd import connect_vertex_colors
from raw.scene import Scene

_START_S = 120  # for a worker to import bpy and answer
# else glibc gives the hierarchies and buffers of every picture back to the system, and asks for them anew, page by page
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(2**30), "MALLOC_TRIM_THRESHOLD_": str(2**31), "MALLOC_TOP_PAD_": str(2**26)}
_ROOT = Path(__file__).resolve().parents[2]


class _Worker:
    """One worker process and its scratch folder, on a memory disk where there is one."""

    def __init__(self, command: list[str]) -> None:
        memory_disk = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.scratch = tempfile.TemporaryDirectory(prefix="raw-render-", dir=memory_disk)
        self.log = Path(self.scratch.name) / "log.txt"
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
        environment = _MALLOC | os.environ | {"PYTHONPATH": path}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        self.lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.jobs = 0
        self.broken = False  # ended, or out of step with its jobs
        self.hello: dict = {}

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def answer(self, timeout_s: float) -> dict:
        """The next answer; RenderError when the process ends or the time runs out."""
        try:
            line = self.lines.get(timeout=timeout_s)
        except queue.Empty:
            self.broken = True
            raise RenderError(f"the render worker gave no answer in {timeout_s:g} s and was ended") from None
        if line is None:
            self.broken = True
            code = self.process.wait()
            tail = " | ".join(self.log.read_text(errors="replace").strip().splitlines()[-3:])
            raise RenderError(f"the render worker ended with code {code}: {tail}")
        return json.loads(line)

    def ask(self, job: dict, timeout_s: float) -> dict:
        if not self.hello:
            self.hello = self.answer(_START_S)
        try:
            self.process.stdin.write(json.dumps(job) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.lines.put(None)  # the process has ended; the answer below says how
        self.jobs += 1
        return self.answer(timeout_s)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        with suppress(BrokenPipeError):  # of a job that the process did not live to read
            self.process.stdin.close()
        self.scratch.cleanup()


class RenderPool:
    """Draws scenes in ``workers`` processes of ``python``, which needs bpy; the caller does not. Each has ``threads`` threads,
    by default its share of the machine's.

    A worker is replaced after ``recycle_after`` scenes (bpy's memory grows) and whenever it crashes or takes longer
    than ``timeout_s`` for one scene; that scene alone fails, with RenderError. Workers start at once, in parallel with
    whatever the caller does next.
    """

    def __init__(
        self,
        library: str | Path,
        *,
        workers: int = 1,
        threads: int | None = None,
        timeout_s: float = 120,
        recycle_after: int = 200,
        python: str = sys.executable,
    ) -> None:
        if workers < 1:
            raise ValueError(f"workers is {workers}; allowed: 1 or more")
        threads = threads or max(1, (os.cpu_count() or 1) // workers)
        self._command = [python, "-m", "raw.render.worker", str(library), str(threads)]
        self._timeout_s, self._recycle_after = timeout_s, recycle_after
        self._idle: queue.Queue[_Worker | None] = queue.Queue()
        self._workers = workers
        for _ in range(workers):
            self._idle.put(_Worker(self._command))
        self._threads = ThreadPoolExecutor(workers)

    def __enter__(self) -> RenderPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; jobs that have not started are dropped."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._idle.empty():
            if worker := self._idle.get():
                worker.close()

    def submit(self, scene: Scene, settings: RenderSettings | None = None) -> Future[Rendering]:
        """Queue a scene (resolved form); the future gives a Rendering or raises RenderError."""
        return self._threads.submit(self._run, write(scene), settings or RenderSettings())

    def render(self, scene: Scene, settings: RenderSettings | None = None) -> Rendering:
        """Draw one scene (resolved form)."""
        return self.submit(scene, settings).result()

    def map(self, jobs: Iterable[tuple[Scene, RenderSettings]]) -> Iterator[Rendering | RenderError]:
        """Draw many scenes in parallel; results in order, a failure in the place of its picture."""
        waiting: deque[Future[Rendering]] = deque()
        for scene, settings in jobs:
            waiting.append(self.submit(scene, settings))
            if len(waiting) > 2 * self._workers:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())

    def _run(self, program: str, settings: RenderSettings) -> Rendering:
        worker = self._idle.get()
        try:
            worker = worker or _Worker(self._command)
            folder = Path(worker.scratch.name)
            fields = {k: os.path.abspath(v) if isinstance(v, Path) else v for k, v in asdict(settings).items()}
            job = {"program": program, "settings": fields, "layers": str(folder / "layers.exr"), "picture": str(folder / "picture.png")}
            answer = worker.ask(job, self._timeout_s)
            if not answer["ok"]:
                raise NotSeen(answer["error"]) if answer.get("not_seen") else RenderError(answer["error"])
            if settings.usd:
                connect_vertex_colors(settings.usd)
            return _rendering(job, answer)
        finally:
            if worker and (worker.broken or worker.jobs >= self._recycle_after):
                worker.close()
                worker = None  # the next job starts another
            self._idle.put(worker)


def _result(future: Future[Rendering]) -> Rendering | RenderError:
    try:
        return future.result()
    except RenderError as problem:
        return problem


def _rendering(job: dict, answer: dict) -> Rendering:
    layers = read_layers(Path(job["layers"]))
    with Image.open(job["picture"]) as picture:
        image = np.asarray(picture.convert("RGB"))
    normal = None if layers.normal is None else _unit(layers.normal @ np.array(answer["camera"], dtype=np.float32))
    if normal is not None:
        normal[layers.index == SKY] = 0  # index and depth are of a pixel's first sample, normals the mean of all
    about = {name: answer[name] for name in ("timings", "memory_mb", "device")}
    return Rendering(image, layers.index, layers.depth, normal, kept=tuple(answer["kept"]), **about)


def _unit(vectors: np.ndarray) -> np.ndarray:
    """(..., 3) of length 1, but for zeros."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)
