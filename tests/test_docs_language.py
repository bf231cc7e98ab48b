"""docs/language.md is what the slot table says today."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from raw.grammar import BY_NAME
from raw.language import parse

DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_the_page_is_current() -> None:
    page = runpy.run_path(str(DOCS / "make_language.py"))["build"]()
    assert (DOCS / "language.md").read_text(encoding="utf-8") == page, "run: python docs/make_language.py"


def test_the_page_names_every_statement_and_its_resolved_example_parses() -> None:
    page = (DOCS / "language.md").read_text(encoding="utf-8")
    assert not [name for name in BY_NAME if f"`{name}`" not in page]
    resolved, model = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(parse(resolved).objects) == 2 and "[NUM]" in model
