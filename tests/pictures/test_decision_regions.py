"""The decision regions: the lines against the formula of a line, the hatching against the nets."""

import re

import numpy as np
import pytest

from backprop_lib import UpdateRule, forward_pass, train
from backprop_lib.core.logic_tables import logical_and, xor
from backprop_lib.core.network import Network
from backprop_lib.core.starting_weights import random_network
from backprop_lib.pictures.decision_regions import (
    BEYOND,
    CELLS,
    LINES,
    contour,
    decision_regions,
    first_output_nets,
    hatching,
)
from backprop_lib.pictures.line_plot import TYPE, WIDTH
from backprop_lib.pictures.svg import text_width
from backprop_lib.training.batch_passes import batch_forward


def plane(network):
    """The nets on the grid that the picture takes for the logic tables."""
    along = np.linspace(-BEYOND, 1 + BEYOND, CELLS + 1)
    return along, first_output_nets(network, np.stack(np.meshgrid(along, along), axis=-1))


@pytest.mark.parametrize("sizes", [(2, 1), (2, 4, 1), (2, 3, 2)])
def test_the_nets_are_the_forward_pass(sizes):
    network = random_network(sizes, 1)
    points = np.array([[0.3, -0.7], [2.0, 5.0]])
    judge = [forward_pass(network, point).net_o1 for point in points]
    np.testing.assert_allclose(first_output_nets(network, points), judge)


def test_without_hidden_neurons_the_contour_is_the_line_of_the_formula():
    """w1 * i1 + w2 * i2 + b = 0, exactly: along a grid line a net changes evenly."""
    network = Network([[[2.0, -3.0]]], [[0.4]])
    along, nets = plane(network)
    width = along[1] - along[0]
    ends = np.array(list(contour(nets))).reshape(-1, 2) * width + along[0]
    assert len(ends) > CELLS
    np.testing.assert_allclose(2.0 * ends[:, 0] - 3.0 * ends[:, 1] + 0.4, 0, atol=1e-12)


def test_the_contour_crosses_every_cell_whose_corners_differ():
    start = random_network((2, 2, 1), 0)
    rule = UpdateRule(biases="one per neuron")
    _, nets = plane(train(start, xor.inputs, xor.targets, 2.0, 2000, rule).network)
    pieces = list(contour(nets))
    above = nets > 0
    corners = np.stack([above[:-1, :-1], above[1:, :-1], above[:-1, 1:], above[1:, 1:]])
    assert len(pieces) >= (corners.any(axis=0) & ~corners.all(axis=0)).sum() > 0


def test_a_saddle_gets_two_lines_and_no_more():
    heights = np.array([[1.0, -1.0], [-1.0, 1.0]])
    pieces = list(contour(heights))
    assert len(pieces) == 2
    for point in np.array(pieces).reshape(-1, 2):
        assert 0.5 in point and set(point) <= {0.0, 0.5, 1.0}


def test_what_is_hatched_is_above_one_half_and_nothing_else():
    nets = np.where(np.arange(CELLS + 1) > 10.5, 1.0, -1.0) * np.ones((CELLS + 1, 1))
    pieces = list(hatching(nets))
    for (x1, y1), (x2, y2) in pieces:
        assert x1 >= 10.5 - 1e-9 and x2 > x1
        assert y2 - y1 == pytest.approx(x2 - x1)
    assert min(x1 for (x1, _), _ in pieces) == pytest.approx(10.5)
    assert list(hatching(-np.ones((5, 5)))) == []
    covered = sum(x2 - x1 for (x1, _), (x2, _) in hatching(np.ones((CELLS + 1, CELLS + 1))))
    # Every second diagonal: half the area of the square, in cells.
    assert covered == pytest.approx(CELLS**2 / 2, rel=0.01)


def test_the_three_lines_lie_at_a_tenth_a_half_and_nine_tenths():
    for out, (net, _, _) in LINES.items():
        assert 1 / (1 + np.exp(-net)) == pytest.approx(out)


def test_every_row_stands_there_as_a_shape_with_its_target():
    picture = decision_regions(random_network((2, 1), 0), logical_and.inputs, logical_and.targets)
    assert picture.svg.count("<circle") == 3 + 1  # one in the legend
    assert picture.svg.count("<rect") == 1 + 1 + 1  # the frame, and one in the legend
    written = re.findall(r'font-weight="700"[^>]*>([^<]+)<', picture.svg)
    assert sorted(written) == ["0", "0", "0", "1", "What it answers, everywhere"]


