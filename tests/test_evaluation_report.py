"""The report of a small evaluation: files, tables, plots and the page."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from evaluation_records import METHODS, write_evaluation
from PIL import Image

from inference.evaluation.gallery import galleries, gallery_places
from inference.evaluation.page_tables import verdict
from inference.evaluation.records import read_records
from inference.evaluation.report import write_report
from inference.evaluation.showcase import EACH, chosen, painted, partners, ranked
from inference.evaluation.table import cell, grid
from procedural.dataset.overlay import color

VOID = {"meta", "img", "input", "br", "link"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_evaluation(tmp_path_factory.mktemp("out"), 15)
    write_report(folder)
    return folder


class Page(HTMLParser):
    """Links, ids and texts of a page; fails on tags that do not close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.images: list[dict] = []
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = dict(attributes)
        self.tags.append((tag, given))
        self.links += [given[name] for name in ("href", "src") if name in given]
        self.ids |= {given["id"]} if "id" in given else set()
        self.images += [given] if tag == "img" else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("cases", "first"), [(500, (0, 10, 20)), (200, (0, 10, 20)), (150, (0, 5, 10)), (58, (0, 2, 4)), (15, (0, 1, 2)), (1, (0,))]
)
def test_a_gallery_chooses_by_a_rule_alone(cases: int, first: tuple[int, ...]) -> None:
    assert tuple(gallery_places(cases))[:3] == first and max(gallery_places(cases)) < cases


def test_a_gallery_has_the_picture_and_beside_it_the_render(out: Path) -> None:
    records = read_records(out)
    suite, model = next(iter(records.suites.values())), records.models[0]
    (file,) = galleries(out, suite, model)
    sheet = np.asarray(Image.open(file).convert("RGB")).astype(int)
    for column, kind in enumerate(("pictures", model)):
        with Image.open(out / "suites" / suite.name / kind / f"{suite.cases[0]['name']}.jpg") as picture:
            expected = np.asarray(picture.convert("RGB").resize((224, 224))).astype(int)
        left = 6 + 230 * column
        assert np.abs(sheet[6:230, left : left + 224] - expected).mean() < 6
    gone = out / "suites" / suite.name / model / f"{suite.cases[0]['name']}.jpg"
    kept = gone.read_bytes()
    gone.unlink()
    try:
        galleries(out, suite, model)
    finally:
        gone.write_bytes(kept)
    assert np.abs(np.asarray(Image.open(file).convert("RGB")).astype(int)[20:200, 250:430] - (60, 30, 30)).mean() < 6


def test_all_files_are_there(out: Path) -> None:
    assert json.loads((out / "results.json").read_text())["schema"] == 1
    assert sorted(path.name for path in (out / "tables").iterdir()) == ["photos.md", "scenes.md", "summary.md"]
    drawn = {path.relative_to(out / "plots").as_posix() for path in (out / "plots").rglob("*.png")}
    assert drawn == {"overview.png", *(f"scenes/{name}.png" for name in
                     ("strata", "average_precision", "counts", "reliability", "confusion-first", "confusion-second"))}  # fmt: skip
    for name in drawn:
        assert np.asarray(Image.open(out / "plots" / name).convert("L")).std() > 5, name
    assert not list(out.rglob("*.tmp"))


def test_tables_say_the_numbers_of_the_results(out: Path) -> None:
    results = json.loads((out / "results.json").read_text())["suites"]["scenes"]
    summary, scenes = ((out / "tables" / name).read_text() for name in ("summary.md", "scenes.md"))
    assert "painted distance (not LPIPS)" in summary and "## photos: real photographs (3 cases of 3 scenes)" in summary
    for text in (summary, scenes):
        [row] = [line for line in text.splitlines() if line.startswith("| recall ")][:1]
        assert [part.strip() for part in row.split("|")[3:-1]] == [cell(results["methods"][m]["metrics"]["recall"]) for m in METHODS]
    assert "with an error and" in summary and "## first less each other method" in scenes and "## Calibration" in scenes
    assert "scene.sky.ozone" in scenes and "scene.sky.ozone" not in summary
    photos = (out / "tables" / "photos.md").read_text()
    assert "recall" not in photos and "tower_cosine" in photos


def test_the_report_is_made_again_from_the_folder_alone(tmp_path: Path) -> None:
    out = write_evaluation(tmp_path / "out", 3)
    about = json.loads((out / "about.json").read_text())
    (out / "about.json").write_text(json.dumps(about | {"suites": {"photos": about["suites"]["photos"]}}))  # there is less to draw
    summary = write_report(out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.suffix in (".json", ".md", ".html")}
    stale = out / "plots" / "old.png"
    stale.write_bytes(b"")
    assert write_report(out) == summary == (out / "tables" / "summary.md").read_text()
    assert len(before) == 5 and {path: path.read_bytes() for path in before} == before and not stale.exists()


