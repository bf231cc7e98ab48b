"""Folders of the Hugging Face hub, and the one error that says how to do without it.

The hub's own client would try for minutes and then show its own traceback.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

TIMEOUT = 15.0  # seconds in which the hub must answer at all
_REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")  # ORG/NAME


def is_repository(name: str) -> bool:
    """Whether this is ORG/NAME."""
    return bool(_REPOSITORY.fullmatch(name))


def is_hub_name(name: str | Path) -> bool:
    """Whether this is ORG/NAME and no folder of that name is there."""
    return is_repository(str(name)) and not Path(name).exists()


def fixed_files(repository: str, wanted: Sequence[Sequence[str]], advice: str) -> Path:
    """The folder that holds one file of each list of ``wanted``, the first that there is: for files that never change.

    The hub is asked only where they are not in the cache. FileNotFoundError, which ends with ``advice``, where they are not to be had.
    """
    if cached := _cached_files(repository, wanted):
        return cached

    def choose(there: Sequence[str]) -> list[str]:
        names = [next((name for name in names if name in there), "") for names in wanted]
        if not all(names):
            lacking = (" or ".join(choice) for choice, name in zip(wanted, names, strict=True) if not name)
            raise FileNotFoundError(f"it has no {' and no '.join(lacking)}")
        return names

    try:
        return _downloaded(repository, choose)
    except Exception as problem:  # what a network client raises is many things
        raise _not_to_be_had(repository, problem, advice) from None


def newest_folder(repository: str, patterns: Sequence[str], advice: str, fallback: Sequence[str] = ()) -> Path:
    """The folder with the files of a repository as it is now, or as it is in the cache where the hub cannot be reached.

    ``fallback`` are patterns to fetch as well where the repository has no safetensors. FileNotFoundError, which ends with
    ``advice``, where there is no such repository or no way to it.
    """

    def choose(there: Sequence[str]) -> list[str]:
        return [*patterns, *(() if any(name.endswith(".safetensors") for name in there) else fallback)]

    try:
        return _downloaded(repository, choose)
    except Exception as problem:  # as above
        if cached := _cached_folder(repository, [*patterns, *fallback]):
            return cached
        raise _not_to_be_had(repository, problem, advice) from None


def first_line(problem: Exception) -> str:
    """What a long message of a client says first."""
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]


def _downloaded(repository: str, choose: Callable[[Sequence[str]], list[str]]) -> Path:
    """``choose`` says which of a repository's files, by name or pattern."""
    from huggingface_hub import HfApi, snapshot_download

    told = HfApi().model_info(repository, timeout=TIMEOUT)
    patterns = choose([sibling.rfilename for sibling in told.siblings or ()])
    # by no revision: by its own hash a copy in the cache would not be found again without the hub
    return Path(snapshot_download(repository, allow_patterns=patterns))


def _not_to_be_had(repository: str, problem: Exception, advice: str) -> FileNotFoundError:
    told = f"cannot be downloaded from the Hugging Face hub ({first_line(problem)})"
    return FileNotFoundError(f"{repository} is no folder here, is not in the cache, and {told}. {advice}")


def _cached_files(repository: str, wanted: Sequence[Sequence[str]]) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    folders = set()
    for names in wanted:
        found = (try_to_load_from_cache(repository, name) for name in names)
        path = next((path for path in found if isinstance(path, str)), None)
        folders.add(Path(path).parent if path else None)
    return folders.pop() if len(folders) == 1 else None


def _cached_folder(repository: str, patterns: Sequence[str]) -> Path | None:
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(repository, allow_patterns=list(patterns), local_files_only=True))
    except Exception:  # nothing of it is there
        return None
    return folder if (folder / "config.json").is_file() else None
