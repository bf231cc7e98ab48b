"""``python -m procedural.library.ship LIBRARY``: put a built default library's embeddings into the package.

For maintainers, after the asset code has changed: build the library, train the default model on it, ship both.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from procedural.library.make import LibraryConfig, plan
from procedural.library.shipped import CODE, SHIPPED, code_fingerprint, save_compact
from raw.library import Library, LibraryError


def ship(folder: Path) -> None:
    """Copy table and embeddings; LibraryError if the library is not a complete build of the default plan."""
    library = Library.open(folder)
    if not library.fingerprint or [r.id for r in library.records] != [r.id for r in plan(LibraryConfig())]:
        raise LibraryError(f"{folder} is no complete default library: build one by `raw assets build --out {folder}`")
    SHIPPED.mkdir(exist_ok=True)
    shutil.copyfile(folder / "library.json", SHIPPED / "library.json")
    save_compact(SHIPPED, library.embeddings)
    CODE.write_text(code_fingerprint() + "\n")


if __name__ == "__main__":
    ship(Path(sys.argv[1]))
