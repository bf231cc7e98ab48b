"""Scene models on the Hugging Face hub: from there, and to there."""

from __future__ import annotations

from pathlib import Path

from raw.hub import first_line, is_hub_name, is_repository, newest_folder

SCENE_MODEL_FILES = ("*.json", "*.safetensors", "tokenizer*", "adapter/*.json", "adapter/*.safetensors", "README.md", "*.yaml")


def scene_model_folder(name: str | Path) -> Path:
    """A folder as it is, or that of a repository ORG/NAME on the hub."""
    if not is_hub_name(name):
        return Path(name)
    advice = f"Download it elsewhere by `hf download {name} --local-dir FOLDER`, and name that folder."
    return newest_folder(str(name), SCENE_MODEL_FILES, advice)


def push_folder(folder: Path, repository: str, *, private: bool = False, message: str = "Scene model") -> str:
    """Upload a checkpoint to ORG/NAME, which is made if it is not there, and return its address.

    ``FileNotFoundError`` where the folder is no checkpoint, ``ValueError`` for a name that cannot be, ``OSError`` where the hub cannot be
    reached or refuses.
    """
    from huggingface_hub import HfApi

    if not (folder / "config.json").is_file():
        raise FileNotFoundError(f"{folder / 'config.json'} is missing: {folder} is no folder that SceneModel.save_pretrained wrote")
    if not is_repository(repository):
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
