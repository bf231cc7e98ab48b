"""``raw model``: one table of subcommands on a trained model."""

from __future__ import annotations

from procedural.subcommands import Subcommand, Table

TABLE = Table(
    "model",
    "A trained model: what it is, and to the Hugging Face hub with it.",
    {
        "info": Subcommand("inference.model_info", "main", "architecture, parameters, tower, library, switches, training"),
        "mean": Subcommand("inference.model_mean", "main", "one model of the mean weights of several, as of one before and after a run"),
        "push": Subcommand("inference.model_push", "main", "upload a model's folder to the Hugging Face hub"),
    },
    """
  raw model info                               the model that comes with the package
  raw model info runs/default/model --json
  raw model mean runs/default/model runs/default-more/model --out runs/mean
  raw model push runs/default/model me/savanna""",
)


def main(argv: list[str]) -> int:
    """Run a subcommand; returns the exit code."""
    return TABLE.run(argv)
