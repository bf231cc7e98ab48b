"""The folder of a data set: which scenes are there, which failed, and dataset.json, which says so."""

from __future__ import annotations

import json
import logging
import shutil
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from procedural.command_line import plain
from procedural.generate.config import FREE, SPLITS, DatasetConfig, Task
from procedural.generate.shards import PARTS, SceneSummary, merge, part_path, summaries
from procedural.labels.label_hash import label_hash
from procedural.whole_file import remove_temporaries, whole_file
from raw import __version__
from raw.digest import sha256
from raw.library import Library

log = logging.getLogger(__name__)
FAILED = "failed.jsonl"
SCHEMA = 2  # of the rows


class DatasetFolder:
    """Turns parts into a shard once all its scenes are made or have failed, and keeps dataset.json up to date with the shards.

    Opening a folder removes what a killed run left half done. ValueError if a shard is broken or the set was begun with
    another library. One process at a time may have a folder open: see ``folder_lock``.
    """

    def __init__(self, config: DatasetConfig, library: Library, table_hash: str) -> None:
        self._config, self._library, self._table_hash = config, library, table_hash
        remove_temporaries(config.out)
        before = self._read_description()
        if before.get("library_table", table_hash) != table_hash:
            raise ValueError(f"{config.out} was begun with another library than {library.folder}")
        self._entries = {config.out / split / e["file"]: e for split in before.get("splits", {}) for e in before["splits"][split]["shards"]}
        self._shards = dict(config.shards())
        self._shard_of = {task: path for path, tasks in self._shards.items() for task in tasks}
        self._scenes: dict[Path, list[SceneSummary]] = {path: summaries(path) for path in self._shards if path.is_file()}
        self._done = {scene.scene_id: scene.images for scenes in self._scenes.values() for scene in scenes}
        self._parts = self._find_parts()
        self._failed = {name: error for name, error in self._read_failed() if name not in self._done}
        self._open = {path: {task for task in tasks if task.scene_id not in self._done} for path, tasks in self._shards.items()}
        for path in self._shards:
            self._merge_if_settled(path)
        self.describe()

    @property
    def images(self) -> int:
        """Pictures that are there, in shards and in parts."""
        return sum(self._done.values())

    @property
    def scenes(self) -> int:
        return len(self._done)

    def missing(self) -> list[Task]:
        """Scenes to make, those that failed before too; train last, so that a set that still grows can be trained on and evaluated."""
        tasks = [task for path, tasks in self._shards.items() for task in tasks if task in self._open[path]]
        return sorted(tasks, key=lambda task: task.split == "train")

    def made(self, task: Task) -> int:
        """A scene's part is on disk; returns how many images it has."""
        self._parts[task] = part_path(self._config.out, task)
        self._done[task.scene_id] = images = summaries(self._parts[task])[0].images
        self._failed.pop(task.scene_id, None)
        self._settle(task)
        return images

    def failed(self, task: Task, error: str) -> bool:
        """A scene could not be made; the next run tries it again. Returns whether it failed for the first time."""
        first = task.scene_id not in self._failed
        self._failed[task.scene_id] = error
        self._write_failed()
        self._settle(task)
        return first

    def close(self) -> None:
        """The run is over: all scenes are made or have failed."""
        self._write_failed()
        self.describe()
        shutil.rmtree(self._config.out / PARTS, ignore_errors=True)

    def describe(self) -> None:
        """Write dataset.json: shards with checksums, counts, failures, and the label hash."""
        config = self._config
        scenes = [scene for found in self._scenes.values() for scene in found]
        splits = {split: {"images": 0, "shards": []} for split in SPLITS if config.split(split).scenes}
        for path, found in self._scenes.items():
            images = sum(scene.images for scene in found)
            splits[path.parent.name]["images"] += images
            splits[path.parent.name]["shards"].append(self._entry(path, images))
        description = {
            "version": 1,
            "schema": SCHEMA,
            "generator_version": __version__,
            "complete": len(scenes) == len(self._shard_of),
            "seed": config.seed,
            "size": config.size,
            "samples": config.samples,
            "library_fingerprint": self._library.fingerprint,
            "library_table": self._table_hash,
            "views_per_scene": {split: config.split(split).views for split in splits},
            "splits": splits,
            "rejected": dict(sorted(sum((Counter(scene.rejected) for scene in scenes), Counter()).items())),
            "failed": [{"scene_id": name, "error": error} for name, error in sorted(self._failed.items())],
            "label_hash": label_hash((scene.scene_id, scene.labels) for scene in scenes),
            "config": {key: value for key, value in plain(asdict(config)).items() if key not in FREE},
        }
        with whole_file(config.out / "dataset.json") as file:
            file.write(json.dumps(description, indent=1).encode())

    def _entry(self, path: Path, images: int) -> dict[str, Any]:
        size = path.stat().st_size
        if self._entries.get(path, {}).get("bytes") != size:
            self._entries[path] = {"file": path.name, "sha256": sha256(path), "images": images, "bytes": size}
        return self._entries[path]

    def _settle(self, task: Task) -> None:
        path = self._shard_of[task]
        self._open[path].discard(task)
        self._merge_if_settled(path)

    def _merge_if_settled(self, path: Path) -> None:
        parts = {task: self._parts[task] for task in self._shards[path] if task in self._parts}
        if self._open[path] or not parts:
            return
        self._entries.pop(path, None)
        merged = merge(path, self._shards[path], parts)
        self._scenes = {p: merged if p == path else self._scenes[p] for p in self._shards if p in self._scenes or p == path}  # in order
        self.describe()
        for task, part in parts.items():
            part.unlink()
            del self._parts[task]

    def _find_parts(self) -> dict[Task, Path]:
        """Parts that an earlier run left; those of scenes that are in a shard already are removed."""
        found = {}
        for task in self._shard_of:
            path = part_path(self._config.out, task)
            if not path.is_file():
                continue
            if task.scene_id in self._done:  # the run was killed between the shard and this
                path.unlink()
                continue
            try:
                self._done[task.scene_id] = summaries(path)[0].images
                found[task] = path
            except ValueError as problem:
                log.warning("scene %s is made again: %s", task.scene_id, problem)
                path.unlink()
        return found

    def _read_description(self) -> dict[str, Any]:
        path = self._config.out / "dataset.json"
        return json.loads(path.read_text()) if path.is_file() else {}

    def _read_failed(self) -> list[tuple[str, str]]:
        path = self._config.out / FAILED
        lines = path.read_text().splitlines() if path.is_file() else []
        return [(entry["scene_id"], entry["error"]) for entry in map(json.loads, lines)]

    def _write_failed(self) -> None:
        """failed.jsonl: scenes that are left out, with the seed and what went wrong; no file where there are none."""
        path = self._config.out / FAILED
        if not self._failed:
            path.unlink(missing_ok=True)
            return
        lines = [{"scene_id": name, "seed": self._config.seed, "error": error} for name, error in sorted(self._failed.items())]
        with whole_file(path) as file:
            file.write("".join(json.dumps(line) + "\n" for line in lines).encode())
