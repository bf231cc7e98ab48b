"""``raw model mean``: one model of the mean weights of several.

A model that was trained on from another lies in one valley of the loss with it, and so does what is between them. The mean of both is often
better than either, above all on pictures of another kind than those it was trained on (Wortsman et al., Robust fine-tuning of zero-shot
models, CVPR 2022, and Model soups, ICML 2022).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from inference.options import command_parser

EXAMPLES = """
raw model mean runs/default/model runs/default-more/model --out runs/mean
raw model mean before after --out runs/mean --half    # in half precision: half the size
"""


def main(argv: list[str]) -> int:
    """Write its folder; returns the exit code."""
    parser = command_parser("model mean", "Write a model of the mean weights of several of one kind.", EXAMPLES)
    fitted = "what is fitted after a model, for the second look and the horizon, is the first one's; places have to be fitted anew"
    parser.add_argument("models", type=Path, nargs="+", help=f"folders that training wrote; {fitted}")
    parser.add_argument("--out", type=Path, required=True, help="a folder that is not there yet")
    parser.add_argument("--half", action="store_true", help="write float16")
    options = parser.parse_args(argv)
    if options.out.exists():
        raise FileExistsError(f"{options.out} is there; allowed: a new folder")

    import torch

    from raw.model.mean import mean_model
    from raw.vision.adapter import ADAPTER_FILE
    from raw.vision.horizon import HORIZON_FILE
    from training.saving import replace_folder

    model, beside = mean_model(options.models), [options.models[0] / name for name in (ADAPTER_FILE, HORIZON_FILE)]

    def write(temporary: Path) -> None:
        model.save_pretrained(temporary, torch.float16 if options.half else torch.float32)
        for path in filter(Path.is_file, beside):
            shutil.copy(path, temporary)

    replace_folder(options.out, write)
    print(f"{options.out}: the mean of {len(options.models)} models")
    return 0
