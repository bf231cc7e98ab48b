"""``raw model push``: a model's folder to the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path

from inference.options import command_parser
from raw.model.hub import push_folder

EXAMPLES = """
raw model push runs/default/model me/savanna             # after `hf auth login`
raw model push runs/default/model me/savanna --private
"""


def main(argv: list[str]) -> int:
    """Upload it and print its address; returns the exit code."""
    parser = command_parser("model push", "Upload a model's folder to the Hugging Face hub.", EXAMPLES)
    parser.add_argument("model", type=Path, help="a folder that training or SceneModel.save_pretrained wrote")
    parser.add_argument("repository", type=str, help="OWNER/NAME; it is made if it is not there")
    parser.add_argument("--private", action="store_true", help="for a repository that is made: only you see it")
    options = parser.parse_args(argv)
    print(push_folder(options.model, options.repository, private=options.private))
    return 0
