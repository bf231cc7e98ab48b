"""Models to disk, as ``SceneModel.from_pretrained`` reads them; another reader never sees half of one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from accelerate import Accelerator
from torch import Tensor

from raw.model.scene_model import SceneModel
from training.accelerators import is_sharded


def save_model(
    accelerator: Accelerator, model: SceneModel, folder: Path, notes: dict[str, str] | None = None, settings: Path | None = None
) -> None:
    """Replace ``folder`` by the model, and files of text beside it. All processes call it, the main one writes.

    ``settings`` is the config file of the run, for the model's card.
    """
    weights = None
    if is_sharded(accelerator):
        weights = {name: _alone(tensor) for name, tensor in accelerator.get_state_dict(model).items()}
    if accelerator.is_main_process:
        whole = accelerator.unwrap_model(model)

        def write(temporary: Path) -> None:
            temporary.mkdir()
            for name, text in (notes or {}).items():
                (temporary / name).write_text(text + "\n")
            whole.save_pretrained(temporary, state_dict=weights, training=settings)

        replace_folder(folder, write)
    accelerator.wait_for_everyone()


def _alone(tensor: Tensor) -> Tensor:
    """With memory of its own size: what was gathered in shares of one size may be part of more, which safetensors refuses."""
    return tensor.clone() if tensor.untyped_storage().nbytes() > tensor.nbytes else tensor


def replace_folder(target: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a folder that then takes the place of ``target``."""
    temporary, old = (target.with_name(f".{target.name}.{end}") for end in ("tmp", "old"))
    for rest in (temporary, old):
        shutil.rmtree(rest, ignore_errors=True)
    temporary.parent.mkdir(parents=True, exist_ok=True)
    write(temporary)
    if target.exists():
        target.replace(old)
    temporary.replace(target)
    shutil.rmtree(old, ignore_errors=True)
