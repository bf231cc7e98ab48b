"""Image towers of OpenCLIP: any architecture and weights that it knows, also from files.

Of transformers, patches are the tokens that leave the last block but one, without class token and final norm, which is
what LLaVA and the paper feed a language model with; of convolutional networks they are the last map. ``pooled`` is the
projected image embedding, unit length.
"""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor, nn

from raw.hub import fixed_files
from raw.vision.frozen import GridTower, Preprocessing, square_side

WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_pytorch_model.bin")  # of a hub folder
CONFIG = "open_clip_config.json"
SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
_WITHOUT_EFFECT = ("timm_model_pretrained", "timm_drop", "timm_drop_path", "patch_dropout", "output_tokens")  # on a frozen tower


class Source(NamedTuple):
    """What ``open_clip.create_model`` is called with."""

    model: str
    options: dict[str, Any]
    quick_gelu: bool  # told by the weights' tag, not by the architecture


class Visual(nn.Module):
    """An image tower of OpenCLIP: normalised pictures -> the map that leaves block ``layer``, and the image embedding."""

    def __init__(self, visual: nn.Module, layer: int) -> None:
        super().__init__()
        self.visual, self.layer = visual, layer

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        forward: Any = self.visual.forward_intermediates
        found = forward(images, indices=[self.layer], output_fmt="NCHW")
        return found["image_intermediates"][-1], found["image_features"]


def load(source: str) -> GridTower:
    """``source`` is ARCH/TAG, ARCH@FILE, ARCH/TAG@FILE, hf-hub:ORG/NAME or local-dir:FOLDER; see ``load_tower`` for errors."""
    try:
        import open_clip
    except ModuleNotFoundError as problem:
        message = f"tower open_clip:{source} needs the package open_clip_torch: pip install 'raw-scenes[model]' ({problem})"
        raise ModuleNotFoundError(message, name="open_clip") from None
    name, found = _resolve(source)
    try:
        model: Any = open_clip.create_model(found.model, require_pretrained=True, pretrained_text=False, **found.options)
    except Exception as problem:  # of wrong weights it raises a dozen kinds
        told = " ".join(line.strip() for line in str(problem).strip().splitlines()[:3])[:400]
        read = "allowed: a state dict of this architecture, as .safetensors or as .pt without other objects (no TorchScript)"
        raise ValueError(f"tower {name} cannot be made from these files: {type(problem).__name__}: {told}; {read}") from None
    visual = model.visual
    seen = visual.preprocess_cfg
    layer = penultimate_or_last(visual, name)
    preprocessing = Preprocessing(square_side(seen["size"], f"tower {name}"), tuple(seen["mean"]), tuple(seen["std"]))
    facts = {"family": "open_clip", "layer": layer} | _architecture(open_clip.get_model_config(found.model), found.quick_gelu)
    return GridTower(name, Visual(visual, layer), preprocessing, facts)


def penultimate_or_last(visual: nn.Module, name: str) -> int:
    """-2 for a transformer, -1 for a convolutional network. ValueError for one that gives neither."""
    if not hasattr(visual, "forward_intermediates"):
        raise ValueError(
            f"tower {name} is a {type(visual).__name__}, which gives no patches; allowed: transformers and ConvNets of OpenCLIP"
        )
    blocks = getattr(getattr(visual, "transformer", None), "resblocks", None)
    trunk = getattr(visual, "trunk", None)  # of timm
    if blocks is None and hasattr(trunk, "num_prefix_tokens"):
        blocks = getattr(trunk, "blocks", None)
    if blocks is not None and len(blocks) < 2:
        raise ValueError(f"tower {name} has {len(blocks)} blocks; allowed: 2 or more, as patches leave the last but one")
    return -1 if blocks is None else -2


