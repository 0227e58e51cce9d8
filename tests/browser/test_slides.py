"""Slides in a browser, without reveal.js and without a network: all that they hold can be seen."""

import re

import nbformat
import pytest

from backprop_lib.teaching.slides import HEIGHT, WIDTH, deck
from tools.lessons import NOTEBOOKS

# What reveal.js and its theme would do: each slide is laid out by itself, as wide as the deck.
LAYOUT = f"""<style>
.reveal .slides {{ width: {WIDTH}px; font-size: 42px; }}
.reveal .slides section, .reveal .fragment {{ display: block; }}
.reveal table th, .reveal table td {{ padding: 0.2em 0.5em; border-bottom: 1px solid; }}
</style>"""
# Slides that reach below the wall, or whose end no scrolling shows.
LOST = f"""() => [...document.querySelectorAll(".reveal .slides section")]
  .filter(s => !s.querySelector("section"))
  .filter(s => s.offsetHeight > {HEIGHT} || (s.scrollHeight > s.clientHeight
    && getComputedStyle(s).overflowY !== "auto") || s.scrollWidth > s.clientWidth + 1)
  .map(s => `${{s.offsetHeight}} px: ${{s.innerText.slice(0, 60)}}`)"""


@pytest.fixture
def lost(chromium, tmp_path):
    """Finds the slides of a deck of which something cannot be seen."""
    context = chromium.new_context(offline=True, viewport={"width": WIDTH, "height": HEIGHT})

    def found(html):
        html = re.sub(r"<script.*?</script>", "", html, flags=re.S)
        path = tmp_path / "deck.html"
        path.write_text(html.replace("</head>", f"{LAYOUT}</head>", 1), encoding="utf-8")
        page = context.new_page()
        page.goto(path.as_uri())
        assert page.locator(".reveal .slides section section").count() > 10
        return page.evaluate(LOST)

    yield found
    context.close()


PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.exhaustive
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_no_slide_hides_its_end(lost, path):
    assert lost(deck(nbformat.read(path, as_version=4), path.stem)) == []


@pytest.mark.exhaustive
def test_a_slide_that_runs_over_would_be_seen(lost):
    html = deck(nbformat.read(PATHS[7], as_version=4), PATHS[7].stem)
    assert lost(html.replace("overflow-y: auto; overflow-x: hidden", ""))
