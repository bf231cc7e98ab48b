"""``raw generate`` stopped and killed in every way; what it ends with is the set of a run that nobody disturbed."""

from __future__ import annotations

import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from dataset_world import config_of, description, temporaries
from generate_runs import LANE, RENDERER, Run, scenes_made

from procedural.generate.config import DatasetConfig, SplitConfig
from procedural.generate.run import generate
from raw.library import Library

pytestmark = [pytest.mark.render, pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")]


def assert_same(out: Path, whole: Path) -> None:
    """Labels, and with them every byte of the shards."""
    assert description(out)["label_hash"] == description(whole)["label_hash"]
    assert description(out)["splits"] == description(whole)["splits"] and description(out)["complete"]
    assert not temporaries(out) and not (out / "parts").exists()


def test_stopped_killed_and_bereft_of_its_processes(tiny_set: DatasetConfig, tmp_path: Path) -> None:
    """Ctrl-C, then kill -9, then a run that loses a render process and a lane, and is disturbed by a second run."""
    config = replace(tiny_set, out=tmp_path / "set", workers=2)

    run = Run(config)
    assert run.until(lambda: scenes_made(config.out))
    run.kill(run.pid, signal.SIGINT)
    code, printed = run.end()
    assert code == 130 and f"go on with: raw generate --out {config.out}" in printed and printed.strip().endswith("raw: stopped")
    assert not description(config.out)["complete"] and not temporaries(config.out)

    run, before = Run(config), scenes_made(config.out)
    assert run.until(lambda: scenes_made(config.out) > before)
    run.kill(run.pid)
    assert run.end()[0] == -signal.SIGKILL

    run = Run(config)
    assert run.kill(next(iter(run.until(lambda: run.alive(RENDERER)) or ()), None)), "this run had nothing left to do"
    run.kill(run.pid, signal.SIGSTOP)  # or it might be through before a second one has started, on a busy machine
    code, printed = Run(config).end()
    assert code == 2 and f"{config.out} is in use by another run (process {run.pid} on" in printed
    run.kill(next(iter(run.alive(LANE)), None))
    run.kill(run.pid, signal.SIGCONT)
    code, printed = run.end()
    assert code == 0, printed
    assert_same(config.out, tiny_set.out)


@pytest.mark.slow
def test_ten_kills_at_random_times(tiny_library: Library, tmp_path: Path) -> None:
    """Parent, lane and render process, and writers of parts and shards in the middle of it; each twice."""
    rng = random.Random(7)
    changes = {"workers": 2, "train": SplitConfig(8, 2), "scenes_per_shard": 3}
    whole = generate(config_of(tmp_path / "whole", tiny_library, **changes))
    sets = [config_of(tmp_path / f"set{i}", tiny_library, **changes) for i in range(10)]
    hits, current, story = [*("parent", "lane", "renderer", "part", "shard") * 2], 0, []
    rng.shuffle(hits)
    for hit in hits:
        run, start = Run(sets[current]), time.monotonic()
        done = strike(run, hit, rng)
        after = time.monotonic() - start
        if hit != "parent" and run.lasts(rng.uniform(0, 3)):
            run.kill(run.pid, signal.SIGTERM)  # so that there is something left for the next round
        code, printed = run.end()
        story.append(f"{hit} {'hit' if done else 'missed'} after {after:.1f} s, exit code {code}, {scenes_made(sets[current].out)} files")
        print(story[-1])
        assert code in (0, 130, -signal.SIGKILL, -signal.SIGTERM), printed  # SIGTERM itself where the run begins or leaves
        if code == 0:
            assert_same(sets[current].out, whole)
            current += 1
    assert sum("hit" in line for line in story) >= 8, story
    for config in sets[: current + 1]:
        code, printed = Run(config).end()
        assert code == 0, printed
        assert_same(config.out, whole)


def strike(run: Run, hit: str, rng: random.Random) -> bool:
    """Kill one process of a run; False if the run was over before."""
    if hit in ("part", "shard"):
        pattern = "parts/*/scene-*.tmp" if hit == "part" else "*/shard-*.tmp"
        return run.kill(run.until(lambda: next(filter(run.has, map(writer, run.out.glob(pattern))), None)))
    run.until(lambda: run.alive(RENDERER))
    run.lasts(rng.uniform(0, 8))
    victims = [run.pid] if hit == "parent" else run.alive(LANE if hit == "lane" else RENDERER)
    return run.kill(rng.choice(victims or [None]))


def writer(temporary: Path) -> int:
    """The number of the process that writes a temporary file."""
    return int(temporary.name.split(".")[-2])
