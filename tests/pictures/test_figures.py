import re

import numpy as np
import pytest

from backprop_lib import example, forward_pass, train
from backprop_lib.pictures.figures import (
    contributions_chart,
    error_against,
    error_curve,
    logistic_curve,
    sweep_chart,
)
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.training.sweep import sweep

START = (example.network, example.inputs, example.targets)


def every_picture():
    forward = forward_pass(*START)
    ends = sweep(*START, [0.5, 5.0, 50.0], 100, progress=False)
    return {
        "logistic": logistic_curve({"o1": forward.net_o1, "o2": forward.net_o2}, slopes=True),
        "error against": error_against("w5", example),
        "contributions": contributions_chart(chain_rule("E_total", "out_h1"), example),
        "error curve": error_curve({"a": train(*START, 0.5, 100), "b": train(*START, 5, 100)}),
        "sweep": sweep_chart(ends, marked=[0.5, 50.0]),
    }


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "name", ["logistic", "error against", "contributions", "error curve", "sweep"]
)
def test_every_picture_has_alternative_text_and_a_twin_and_is_the_same_each_time(name):
    first, second = every_picture()[name], every_picture()[name]
    shown = first._repr_html_()
    assert first.png.startswith(b"\x89PNG") and first.png == second.png
    assert f'alt="{first.label}"' in shown
    assert all(fact.replace("'", "&#x27;") in shown for fact in first.facts)
    assert repr(first) == first.text == "\n".join([first.label, *first.facts])
    assert len(first.facts) >= 2


def test_labels_are_escaped():
    training = train(*START, 0.5, 10)
    shown = error_curve({'<b>"mine"</b>': training})._repr_html_()
    assert "<b>" not in shown and "&lt;b&gt;&quot;mine&quot;" in shown


def test_the_tangent_is_the_slope_of_the_curve_where_the_weight_is():
    axes = error_against("w5", example).figure.axes[0]
    curve, tangent = (line.get_xydata() for line in axes.lines[:2])
    middle = len(curve) // 2
    assert curve[middle] == pytest.approx(tangent[middle], abs=1e-12)
    chord = (curve[middle + 1] - curve[middle - 1]) / 2
    assert chord[1] / chord[0] == pytest.approx(0.082167041, rel=2e-3)
    assert np.diff(tangent[:, 1]) / np.diff(tangent[:, 0]) == pytest.approx(0.082167041, rel=1e-6)


def test_bars_of_contributions_are_the_paths_and_their_sum_and_hatched_when_negative():
    axes = contributions_chart(chain_rule("E_total", "out_h1"), example).figure.axes[0]
    widths = [round(bar.get_width(), 9) for bar in axes.patches]
    assert widths == [0.055399425, -0.019049118, 0.036350306]
    assert [bool(bar.get_hatch()) for bar in axes.patches] == [False, True, False]


def test_curves_of_trainings_differ_by_more_than_colour():
    trainings = {label: train(*START, 0.5, 100) for label in "abcd"}
    axes = error_curve(trainings).figure.axes[0]
    assert len({line.get_linestyle() for line in axes.lines}) == 4
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list("abcd")


def test_the_twin_of_the_error_curve_counts_rounds_as_updates():
    facts = error_curve({"a": train(*START, 0.5, 10)}).facts
    assert facts[0].endswith("round 0 is 0.2983711088")
    assert facts[1].endswith("round 1 is 0.2910277737")


def test_no_type_is_smaller_than_14_points():
    for picture in every_picture().values():
        svg_sizes = [text.get_fontsize() for text in picture.figure.axes[0].texts]
        ticks = picture.figure.axes[0].get_xticklabels() + picture.figure.axes[0].get_yticklabels()
        assert min(svg_sizes + [tick.get_fontsize() for tick in ticks]) >= 14


@pytest.mark.parametrize("draw", [error_curve, sweep_chart])
def test_something_else_is_refused_by_name(draw):
    with pytest.raises(TypeError, match=r"trainings|ends"):
        draw({"a": "text"} if draw is error_curve else 3)


def test_an_unknown_weight_is_refused_by_name():
    with pytest.raises(ValueError, match=re.escape("unknown name 'w9'")):
        error_against("w9", example)
