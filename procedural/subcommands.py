"""Commands with subcommands: a table of them, its help, and the one that a command line asks for."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple


class Subcommand(NamedTuple):
    module: str
    function: str  # main(argv) -> exit code
    help: str


class Table(NamedTuple):
    """The subcommands of ``raw NAME``; each is imported when it is called."""

    name: str
    purpose: str  # one sentence
    commands: dict[str, Subcommand]
    examples: str  # lines, each begun by a line break

    def usage(self) -> str:
        """The text of ``raw NAME --help``."""
        width = max(map(len, self.commands)) + 2
        lines = [f"  {name:<{width}}{command.help}" for name, command in self.commands.items()]
        return (
            f"usage: raw {self.name} SUBCOMMAND [options]\n\n{self.purpose}\n\n"
            f"subcommands:\n{chr(10).join(lines)}\n\nexamples:{self.examples}\n\n`raw {self.name} SUBCOMMAND --help` tells the rest."
        )

    def run(self, argv: list[str]) -> int:
        """Run a subcommand; returns its exit code. ValueError names a subcommand that is not in the table."""
        if not argv or argv[0] in ("--help", "-h"):
            print(self.usage())
            return 0 if argv else 2
        if argv[0] not in self.commands:
            raise ValueError(f"unknown subcommand {argv[0]!r} of `raw {self.name}`; allowed: {', '.join(self.commands)}")
        command = self.commands[argv[0]]
        return getattr(import_module(command.module), command.function)(argv[1:])
