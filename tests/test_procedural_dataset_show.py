"""Looking at a data set: what is sampled and counted, what is drawn, what the page links."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from painted_dataset import SCENES, SIZE, features, row, save_rows, write_library, write_set
from PIL import Image

from procedural.dataset.facts import NAMES, QUANTITIES, Facts, collect, program_objects
from procedural.dataset.overlay import box_drawing, color, depth_drawing, edges, mask_drawing, scale_of
from procedural.dataset.plots import bars, histogram, write_plots
from procedural.dataset.sample import Sample, sample_of
from procedural.dataset.show import ShowConfig, bones_of, contact_sheet, main, show
from procedural.dataset.stored import Shard, StoredDataset, groups_of, read_rows
from raw.language import parse
from raw.library import Library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library(tmp_path_factory.mktemp("assets") / "library")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Path:
    return write_set(tmp_path_factory.mktemp("data") / "set", normals=True, library=library)


@pytest.fixture(scope="module")
def page(folder: Path) -> Path:
    """Of the set, with four pictures in detail."""
    return show(ShowConfig(folder, details=4))


@pytest.fixture(scope="module")
def sample(folder: Path) -> Sample:
    dataset = StoredDataset.open(folder)
    place = dataset.pick(groups_of(dataset.shards[0]), np.random.default_rng(0), 1)
    return sample_of(place[0], read_rows(place)[0])


class Links(HTMLParser):
    """Files that a page names, what its elements carry to be sifted by, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.files: list[str] = []
        self.words: list[tuple[str | None, str | None]] = []
        self.open: Counter[str] = Counter()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.files += [told[name] or "" for name in ("src", "href") if name in told and not (told[name] or "").startswith("#")]
        if "data-biome" in told:
            self.words.append((told["data-biome"], told["data-species"]))
        self.open[tag] += tag not in ("meta", "img", "html")

    def handle_endtag(self, tag: str) -> None:
        self.open[tag] -= tag != "html"


def test_page_links_what_is_there_and_nothing_from_elsewhere(page: Path) -> None:
    text = page.read_text()
    links = Links(text)
    assert len(links.files) == 2 * (10 + 4 * 5 + 1) and all((page.parent / file).is_file() for file in links.files)
    assert "//" not in text and not any(links.open.values())
    assert Counter(links.words[:10]) == {("savanna", "zebra"): 8, ("meadow", "zebra"): 2}
    assert 'href="#species=zebra"' in text and 'href="#biome=meadow"' in text
    assert text.count("<article") == 4 and "set_sun_elevation" in text and "25 %" in text and "8.0 m" in text and "(subject)" in text
    assert "counted over all 10 pictures" in text and "hide" in text and "Not told" not in text


def test_contact_sheets_and_plots_are_written(page: Path) -> None:
    with Image.open(page.parent / "contact" / "000.jpg") as sheet:
        assert sheet.width == 8 * (224 + 6) + 6 and 2 * 224 < sheet.height < 3 * 224
    with Image.open(page.parent / "distributions.png") as plots:
        assert plots.width > 1500 and np.ptp(np.asarray(plots.convert("L"))) > 200


def test_page_is_written_over_only_to_resume_and_then_is_the_same(folder: Path, page: Path) -> None:
    before, sheet = page.read_text(), (page.parent / "contact" / "000.jpg").read_bytes()
    with pytest.raises(FileExistsError, match="--resume"):
        main([str(folder)])
    with pytest.raises(ValueError, match="seed was 0, is 1"):
        main([str(folder), "--details", "4", "--seed", "1", "--resume"])
    page.unlink()
    assert main([str(folder), "--details", "4", "--resume"]) == 0
    assert page.read_text() == before and (page.parent / "contact" / "000.jpg").read_bytes() == sheet


def test_sets_of_the_first_schema_are_shown_and_what_they_lack_is_named(tmp_path: Path) -> None:
    text = show(ShowConfig(write_set(tmp_path / "old", schema=1), details=2)).read_text()
    assert "Not told by this set: distance of the subject, occluded, outside, photographers." in text
    assert "have no normals" in text and "have no joints" in text and text.count("<td>–</td>") == 2 * 2 * 2 and "zebra/0000" in text


