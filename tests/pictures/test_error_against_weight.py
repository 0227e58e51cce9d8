"""The error against one weight: each point against a forward pass, the tangent against steps."""

import re

import numpy as np
import pytest

from backprop_lib import example, forward_pass
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.logic_tables import xor
from backprop_lib.core.starting_weights import random_network
from backprop_lib.pictures import polyline
from backprop_lib.pictures.error_against_weight import (
    errors_against_weight,
    errors_at,
    weight_picture,
)

VALUES = [-7.0, -0.3, 0.0, 0.4, 2.5, 100.0]


@pytest.mark.parametrize("sizes", [(2, 1), (2, 3, 1), (2, 3, 2, 1)])
@pytest.mark.parametrize("name", ["w1", "w2", "b1", "b_o1"])
def test_every_point_is_what_a_forward_pass_finds(sizes, name):
    network = random_network(sizes, 4)
    found = errors_against_weight(network, xor.inputs, xor.targets, name, VALUES)
    judge = [
        sum(
            forward_pass(network.replace(**{name: value}), *row).E_total
            for row in zip(xor.inputs, xor.targets, strict=True)
        )
        for value in VALUES
    ]
    np.testing.assert_allclose(found, judge, rtol=1e-13)


def test_a_weight_of_a_layer_behind_is_moved_alone():
    found = errors_against_weight(
        example.network, [example.inputs], [example.targets], "w8", [0.55, 3.0]
    )
    moved = forward_pass(example.network.replace(w8=3.0), example.inputs, example.targets)
    np.testing.assert_allclose(found, [0.2983711087600027, moved.E_total], rtol=1e-13)


@pytest.mark.parametrize("name", ["i1", "net_h1", "dE_dw1", "E_total", "target_o1"])
def test_only_weights_and_biases_are_moved(name):
    with pytest.raises(ValueError, match="name: expected a weight or a bias"):
        errors_against_weight(example.network, [example.inputs], [example.targets], name, VALUES)


def polylines(picture):
    """Points of each line of a picture, in its own units, y upwards."""
    found = re.findall(r'<polyline points="([^"]+)"', picture.svg)
    return [
        np.array([[float(x), -float(y)] for x, y in (p.split(",") for p in line.split())])
        for line in found
    ]


@pytest.mark.parametrize("name", ["w1", "w5", "b2"])
def test_the_tangent_touches_the_curve_where_the_weight_is(name, monkeypatch):
    monkeypatch.setattr(polyline, "TOLERANCE", 0)  # with every point, a chord is a slope
    slope = complex_step(f"dE_d{name}", example)
    value = float(example[name])
    data = [example.inputs], [example.targets]
    picture = weight_picture(example.network, *data, name, value, slope)
    # The curve is in play, so it is drawn last.
    tangent, curve = polylines(picture)
    place = re.search(
        r'<circle cx="([\d.]+)" cy="([\d.]+)"', picture.svg[picture.svg.rindex("<circle") :]
    )
    x, y = float(place[1]), -float(place[2])
    steep = (tangent[1, 1] - tangent[0, 1]) / (tangent[1, 0] - tangent[0, 0])
    assert tangent[0, 1] + steep * (x - tangent[0, 0]) == pytest.approx(y, abs=0.2)
    beside = np.searchsorted(curve[:, 0], x)
    chord = np.diff(curve[[beside - 1, beside + 1]], axis=0)[0]
    assert steep == pytest.approx(chord[1] / chord[0], abs=0.03)
    assert f"its slope {slope:+.9f}" in picture.label


def test_the_picture_stays_on_its_paper_however_steep_or_far():
    network = random_network((2, 2, 1), 0).replace(w5=80.0)
    for slope in (1e6, -1e6, 0.0, 1e-300):
        picture = weight_picture(network, xor.inputs, xor.targets, "w5", 80.0, slope)
        for line in polylines(picture):
            assert np.all((line[:, 0] >= 0) & (line[:, 0] <= 400))
            assert np.all((line[:, 1] <= 0) & (line[:, 1] >= -270))


def test_the_twin_in_words_holds_points_of_the_curve():
    picture = weight_picture(example.network, [example.inputs], [example.targets], "w5", 0.4, 0.08)
    assert "w5 = -8: error" in picture.text
    assert len(picture.facts) >= 6


@pytest.mark.parametrize(
    ("inputs", "targets", "said"),
    [
        ([[0, 0, 1]], [[1]], "inputs: expected a matrix of 1 rows and 2 columns"),
        (xor.inputs, [[1, 0]], "targets: expected a matrix of 4 rows and 1 columns"),
    ],
)
def test_data_that_do_not_fit_the_network_are_refused_in_words(inputs, targets, said):
    network = random_network((2, 2, 1), 0)
    with pytest.raises(ValueError, match=said):
        errors_against_weight(network, inputs, targets, "w1", VALUES)


@pytest.mark.parametrize("names", [("w1", "w2"), ("w2", "w9"), ("b1", "w7"), ("b_h1", "b_o1")])
def test_several_weights_are_moved_together(names):
    network = random_network((2, 3, 1), 4)
    places = np.array([[0.0, 0.5], [-3.0, 20.0], [1.5, -0.25]])
    found = errors_at(network, xor.inputs, xor.targets, names, places)
    judge = [
        sum(
            forward_pass(network.replace(**dict(zip(names, place, strict=True))), *row).E_total
            for row in zip(xor.inputs, xor.targets, strict=True)
        )
        for place in places.tolist()
    ]
    np.testing.assert_allclose(found, judge, rtol=1e-13)