def test_the_page_is_whole_and_loads_nothing_from_elsewhere(out: Path) -> None:
    text = (out / "index.html").read_text()
    page = Page(text)
    assert "http" not in text and "<script" not in text
    for link in page.links:
        assert link[1:] in page.ids if link.startswith("#") else (out / unquote(link)).is_file(), link
    assert len([link for link in page.links if link.startswith("#")]) >= 4
    assert all(image.get("alt") for image in page.images)
    regions = [given for _, given in page.tags if given.get("role") == "region"]
    assert regions and all("tabindex" in given and given.get("aria-label") for given in regions)
    assert "prefers-color-scheme: dark" in text and 'lang="en"' in text


def test_the_page_shows_every_method_at_every_case(out: Path) -> None:
    text = (out / "index.html").read_text()
    articles = text.split("<article>")[1:]
    scenes = [article for article in articles if "test/" in article]
    assert len(scenes) == 3 * EACH and [a.split(":")[0].split(">")[1] for a in scenes[:4]] == ["Best 1", "Best 2", "Best 3", "Median 1"]
    for article in scenes:
        assert all(f"<h5>{method}</h5>" in article for method in ("picture", *METHODS))
        assert "true program" in article and "masks of oracle_scene" in article
    failed = [article for article in scenes if "no render" in article]
    assert all("line 3: `&lt;b&gt;` is no statement" in article for article in failed)  # escaped


def test_cases_are_ranked_and_the_undrawn_are_worst(out: Path) -> None:
    suite = read_records(out).suites["scenes"]
    order = ranked(suite, "second", "image_distance")
    values = [suite.methods["second"].lines[i]["scores"]["image_distance"] for i in order]
    known = [total for total, weight in values if weight]
    assert known == sorted(known) and sorted(order) == list(range(len(suite.cases)))
    assert [weight for _, weight in values] == [1] * len(known) + [0] * (len(order) - len(known)) and len(known) < len(order)
    best = ranked(suite, "second", "tower_cosine")[0]
    assert suite.methods["second"].lines[best]["scores"]["tower_cosine"][0] == max(
        line["scores"]["tower_cosine"][0] for line in suite.methods["second"].lines
    )


def test_no_case_is_shown_twice() -> None:
    assert chosen(list(range(20))) == {"best": [0, 1, 2], "median": [8, 9, 10], "worst": [19, 18, 17]}
    for count in (1, 2, 4, 8, 9, 10, 11):
        places = [place for part in chosen(list(range(count))).values() for place in part]
        assert len(places) == len(set(places)) == min(count, 9)


def test_matched_objects_have_one_colour(tmp_path: Path) -> None:
    Image.new("RGB", (32, 32), (0, 0, 0)).save(tmp_path / "a.png")
    index = np.zeros((32, 32), np.uint8)
    index[:, :8], index[:, 8:16], index[:, 24:] = 1, 2, 255
    Image.fromarray(index).save(tmp_path / "index.png")
    line = {"objects": [{"true": 3, "predicted": 1}, {"true": 0, "predicted": None}]}
    assert partners(line, 2) == [None, 3]
    shown = np.asarray(Image.open(painted(tmp_path / "a.png", tmp_path / "index.png", partners(line, 2), tmp_path / "o.jpg")))
    np.testing.assert_allclose(shown[16, 12], 0.6 * np.array(color(3)), atol=12)
    assert shown[16, 3].min() > 120 and np.ptp(shown[16, 3].astype(int)) < 8  # pale: no partner
    assert shown[16, 20].max() < 8 and shown[16, 28].max() < 8  # sky and ground stay as they are


def test_cells_and_verdicts() -> None:
    one = {"mean": 0.123456, "low": 0.1, "high": 0.2, "n": 7, "images": 7}
    assert cell(one) == "0.1235 [0.1, 0.2] (7)" and cell(one | {"low": None, "high": None}) == "0.1235 (7)"
    assert cell(None) == cell(one | {"mean": None}) == "– (0)"
    assert grid(["a", "b|c"], [["1", "2"]]) == "| a | b\\|c |\n|---|------|\n| 1 | 2    |\n"
    assert verdict(one, "↑") == "worse" and verdict(one, "↓") == "better"  # of the other method: the model has more of it
    assert verdict(one | {"low": -0.1}, "↑") == "even" and verdict(one, "") == "" and verdict(None, "↑") == ""
    assert verdict({"mean": -1, "low": -2, "high": -0.5}, "↑") == "better"
