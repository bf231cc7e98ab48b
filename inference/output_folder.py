"""An output folder whose files appear whole or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from PIL import Image


class OutputFolder:
    """Files are written to ``stage(name)``, inside a hidden folder, and move to the folder itself by ``commit``.

    As a context manager it commits at the end, and drops everything when the body fails.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._staging = self.folder / ".partial"
        if self.folder.exists() and not self.folder.is_dir():
            raise NotADirectoryError(f"{self.folder} is a file; allowed: a folder to write to")
        shutil.rmtree(self._staging, ignore_errors=True)  # of a run that was killed
        self._staging.mkdir(parents=True)

    def __enter__(self) -> OutputFolder:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.commit()
        else:
            shutil.rmtree(self._staging)

    def stage(self, name: str) -> Path:
        """Where to write the file ``name`` for now."""
        return self._staging / name

    def text(self, name: str, content: str) -> None:
        self.stage(name).write_text(content, encoding="utf-8")

    def json(self, name: str, content: Any) -> None:
        self.text(name, json.dumps(content, indent=2, allow_nan=False) + "\n")

    def picture(self, name: str, image: Image.Image) -> None:
        image.save(self.stage(name), format="PNG")

    def commit(self) -> None:
        """Move every staged file into place."""
        for file in sorted(self._staging.iterdir()):
            file.replace(self.folder / file.name)
        self._staging.rmdir()

    def discard(self) -> None:
        """Drop what was staged so far, so that a report of the failure can be staged alone."""
        shutil.rmtree(self._staging)
        self._staging.mkdir()
