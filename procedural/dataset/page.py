"""The page of ``raw dataset show``: plain HTML whose links are relative; nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from procedural.dataset.overlay import color, depth_range
from procedural.dataset.sample import Sample, Thing

_STYLE = """
:root { --ink: #23262a; --soft: #666c72; --paper: #f7f6f2; --card: #fff; --line: #dedbd2; --tag: #eceae2; --hot: #b3481f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #dcdad4; --soft: #979ba0; --paper: #16181a; --card: #1f2225; --line: #33373b; --tag: #2b2f33; --hot: #f08a5d; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 96rem; padding: 1.5rem; color: var(--ink);
  background: var(--paper); }
h1 { margin: 0; font-size: 1.7rem; } h2 { margin: 2.5rem 0 .7rem; } h3 { margin: 0; font-size: 1rem; }
a { color: inherit; } .soft { color: var(--soft); }
nav { position: sticky; top: 0; z-index: 1; background: var(--paper); padding: .5rem 0; border-bottom: 1px solid var(--line); }
nav div { margin: .2rem 0; max-height: 4.6rem; overflow-y: auto; }
nav a, .tag { display: inline-block; padding: 0 .55rem; margin: .1rem .15rem; border-radius: 1rem; background: var(--tag);
  text-decoration: none; font-size: .85rem; }
