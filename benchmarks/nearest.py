"""Nearest neighbour among 432,000 embeddings (6,000 assets x 72 yaws, the paper's size): what a query costs on one core.

``python benchmarks/nearest.py [--assets 6000] [--queries 40]`` compares, in one run on the same data:

- plain:  float32 matrix times query, all in memory
- half:   float16 in memory, turned to float32 piece by piece
- batch:  plain, 25 queries at once, as a scene has
- bounds: raw.nearest.Nearest, which the library uses: float16, exact, most vectors left out
- faiss:  IndexFlatIP, where faiss-cpu is installed

Every answer of every method is compared with float64 sums. The data are synthetic: families, individuals and smooth turns about
the vertical axis with the mean and the three covariances of the shipped embeddings, whose spectra, which end where the shipped
assets end, go on by the power law of their second half. The worst case is isotropic noise. Needs 3.9 GiB at full size.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from procedural.library.shipped import SHIPPED, read_compact  # noqa: E402 - after the number of threads and the path
from raw.nearest import Nearest, exact  # noqa: E402

FAMILIES, HARMONICS, CHUNK = 120, 6, 8192


def shipped_levels() -> tuple[np.ndarray, list[np.ndarray]]:
    """Mean (D,) of the shipped embeddings of objects, and deviations (n, D) of families, of individuals, of yaws."""
    records = json.loads((SHIPPED / "library.json").read_text())["assets"]
    rows = [i for i, r in enumerate(records) if r["category"] not in ("ground", "studio")]
    vectors = read_compact(SHIPPED).astype(np.float64)[rows]
    assets = vectors.mean(axis=1)
    names = [records[i]["family"] for i in rows]
    centres = {name: assets[[n == name for n in names]].mean(axis=0) for name in names}
    own = np.stack([centres[name] for name in names])
    families = np.stack(list(centres.values()))
    mean = families.mean(axis=0)
    return mean, [families - mean, assets - own, (vectors - assets[:, None]).reshape(-1, vectors.shape[-1])]


def mixing(deviations: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(D, D) float32 that turns white noise into deviations of the same covariance, its spectrum continued by a power law."""
    width = deviations.shape[1]
    _, values, axes = np.linalg.svd(deviations, full_matrices=False)
    variance = values**2 / len(deviations)
    rank = int((variance > 1e-4 * variance[0]).sum())
    half = np.arange(rank // 2, rank - rank // 8)
    slope = np.polyfit(np.log(half + 1), np.log(variance[half]), 1)[0]
    tail = variance[half[-1]] * (np.arange(half[-1], width) / half[-1]) ** min(slope, -1.0)
    variance = np.concatenate([variance[: half[-1]], tail])
    basis, _ = np.linalg.qr(np.concatenate([axes[: half[-1]].T, rng.normal(size=(width, width - half[-1]))], axis=1))
    return (basis * np.sqrt(variance)).T.astype(np.float32)


def synthetic(assets: int, yaws: int, rng: np.random.Generator) -> np.ndarray:
    """(assets * yaws, D) float16 unit vectors with the structure of real embeddings."""
    mean, levels = shipped_levels()
    family_mix, own_mix, turn_mix = (mixing(level, rng) for level in levels)
    width = len(mean)
    families = mean + rng.normal(size=(FAMILIES, width)).astype(np.float32) @ family_mix
    centres = families[rng.integers(FAMILIES, size=assets)] + rng.normal(size=(assets, width)).astype(np.float32) @ own_mix
    order = np.arange(1, HARMONICS + 1)
    angles = np.arange(yaws) * 2 * np.pi / yaws
    waves = np.concatenate([np.cos(np.outer(angles, order)) / order, np.sin(np.outer(angles, order)) / order], axis=1)
    waves /= np.sqrt((waves**2).sum(axis=1).mean())
    vectors = np.empty((assets * yaws, width), dtype=np.float16)
    for i in range(assets):
        turn = rng.standard_normal((2 * HARMONICS, width), dtype=np.float32) @ turn_mix
        block = centres[i] + waves.astype(np.float32) @ turn
        vectors[i * yaws : (i + 1) * yaws] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return vectors


def fill_with_noise(vectors: np.ndarray, rng: np.random.Generator) -> None:
    """Isotropic unit vectors, the worst case, in place."""
    for start in range(0, len(vectors), CHUNK):
        block = rng.standard_normal((len(vectors[start : start + CHUNK]), vectors.shape[1]), dtype=np.float32)
        vectors[start : start + CHUNK] = block / np.linalg.norm(block, axis=1, keepdims=True)


def queries_like(vectors: np.ndarray, cosine: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count, D) unit vectors at ``cosine`` from stored ones, off in the direction of other stored ones, as predictions err."""
    picked, others = (vectors[np.sort(rng.integers(len(vectors), size=n))].astype(np.float32) for n in (count, count))
    rng.shuffle(others)
    across = others - (others * picked).sum(axis=1, keepdims=True) * picked
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    found = cosine * picked + np.sqrt(1 - cosine**2) * across
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def half(vectors: np.ndarray, query: np.ndarray) -> int:
    """Row of the largest similarity, float16 turned to float32 piece by piece."""
    return int(np.concatenate([vectors[s : s + CHUNK].astype(np.float32) @ query for s in range(0, len(vectors), CHUNK)]).argmax())


def timed(search: Callable[[np.ndarray], int], queries: np.ndarray) -> tuple[list[float], list[int]]:
    """Milliseconds of every query, and the rows found; the first query is repeated, as it warms up."""
    search(queries[0])
    times, rows = [], []
    for query in queries:
        start = time.perf_counter()
        rows.append(search(query))
        times.append((time.perf_counter() - start) * 1000)
    return times, rows


def compare(title: str, vectors: np.ndarray, kinds: dict[str, np.ndarray]) -> None:
    """All methods on all kinds of queries, a line each, with the ratio to plain."""
    start = time.perf_counter()
    table = Nearest(vectors)
    print(f"\n{title}: {len(vectors)} x {vectors.shape[1]}; the table of bounds is made in {time.perf_counter() - start:.1f} s, once")
    whole = np.empty(vectors.shape, dtype=np.float32)
    for start in range(0, len(vectors), CHUNK):
        whole[start : start + CHUNK] = vectors[start : start + CHUNK]
    faiss_index = faiss_table(whole)
    for kind, queries in kinds.items():
        truth = [brute(whole, vectors, query) for query in queries]
        plain, found = timed(lambda q: int((whole @ q).argmax()), queries)
        line("plain", kind, plain, plain, found, truth, "")
        few = queries[:5]
        line("half", kind, *swap(timed(lambda q: half(vectors, q), few), plain), truth[:5], "")
        start = time.perf_counter()
        together = (whole @ queries[:25].T).argmax(axis=0).tolist()
        line("batch", kind, [(time.perf_counter() - start) * 1000 / len(queries[:25])], plain, together, truth[:25], "")
        survivors: list[int] = []
        bounds, found = timed(lambda q: (table.search(q), survivors.append(table.last_survivors))[0], queries)  # noqa: B023
        line("bounds", kind, bounds, plain, found, truth, f"{np.median(survivors):.0f} computed in full (worst {max(survivors)})")
        if faiss_index is not None:
            times, found = timed(lambda q: int(faiss_index.search(q[None], 1)[1][0, 0]), queries)
            line("faiss", kind, times, plain, found, truth, "")


def swap(result: tuple[list[float], list[int]], plain: list[float]) -> tuple[list[float], list[float], list[int]]:
    """Arguments of ``line`` in its order."""
    return result[0], plain, result[1]


def line(method: str, kind: str, times: list[float], plain: list[float], found: list[int], truth: list[int], note: str) -> None:
    right = sum(a == b for a, b in zip(found, truth, strict=True))
    median, worst = np.median(times), np.max(times)
    print(
        f"{kind:<12} {method:<7} median {median:8.2f} ms  worst {worst:8.2f} ms  plain/this {np.median(plain) / median:7.2f}  "
        f"right {right}/{len(truth)}  {note}"
    )


def brute(whole: np.ndarray, vectors: np.ndarray, query: np.ndarray) -> int:
    """The nearest by float64 sums, among those that float32 finds within 1e-4 of the best."""
    similarity = whole @ query
    close = np.flatnonzero(similarity > similarity.max() - 1e-4)
    return int(close[exact(vectors[close], query.astype(np.float64)).argmax()])


def faiss_table(whole: np.ndarray):  # noqa: ANN201 - faiss.IndexFlatIP, or None
    try:
        import faiss
    except ModuleNotFoundError:
        print("faiss-cpu is not installed: left out")
        return None
    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(whole.shape[1])
    index.add(whole)  # a copy: 2.2 GB more
    return index


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=6000)
    parser.add_argument("--yaws", type=int, default=72)
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    vectors = synthetic(options.assets, options.yaws, rng)
    kinds = {f"cosine {c}": queries_like(vectors, c, options.queries, rng) for c in (0.99, 0.9, 0.8, 0.7)}
    compare("clustered, with the spectrum of the shipped embeddings", vectors, kinds)
    fill_with_noise(vectors, rng)
    few = min(options.queries, 5)
    compare("isotropic noise, the worst case", vectors, {f"cosine {c}": queries_like(vectors, c, few, rng) for c in (0.99, 0.3)})
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main()
