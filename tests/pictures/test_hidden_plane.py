"""What two hidden neurons do to the plane, against the forward pass and the formula of a line."""

import re

import numpy as np
import pytest

from backprop_lib import UpdateRule, example, forward_pass, hidden_lines, hidden_plane, train
from backprop_lib.core.logic_tables import xor
from backprop_lib.core.network import Network
from backprop_lib.core.starting_weights import random_network
from backprop_lib.pictures.decision_regions import Paper
from backprop_lib.pictures.line_plot import TYPE
from backprop_lib.pictures.svg import text_width

EVERY_BIAS = UpdateRule(biases="one per neuron")
SOLVED, STUCK = (
    train(random_network((2, 2, 1), seed), xor.inputs, xor.targets, 2.0, 3000, EVERY_BIAS).network
    for seed in (3, 11)
)


def places(picture):
    """The place of each row on the plane of the hidden outs, as said in words."""
    found = [re.search(r"out_h1 = ([\d.]+), out_h2 = ([\d.]+):", fact) for fact in picture.facts]
    return [tuple(map(float, match.groups())) for match in found]


@pytest.mark.parametrize("network", [SOLVED, STUCK])
def test_each_row_lies_where_the_forward_pass_sends_it(network):
    judges = [forward_pass(network, row) for row in xor.inputs]
    picture = hidden_plane(network, xor.inputs, xor.targets)
    for place, fact, judge in zip(places(picture), picture.facts, judges, strict=True):
        assert place == pytest.approx((judge.out_h1, judge.out_h2), abs=5e-4)
        assert f"out_o1 = {judge.out_o1:.3f}" in fact


def test_in_the_solved_network_equals_lie_on_each_other_and_in_the_stuck_one_opposites():
    solved = places(hidden_plane(SOLVED, xor.inputs, xor.targets))
    assert solved[1] == solved[2] and len(set(solved)) == 3
    stuck = places(hidden_plane(STUCK, xor.inputs, xor.targets))
    assert stuck[1] == stuck[3] == (0, 0) and len(set(stuck)) == 3
    assert "4 of 4" in hidden_plane(SOLVED, xor.inputs, xor.targets).label
    assert "2 of 4" in hidden_plane(STUCK, xor.inputs, xor.targets).label


def test_the_lines_are_those_of_the_formula():
    """Along the line of h1 its net is 0; back from the picture's coordinates to the plane."""
    network = Network([[[2.0, -3.0], [1.0, 4.0]], [[1.0, 1.0]]], [[0.4, -2.0], [0.0]])
    picture = hidden_lines(network, xor.inputs, xor.targets)
    paper = Paper(xor.inputs, "normal")
    assert picture.facts[:2] == (
        "h1 sends 0.5 where 2.00 * i1 -3.00 * i2 +0.40 = 0",
        "h2 sends 0.5 where 1.00 * i1 +4.00 * i2 -2.00 = 0",
    )
    sides = [fact.split(": ")[1] for fact in picture.facts[2:]]
    assert sides[1] == "target 1, h1 below 0.5, h2 above 0.5"  # nets of -2.6 and 2 at (0, 1)
    assert sides[2] == "target 1, h1 above 0.5, h2 below 0.5"  # 2.4 and -1 at (1, 0)
    drawn = re.findall(r'<path d="((?:M[^"]*L[^"]*))" stroke="currentColor"', picture.svg)[:2]
    for data, weights, bias in zip(drawn, network.weights[0], network.biases[0], strict=True):
        points = np.array(re.findall(r"[ML](-?[\d.]+)[ ,](-?[\d.]+)", data), dtype=float)
        assert len(points) > 10
        across = (points[:, 0] - paper.left) / paper.side
        upwards = (paper.bottom - points[:, 1]) / paper.side
        plane = paper.low + np.stack([across, upwards], axis=1) * (paper.high - paper.low)
        np.testing.assert_allclose(plane @ weights + bias, 0, atol=0.02)


@pytest.mark.parametrize("size", TYPE)
def test_the_name_of_the_upward_axis_is_on_the_picture(size):
    svg = hidden_plane(SOLVED, xor.inputs, xor.targets, size).svg
    x = float(re.search(r'<text x="([\d.]+)"[^>]*text-anchor="end"[^>]*>out_h2<', svg)[1])
    assert x >= text_width("out_h2", TYPE[size])


@pytest.mark.parametrize("picture", [hidden_lines, hidden_plane])
def test_what_no_plane_can_show_is_refused(picture):
    with pytest.raises(ValueError, match="one layer of two logistic hidden neurons, got a Network"):
        picture(random_network((2, 3, 1), 0), xor.inputs, xor.targets)
    with pytest.raises(ValueError, match="one layer of two logistic hidden neurons"):
        picture(random_network((2, 2, 2, 1), 0), xor.inputs, xor.targets)
    with pytest.raises(TypeError, match="network: expected a Network"):
        picture(example, xor.inputs, xor.targets)
    with pytest.raises(ValueError, match="size: "):
        picture(SOLVED, xor.inputs, xor.targets, "huge")