nav a.on { background: var(--hot); color: #fff; }
.tiles { display: flex; flex-wrap: wrap; gap: .7rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .4rem .9rem; }
.tiles b { display: block; font-size: 1.25rem; }
.wall { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 4px; }
img { display: block; width: 100%; height: auto; border-radius: 4px; background: var(--tag); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin: 1rem 0; }
.views { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .6rem; margin: .7rem 0; }
figure { margin: 0; } figcaption { font-size: .82rem; color: var(--soft); }
.told { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem; }
@media (max-width: 60rem) { .told { grid-template-columns: minmax(0, 1fr); } }
pre { margin: 0; max-height: 22rem; overflow: auto; font: 12px/1.55 ui-monospace, monospace; background: var(--paper); border-radius: 6px;
  padding: .6rem; }
.scroll { max-height: 22rem; overflow: auto; } table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: right; padding: .12rem .45rem; border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 500; }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
i.dot { display: inline-block; width: .75rem; height: .75rem; border-radius: 3px; margin-right: .4rem; vertical-align: -1px; }
.plots { background: #fff; border-radius: 10px; padding: .5rem; } [hidden] { display: none !important; }
"""

# A link such as #species=zebra hides every picture without that word; without scripts all stay in sight.
_SCRIPT = """
function sift() {
  const [kind, word] = decodeURIComponent(location.hash.slice(1)).split('=');
  const all = !word;
  let shown = 0;
  document.querySelectorAll('[data-biome]').forEach(e => {
    e.hidden = !all && !(e.dataset[kind] || '').split(' ').includes(word);
    shown += e.matches('.wall a') && !e.hidden; });
  document.querySelectorAll('nav a').forEach(a => a.classList.toggle('on', a.hash === location.hash || (all && a.hash === '#all')));
  document.getElementById('shown').textContent = shown; }
addEventListener('hashchange', sift); sift();
"""


class Shown(NamedTuple):
    """A picture on the page."""

    file: str  # relative to the page
    title: str
    biome: str
    species: Sequence[str]


class Detail(NamedTuple):
    """A picture with all its labels."""

    sample: Sample
    drawings: dict[str, str]  # caption -> file, relative to the page


def page(
    name: str, told: str, tiles: dict[str, str], wall: Sequence[Shown], details: Sequence[Detail], plots: str, notes: Sequence[str]
) -> str:
    """The whole page; ``plots`` is the file of the figure, ``notes`` say what the set or the page leaves out."""
    species = sorted({s for shown in wall for s in shown.species} | {s for detail in details for s in detail.sample.species})
    kinds = {"biome": sorted({s.biome for s in wall}), "species": species}
    links = "".join(
        f"<div><b>{kind}</b> {''.join(_link(kind, word) for word in words)}{'<a href=#all>all</a>' if kind == 'biome' else ''}</div>"
        for kind, words in kinds.items()
    )
    figures = "".join(f"<li><b>{escape(value)}</b><span class=soft>{escape(label)}</span></li>" for label, value in tiles.items())
    remarks = "".join(f"<p class=soft>{escape(note)}</p>" for note in notes)
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)}</title>\n<style>{_STYLE}</style>\n<h1>{escape(name)}</h1>\n<p class=soft>{escape(told)}</p>\n"
        f"<ul class=tiles>{figures}</ul>\n{remarks}\n<nav>{links}</nav>\n"
        f"<h2>Pictures <span class=soft>(<span id=shown>{len(wall)}</span>)</span></h2>\n"
        f"<div class=wall>{''.join(map(_thumb, wall))}</div>\n"
        f"<h2>With all labels</h2>\n{''.join(map(_article, details))}\n"
        f'<h2>What is in it</h2>\n<div class=plots><a href="{plots}"><img src="{plots}" alt="distributions"></a></div>\n'
        f"<script>{_SCRIPT}</script>\n</html>\n"
    )


def _link(kind: str, word: str) -> str:
    return f'<a href="#{kind}={escape(word)}">{escape(word.replace("_", " "))}</a>'


def _thumb(shown: Shown) -> str:
    title, image = escape(shown.title), f'<img src="{shown.file}" loading="lazy" alt="{escape(shown.title)}">'
    return f'<a href="{shown.file}" {_words(shown.biome, shown.species)} title="{title}">{image}</a>'


def _words(biome: str, species: Sequence[str]) -> str:
    """What links sift by."""
    return f'data-biome="{escape(biome)}" data-species="{escape(" ".join(species))}"'


def _article(detail: Detail) -> str:
    sample = detail.sample
    title = f"{escape(sample.scene_id)} · view {sample.view}"
    tags = "".join(f"<span class=tag>{escape(tag)}</span>" for tag in (sample.split, sample.biome, sample.photographer) if tag)
    images = "".join(
        f'<figure><a href="{file}"><img src="{file}" loading="lazy" alt="{caption}"></a><figcaption>{caption}</figcaption></figure>'
        for caption, file in detail.drawings.items()
    )
    return (
        f"<article {_words(sample.biome, sample.species)}><h3>{title} {tags}</h3><div class=views>{images}</div>"
        f"<div class=told><div class=scroll>{_table(sample)}</div><pre>{escape(sample.program)}</pre></div></article>\n"
    )


def _table(sample: Sample) -> str:
    head = "".join(f"<th>{name}</th>" for name in ("object", "category", "pixels", "occluded", "outside", "distance", "height"))
    return f"<table><tr>{head}</tr>{''.join(_row(i, thing, meant=i == sample.subject) for i, thing in enumerate(sample.things))}</table>"


def _row(i: int, thing: Thing, *, meant: bool) -> str:
    cells = [thing.category, f"{thing.pixels:,}", _share(thing.occluded), _share(thing.outside)]
    cells += [f"{thing.distance:.1f} m", f"{thing.height:.2f} m"]
    dot = "<i class=dot style='background:#{:02x}{:02x}{:02x}'></i>".format(*color(i))
    name = f"<b>{escape(thing.asset)}</b> (subject)" if meant else escape(thing.asset)
    return f"<tr><td>{dot}{name}</td>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def depth_caption(sample: Sample) -> str:
    """Says what the colours of the depth drawing go from and to."""
    if sample.depth is None:
        return "depth"
    near, far = depth_range(sample.depth)
    return f"depth, {near:.1f} (bright) to {far:.0f} m (dark)" if far else "depth: all sky"
