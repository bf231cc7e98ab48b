"""Photo in, scene out: tower, scene model and library behind one call."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from PIL import Image
from torch import Tensor

from inference.consensus import Lines, View, agreed, read_lines, squares, views
from inference.grounding import TURN, TURN_READ, grounded
from inference.medoid import most_alike
from inference.options import DRAWS, SECOND_LOOK
from inference.second_look import SecondLook
from raw.language import Program
from raw.library import Library, LibraryError, told_tower
from raw.model.generate import Decoding, Generated, generate, several
from raw.model.hub import scene_model_folder
from raw.model.places import PlaceCorrector
from raw.model.said_places import corrected
from raw.model.scene_model import SceneModel
from raw.scene import Scene
from raw.vision.adapter import Adapter
from raw.vision.horizon import HorizonReader
from raw.vision.images import square, to_tensor
from raw.vision.tower import Tower, load_tower

SEED = 0  # of what is drawn: one photo, one program
_Beside = TypeVar("_Beside", HorizonReader, PlaceCorrector)
_Said = tuple[Scene, Exception | None]  # a program's scene, as far as it can be read, and why not all of it can


class MismatchError(ValueError):
    """A model, a library and a tower that were not made for each other."""


@dataclass(frozen=True)
class Prediction:
    """What the model says about one photo, in the square frame that the model sees."""

    scene: Scene | None  # resolved form; with an error, what stands before it; None where nothing could be resolved
    looks: Scene  # the same before appearances were looked up: they are embeddings, after consensus, correction, second look and grounding
    program: Program  # model form, as generated
    error: str | None
    log_probability: float
    confidence: tuple[float, ...]  # of the objects of ``program``, in their order; see raw.model.generate.Generated
    stopped: str  # why no further object came: "eos", "objects", "tokens" or "time"
    milliseconds: dict[str, float]  # "tower", "decode", "consensus" and "correction", an image's share of its batch, and "second_look"


class Reconstructor:
    """Predicts scenes of photos with the model of one folder and the assets of another."""

    def __init__(
        self,
        model: str | Path,
        library: str | Path,
        *,
        device: str = "auto",
        tower: str = "",
        base: str | Path | None = None,
        second_look: float = SECOND_LOOK,
        grounding: bool = True,
        consensus: bool = True,
        correction: bool = True,
        draws: int = DRAWS,
    ) -> None:
        """Load both. ``device`` is "auto" (CUDA where there is one), "cpu" or "cuda[:n]".

        ``tower`` is another name of the tower that the model sees with, where its weights are not where they were in training.
        ``base`` is where the language model under a model's adapters is, if not where it was.
        ``second_look`` is the weight of ``inference.second_look``, which needs the tower of the library's embeddings; 0: without.
        ``grounding``: what is said is made to stand on the ground that is said (``inference.grounding``).
        ``consensus``: other views of a photo are asked too for its camera, sky and ground (``inference.consensus``).
        ``correction``: places are corrected where the model has what does it (``raw.model.places``).
        ``draws``: programs that are drawn of a photo (``raw.model.scatter``), of which the one most like the others is taken
        (``inference.medoid``). 1, and a model whose codec gives no probabilities: every thing where it is likeliest.
        Raises MismatchError where the tower, the model and the library do not belong together.
        """
        self.device = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device)
        self.library = Library.open(library)
        self.model = SceneModel.from_pretrained(str(model), base=base).to(self.device).eval()
        self.tower = load_tower(tower or self.model.config.tower).to(self.device)
        self._check(Path(model))
        self.grounding, self.consensus = grounding, consensus
        self.draws = draws if self.model.codec.gives_probabilities else 1
        folder = scene_model_folder(model)
        self._look = self._second_look(second_look, folder)
        self._reader = self._beside(HorizonReader.load, folder, "reader of horizons", "--consensus false") if consensus else None
        self._corrector = self._beside(PlaceCorrector.load, folder, "corrector of places", "--correction false") if correction else None

    def _beside(self, load: Callable[[Path], _Beside | None], folder: Path, what: str, without: str) -> _Beside | None:
        """A network for the model's tower, of the model's folder, if it has one."""
        try:
            network = load(folder)
        except ValueError as problem:
            raise MismatchError(f"{problem}; without it: {without}") from None
        if network is not None and network.fingerprint != self.tower.fingerprint:
            told = f"the model's {what} is for tower {network.fingerprint}, the tower here is {self.tower.fingerprint}"
            raise MismatchError(f"{told}; without it: {without}")
        return network and network.to(self.device)

    def _second_look(self, weight: float, folder: Path) -> SecondLook | None:
        """With the adapter of the model's folder, if it has one. None without weight, and for a model that says appearances by name."""
        if not weight or self.model.config.names:
            return None
        try:
            return SecondLook(self.library, self._library_tower(), weight, Adapter.load(folder))
        except (OSError, ValueError, ModuleNotFoundError) as problem:
            told = f"the second look asks tower {self.library.made_by}: {problem}"
            raise MismatchError(f"{told}; without it: --second-look 0") from None

    def _library_tower(self) -> Tower:
        """The tower of the library's embeddings; libraries of before do not name it, but the model knows."""
        if self.tower.fingerprint == self.library.fingerprint:
            return self.tower
        return load_tower(self.library.tower or self.model.config.appearance_tower or self.model.config.tower).to(self.device)

    def _check(self, model: Path) -> None:
        config, library = self.model.config, self.library
        if config.tower_fingerprint != self.tower.fingerprint:
            raise MismatchError(
                f"model {model} was trained on tower {told_tower(config.tower, config.tower_fingerprint)}, the tower here is "
                f"{told_tower(self.tower.name, self.tower.fingerprint)}: they differ in weights or preprocessing"
            )
        if config.library_fingerprint != library.fingerprint:
            same = config.library_fingerprint == config.tower_fingerprint  # models of before do not name the other
            wanted = config.appearance_tower or (config.tower if same else "")
            raise MismatchError(
                f"model {model} was trained on a library with embeddings of tower {told_tower(wanted, config.library_fingerprint)}, "
                f"library {library.folder} has those of {library.made_by}: make them anew by "
                f"`raw assets embed {library.folder} --tower {wanted or 'NAME'}`"
            )

        if unknown := [name for names in config.names.values() for name in names if name not in library]:
            raise MismatchError(f"model {model} says the names of {len(unknown)} assets that {library.folder} lacks, as {unknown[0]}")

    def predict(self, images: list[Image.Image], decoding: Decoding | None = None) -> list[Prediction]:
        """Upright RGB photos of any size -> a prediction each, of the one program that ``decoding`` gives, or of several that are drawn."""
        if not images:
            return []
        start = time.perf_counter()
        patches = self.tower(to_tensor([square(image, self.tower.size) for image in images]).to(self.device)).patches
        seen = time.perf_counter()
        generated, said = zip(*self._told(patches, decoding), strict=True)
        done = time.perf_counter()
        milliseconds = {"tower": (seen - start) * 1000 / len(images), "decode": (done - seen) * 1000 / len(images)}
        if self.consensus:
            said = self._agreed(said, images, patches)
            milliseconds["consensus"] = (time.perf_counter() - done) * 1000 / len(images)
        if self._corrector:
            done = time.perf_counter()
            scenes, problems = zip(*said, strict=True)
            said = list(zip(corrected(self._corrector, scenes, patches), problems, strict=True))
            milliseconds["correction"] = (time.perf_counter() - done) * 1000 / len(images)
        return [self._prediction(*one, milliseconds) for one in zip(generated, said, images, strict=True)]

    def _told(self, patches: Tensor, decoding: Decoding | None) -> list[tuple[Generated, _Said]]:
        """The program of each photo, and what can be read of it."""
        if decoding or self.draws == 1:
            return [(one, _read(one)) for one in generate(self.model, patches, decoding or Decoding())]
        drawn = several(self.model, patches, self.draws, Decoding(scatter=True, generator=torch.Generator().manual_seed(SEED)))
        told = [[(one, _read(one)) for one in some] for some in drawn]
        return [some[most_alike([scene for _, (scene, _) in some])] for some in told]

    def _agreed(self, said: Sequence[_Said], images: list[Image.Image], patches: Tensor) -> list[_Said]:
        """What is said of each photo, agreed on with the likeliest scenes of its other views; what cannot be read has no voice.

        ``patches`` (B, N, C) are of the photos.
        """
        shown = [views(image, self.tower.size) for image in images]
        others = self._patches(shown)
        told = map(_read, generate(self.model, torch.cat(others), Decoding(max_objects=0)))
        scenes = [[(view, *next(told)) for view in of_photo] for of_photo in shown]
        heard = [[(view, scene) for view, scene, problem in of_photo if problem is None] for of_photo in scenes]
        lines = self._lines(images, torch.stack([patches, torch.stack([of_photo[0] for of_photo in others])], dim=1))
        heard_and_read = zip(said, heard, lines, strict=True)
        return [(scene if problem else agreed(scene, voices, read), problem) for (scene, problem), voices, read in heard_and_read]

    def _lines(self, images: list[Image.Image], whole: Tensor) -> list[Lines | None]:
        """Horizons that are read in every photo; ``whole`` (B, 2, N, C) are patches of the photos and of the mirrored ones."""
        if self._reader is None:
            return [None] * len(images)
        parts = [squares(image, self.tower.size) for image in images]
        seen = zip(images, parts, whole, self._patches(parts), strict=True)
        return [read_lines(self._reader, [View(image), View(image), *some], torch.cat([both, rest])) for image, some, both, rest in seen]

    def _patches(self, shown: list[list[View]]) -> tuple[Tensor, ...]:
        """(V, N, C) patches of the V views of each photo; all in one batch."""
        pictures = [view.picture for of_photo in shown for view in of_photo]
        none = torch.zeros(0, *self.tower.patch_shape, device=self.device)
        seen = self.tower(to_tensor(pictures).to(self.device)).patches if pictures else none
        return seen.split([len(of_photo) for of_photo in shown])

    def _prediction(self, generated: Generated, said: _Said, image: Image.Image, milliseconds: dict[str, float]) -> Prediction:
        program = generated.program
        scene, problem = said
        if self._look:
            start = time.perf_counter()
            scene = self._look(image, scene, self.device)
            milliseconds = {**milliseconds, "second_look": (time.perf_counter() - start) * 1000}
        if self.grounding:
            scene = grounded(scene, TURN_READ if self._reader else TURN)
        error: str | None = str(problem) if problem else None
        resolved: Scene | None = None
        try:
            resolved = self.library.resolve(scene)
        except LibraryError as missing:
            error = str(missing)
        sure = generated.log_probability, generated.confidence, generated.stopped
        return Prediction(resolved, scene, program, error, *sure, milliseconds)


def _read(generated: Generated) -> _Said:
    """The scene of a generated program, as far as it can be read, and why not all of it can."""
    return generated.program.parse_partial()
