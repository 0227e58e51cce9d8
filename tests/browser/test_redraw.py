"""A picture of a lab is redrawn where it has changed, and is then the very picture it should be."""

from itertools import pairwise

import pytest

from backprop_lib import example, random_network
from backprop_lib.labs.lab import HERE
from backprop_lib.live_training import LiveTraining, advanced, edited
from backprop_lib.live_view import Look, view_of
from backprop_lib.logic_tables import xor

REDRAW = """([before, now]) => {
    const place = document.createElement("div"), wanted = document.createElement("div");
    place.innerHTML = before;
    const kept = new Set(place.querySelectorAll("*"));
    redraw(place, now);
    wanted.innerHTML = now;
    const all = [...place.querySelectorAll("*")];
    return [place.isEqualNode(wanted), all.filter(e => kept.has(e)).length / (all.length || 1)];
}"""


@pytest.fixture(scope="module")
def blank(page):
    page.set_content("<p></p>")
    page.add_script_tag(content=(HERE / "lab.js").read_text("utf-8"))
    return page


def moments():
    """Pictures of the lab as it is used: played, edited, looked at, and opened on other data."""
    start = LiveTraining(example.network, [example.inputs], [example.targets])
    learned = LiveTraining(random_network((2, 2, 1), 3), xor.inputs, xor.targets, 2.0)
    yield view_of(start, Look())
    yield view_of(advanced(start, 1), Look())
    yield view_of(advanced(start, 200), Look(selected="w1"))
    yield view_of(edited(start, {"w5": -3.0}), Look(selected="w5", changed=("w5", "net_o1")))
    yield view_of(start, Look(show="gradients"))
    yield view_of(learned, Look())
    yield view_of(advanced(learned, 300), Look(row=2, size="projector"))
    yield view_of(start, Look())


PAIRS = list(pairwise(moments()))


@pytest.mark.parametrize("picture", ["diagram", "error", "regions", "weight"])
def test_after_redrawing_it_is_the_new_picture(blank, picture):
    for before, now in PAIRS:
        svgs = [view["pictures"][picture] for view in (before, now)]
        assert blank.evaluate(REDRAW, svgs)[0]


def test_while_it_plays_most_of_the_diagram_stays(blank):
    same, kept = blank.evaluate(REDRAW, [view["pictures"]["diagram"] for view in PAIRS[0]])
    assert same and kept > 0.9
