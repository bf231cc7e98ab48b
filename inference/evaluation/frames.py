"""How a case is drawn: at its own size, or for photos in the photo's frame at the resolution of the model."""

from __future__ import annotations

from dataclasses import replace

from inference.evaluation.cases import Answer, Case
from inference.framing import in_frame, photo_fov, render_size
from raw.render import RenderSettings
from raw.scene import MODEL_SIZE

SAMPLER_SEED = 1  # data sets are drawn with 0: no method may share the noise of the picture


def settings_of(case: Case, samples: int) -> RenderSettings:
    """A picture of a data set is drawn at its own size, a photo with its longer side as long as the model's square."""
    height, width = case.image.shape[:2]
    if case.scene is None:
        width, height = render_size(width, height, MODEL_SIZE)
    return RenderSettings(max(8, width), max(8, height), samples=samples, seed=SAMPLER_SEED)


def framed(answer: Answer, case: Case, settings: RenderSettings) -> Answer:
    """An answer about the padded square of a photo, as seen in the photo's frame: what lies outside is left out.

    The picture that an answer may hold stays if it has this frame. Answers about pictures of data sets are returned as they are.
    """
    if answer.scene is None or case.scene is not None:
        return answer
    height, width = case.image.shape[:2]
    camera = replace(answer.scene.camera, fov=photo_fov(answer.scene.camera.fov, width, height))
    kept = [i for i, thing in enumerate(answer.scene.objects) if in_frame(thing, camera.pitch, camera.fov, width / height)]
    scene = replace(answer.scene, camera=camera, objects=tuple(answer.scene.objects[i] for i in kept))
    sure = tuple(answer.confidence[i] for i in kept) if answer.confidence else answer.confidence
    whole = answer.image is not None and answer.image.shape[:2] == (settings.height, settings.width) and scene == answer.scene
    drawn = {} if whole else {"image": None, "index": None, "depth": None}
    return replace(answer, scene=scene, confidence=sure, **drawn)