def test_options_out_of_range_and_empty_sets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="details is 9; allowed: 0 to 3"):
        ShowConfig(tmp_path, images=3, details=9)
    with pytest.raises(ValueError, match="sample is 0"):
        ShowConfig(tmp_path, sample=0)
    with pytest.raises(FileNotFoundError, match="is no data set: dataset.json is missing"):
        show(ShowConfig(tmp_path))
    folder = write_set(tmp_path / "set")
    for split in SCENES:
        shutil.rmtree(folder / split)
    with pytest.raises(ValueError, match="has no pictures to show"):
        show(ShowConfig(folder))
    (folder / "dataset.json").write_text('{"splits": {"train": {"images": 1}}}')
    with pytest.raises(ValueError, match="dataset.json is broken: KeyError 'shards'"):
        show(ShowConfig(folder))


def test_facts_are_those_of_the_programs(folder: Path) -> None:
    groups = [group for shard in StoredDataset.open(folder).shards for group in groups_of(shard)]
    facts, scenes = collect(groups), [parse(r["program"]) for g in groups for r in g.read(["program"]).to_pylist()]
    assert facts.rows == 10 and facts.missing == [] and list(facts.numbers) == [q.name for q in QUANTITIES]
    np.testing.assert_allclose(facts.numbers["camera pitch"], [s.camera.pitch for s in scenes])
    np.testing.assert_allclose(facts.numbers["sun elevation"], [s.sky.sun_elevation for s in scenes])
    assert sorted(facts.numbers["pixels of objects"]) == sorted(o.pixels for s in scenes for o in s.objects)
    np.testing.assert_allclose(facts.numbers["distance of the subject"], np.linalg.norm((0.3, -0.8, -8.0)))
    assert facts.names["categories"] == {"herbivore": 10, "tree": 10} and facts.names["grounds"] == {"dry_grass": 10}
    assert facts.names["species"] == {"zebra": 10} and facts.names["plants and rocks"] == {"oak": 10}
    assert facts.names["biomes"] == {"savanna": 8, "meadow": 2} and facts.names["photographers"] == {"hide": 10}


def test_program_objects_are_those_of_a_parse() -> None:
    program = row("train", 0, 0)["program"]
    for told, thing in zip(program_objects(program), parse(program).objects, strict=True):
        same = (told["asset"], told["category"], told["pixels"], told["location"], told["height"])
        assert same == (thing.appearance, thing.category, thing.pixels, thing.location, thing.height)
        assert told["distance"] == pytest.approx(np.linalg.norm(thing.location)) and told["family"] in ("zebra", "oak")


def test_a_sample_comes_from_many_shards_and_is_no_larger_than_asked(tmp_path: Path) -> None:
    shards = []
    for k in range(6):
        path = tmp_path / "train" / f"shard-{k:05d}.parquet"
        save_rows(path, [row("train", k, view, schema=1) for view in range(4)], features(1, normals=False))
        shards.append(Shard("train", path, "", 4))
    missing = Shard("train", tmp_path / "train" / "gone.parquet", "", 4)
    dataset = StoredDataset(tmp_path, {}, (*shards, missing))
    some = dataset.sample_groups(np.random.default_rng(0), 10)
    assert len(some) == 3 == len({group.shard for group in some})
    assert some == dataset.sample_groups(np.random.default_rng(0), 10) != dataset.sample_groups(np.random.default_rng(1), 10)
    everything = dataset.sample_groups(np.random.default_rng(0), 10**6)
    assert {group.shard for group in everything} == set(shards) and len(everything) == 6
    picked = read_rows(dataset.pick(everything, np.random.default_rng(0), 9), ["scene_id", "view"])
    assert len({r["scene_id"] for r in picked[:6]}) == 6 and len({tuple(r.values()) for r in picked}) == 9
    assert picked != read_rows(dataset.pick(everything, np.random.default_rng(1), 9), ["scene_id", "view"])


