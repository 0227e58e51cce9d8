"""Saved pictures as a reader meets them: before anything was run, exported, and on paper."""

import nbformat
import pytest
from nbconvert import HTMLExporter

from .conftest import NOTEBOOKS
from .jupyter_lab import address_of, run_all, wait_until_done

# Of every picture on the page: what is seen of it, and whether it is whole.
SEEN = """() => [...document.querySelectorAll(".backprop-picture")].map(holder => {
    const svg = holder.querySelector(":scope > svg");
    const image = holder.nextElementSibling.querySelector("img");
    const seen = e => e !== null && e.getClientRects().length > 0;
    return {
        svg: seen(svg),
        image: seen(image) && image.complete && image.naturalWidth > 0,
        words: seen(holder) && holder.innerText.trim().length,
        alt: image.alt,
    };
})"""
# Pictures whose right edge lies beyond the page, or beyond what holds them where that scrolls.
CUT_OFF = """() => [...document.querySelectorAll(".backprop-picture > svg")].filter(svg => {
    const right = e => e.getBoundingClientRect().right;
    const scrolls = getComputedStyle(svg.parentElement).overflowX === "auto";
    const edge = scrolls ? right(svg.parentElement) : right(svg);
    return edge > document.documentElement.clientWidth + 1;
}).map(svg => svg.getAttribute("aria-label"))"""
WIDER_THAN_ITS_PLACE = """() => [...document.querySelectorAll(".backprop-picture > svg")].filter(
    svg => svg.getBoundingClientRect().right > svg.parentElement.getBoundingClientRect().right + 1
).map(svg => svg.getAttribute("aria-label"))"""
LESSON = "04_weight_update.ipynb"


@pytest.mark.exhaustive
def test_a_lesson_that_nobody_has_run_shows_its_pictures(page, jupyter):
    page.goto(address_of(jupyter, "00_start_here.ipynb"))
    page.wait_for_selector(".jp-OutputArea-output .backprop-picture", state="attached")
    page.wait_for_function("document.querySelectorAll('.backprop-picture + div img').length >= 2")
    page.wait_for_timeout(500)
    saved = page.evaluate(SEEN)
    assert len(saved) >= 2
    for picture in saved:
        assert picture["image"] and not picture["svg"] and not picture["words"]
        assert picture["alt"]
    page.wait_for_selector("#jp-main-statusbar >> text=/\\| Idle$/", timeout=180_000)
    run_all(page)
    wait_until_done(page, jupyter)
    page.wait_for_selector(".backprop-picture > svg")
    run = page.evaluate(SEEN)
    # JupyterLab draws only the cells that are near: of the others neither is seen.
    assert any(picture["svg"] for picture in run)
    assert not any(picture["image"] for picture in run)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Address of a lesson with diagrams and a plot, as nbconvert exports it."""
    lesson = nbformat.read(NOTEBOOKS / LESSON, as_version=4)
    html, _ = HTMLExporter().from_notebook_node(lesson)
    path = tmp_path_factory.mktemp("exported") / "lesson.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def export(chromium, exported):
    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(exported)
    yield page
    context.close()


def test_an_exported_lesson_shows_every_picture_once(export):
    pictures = export.evaluate(SEEN)
    assert len(pictures) >= 4
    assert all(picture["svg"] and not picture["image"] for picture in pictures)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_picture_is_cut_off_on_a_screen(export, width):
    export.set_viewport_size({"width": width, "height": 720})
    assert export.evaluate(CUT_OFF) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("width", [530, 718, 740])  # px: A5, A4 and Letter, inside their margins
def test_every_picture_fits_the_paper(export, width):
    export.emulate_media(media="print")
    export.set_viewport_size({"width": width, "height": 1000})
    assert export.evaluate(WIDER_THAN_ITS_PLACE) == export.evaluate(CUT_OFF) == []


@pytest.mark.exhaustive
def test_without_the_rule_for_paper_a_picture_would_be_cut_off(export):
    export.evaluate("() => document.querySelectorAll('.jp-OutputArea-output style').forEach(s => "
                    "s.textContent = s.textContent.replace(/@media print.*/, ''))")  # fmt: skip
    export.emulate_media(media="print")
    export.set_viewport_size({"width": 718, "height": 1000})
    assert export.evaluate(WIDER_THAN_ITS_PLACE)
