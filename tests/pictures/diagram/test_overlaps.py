"""How often labels of the network diagram lie on wires of others, on boxes, on each other.

None should. The counts hold what has been reached, so that they can only fall.
"""

import re

import nbformat
import pytest

from backprop_lib import example, forward_pass, network_diagram, weight_update
from backprop_lib.core.names import names_of
from backprop_lib.labs.walkthrough import diagram_of
from backprop_lib.symbolic.walkthrough_steps import walkthrough
from tools.lessons import NOTEBOOKS

from .overlaps import overlaps_of

NAMES = names_of(example.layer_sizes)
UPDATE = weight_update(forward_pass(example.network, example.inputs, example.targets), 0.5)
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


def test_the_saved_pictures_of_the_lessons_have_no_more_overlaps_than_before():
    svgs = list(saved_diagrams())
    assert len(svgs) > 30
    assert sum(len(overlaps_of(svg, NAMES, "normal")) for svg in svgs) <= 66


def saved_diagrams():
    """Every diagram of the tutorial's network that a lesson shows."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", ()):
                html = output.get("data", {}).get("text/html", "")
                for svg in re.findall(r"<svg.*?</svg>", html, re.S):
                    if OF_THE_TUTORIAL in svg.split(">")[0]:
                        yield svg


@pytest.mark.exhaustive
def test_the_walkthrough_has_no_more_overlaps_than_before():
    found = {"normal": [], "projector": []}
    for step in walkthrough(example):
        for covered in (True, False):
            known = step.known if covered else step.known | step.found
            normal = network_diagram(UPDATE, step.lit, step.backward, known=known)
            found["normal"] += overlaps_of(normal.svg, NAMES, "normal")
            large = diagram_of(step, UPDATE, covered)
            found["projector"] += overlaps_of(large.svg, NAMES, "projector")
    assert len(found["normal"]) <= 153  # in 88 pictures
    assert len(found["projector"]) <= 422
