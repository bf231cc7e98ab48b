"""Files of the Hugging Face hub: from its cache where they are there, else downloaded once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

TIMEOUT = 15.0  # seconds in which the hub must answer at all


def fetch(repository: str, wanted: Sequence[Sequence[str]], advice: str) -> Path:
    """The folder that holds one file of each list of ``wanted``, the first that there is.

    OSError, which ends with ``advice``, where files are neither in the cache nor to be had; the hub's own client would try
    for minutes and then show its own traceback.
    """
    from huggingface_hub import HfApi, snapshot_download

    if cached := _cached(repository, wanted):
        return cached
    try:
        told = HfApi().model_info(repository, timeout=TIMEOUT)
        there = {sibling.rfilename for sibling in told.siblings or ()}
        names = [next((name for name in names if name in there), "") for names in wanted]
        if all(names):
            return Path(snapshot_download(repository, allow_patterns=names))
        problem = f"it has no {' and no '.join(' or '.join(w) for w, name in zip(wanted, names, strict=True) if not name)}"
    except Exception as error:  # what a network client raises is many things
        problem = (str(error).strip() or type(error).__name__).splitlines()[0]
    raise OSError(f"{repository} of the Hugging Face hub is not in the cache, and cannot be downloaded ({problem}). {advice}")


def _cached(repository: str, wanted: Sequence[Sequence[str]]) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    folders = set()
    for names in wanted:
        found = (try_to_load_from_cache(repository, name) for name in names)
        path = next((path for path in found if isinstance(path, str)), None)
        folders.add(Path(path).parent if path else None)
    return folders.pop() if len(folders) == 1 else None
