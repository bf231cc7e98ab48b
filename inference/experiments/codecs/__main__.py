"""``python -m inference.experiments.codecs``: pictures, models, scores, table and plot."""

from __future__ import annotations

import logging
import sys

from inference.experiments.codecs.config import CodecExperiment
from inference.experiments.codecs.pictures import write_pictures
from inference.experiments.codecs.report import write_report
from inference.experiments.codecs.runs import trained_model
from inference.experiments.codecs.scores import load_scores, save_scores, score_model
from procedural.command_line import claim_folder, read_options

FREE = ("out", "library", "codecs", "runs")  # may differ when the experiment goes on


def run(experiment: CodecExperiment) -> str:
    """Do what is missing, and return the table."""
    claim_folder(experiment.out, experiment, resume=True, free=FREE)
    data = write_pictures(experiment)
    paths = {}
    for number in range(experiment.runs):
        for codec in experiment.codecs:
            path = experiment.out / "scores" / f"{codec}-{number}.json"
            paths.setdefault(codec, []).append(path)
            if not path.is_file():
                model = trained_model(experiment, data.library, codec, number)
                save_scores(score_model(model, data.out, experiment.out / "features"), path)
    return write_report({codec: [load_scores(path) for path in found] for codec, found in paths.items()}, experiment.out)


def main(argv: list[str]) -> None:
    experiment, _ = read_options("codec experiment", CodecExperiment, argv, resumable=False)
    logging.basicConfig(level=logging.WARNING)
    print(run(experiment))


if __name__ == "__main__":
    main(sys.argv[1:])
