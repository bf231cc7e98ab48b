"""docs/evaluation.md says what the code says."""

from __future__ import annotations

from pathlib import Path

from inference.evaluation import bootstrap
from inference.evaluation.average_precision import KINDS, RESAMPLES
from inference.evaluation.method_names import BASELINES
from inference.evaluation.metrics import reference

TEXT = (Path(__file__).parents[1] / "docs" / "evaluation.md").read_text(encoding="utf-8")


def test_the_table_of_metrics_is_that_of_the_code() -> None:
    assert reference() in TEXT, "put what inference.evaluation.metrics.reference() returns in place of the table"


def test_methods_and_numbers_are_those_of_the_code() -> None:
    assert all(f"\n| {name} |" in TEXT for name in BASELINES)
    assert f"{bootstrap.RESAMPLES:,} bootstrap resamples, at {100 * bootstrap.LEVEL:g} %" in TEXT and f"has {RESAMPLES} resamples" in TEXT
    assert all(f"`ap.{kind.name}`" in TEXT for kind in KINDS)
