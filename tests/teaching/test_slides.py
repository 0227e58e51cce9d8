"""Slides: the rule of the marks, and decks that load nothing from elsewhere if asked to."""

import re
from itertools import pairwise

import nbformat
import pytest
from mark_notebooks import mark
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from regenerate_notebooks import notebook_paths

from backprop_lib.teaching import slides
from backprop_lib.teaching.slides import (
    ASSETS,
    deck,
    local_urls,
    mark_slides,
    pages,
    slide_marks,
    split_at_headings,
    table_type_size,
    type_size,
    write_slides,
)


def shows(**data):
    return [new_output("execute_result", data={k.replace("_", "/"): v for k, v in data.items()})]


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


@pytest.mark.parametrize(
    ("outputs", "fits"),
    [
        (prints("a\n" * 6), True),
        (prints("a\n" * 20), False),
        (prints("a" * 2000), False),
        (shows(text_html="<svg></svg>"), False),
        (shows(text_html="<div>Right.</div>", text_plain="Right."), True),
        (shows(text_latex=r"$a = b$"), True),
        (shows(text_latex=r"\frac{a}{b} \\" * 5), False),
    ],
)
def test_what_does_not_fit_goes_below(outputs, fits):
    filled = new_markdown_cell("## Half full\n\n" + "words\n" * 8)
    shown = marks_after_title(filled, new_code_cell("x", outputs=outputs))
    assert shown == ["slide", "fragment" if fits else "subslide"]


def test_a_slide_is_filled_and_then_the_next_begins():
    shown = marks_after_title(*(new_markdown_cell("words\n" * 6) for _ in range(9)))
    assert set(shown) == {"fragment", "subslide"}
    starts = [k for k, name in enumerate(shown) if name == "subslide"]
    assert len(set(b - a for a, b in pairwise(starts))) == 1


def test_a_heading_begins_a_cell_and_splitting_twice_is_splitting_once():
    source = "Read it.\n\n## Next\n\n```\n# no heading\n```\n\n### Part\nText\n"
    notebook = lesson(new_markdown_cell(source, id="old"), new_code_cell("# no\n## no"))
    split_at_headings(notebook)
    parts = ["# Title", "Read it.", "## Next\n\n```\n# no heading\n```", "### Part\nText"]
    assert [cell.source for cell in notebook.cells] == [*parts, "# no\n## no"]
    assert [cell.id for cell in notebook.cells][1:4] == ["old", "old-1", "old-2"]
    nbformat.validate(notebook)
    before = nbformat.writes(notebook)
    split_at_headings(notebook)
    assert nbformat.writes(notebook) == before


def test_marks_are_written_into_the_cells():
    notebook = lesson(new_code_cell("import os", metadata={"tags": ["x"]}))
    mark_slides(notebook)
    assert notebook.cells[1].metadata == {"tags": ["x"], "slideshow": {"slide_type": "skip"}}


@pytest.fixture(scope="module", params=notebook_paths(), ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def marked(path):
    notebook = nbformat.read(path, as_version=4)
    mark(notebook)
    return notebook


def test_the_saved_lesson_is_marked(path, marked):
    """If not, run tests/mark_notebooks.py."""
    assert nbformat.read(path, as_version=4) == marked


def test_marking_twice_is_marking_once(marked):
    before = nbformat.writes(marked)
    mark(marked)
    assert nbformat.writes(marked) == before
    nbformat.validate(marked)


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


@pytest.mark.parametrize(
    ("lines", "size"), [(1, 20), (23, 20), (25, 18), (28, 16), (32, 14), (40, None)]
)
def test_the_longer_a_text_the_smaller_its_type(lines, size):
    assert type_size("print(x)", "words\n" * lines) == size


def test_a_line_that_is_wrapped_counts_as_often_as_it_takes():
    assert type_size("print(x)", "w" * 100) == 20
    assert type_size("print(x)", ("w" * 100 + "\n") * 15) == 18
    assert type_size("print(x)\n" * 15, "words\n" * 15) == 16


@pytest.mark.parametrize(("rows", "size"), [(3, 23), (15, 23), (18, 20), (20, 18), (40, 16)])
def test_the_longer_a_table_the_smaller_its_type(rows, size):
    assert table_type_size("table", rows) == size


@pytest.mark.parametrize("lines", [24, 33, 34, 51, 120])
def test_what_fits_on_no_slide_goes_on_below(lines):
    text = "\n".join(f"line {k}" for k in range(lines))
    cut = pages("print(x)", text)
    assert (len(cut) > 1) == (lines > 33)
    assert "\n".join(part for _, part in cut) == text
    assert [source for source, _ in cut] == ["print(x)", *["# goes on"] * (len(cut) - 1)]
    assert all(type_size(*page) for page in cut)


def test_a_page_ends_before_a_headline():
    text = "\n".join("-- part" if k == 20 else f"line {k}" for k in range(42))
    (_, first), (_, second) = pages("audit()", text)
    assert first.endswith("line 19")
    assert second.startswith("-- part")


def test_a_line_that_no_slide_holds_is_left_as_it_is():
    assert pages("print(x)", "w" * 10_000) == [("print(x)", "w" * 10_000)]
    deck(lesson(new_code_cell("x", outputs=prints("w" * 10_000))), "lesson")


def test_a_deck_has_its_long_texts_in_parts():
    long = new_code_cell("print(x)", outputs=prints("a\n" * 28 + "\n" + "b\n" * 28))
    notebook = lesson(long, new_code_cell("short", outputs=prints("c")))
    mark_slides(notebook)
    html = deck(notebook, "lesson")
    assert html.count("celltag_type-16") - html.count(".celltag_type-16") == 2
    assert html.count("# goes on") == 1
    assert len(notebook.cells) == 3


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
    nbformat.write(lesson(new_markdown_cell("Words")), notebooks / "01_one.ipynb")
    monkeypatch.setattr(slides, "notebooks_folder", lambda: notebooks)
    said = []
    paths = write_slides(tmp_path / "decks", report=said.append)
    assert [path.name for path in paths] == ["01_one.slides.html", "a.png"]
    assert len(said) == 2
    with pytest.raises(FileExistsError):
        write_slides(tmp_path / "decks")
