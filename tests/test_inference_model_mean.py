"""The mean of models: its weights, what is refused, and the folder that is written."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from decoding_world import random_model
from safetensors.torch import load_file

from inference.model_command import main
from raw.model.mean import mean_model
from raw.model.places import PLACES_FILE
from raw.model.scene_model import SceneModel
from raw.vision.adapter import ADAPTER_FILE
from raw.vision.horizon import HORIZON_FILE


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"model-{seed}" for seed in range(3)]
    for seed, folder in enumerate(found):
        random_model(seed).save_pretrained(folder)
    return found


def test_every_weight_is_the_mean(folders: list[Path]) -> None:
    mean, *models = mean_model(folders), *map(SceneModel.from_pretrained, folders)
    states = [model.state_dict() for model in models]
    for name, weight in mean.state_dict().items():
        torch.testing.assert_close(weight, sum(state[name] for state in states) / 3)
    assert any(not torch.equal(weight, states[0][name]) for name, weight in mean.state_dict().items())


def test_the_command_writes_a_model_with_what_was_fitted_after_the_first_one(folders: list[Path], tmp_path: Path) -> None:
    for name in (ADAPTER_FILE, HORIZON_FILE, PLACES_FILE):
        (folders[0] / name).write_bytes(b"first")
        (folders[1] / name).write_bytes(b"second")
    assert main(["mean", *map(str, folders), "--out", str(tmp_path / "mean"), "--half"]) == 0
    assert all((tmp_path / "mean" / name).read_bytes() == b"first" for name in (ADAPTER_FILE, HORIZON_FILE))
    assert not (tmp_path / "mean" / PLACES_FILE).exists()  # it was fitted to what the first one says, and the mean says other things
    written, expected = SceneModel.from_pretrained(tmp_path / "mean").state_dict(), mean_model(folders).state_dict()
    for name, weight in expected.items():
        torch.testing.assert_close(written[name], weight, atol=1e-3, rtol=1e-3)
    assert {one.dtype for one in load_file(tmp_path / "mean" / "model.safetensors").values()} == {torch.float16}
    with pytest.raises(FileExistsError, match="is there; allowed: a new folder"):
        main(["mean", *map(str, folders), "--out", str(tmp_path / "mean")])


def test_what_has_no_mean_is_refused(folders: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 models; allowed: 2 or more"):
        mean_model(folders[:1])
    random_model(0, "head").save_pretrained(tmp_path / "other")
    with pytest.raises(ValueError, match="other is of another kind than .*model-0: codec 'head', not 'bins'"):
        mean_model([folders[0], tmp_path / "other"])
