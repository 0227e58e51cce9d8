"""What is made for the printer, printed by a browser without a network."""

import re

import pytest

from backprop_lib import random_network
from backprop_lib.teaching.answer_key import key_page
from backprop_lib.teaching.pleasant_numbers import pleasant_examples
from backprop_lib.teaching.summary_page import summary_page
from backprop_lib.teaching.worksheet_paper import paper_page

# As many rows as a sheet has, and more inputs or longer formulas than the tutorial's.
OTHERS = {
    "softmax": random_network((2, 2, 2), activations=("ReLU", "softmax"), error="cross-entropy"),
    "three inputs": random_network((3, 2, 1), activations="tanh", error="squared"),
    "one output": random_network((2, 2, 1)),
}
PAGES = ["summary", "worksheets", "answer key", *OTHERS]


def html_and_leaves(name):
    """A page, and the leaves it is planned for. Made when asked: all workers import this module."""
    if name == "summary":
        return summary_page(), 1
    if name in OTHERS:
        return paper_page(pleasant_examples(1, 1, OTHERS[name].architecture), 1), 2
    examples = pleasant_examples(seed=1, students=7)
    return (paper_page(examples, 1), 14) if name == "worksheets" else (key_page(examples, 1), 2)


@pytest.fixture
def open_page(chromium, tmp_path):
    """Opens HTML from a file, without a network; notes whatever the page asks for."""
    context = chromium.new_context(offline=True, viewport={"width": 900, "height": 1200})

    def opened(html):
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri())
        assert asked == [path.as_uri()]
        return page

    yield opened
    context.close()


def leaves(page, paper):
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


@pytest.mark.exhaustive
@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_the_leaves_it_is_planned_for(open_page, name, paper):
    html, wanted = html_and_leaves(name)
    assert leaves(open_page(html), paper) == wanted


def test_one_line_too_many_would_be_seen(open_page):
    html = summary_page().replace("</body>", "<p>more</p>" * 40 + "</body>")
    assert leaves(open_page(html), "A4") == 2


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_out_of_the_page_to_the_right(open_page, name):
    page = open_page(html_and_leaves(name)[0])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # 190 mm
    runs_out = """() => [...document.body.querySelectorAll("*")].filter(
        e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    ).map(e => e.outerHTML.slice(0, 80))"""
    assert page.evaluate(runs_out) == []
