"""Program files (``.scene``): resolved form, with the size of the picture they were made for in a comment.

A program says nothing about the picture's shape; the comment ``# frame 512 x 341`` lets ``raw render`` draw an edited program
at the aspect of its photo.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from raw.language import SceneSyntaxError, parse, write
from raw.scene import Scene

MAX_BYTES = 1_000_000  # of a file; the language itself is stricter
_FRAME = re.compile(r"^# frame (\d{1,5}) x (\d{1,5})\s*$", re.MULTILINE)


class ProgramFile(NamedTuple):
    scene: Scene
    frame: tuple[int, int] | None  # (width, height) in pixels, where the file names it


def program_text(scene: Scene, frame: tuple[int, int]) -> str:
    """The text of a program file; ``frame`` is (width, height) in pixels."""
    return f"# frame {frame[0]} x {frame[1]}\n{write(scene)}"


def read_program(path: str | Path) -> ProgramFile:
    """Read a ``.scene`` file. Raises SceneSyntaxError with the place in the file, and OSError where it cannot be read."""
    path = Path(path)
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise SceneSyntaxError(f"the file has more than {MAX_BYTES:,} bytes", line=1, source=str(path))
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise SceneSyntaxError("not a text file", line=1, allowed="UTF-8", source=str(path)) from None
    frame = _FRAME.search(text)
    return ProgramFile(parse(text, source=str(path)), (int(frame[1]), int(frame[2])) if frame else None)
