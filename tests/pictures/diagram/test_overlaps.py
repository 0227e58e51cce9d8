"""How often labels of the network diagram lie on wires of others, on boxes, on each other.

None should, and in the tutorial's network none does. Where there are more neurons, the counts hold
what has been reached, so that they can only fall.
"""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import nbformat
import numpy as np
import pytest

from backprop_lib import example, network_diagram
from backprop_lib.core.example import Example
from backprop_lib.core.names import names_of
from backprop_lib.core.network import Network
from backprop_lib.core.weight_update import one_round
from backprop_lib.labs.walkthrough import diagram_of
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining, advanced
from backprop_lib.labs.watch_it_learn.live_view import Look, diagram
from backprop_lib.symbolic.walkthrough_steps import walkthrough
from tools.lessons import NOTEBOOKS

from .overlaps import SVG, labels_of, overlaps_of

NAMES = names_of(example.layer_sizes)
OF_THE_TUTORIAL = "Network with 2 inputs, 2 hidden neurons and 2 outputs"


def test_a_label_that_is_moved_onto_a_wire_is_found():
    svg = network_diagram((2, 2, 2)).svg
    y = re.search(r'y="([\d.]+)"[^>]*>w5<', svg)[1]
    below = f"{float(y) + 13:.1f}"  # from above the wire of w5 onto it
    # Its own wire may run under a label; under that of another it counts.
    moved = svg.replace(f'y="{y}"', f'y="{below}"')
    assert "w5 | wire w5" not in overlaps_of(moved, NAMES, "normal")
    assert "w4 | wire w5" in overlaps_of(moved.replace(">w5<", ">w4<"), NAMES, "normal")


def test_a_label_on_another_and_on_a_box_is_found():
    svg = network_diagram((2, 2, 2)).svg
    found = set(overlaps_of(svg, NAMES, "normal"))
    w1, w4, h1 = (
        re.search(rf'x="[\d.]+" y="[\d.]+"(?=[^>]*>{name}<)', svg)[0] for name in ("w1", "w4", "h1")
    )
    on_a_label, on_a_box = (svg.replace(w4, place) for place in (w1, h1))
    assert "w1 | w4" in set(overlaps_of(on_a_label, NAMES, "normal")) - found
    assert "w4 | a box" in set(overlaps_of(on_a_box, NAMES, "normal")) - found


def test_words_that_touch_the_edge_of_their_box_are_found():
    svg = network_diagram(example).svg
    wide = svg.replace(">target 0.01<", ">target 0.010000<")
    assert "target 0.010000 | its own box" in overlaps_of(wide, NAMES, "normal")


def test_the_saved_pictures_of_the_lessons_have_no_overlaps():
    svgs = list(saved_diagrams())
    assert len(svgs) > 30
    assert [found for svg in svgs for found in overlaps_of(svg, NAMES, "normal")] == []


def saved_diagrams():
    """Every diagram of the tutorial's network that a lesson shows."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", ()):
                html = output.get("data", {}).get("text/html", "")
                for svg in re.findall(r"<svg.*?</svg>", html, re.S):
                    if OF_THE_TUTORIAL in svg.split(">")[0]:
                        yield svg


# How many overlaps there are at most in all steps of the walkthrough, covered and revealed.
MOST = {
    (2, 2, 2): (0, 0),
    (1, 1, 1): (0, 0),
    (2, 2, 1): (0, 0),
    (2, 3, 1): (28, 135),
    (2, 2, 2, 2): (122, 311),
    (3, 4, 2): (547, 634),
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("sizes", MOST, ids=str)
def test_the_walkthrough_has_no_more_overlaps_than_before(sizes):
    start = example if sizes == example.layer_sizes else example_of(sizes)
    update, found = one_round(start), {"normal": 0, "projector": 0}
    for step in walkthrough(start):
        for covered in (True, False):
            known = step.known if covered else step.known | step.found
            normal = network_diagram(update, step.lit, step.backward, known=known)
            pictures = {"normal": normal, "projector": diagram_of(step, update, covered)}
            for size, picture in pictures.items():
                found[size] += len(overlaps_of(picture.svg, update.names, size))
    normal, projector = MOST[sizes]
    assert found["normal"] <= normal and found["projector"] <= projector


def example_of(sizes):
    random = np.random.default_rng(0)
    weights = [random.normal(size=(b, a)) for a, b in pairwise(sizes)]
    network = Network(weights, [np.full(b, -0.1) for b in sizes[1:]])
    return Example(network, random.normal(size=sizes[0]), random.random(sizes[-1]), 0.5)


@pytest.mark.parametrize("size", ["normal", "projector"])
@pytest.mark.parametrize("show", ["values", "gradients"])
def test_the_live_lab_has_no_overlaps_whatever_is_selected(show, size):
    live = advanced(LiveTraining(example.network, [example.inputs], [example.targets]), 3)
    for selected in ("", *NAMES.all_weights, "i1", "h1", "o2", "eta"):
        svg = diagram(live, Look(show=show, selected=selected, size=size)).svg
        assert overlaps_of(svg, NAMES, size) == [], selected


def test_no_label_goes_beyond_the_picture():
    update = one_round(example)
    for step in walkthrough(example):
        root = ET.fromstring(diagram_of(step, update, False).svg)
        width = float(root.get("viewBox").split()[2])
        (group,) = (element for element in root if element.tag == f"{SVG}g")
        for label in labels_of(group):
            left, _, right, _ = label.box
            assert left >= 0 and right <= width, (step.name, label)
