"""Command-line parsers of one look: a sentence, the options, and examples to copy."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter

from jsonargparse import ArgumentParser, DefaultHelpFormatter, Namespace


class _Help(DefaultHelpFormatter, RawDescriptionHelpFormatter):
    """jsonargparse's help with types and defaults, and line breaks of description and examples kept."""


def command_parser(name: str, description: str, examples: str) -> ArgumentParser:
    """A parser for ``raw NAME``; bad usage raises ``jsonargparse.ArgumentError``, which ``raw`` prints as one line."""
    epilog = "examples:\n" + "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
    parser = ArgumentParser(prog=f"raw {name}", description=description, epilog=epilog, formatter_class=_Help, exit_on_error=False)
    parser.add_argument("--config", action="config", help="read options from a YAML file")
    return parser


def add_where(parser: ArgumentParser) -> None:
    """Options that say where a model runs, and where the parts of it are that its folder does not hold."""
    parser.add_argument("--device", type=str, default="auto", help="of the model: auto, cpu, cuda")
    parser.add_argument("--tower", type=str, default="", help="another name of the model's image tower, where its weights lie now")
    parser.add_argument("--base", type=str | None, default=None, help="where the language model under a model's adapters is now")


def where(options: Namespace) -> dict[str, str | None]:
    """The keywords of ``Reconstructor`` that ``add_where`` asks for."""
    return {"device": options.device, "tower": options.tower, "base": options.base}
