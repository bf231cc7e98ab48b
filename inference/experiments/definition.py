"""What an experiment is: a YAML file of arms, each a few settings of ``raw train``, and of claims about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from inference.experiments.measures import MEASURES

FOLDER = Path(__file__).resolve().parents[2] / "configs" / "experiments"
GIVEN = "data"  # name of the set that the command line gives
OWN = "own"  # arms are tested on pictures of their own set


@dataclass(frozen=True)
class PictureSet:
    """Pictures that an experiment draws for itself."""

    generate: dict[str, Any]  # settings of `raw generate`, as "train.scenes: 16"
    assets: int = 0  # of the library, see ``part_of_library``; 0: all

    def __post_init__(self) -> None:
        if self.assets < 0:
            raise ValueError(f"assets is {self.assets}; allowed: 0 or more")


@dataclass(frozen=True)
class Arm:
    """What is different in one of the models that are compared."""

    train: dict[str, Any] = field(default_factory=dict)  # settings of `raw train`, as "model.codec: head"
    set: str = GIVEN  # which pictures it is trained on
    tower: str = ""  # of the library's embeddings, which are made for it; "": as they are


@dataclass(frozen=True)
class Claim:
    """That one arm does better than another."""

    says: str
    measure: str
    better: str  # arms
    worse: str


@dataclass(frozen=True)
class Experiment:
    """See the module's docstring."""

    name: str
    question: str
    paper: str  # what the paper says, and where
    training: Path  # settings of `raw train` that all arms share
    arms: dict[str, Arm]
    measures: tuple[str, ...]  # columns of the table
    claims: tuple[Claim, ...] = ()
    sets: dict[str, PictureSet] = field(default_factory=dict)
    test: str = GIVEN  # which set models are tested on, or "own"
    split: str = "test"

    def __post_init__(self) -> None:
        known = {*self.sets, GIVEN}
        if wrong := {arm.set for arm in self.arms.values()} - known:
            raise ValueError(f"an arm's set is {', '.join(sorted(wrong))}; allowed: {', '.join(sorted(known))}")
        if self.test not in {*known, OWN}:
            raise ValueError(f"test is {self.test!r}; allowed: {', '.join(sorted({*known, OWN}))}")
        if wrong := {*self.measures, *(claim.measure for claim in self.claims)} - set(MEASURES):
            raise ValueError(f"measures {', '.join(sorted(wrong))} are unknown; allowed: {', '.join(MEASURES)}")
        if wrong := {arm for claim in self.claims for arm in (claim.better, claim.worse)} - set(self.arms):
            raise ValueError(f"claims name the arms {', '.join(sorted(wrong))}; allowed: {', '.join(self.arms)}")

    def set_of_test(self, arm: str) -> str:
        """Name of the set that an arm is tested on."""
        return self.arms[arm].set if self.test == OWN else self.test


def names() -> list[str]:
    """Of the experiments that come with the package's source."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def read_experiment(name: str) -> Experiment:
    """The experiment of a name in ``configs/experiments``, or of a YAML file. ValueError names what is wrong in it."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise FileNotFoundError(f"experiment {name!r} is unknown; allowed: {', '.join(names()) or 'none here'}, or a YAML file")
    try:
        return _experiment(path, yaml.safe_load(path.read_text()))
    except (ValueError, yaml.YAMLError) as problem:
        raise ValueError(f"{path}: {problem}") from None


def _experiment(path: Path, data: Any) -> Experiment:
    data = _checked(Experiment, data, "the file", given={"name"})
    arms = {name: Arm(**_checked(Arm, arm or {}, f"arm {name}")) for name, arm in data["arms"].items()}
    sets = {name: PictureSet(**_checked(PictureSet, one, f"set {name}")) for name, one in (data.get("sets") or {}).items()}
    claims = tuple(Claim(**_checked(Claim, one, "a claim")) for one in data.get("claims") or ())
    parts = {"arms": arms, "sets": sets, "claims": claims, "measures": tuple(data["measures"])}
    return Experiment(path.stem, training=path.parent / data.pop("training"), **{**data, **parts})


def _checked(kind: type, data: Any, where: str, given: Collection[str] = ()) -> dict[str, Any]:
    """A mapping whose keys are those of a dataclass; ``given`` come from elsewhere."""
    known = {f.name: f for f in fields(kind) if f.name not in given}
    if not isinstance(data, dict):
        raise ValueError(f"{where} is {data!r}; allowed: a mapping")
    needed = {name for name, f in known.items() if f.default is MISSING and f.default_factory is MISSING}
    if wrong := (set(data) - set(known)) | (needed - set(data)):
        raise ValueError(f"{where} has unknown or missing keys {', '.join(sorted(map(str, wrong)))}; allowed: {', '.join(known)}")
    return dict(data)
