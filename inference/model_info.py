"""``raw model info``: what a trained model is, without reading its weights."""

from __future__ import annotations

import json

from inference.defaults import model_folder
from inference.options import command_parser

EXAMPLES = """
raw model info                             # the model that comes with the package
raw model info runs/default/model
raw model info runs/default/model --json   # all that is known, for programs
"""


def main(argv: list[str]) -> int:
    """Print it; returns the exit code."""
    parser = command_parser("model info", "Architecture, parameters, tower, library, switches and training of a model.", EXAMPLES)
    parser.add_argument("model", type=str, nargs="?", help="a model's folder, or ORG/NAME of the hub; without, the one in the package")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(argv)
    folder = model_folder(options.model)

    from raw.model.description import as_text, describe

    told = describe(folder)
    print(json.dumps(told, indent=2, default=str) if options.json else as_text(told))
    return 0
