"""Folders of models: on this machine, or of the Hugging Face hub; and how a model gets there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")  # ORG/NAME
TIMEOUT = 15.0  # seconds in which the hub must answer at all
SCENE_MODEL_FILES = ("*.json", "*.safetensors", "tokenizer*", "adapter/*.json", "adapter/*.safetensors", "README.md", "*.yaml")
LANGUAGE_MODEL_FILES = ("*.json", "*.safetensors", "tokenizer*")
OLD_WEIGHTS = ("*.bin",)  # where a repository has no safetensors; read by an unpickler that knows tensors alone


def is_hub_name(name: str | Path) -> bool:
    """Whether this is ORG/NAME and no folder of that name is there."""
    return bool(_REPOSITORY.fullmatch(str(name))) and not Path(name).exists()


def hub_folder(name: str, patterns: Sequence[str], advice: str, fallback: Sequence[str] = ()) -> Path:
    """The folder with the files of a repository: those in the cache, else they are downloaded once.

    ``fallback`` are patterns to fetch as well where the repository has no safetensors. ``FileNotFoundError`` that ends with
    ``advice`` where there is no such repository or no way to it.
    """
    from huggingface_hub import HfApi, snapshot_download

    try:
        told = HfApi().model_info(name, timeout=TIMEOUT)  # the client would try for minutes before it gives up
        files = [sibling.rfilename for sibling in told.siblings or ()]
        extra = () if any(file.endswith(".safetensors") for file in files) else fallback
        return Path(snapshot_download(name, allow_patterns=[*patterns, *extra], revision=told.sha))
    except Exception as problem:  # what a network client raises is many things
        if cached := _cached(name, [*patterns, *fallback]):
            return cached
        told = f"{name} is no folder here, not in the cache of the Hugging Face hub, and cannot be downloaded ({first_line(problem)})"
        raise FileNotFoundError(f"{told}. {advice}") from None


def _cached(name: str, patterns: Sequence[str]) -> Path | None:
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, allow_patterns=list(patterns), local_files_only=True))
    except Exception:  # nothing of it is there
        return None
    return folder if (folder / "config.json").is_file() else None


def scene_model_folder(name: str | Path) -> Path:
    """A folder as it is, or that of a repository ORG/NAME on the hub."""
    if not is_hub_name(name):
        return Path(name)
    advice = f"Download it elsewhere by `hf download {name} --local-dir FOLDER`, and name that folder."
    return hub_folder(str(name), SCENE_MODEL_FILES, advice)


def push_folder(folder: Path, repository: str, *, private: bool = False, message: str = "Scene model") -> str:
    """Upload a checkpoint to ORG/NAME, which is made if it is not there, and return its address.

    ``FileNotFoundError`` where the folder is no checkpoint, ``ValueError`` for a name that cannot be, ``OSError`` where the hub cannot be
    reached or refuses.
    """
    from huggingface_hub import HfApi

    if not (folder / "config.json").is_file():
        raise FileNotFoundError(f"{folder / 'config.json'} is missing: {folder} is no folder that SceneModel.save_pretrained wrote")
    if not _REPOSITORY.fullmatch(repository):
        raise ValueError(f"repository is {repository!r}; allowed: OWNER/NAME")
    api = HfApi()
    if api.token is None and not _has_token():
        raise OSError("the Hugging Face hub wants to know who uploads: run `hf auth login`, or set HF_TOKEN")
    try:
        api.create_repo(repository, private=private, exist_ok=True)
        api.upload_folder(repo_id=repository, folder_path=folder, commit_message=message, allow_patterns=list(SCENE_MODEL_FILES))
    except Exception as problem:  # what a network client raises is many things
        raise OSError(f"{folder} could not be uploaded to {repository}: {first_line(problem)}") from None
    return f"{api.endpoint}/{repository}"


def _has_token() -> bool:
    from huggingface_hub import get_token

    return get_token() is not None


def first_line(problem: Exception) -> str:
    """What a long message of a client says first."""
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]