def test_the_twin_says_for_every_row_what_is_answered():
    network = random_network((2, 2, 1), 0)
    picture = decision_regions(network, xor.inputs, xor.targets)
    assert len(picture.facts) == 4
    for row, fact in zip(zip(xor.inputs, xor.targets, strict=True), picture.facts, strict=True):
        out = forward_pass(network, *row).out_o1
        assert f"out_o1 = {out:.3f} says {int(out > 0.5)}" in fact
        assert fact.endswith("right" if (out > 0.5) == row[1][0] else "wrong")
    assert picture.label == "Decision regions: 2 of 4 rows on the right side of 0.5."


@pytest.mark.parametrize("inputs", [[[0, 0]], [[5, 5], [5, 7]], [[1e6, -1e-6], [0, 1e-9]]])
def test_any_rows_can_be_drawn(inputs):
    picture = decision_regions(random_network((2, 2, 1), 0), inputs, [[0.25]] * len(inputs))
    assert "nan" not in picture.svg and "inf" not in picture.svg


@pytest.mark.parametrize("hidden", ["logistic", "tanh", "ReLU", "identity"])
def test_a_dense_network_answers_by_its_own_activations(hidden):
    network = random_network(
        (2, 3, 2), activations=[hidden, "logistic"], error="cross-entropy", seed=4, start="Glorot"
    )
    points = np.array([[0.3, -0.7], [2.0, 5.0]])
    judge = batch_forward(network, points)
    np.testing.assert_allclose(first_output_nets(network, points), judge.nets[-1][:, 0])
    picture = decision_regions(network, points, [[0, 1], [1, 0]])
    for fact, out in zip(picture.facts, judge.outputs[:, 0], strict=True):
        assert f"out_o1 = {out:.3f} says" in fact


@pytest.mark.parametrize("last", ["softmax", "tanh", "identity"])
def test_outputs_that_are_not_logistic_are_refused_by_name(last):
    error = "cross-entropy" if last == "softmax" else "half squared"
    network = random_network((2, 3, 2), activations=["tanh", last], error=error, start="Glorot")
    with pytest.raises(ValueError, match=f"network: expected logistic outputs.* got {last!r}"):
        decision_regions(network, [[0, 1]], [[0, 1]])


@pytest.mark.parametrize("size", TYPE)
@pytest.mark.parametrize("inputs", [[[0, 0], [1, 1]], [[-0.85, -0.62], [2.11, -12.3456]]])
def test_no_word_is_cut_off_at_a_side(inputs, size):
    """A minus that is cut off makes another number."""
    picture = decision_regions(random_network((2, 1), 0), inputs, [[0], [1]], size)
    found = re.findall(r'<text x="([\d.-]+)"[^>]*text-anchor="(\w+)"[^>]*>([^<]+)<', picture.svg)
    assert {words for _, _, words in found} >= {f"{inputs[1][1]:g}", "out_o1 0.9", "i2"}
    for x, anchor, words in found:
        width = text_width(words, TYPE[size])
        before = {"start": 0, "middle": width / 2, "end": width}[anchor]
        assert 0 <= float(x) - before <= WIDTH - width, words


def test_many_rows_stand_in_smaller_shapes():
    def radius(rows):
        along = np.linspace(0, 1, rows)
        points = np.column_stack([along, along**2])
        svg = decision_regions(random_network((2, 1), 0), points, [[0]] * rows).svg
        return float(re.search(r'<circle [^>]*r="([\d.]+)"', svg)[1])

    assert radius(13) == radius(60) == pytest.approx(0.7 * radius(12), abs=0.1)


def test_only_two_inputs_make_a_plane():
    with pytest.raises(TypeError, match="network: expected a Network, got 'xor'"):
        decision_regions("xor", [[0, 0]], [[1]])
    with pytest.raises(ValueError, match="network: expected one with two inputs, got 3"):
        decision_regions(random_network((3, 1), 0), [[0, 0, 0]], [[1]])
    with pytest.raises(ValueError, match="size"):
        decision_regions(random_network((2, 1), 0), [[0, 0]], [[1]], size="huge")


@pytest.mark.parametrize("name", ["network", "inputs", "targets"])
def test_complex_numbers_have_no_place_on_a_plane(name):
    parts = {"network": random_network((2, 2, 1), 0), "inputs": xor.inputs, "targets": xor.targets}
    parts[name] = parts[name].replace(w1=1j) if name == "network" else parts[name] + 1j
    with pytest.raises(ValueError, match=f"{name}: expected real numbers, got complex ones"):
        decision_regions(**parts)
