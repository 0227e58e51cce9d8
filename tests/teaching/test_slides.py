"""Slides: the rule of the marks, and decks that load nothing from elsewhere if asked to."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from backprop_lib.teaching import slides
from backprop_lib.teaching.slides import (
    ASSETS,
    deck,
    local_urls,
    mark_slides,
    slide_marks,
    split_at_headings,
    write_slides,
)
from tools.lessons import NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


def prints(text):
    return [new_output("stream", text=text)]


def lesson(*cells):
    return new_notebook(cells=[new_markdown_cell("# Title"), *cells])


def marks_after_title(*cells):
    return slide_marks(lesson(*cells))[1:]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (new_markdown_cell("## A thought"), "slide"),
        (new_markdown_cell("### A part of it"), "subslide"),
        (new_markdown_cell("Some prose"), "fragment"),
        (new_markdown_cell("#hashtag"), "fragment"),
        (new_code_cell("# a comment\nx = 1"), "fragment"),
        (new_code_cell("from math import exp"), "skip"),
        (new_code_cell("import sympy as sp"), "skip"),
        (new_code_cell('guess = "up?"'), "skip"),
        (new_code_cell("guessed = 1"), "fragment"),
        (new_code_cell("lab", metadata={"tags": ["lab"]}), "subslide"),
    ],
)
def test_the_mark_of_one_cell(cell, expected):
    assert marks_after_title(cell) == [expected]


def test_a_prediction_stands_before_its_reveal():
    question = new_markdown_cell("## w5\n\n*Before you run it: up or down?*")
    reveal = new_code_cell("print(w5_new)", outputs=prints("0.36"))
    assert marks_after_title(question, new_code_cell('guess = "?"'), reveal) == [
        "slide",
        "skip",
        "fragment",
    ]


def test_what_is_asked_after_something_was_shown_stands_on_a_page_of_its_own():
    def cells(kinds):
        for kind in kinds:
            asked = new_markdown_cell("And now?")
            yield asked if kind == "?" else new_code_cell("x", outputs=prints("1"))

    shown = marks_after_title(*cells("?!!??!"))
    assert shown == ["fragment", "fragment", "fragment", "subslide", "fragment", "fragment"]


def test_a_cell_that_shows_nothing_does_not_end_a_page():
    silent = new_code_cell("x = 1")
    assert marks_after_title(silent, new_markdown_cell("Now run it.")) == ["fragment", "fragment"]


def test_what_is_skipped_is_not_shown():
    guess = new_code_cell('guess = "up"', outputs=prints("up"))
    assert marks_after_title(guess, new_markdown_cell("Now run it.")) == ["skip", "fragment"]


def test_a_heading_begins_a_cell_and_splitting_twice_is_splitting_once():
    source = "Read it.\n\n## Next\n\n```\n# no heading\n```\n\n### Part\nText\n"
    notebook = lesson(new_markdown_cell(source, id="old"), new_code_cell("# no\n## no"))
    split_at_headings(notebook)
    parts = ["# Title", "Read it.", "## Next\n\n```\n# no heading\n```", "### Part\nText"]
    assert [cell.source for cell in notebook.cells] == [*parts, "# no\n## no"]
    assert [cell.id for cell in notebook.cells][1:4] == ["old", "old-part1", "old-part2"]
    nbformat.validate(notebook)
    before = nbformat.writes(notebook)
    split_at_headings(notebook)
    assert nbformat.writes(notebook) == before


def test_marks_are_written_into_the_cells():
    notebook = lesson(new_code_cell("import os", metadata={"tags": ["x"]}))
    mark_slides(notebook)
    assert notebook.cells[1].metadata == {"tags": ["x"], "slideshow": {"slide_type": "skip"}}


@pytest.fixture(
    scope="module", params=sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem
)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def marked(path):
    notebook = nbformat.read(path, as_version=4)
    mark_slides(notebook)
    return notebook


def test_marking_twice_is_marking_once(marked):
    before = nbformat.writes(marked)
    mark_slides(marked)
    assert nbformat.writes(marked) == before
    nbformat.validate(marked)


@pytest.mark.exhaustive
def test_every_lesson_makes_a_deck_that_loads_nothing_from_elsewhere(marked, path, tmp_path):
    html = deck(marked, path.stem, local_urls(assets_in(tmp_path), tmp_path / "decks"))
    loaded = re.findall(r"<(?:script|link|img)[^>]*?(?:src|href)=\"([^\"]+)", html)
    loaded += re.findall(r"\"([^\"]+/(?:reveal|notes)\.js)\"", html)
    loaded += re.findall(r"import \w+ from '([^']+)'", html)
    assert len(loaded) >= 7
    assert not [way for way in loaded if way.startswith(("http", "//"))]
    assert html.count("<section") == html.count("</section>")
    slides_wanted = sum(c.metadata.slideshow.slide_type == "slide" for c in marked.cells)
    assert html.count("<section") >= 2 * slides_wanted
    assert "widget-view+json" not in html
    labs = [c for c in marked.cells if "lab" in c.metadata.get("tags", [])]
    assert html.count("The lab is live in the notebook.") == len(labs)


def test_a_deck_without_local_assets_asks_the_network():
    """The test above can fail."""
    assert 'src="https://' in deck(lesson(), "x")


def assets_in(folder):
    """A folder of empty assets, as npm lays them out."""
    for name in ASSETS.values():
        path = folder / "assets" / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder / "assets"


def test_a_slide_begins_at_the_top_so_that_its_end_is_not_pushed_off():
    html = deck(lesson(new_markdown_cell("## A thought")), "lesson")
    assert re.search(r"Reveal\.initialize\(\{\s*center: false,", html)


def test_a_lab_has_a_slide_of_its_own_in_the_deck():
    lab = new_code_cell("lab", metadata={"tags": ["lab"]})
    html = deck(lesson(new_markdown_cell("Before you open it"), lab), "lesson")
    (its_slide,) = (part for part in html.split("<section") if 'class="live-lab"' in part)
    assert "The lab is live in the notebook." in its_slide
    assert "Before you open it" not in its_slide


def test_assets_are_found_from_where_the_decks_stand(tmp_path):
    urls = local_urls(assets_in(tmp_path), tmp_path / "out" / "decks")
    assert urls["jquery_url"] == "../../assets/node_modules/jquery/dist/jquery.min.js"
    assert urls["mathjax_url"].startswith("../../assets/node_modules/mathjax/MathJax.js?config=TeX")


def test_missing_assets_are_named_with_the_way_to_get_them(tmp_path):
    assets = assets_in(tmp_path)
    (assets / "node_modules" / ASSETS["mathjax_url"]).unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks mathjax/MathJax\.js\. .*npm install"):
        write_slides(tmp_path / "decks", assets)
    assert not (tmp_path / "decks").exists()


def test_decks_are_written_once(tmp_path, monkeypatch):
    notebooks = tmp_path / "notebooks"
    (notebooks / "images").mkdir(parents=True)
    (notebooks / "images" / "a.png").write_bytes(b"png")
    for name in ("01_forward_pass", "04_weight_update"):
        nbformat.write(lesson(new_markdown_cell("Words")), notebooks / f"{name}.ipynb")
    monkeypatch.setattr(slides, "notebooks_folder", lambda: notebooks)
    said = []
    paths = write_slides(tmp_path / "decks", report=said.append, numbers=["04"])
    assert [path.name for path in paths] == ["04_weight_update.slides.html", "a.png"]
    assert len(said) == 2
    with pytest.raises(FileExistsError):
        write_slides(tmp_path / "decks")
    assert len(write_slides(tmp_path / "all")) == 3


def test_a_lesson_that_is_not_there_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no lesson '4'\. There are 00, 01, "):
        write_slides(tmp_path / "decks", numbers=["03", "4"])
    assert not (tmp_path / "decks").exists()
