"""Contact sheets with labels, and a gallery page, of pictures that lie in a folder."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

_THUMB, _LABEL, _ROWS = 192, 20, 8  # pixels, pixels, species a sheet

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Asset gallery</title>
<style>
body {{ font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #222; background: #fafaf7; }}
h2 {{ margin: 2.5rem 0 .5rem; text-transform: capitalize; border-bottom: 1px solid #ccc; }}
section {{ margin: 1.2rem 0; }}
h3 {{ margin: 0; }}
p {{ margin: .1rem 0 .4rem; color: #555; }}
.row {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .4rem; }}
img {{ width: 100%; display: block; border-radius: 4px; background: #ddd; aspect-ratio: 1; }}
nav a {{ margin-right: .8rem; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #191919; color: #ddd; }} p {{ color: #aaa; }} a {{ color: #8bd; }} }}
</style>
<h1>{count} species</h1>
<nav>{nav}</nav>
{body}
</html>
"""


class Species(NamedTuple):
    """What a gallery tells of a species, plant or rock."""

    name: str
    category: str
    words: str
    order: str  # zoological; '' for what is no animal
    ground: str  # what it stands on
    size: tuple[float, float]  # metres, in the literature; (0, 0) where none is given


def pictures_of(folder: Path, species: Species, count: int) -> list[Path]:
    """Those of a species' pictures that are there."""
    return [path for k in range(count) if (path := folder / f"{species.name}_{k}.png").is_file()]


def write_contact_sheets(folder: Path, species: list[Species], count: int) -> list[Path]:
    """``contact/<category>_<page>.png``: a row a species, its name under every picture; returns the files."""
    written = []
    (folder / "contact").mkdir(exist_ok=True)
    for category in dict.fromkeys(s.category for s in species):
        same = [s for s in species if s.category == category]
        for page, start in enumerate(range(0, len(same), _ROWS)):
            path = folder / "contact" / f"{category}_{page}.png"
            contact_sheet(folder, same[start : start + _ROWS], count).save(path)
            written.append(path)
    return written


def contact_sheet(folder: Path, rows: list[Species], count: int) -> Image.Image:
    """One sheet; a place stays grey where a picture is missing."""
    sheet = Image.new("RGB", (count * _THUMB, len(rows) * (_THUMB + _LABEL)), (240, 240, 236))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=13)
    for y, species in enumerate(rows):
        for path in pictures_of(folder, species, count):
            k = int(path.stem.rpartition("_")[2])
            left, top = k * _THUMB, y * (_THUMB + _LABEL)
            with Image.open(path) as picture:
                sheet.paste(picture.convert("RGB").resize((_THUMB, _THUMB), Image.Resampling.LANCZOS), (left, top))
            draw.text((left + 4, top + _THUMB + 2), path.stem, fill=(30, 30, 30), font=font)
    return sheet


def write_gallery(folder: Path, species: list[Species], count: int) -> Path:
    """``index.html``: every species with its words and pictures, by category; links are relative, nothing is loaded from elsewhere."""
    parts = []
    categories = list(dict.fromkeys(s.category for s in species))
    for category in categories:
        parts.append(f'<h2 id="{category}">{category}</h2>')
        parts += [_section(folder, s, count) for s in species if s.category == category]
    nav = "".join(f'<a href="#{c}">{c}</a>' for c in categories)
    path = folder / "index.html"
    path.write_text(_PAGE.format(count=len(species), nav=nav, body="\n".join(parts)), encoding="utf-8")
    return path


def _section(folder: Path, species: Species, count: int) -> str:
    low, high = species.size
    facts = [species.words, species.order, f"{low:g}-{high:g} m" if high else "", f"on {species.ground.replace('_', ' ')}"]
    images = "".join(
        f'<a href="{p.name}"><img src="{p.name}" alt="{escape(species.name)}" title="{p.stem}" loading="lazy"></a>'
        for p in pictures_of(folder, species, count)
    )
    told = escape(" · ".join(fact for fact in facts if fact))
    return f'<section><h3>{escape(species.name.replace("_", " "))}</h3><p>{told}</p><div class="row">{images}</div></section>'
