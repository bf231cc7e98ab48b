"""All suites and methods of one evaluation, and what about.json says of them."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from inference.evaluation.baselines import Method, baseline
from inference.evaluation.cases import Case
from inference.evaluation.frames import SAMPLER_SEED
from inference.evaluation.ledger import case_names, write_cases
from inference.evaluation.method_names import ORACLES
from inference.evaluation.models import Model
from inference.evaluation.network_scores import NetworkScores, load_distance, load_towers
from inference.evaluation.photo_cases import PhotoCases
from inference.evaluation.photo_subject import Portraits
from inference.evaluation.run import Drawer, Runner, keep_picture
from inference.evaluation.set_cases import COLUMNS, SetCases
from inference.evaluation.settings import Settings
from inference.evaluation.suites import Suite
from inference.options import PREDICTION
from inference.reconstructor import Reconstructor
from inference.report import versions
from procedural.whole_file import whole_file
from raw.render import RenderPool
from raw.vision.tower import Tower, load_tower
from training.pairs import Pairs

log = logging.getLogger(__name__)
SEED = 0  # of the baselines that draw at random


class Session:
    """Models and networks are loaded once; the first model's tower is the one of ``tower_cosine`` and of nearest_neighbour."""

    def __init__(self, settings: Settings, out: Path, pool: RenderPool, *, device: str = "auto") -> None:
        """Raises what loading models and networks raises: see ``Reconstructor``, ``load_towers`` and ``load_distance``."""
        self.settings, self.out = settings, out
        common = {name: getattr(settings, name) for name in PREDICTION} | {"device": device}
        self.models = [Model(name, Reconstructor(path, settings.library, **common)) for name, path in settings.models.items()]
        first = self.models[0].reconstructor
        self.library, self.device = first.library, first.device
        towers, self.missing = load_towers(first.tower, settings.towers, self.device)
        self.networks = NetworkScores(towers, load_distance(settings.lpips, self.device), self.device)
        self.portraits = self._portraits(first.tower) if any(suite.of_photos for suite in settings.suites.values()) else None
        self.runner = Runner(out / "suites", Drawer(pool), self.networks, self.portraits, settings.samples)

    def _portraits(self, own: Tower) -> Portraits | None:
        """The library's animals with the tower of its embeddings; None, with a warning, where that tower is not here."""
        if own.fingerprint == self.library.fingerprint:
            return Portraits(self.library, own, self.device)
        try:
            return Portraits(self.library, load_tower(self.library.tower).to(self.device), self.device)
        except (OSError, ModuleNotFoundError, ValueError) as problem:
            self.missing["of the library"] = str(problem)
            log.warning("no photo.agreement, as the library's own tower is not here: %s", problem)
            return None

    @cached_property
    def train(self) -> Pairs | None:
        """The training split, where a baseline learns from it."""
        if self.settings.dataset is None or not set(self.settings.baselines) - {"oracle_scene"}:
            return None
        return Pairs(self.settings.dataset, "train", self.settings.train_limit, also=("depth",))

    def run(self) -> None:
        """Complete every method on every suite."""
        suites = {name: self._cases(suite, self.settings.limits[name]) for name, suite in self.settings.suites.items()}
        tower = self.models[0].reconstructor.tower
        methods: list[Method] = [*self.models]
        methods += [baseline(name, self.library, self.train, tower, self.device, SEED) for name in self.settings.baselines]
        self._write_about(suites)
        for name, cases in suites.items():
            names = self._prepare(name, cases)
            for method in methods:
                if method.name not in ORACLES or not self.settings.suites[name].of_photos:
                    self.runner.run(name, cases, names, method)

    def _cases(self, suite: Suite, limit: int) -> Sequence[Case]:
        if suite.split is None:
            assert self.settings.photos is not None  # as ``suites.choose`` saw to
            return PhotoCases(self.settings.photos, limit)
        assert self.settings.dataset is not None
        return SetCases(Pairs(self.settings.dataset, suite.split, limit, also=COLUMNS), self.library, suite.sensor)

    def _prepare(self, suite: str, cases: Sequence[Case]) -> list[str]:
        """Write the suite's cases and pictures, if an earlier run has not; the names of the cases."""
        folder = self.out / "suites" / suite
        path = folder / "cases.jsonl"
        if not path.is_file():
            write_cases(path, cases, lambda case: keep_picture(folder / "pictures", case))
        names = case_names(path)
        if len(names) != len(cases):
            raise ValueError(f"{path} has {len(names)} cases, and there are {len(cases)} now; give --overwrite")
        return names

    def _write_about(self, suites: dict[str, Sequence[Case]]) -> None:
        """about.json: what was evaluated, by what, in which versions."""
        settings, towers = self.settings, self.networks.towers
        grey = np.full((224, 224, 3), 127, dtype=np.uint8)
        perceptual = {key: value for key, value in asdict(self.networks.distance(grey, grey)).items() if key != "value"}
        about = {
            "models": {model.name: self._model(model) for model in self.models},
            "baselines": list(settings.baselines),
            "library": {"folder": str(self.library.folder), "fingerprint": self.library.fingerprint, "assets": len(self.library.records)},
            "dataset": self._dataset(),
            "suites": {name: self._suite(settings.suites[name], cases) for name, cases in suites.items()},
            "towers": {metric: {"name": tower.name, "fingerprint": tower.fingerprint} for metric, tower in towers.items()},
            "missing_towers": self.missing, "perceptual": perceptual, "samples": settings.samples, "second_look": settings.second_look,
            "grounding": settings.grounding, "consensus": settings.consensus, "correction": settings.correction,
            "draws": settings.draws, "sampler_seed": SAMPLER_SEED, "device": str(self.device), "versions": versions(),
        }  # fmt: skip
        with whole_file(self.out / "about.json") as file:
            file.write((json.dumps(about, indent=2, allow_nan=False) + "\n").encode())

    def _model(self, model: Model) -> dict[str, Any]:
        config = model.reconstructor.model.config
        parameters = sum(weights.numel() for weights in model.reconstructor.model.parameters())
        folder = str(self.settings.models[model.name])
        return {"folder": folder, "tower": config.tower, "tower_fingerprint": config.tower_fingerprint, "parameters": parameters}

    def _dataset(self) -> dict[str, Any] | None:
        if self.settings.dataset is None:
            return None
        train = 0 if self.train is None else len(self.train)
        return {"folder": str(self.settings.dataset), "label_hash": self.settings.label_hash, "train_images": train}

    def _suite(self, suite: Suite, cases: Sequence[Case]) -> dict[str, Any]:
        about = {"about": suite.about, "split": suite.split, "cases": len(cases), "sensor": suite.sensor and asdict(suite.sensor)}
        return about | ({"refused": cases.refused} if isinstance(cases, PhotoCases) else {})
