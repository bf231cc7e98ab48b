"""The numbers of results.json, from the records of an evaluation. Its form is told in docs/evaluation.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from inference.evaluation.average_precision import RESAMPLES as AP_RESAMPLES
from inference.evaluation.average_precision import average_precisions, reliability_pairs
from inference.evaluation.bootstrap import LEVEL, RESAMPLES, differences, estimates, resamples
from inference.evaluation.breakdown import confusion, strata
from inference.evaluation.metrics import metric, ordered
from inference.evaluation.records import MethodRecords, Records, SuiteRecords
from inference.evaluation.shared_objects import shared_differences
from raw.metrics.calibration import reliability

SCHEMA = 1  # of results.json; grows when a reader of before would be misled


def analyse(records: Records, seed: int = 0) -> dict[str, Any]:
    """results.json as a dictionary. ``seed`` is that of the resamples."""
    suites = {name: analyse_suite(suite, records.models, seed) for name, suite in records.suites.items()}
    names = ordered({name for suite in records.suites.values() for name in suite.metrics})
    return {
        "schema": SCHEMA, "about": records.about, "models": records.models,
        "bootstrap": {"resamples": RESAMPLES, "resamples_of_ap": AP_RESAMPLES, "level": LEVEL, "seed": seed, "drawn": "scenes"},
        "metrics": {name: {key: value for key, value in metric(name)._asdict().items() if key != "name"} for name in names},
        "suites": suites,
    }  # fmt: skip


def analyse_suite(suite: SuiteRecords, models: list[str], seed: int) -> dict[str, Any]:
    """Everything about one suite: estimates by method, and every model less every other method."""
    weights = resamples(suite.worlds, np.random.default_rng(seed))
    names = ordered(suite.metrics)
    tallies = {name: method.tallies(names) for name, method in suite.methods.items()}
    methods = {name: _method(suite, method, names, tallies[name], weights) for name, method in suite.methods.items()}
    less = {
        model: {other: _named(names, differences(tallies[model], tallies[other], weights)) for other in suite.methods if other != model}
        for model in models
        if model in suite.methods
    }
    told = {"cases": len(suite.cases), "scenes": len(set(suite.worlds)), "methods": methods, "differences": less}
    if suite.scenes is None:
        return told
    found = suite.methods
    return told | {"shared": {m: {o: shared_differences(found[m], found[o], weights) for o in others} for m, others in less.items()}}


def _named(names: list[str], found: list) -> dict[str, dict[str, float | None]]:
    return {name: asdict(one) for name, one in zip(names, found, strict=True)}


def _method(suite: SuiteRecords, method: MethodRecords, names: list[str], tallies: np.ndarray, weights: np.ndarray) -> dict[str, Any]:
    """A method's estimates; of a suite without truth there are no objects to tell more of."""
    metrics = _named(names, estimates(tallies, weights))
    told = {"metrics": metrics, "failures": failures(method)}
    if suite.scenes is None:
        return told
    return told | {
        "average_precision": average_precisions(suite, method, weights), "strata": strata(method, weights),
        "confusion": confusion(method), "reliability": _reliability(suite, method),
    }  # fmt: skip


def failures(method: MethodRecords) -> dict[str, int]:
    """How many answers have an error, and how many no render."""
    return {key: sum(line[key] is not None for line in method.lines) for key in ("error", "render_error")}


def _reliability(suite: SuiteRecords, method: MethodRecords) -> dict[str, Any] | None:
    """Bins of confidence, and the expected calibration error; None where the method gives no confidence."""
    pairs = reliability_pairs(suite, method)
    if pairs is None or not len(pairs[0]):
        return None
    found = reliability(*pairs)
    return {"n": int(found.count.sum()), "error": found.error, "count": found.count.tolist(),
            "confidence": _listed(found.confidence), "right": _listed(found.right)}  # fmt: skip


def _listed(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