def _resolve(source: str) -> tuple[str, Source]:
    """The tower's name, with whole paths, and what to call OpenCLIP with; weights are on this machine then."""
    if source.startswith("hf-hub:"):
        repository = source.removeprefix("hf-hub:")
        if repository.count("/") != 1 or not all(repository.split("/")):
            raise ValueError(f"open_clip:{source} names no repository; allowed: open_clip:hf-hub:ORG/NAME")
        folder = fixed_files(repository, [(CONFIG,), WEIGHTS], _advice(repository, "open_clip:local-dir:FOLDER"))
        return f"open_clip:{source}", _of_folder(folder)
    if source.startswith("local-dir:"):
        folder = Path(source.removeprefix("local-dir:")).expanduser().absolute()
        return f"open_clip:local-dir:{folder}", _of_folder(folder)
    head, at, given = source.partition("@")
    architecture, _, tag = head.partition("/")
    settings = _settings(architecture, tag)
    file = Path(given).expanduser().absolute() if at else _tagged(architecture, tag, settings)
    if file.suffix not in SUFFIXES:
        raise ValueError(f"{file} is no checkpoint; allowed: names that end in {', '.join(SUFFIXES)}")
    if not file.is_file():
        raise FileNotFoundError(f"{file} is missing: put the weights of {head} there, or name another file after the @")
    quick = bool(settings.get("quick_gelu"))
    seen = {key: settings[key] for key in ("mean", "std") if key in settings}
    options = {"pretrained": str(file), "force_quick_gelu": quick, "force_preprocess_cfg": seen}
    return f"open_clip:{head}@{file}" if at else f"open_clip:{head}", Source(architecture, options, quick)


def _of_folder(folder: Path) -> Source:
    """A folder in the hub's layout."""
    if not (folder / CONFIG).is_file():
        raise FileNotFoundError(f"{folder / CONFIG} is missing: the folder of an OpenCLIP model holds it beside {WEIGHTS[0]}")
    if not any(path.suffix in SUFFIXES for path in folder.iterdir()):
        raise FileNotFoundError(f"{folder} holds no weights: put {WEIGHTS[0]} beside {CONFIG}")
    try:
        config = json.loads((folder / CONFIG).read_text())
        if not isinstance(config["model_cfg"]["vision_cfg"], dict):
            raise TypeError("vision_cfg is no table")
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"{folder / CONFIG} is broken: {problem!r}") from None
    return Source(f"local-dir:{folder}", {}, False)


def _settings(architecture: str, tag: str) -> dict[str, Any]:
    """What OpenCLIP knows of a tag's weights: address, mean, std, quick_gelu; nothing without a tag."""
    import open_clip

    if open_clip.get_model_config(architecture) is None:
        near = difflib.get_close_matches(architecture, open_clip.list_models(), n=4) or open_clip.list_models()[:4]
        raise ValueError(f"OpenCLIP has no architecture {architecture!r}; near: {', '.join(near)}")
    settings: dict[str, Any] = open_clip.get_pretrained_cfg(architecture, tag) if tag else {}
    if tag and not settings:
        tags = ", ".join(open_clip.list_pretrained_tags_by_model(architecture)) or "none, name a file: ARCH@FILE"
        raise ValueError(f"OpenCLIP has no weights {tag!r} of {architecture}; allowed: {tags}")
    return settings


def _tagged(architecture: str, tag: str, settings: dict[str, Any]) -> Path:
    """The file of a tag's weights, downloaded where it is not yet there."""
    import open_clip

    if not tag:
        tags = ", ".join(open_clip.list_pretrained_tags_by_model(architecture)) or "none"
        raise ValueError(
            f"open_clip:{architecture} does not say which weights; allowed: {architecture}@FILE, or {architecture}/TAG ({tags})"
        )
    address = settings.get("hf_hub", "")
    if address:
        repository, _, file = address.rpartition("/")
        names = (file,) if file else WEIGHTS
        folder = fixed_files(repository, [names], _advice(repository, f"open_clip:{architecture}/{tag}@FILE"))
        return next(folder / name for name in names if (folder / name).is_file())
    try:
        return Path(open_clip.download_pretrained(settings))
    except Exception as problem:  # as of any network client
        raise OSError(
            f"{settings.get('url')} cannot be downloaded ({type(problem).__name__}: {problem}). Without internet: download it elsewhere, "
            f"and name the tower open_clip:{architecture}/{tag}@FILE"
        ) from None


def _advice(repository: str, name: str) -> str:
    return f"Without internet: download it elsewhere by `hf download {repository} --local-dir FOLDER`, and name the tower {name}"


def _architecture(config: dict[str, Any], quick_gelu: bool) -> dict[str, object]:
    """What features depend on beside weights and preprocessing: what differs from OpenCLIP's defaults, as new options may come."""
    from open_clip import CLIPVisionCfg

    told, default = asdict(CLIPVisionCfg(**config["vision_cfg"])), asdict(CLIPVisionCfg())
    vision = {key: value for key, value in told.items() if value != default[key] and key not in _WITHOUT_EFFECT}
    quick = (quick_gelu or bool(config.get("quick_gelu"))) and not told["timm_model_name"]  # timm's networks take no notice of it
    return {"vision": vision, "embed_dim": config["embed_dim"], "quick_gelu": quick}
