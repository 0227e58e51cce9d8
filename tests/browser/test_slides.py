"""Slides in a browser, without reveal.js and without a network: what they hold fits on them."""

import re

import nbformat
import pytest
from regenerate_notebooks import notebook_paths

from backprop_lib.teaching.slides import HEIGHT, WIDTH, deck

# What reveal.js and its theme would do: each slide is laid out by itself, as wide as the deck.
LAYOUT = f"""<style>
.reveal .slides {{ width: {WIDTH}px; font-size: 42px; }}
.reveal .slides section, .reveal .fragment {{ display: block; }}
.reveal table th, .reveal table td {{ padding: 0.2em 0.5em; border-bottom: 1px solid; }}
</style>"""
OVER = f"""() => [...document.querySelectorAll(".reveal .slides section")]
  .filter(s => !s.querySelector("section, .jp-RenderedLatex") && s.scrollHeight > {HEIGHT})
  .map(s => `${{s.scrollHeight}} px: ${{s.innerText.slice(0, 60)}}`)"""


@pytest.fixture
def over(chromium, tmp_path):
    """Finds the slides of a deck that are taller than they may be."""
    context = chromium.new_context(offline=True, viewport={"width": WIDTH, "height": HEIGHT})

    def found(html):
        html = re.sub(r"<script.*?</script>", "", html, flags=re.S)
        path = tmp_path / "deck.html"
        path.write_text(html.replace("</head>", f"{LAYOUT}</head>", 1), encoding="utf-8")
        page = context.new_page()
        page.goto(path.as_uri())
        assert page.locator(".reveal .slides section section").count() > 10
        return page.evaluate(OVER)

    yield found
    context.close()


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_no_slide_without_formulas_runs_over_its_height(over, path):
    assert over(deck(nbformat.read(path, as_version=4), path.stem)) == []


def test_a_slide_that_runs_over_would_be_seen(over):
    path = next(path for path in notebook_paths() if path.stem.startswith("07"))
    html = deck(nbformat.read(path, as_version=4), path.stem)
    assert over(html.replace(".celltag_type-", ".untyped-"))