def test_mask_is_drawn_in_the_colours_of_its_objects(sample: Sample) -> None:
    drawn, scale = np.asarray(mask_drawing(sample)).astype(int), scale_of(sample.mask.shape)
    assert drawn.shape == (SIZE * scale, SIZE * scale, 3) and SIZE * scale >= 448
    index = sample.mask.repeat(scale, 0).repeat(scale, 1)
    for i in (0, 1):
        mean = drawn[(index == i + 1) & ~edges(index)].mean(axis=0)
        assert np.abs(mean - color(i)).max() < 75 and np.argmax(mean) == np.argmax(color(i))
    assert drawn[edges(index)].max() < 20 and len({color(i) for i in range(25)}) == 25


def test_edges_are_the_rims_of_objects() -> None:
    index = np.full((7, 7), 255)
    index[1:6, 1:6] = 3
    rim = edges(index)
    assert rim.sum() == 16 and not rim[2:5, 2:5].any() and not rim[0].any()


def test_depth_is_drawn_bright_near_and_dark_far() -> None:
    depth = np.full((40, 40), np.inf, dtype=np.float32)
    depth[10:20], depth[20:30], depth[30:] = 100, 10, 1
    drawn = np.asarray(depth_drawing(depth).convert("L")).astype(int)
    rows = drawn[np.array([5, 15, 25, 35]) * scale_of(depth.shape), 0]
    assert np.diff(rows).min() > 15
    assert np.asarray(depth_drawing(np.full((8, 8), np.inf, dtype=np.float32)).convert("L")).max() < 40


def test_boxes_and_bones_are_drawn_where_they_are(sample: Sample, library: Path) -> None:
    bones = bones_of(Library.open(library), {"zebra/0000", "oak/0000", "yak/0000"})
    assert bones == {"zebra/0000": {"neck": "trunk", "head": "neck"}}
    plain, drawn = (np.asarray(box_drawing(sample, b)).astype(int) for b in ({}, bones))
    i = next(i for i, thing in enumerate(sample.things) if thing.asset == "zebra/0000")
    zebra, side = sample.things[i], len(plain)
    trunk, neck = (np.array(joint.spot) * side for joint in zebra.joints[:2])
    x, y = ((trunk + neck) / 2).astype(int)
    with_bones, without = (np.abs(d[y - 4 : y + 5, x - 4 : x + 5] - color(i)).max(axis=2).min() for d in (drawn, plain))
    assert with_bones < 10 < without
    x0, y0, x1, y1 = np.array(zebra.box) * side
    assert (np.abs(plain[int(y0 + y1) // 2, int(x0)] - color(i)) < 10).all() and (plain[int(trunk[1]), int(trunk[0])] > 240).all()
    unseen = replace(sample, things=tuple(t._replace(box=None, joints=()) for t in sample.things))
    assert np.abs(np.asarray(box_drawing(unseen, bones)).astype(int) - plain).max() > 100


def test_contact_sheet_keeps_proportions_and_order() -> None:
    sheet = np.asarray(contact_sheet([Image.new("RGB", (200, 100), "red"), Image.new("RGB", (50, 50), "lime")], ["a", "b"]))
    assert sheet.shape[1] == 2 * 230 + 6 and tuple(sheet[118, 118]) == (255, 0, 0) and tuple(sheet[20, 118]) == (24, 25, 27)
    assert tuple(sheet[20, 350]) == (0, 255, 0)


def test_histograms_and_bars_hold_all_values(tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    axes = Figure().subplots(2)
    histogram(axes[0], next(q for q in QUANTITIES if q.log), np.array([0.1, 1, 1, 30, np.inf, 0]))
    assert sum(patch.get_height() for patch in axes[0].patches) == 4 and axes[0].get_xscale() == "log" and axes[0].get_xlabel()
    bars(axes[1], "species", Counter({f"s{i}": 100 - i for i in range(60)}), slots=60)
    assert (
        sum(patch.get_width() for patch in axes[1].patches) == sum(range(41, 101)) and axes[1].get_yticklabels()[-1].get_text() == "24 more"
    )
    only = Facts(1, {"occluded": np.array([0.5])}, {NAMES[0]: Counter({"tree": 3})})
    assert write_plots(tmp_path / "plots.png", only, "one").is_file() and "photographers" in only.missing
