"""How many pictures a second `raw generate` makes, beside a script that builds every scene from scratch; one run, one machine.

    python benchmarks/generate.py --library data/library

Ours: `raw generate` with one lane a processor and all labels. The rate is that of the pictures after the first of every lane, up to
--images: each lane is given one scene more, so that none has run out of work before. Memory is that of the largest process,
sampled twice a second.

Plain: one Blender process with all threads of the machine. For each picture it empties the file, builds the same scene from
the same meshes, all that was placed in sight of the camera, and renders it with the same samples and passes at Cycles' own
settings (light tree, sun disc in the sky, full bounces). Then it counts what shows, labels and encodes the same columns.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from procedural.generate.config import DatasetConfig, SplitConfig, Task
from procedural.generate.scene_rows import world_and_cameras
from raw.language import write
from raw.library import Library

ROOT = Path(__file__).resolve().parents[1]
BIOMES = ("boreal_forest", "eucalypt_woodland", "monsoon_forest")  # many things in view
VIEWS = 50  # of a scene


def resident_mb(parent: int) -> float:
    """Resident memory of the largest process below ``parent``, itself included."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = [tuple(map(int, line.split())) for line in listing.splitlines()]
    family, grown = {parent}, True
    while grown:
        grown = any(pid not in family and above in family for pid, above, _ in rows)
        family |= {pid for pid, above, _ in rows if above in family}
    return max((rss for pid, _, rss in rows if pid in family), default=0) / 1024


class Watch(threading.Thread):
    """Pictures that are there and the memory of the largest process, over time."""

    def __init__(self, process: subprocess.Popen, made: list[tuple[float, int]]) -> None:
        super().__init__(daemon=True)
        self.process, self.made, self.memory = process, made, list[tuple[int, float]]()

    def run(self) -> None:
        while self.process.poll() is None:
            self.memory.append((self.made[-1][1] if self.made else 0, resident_mb(self.process.pid)))
            time.sleep(0.5)

    def largest(self, start: int, stop: int) -> float:
        """Megabytes while pictures ``start`` to ``stop`` were made."""
        return max((mb for images, mb in self.memory if start <= images < stop), default=float("nan"))


def ours(library: Path, images: int, workers: int, folder: Path) -> dict[str, float]:
    """Run `raw generate` and watch it."""
    command = [
        sys.executable, "-m", "raw.cli", "generate", "--out", str(folder), "--library", str(library), "--workers", str(workers),
        "--train.scenes", str(-(-images // VIEWS) + workers), "--train.views", str(VIEWS), "--validation.scenes", "0", "--test.scenes", "0",
        "--samples", "8", "--size", "224", "--biomes", *BIOMES,
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    made: list[tuple[float, int]] = []
    watch = Watch(process, made)
    watch.start()
    for count in bar_counts(process.stderr):
        if not made or count > made[-1][1]:
            made.append((time.perf_counter(), count))
            print(f"\rours: {count} pictures", end="", file=sys.stderr, flush=True)
    if process.wait() not in (0, 1):
        raise SystemExit("raw generate failed")
    begun = next(i for i, (_, count) in enumerate(made) if count >= workers)
    there = next(i for i, (_, count) in enumerate(made) if count >= images)
    seconds, pictures = made[there][0] - made[begun][0], made[there][1] - made[begun][1]
    early, late = watch.largest(100, 200), watch.largest(max(images - 100, 100), images + 1)
    return {"images_per_s": pictures / seconds, "pictures": pictures, "seconds": seconds, "memory_early_mb": early, "memory_late_mb": late}


def bar_counts(stream: IO[bytes]) -> Iterator[int]:
    """Counts that a tqdm bar on a pipe shows, as they come."""
    text = b""
    while chunk := stream.read1(4096):
        text += chunk
        *lines, text = text.replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            words = line.split(b"|")[-1].split()
            if words and b"/" in words[0] and words[0].split(b"/")[0].isdigit():
                yield int(words[0].split(b"/")[0])


def stored_programs(folder: Path) -> list[tuple[str, str]]:
    """Scene and program of every picture of the set."""
    import pyarrow.parquet as parquet

    tables = [parquet.read_table(path, columns=["scene_id", "program"]) for path in sorted(folder.glob("train/*.parquet"))]
    return [(row["scene_id"], row["program"]) for table in tables for row in table.to_pylist()]


def as_sampled(library: Library, stored: list[tuple[str, str]], count: int) -> list[str]:
    """Scenes spread evenly over the set, with all that was placed in sight of their cameras: what shows is not known yet."""
    found = []
    for scene_id, program in (stored[i] for i in np.linspace(0, len(stored) - 1, count).astype(int)):
        config = DatasetConfig(Path("unused"), library.folder, train=SplitConfig(1, VIEWS), biomes=BIOMES)
        _, cameras = world_and_cameras(Task("train", int(scene_id.rsplit("-", 1)[1])), config, library, Counter())
        head = program.partition("add_")[0]  # camera, sky and ground, in all digits
        found.append(next(text for text in (write(view.scene) for view in cameras) if text.partition("add_")[0] == head))
    return found


def plain(library: Path, programs: list[str]) -> float:
    """Seconds a picture of the plain script, after its first."""
    script = Path(__file__).with_name("plain_generator.py")
    job = json.dumps({"library": str(library.resolve()), "programs": programs})
    answer = subprocess.run([sys.executable, str(script)], input=job, capture_output=True, text=True, cwd=ROOT, check=True)
    seconds = json.loads(answer.stdout.splitlines()[-1])
    return float(np.mean(seconds[1:]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--plain", type=int, default=16, help="pictures of the plain script")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = ours(options.library, options.images, options.workers, Path(folder) / "set")
        stored = stored_programs(Path(folder) / "set")[: options.images]  # those that the rate is of, give or take a scene
    programs = as_sampled(Library.open(options.library), stored, options.plain)
    objects = float(np.mean([program.count("add_") for _, program in stored]))
    found |= {"objects_in_a_picture": objects, "objects_placed": float(np.mean([text.count("add_") for text in programs]))}
    found |= {"plain_images_per_s": 1 / plain(options.library, programs)}
    found["ratio"] = found["images_per_s"] / found["plain_images_per_s"]
    found["memory_growth"] = found["memory_late_mb"] / found["memory_early_mb"] - 1
    print()
    for name, value in found.items():
        print(f"{name:24} {value:10.3f}")


if __name__ == "__main__":
    main()
