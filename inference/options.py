"""Command-line parsers of one look: a sentence, the options, and examples to copy."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter

from jsonargparse import ArgumentParser, DefaultHelpFormatter


class _Help(DefaultHelpFormatter, RawDescriptionHelpFormatter):
    """jsonargparse's help with types and defaults, and line breaks of description and examples kept."""


def command_parser(name: str, description: str, examples: str) -> ArgumentParser:
    """A parser for ``raw NAME``; bad usage raises ``jsonargparse.ArgumentError``, which ``raw`` prints as one line."""
    epilog = "examples:\n" + "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
    parser = ArgumentParser(prog=f"raw {name}", description=description, epilog=epilog, formatter_class=_Help, exit_on_error=False)
    parser.add_argument("--config", action="config", help="read options from a YAML file")
    return parser
