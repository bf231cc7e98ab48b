"""The lowest floor needs numpy alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ("bpy", "torch", "torchvision", "transformers", "scipy", "PIL", "datasets", "m_tree")
CODE = """
import sys
import raw, raw.scene, raw.grammar, raw.language, raw.geometry, raw.mesh, raw.library
print(",".join(sorted(set({heavy!r}) & set(sys.modules))))
"""


def test_importing_raw_loads_nothing_heavy() -> None:
    root = Path(__file__).resolve().parent.parent
    run = subprocess.run([sys.executable, "-c", CODE.format(heavy=HEAVY)], cwd=root, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == ""
