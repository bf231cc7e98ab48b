"""Command-line parsers of one look: a sentence, the options, and examples to copy."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from typing import Any

from jsonargparse import ArgumentParser, DefaultHelpFormatter, Namespace
from jsonargparse.typing import PositiveInt

DRAWS = 8  # programs of a photo
# keywords of ``Reconstructor`` that change what it says
PREDICTION = ("tower", "base", "second_look", "grounding", "consensus", "correction", "draws")
SECOND_LOOK = 4.0  # weight of a cut-out's vector where the decoder's weighs 1; here, as inference.second_look imports torch


class _Help(DefaultHelpFormatter, RawDescriptionHelpFormatter):
    """jsonargparse's help with types and defaults, and line breaks of description and examples kept."""


def command_parser(name: str, description: str, examples: str) -> ArgumentParser:
    """A parser for ``raw NAME``; bad usage raises ``jsonargparse.ArgumentError``, which ``raw`` prints as one line."""
    epilog = "examples:\n" + "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
    parser = ArgumentParser(prog=f"raw {name}", description=description, epilog=epilog, formatter_class=_Help, exit_on_error=False)
    parser.add_argument("--config", action="config", help="read options from a YAML file")
    return parser


def add_where(parser: ArgumentParser) -> None:
    """Options of ``Reconstructor``: how a prediction is looked over, where a model runs, and where what its folder does not hold is."""
    told = "weight of what each animal, cut out of the photo, looks like to the library's own tower; 0: only the model's word"
    parser.add_argument("--second-look", type=float, default=SECOND_LOOK, metavar="WEIGHT", help=told)
    told = "programs with other places for plants and stones, of which that most like the others is taken; 1: the likeliest places"
    parser.add_argument("--draws", type=PositiveInt, default=DRAWS, help=told)
    told = "turn the camera and move things so that they stand on the ground; false: as the model says"
    parser.add_argument("--grounding", type=bool, default=True, help=told)
    told = "ask the model about the mirrored photo and parts of it too, for camera, sky and ground; false: about the photo alone"
    parser.add_argument("--consensus", type=bool, default=True, help=told)
    told = "correct where things are, by what the whole program says, where the model has what does it; false: as the decoder says"
    parser.add_argument("--correction", type=bool, default=True, help=told)
    parser.add_argument("--device", type=str, default="auto", help="of the model: auto, cpu, cuda")
    parser.add_argument("--tower", type=str, default="", help="another name of the model's image tower, where its weights lie now")
    parser.add_argument("--base", type=str | None, default=None, help="where the language model under a model's adapters is now")


def where(options: Namespace) -> dict[str, Any]:
    """The keywords of ``Reconstructor`` that ``add_where`` asks for."""
    return {name: options[name] for name in ("device", *PREDICTION)}
