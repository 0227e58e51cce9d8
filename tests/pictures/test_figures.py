import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from backprop_lib import example, forward_pass, train
from backprop_lib.pictures import static_plot
from backprop_lib.pictures.figure_svg import figure_svg
from backprop_lib.pictures.figures import (
    contributions_chart,
    error_against,
    error_curve,
    even_ticks,
    logistic_curve,
    sweep_chart,
)
from backprop_lib.pictures.static_plot import SWATCH
from backprop_lib.pictures.svg import text_width
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.training.sweep import sweep

START = (example.network, example.inputs, example.targets)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def drawn(monkeypatch):
    """The axes of the plots that are drawn, as matplotlib knows them."""
    axes = []

    def noted(figure, label):
        axes.extend(figure.axes)
        return figure_svg(figure, label)

    monkeypatch.setattr(static_plot, "figure_svg", noted)
    return axes


@pytest.fixture(scope="module")
def pictures():
    forward = forward_pass(*START)
    ends = sweep(*START, [0.01, 0.5, 5.0, 50.0], 100, progress=False)
    two = {"a": train(*START, 0.5, 100), "b": train(*START, 5, 100)}
    return {
        "logistic": logistic_curve({"o1": forward.net_o1, "o2": forward.net_o2}, slopes=True),
        "error against": error_against("w5", example),
        "contributions": contributions_chart(chain_rule("E_total", "out_h1"), example),
        "error curve": error_curve(two),
        "sweep": sweep_chart(ends, marked=[0.01, 0.5, 50.0]),
    }


NAMES = ["logistic", "error against", "contributions", "error curve", "sweep"]
each_picture = pytest.mark.parametrize("name", NAMES)


def extents(svg):
    """Left, top, right and bottom of every text, in a wide font."""
    for text in ET.fromstring(svg).iter(f"{SVG}text"):
        px, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        width = text_width(text.text, px)
        left = x - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor")]
        yield text.text, left, y - 0.74 * px, left + width, y + 0.22 * px


@each_picture
def test_every_picture_has_a_name_and_facts_and_no_text_out_of_it_or_on_another(pictures, name):
    picture = pictures[name]
    assert len(picture.facts) >= 2
    _, _, width, height = map(float, ET.fromstring(picture.svg).get("viewBox").split())
    texts = list(extents(picture.svg))
    for words, left, top, right, bottom in texts:
        assert left >= 0 and top >= 0 and right <= width and bottom <= height, words
        for others, *place in texts:
            apart = right <= place[0] or place[2] <= left or bottom <= place[1] or place[3] <= top
            assert words == others or apart, (words, others)


@each_picture
def test_no_type_is_smaller_than_14(pictures, name):
    sizes = re.findall(r'font-size="([\d.]+)"', pictures[name].svg)
    assert sizes and min(map(float, sizes)) >= 14


def test_labels_are_escaped():
    training = train(*START, 0.5, 10)
    shown = error_curve({'<b>"mine"</b>': training})._repr_mimebundle_()["text/html"]
    assert "<b>" not in shown and "&lt;b&gt;&quot;mine&quot;" in shown


def test_the_tangent_is_the_slope_of_the_curve_where_the_weight_is(drawn):
    error_against("w5", example)
    curve, tangent = (line.get_xydata() for line in drawn[0].lines[:2])
    middle = len(curve) // 2
    assert curve[middle] == pytest.approx(tangent[middle], abs=1e-12)
    chord = (curve[middle + 1] - curve[middle - 1]) / 2
    assert chord[1] / chord[0] == pytest.approx(0.082167041, rel=2e-3)
    assert np.diff(tangent[:, 1]) / np.diff(tangent[:, 0]) == pytest.approx(0.082167041, rel=1e-6)


def test_bars_of_contributions_are_the_paths_and_their_sum_and_dotted_when_negative(drawn):
    contributions_chart(chain_rule("E_total", "out_h1"), example)
    widths = [round(bar.get_width(), 9) for bar in drawn[0].patches]
    assert widths == [0.055399425, -0.019049118, 0.036350306]
    assert [bar.get_linestyle() not in ("solid", "-") for bar in drawn[0].patches] == [
        False,
        True,
        False,
    ]


def test_curves_of_trainings_differ_by_more_than_colour(pictures):
    picture = error_curve({label: train(*START, 0.5, 100) for label in "abcd"})
    curves = list(ET.fromstring(picture.svg).iter(f"{SVG}path"))
    assert curves[0].get("stroke-dasharray") is None  # or it would cover the others
    assert len({curve.get("stroke-dasharray") for curve in curves}) == 4
    texts = [text.text for text in ET.fromstring(picture.svg).iter(f"{SVG}text")]
    assert [text for text in texts if text in set("abcd")] == list("abcd")


def test_the_sample_beside_a_name_has_the_dashes_and_colour_of_its_curve(pictures):
    """Samples stand above the plot, in the order of the names."""
    root = ET.fromstring(pictures["error curve"].svg)
    look = ("stroke", "stroke-width", "stroke-dasharray")
    curves = [tuple(map(path.get, look)) for path in root.iter(f"{SVG}path")]
    samples = [
        tuple(map(line.get, look))
        for line in root.iter(f"{SVG}line")
        if float(line.get("x2")) - float(line.get("x1")) == pytest.approx(SWATCH)
    ]
    assert len(samples) == 2 and samples == curves


def test_the_twin_of_the_error_curve_counts_rounds_as_updates():
    facts = error_curve({"a": train(*START, 0.5, 10)}).facts
    assert facts[0].endswith("round 0 is 0.2983711088")
    assert facts[1].endswith("round 1 is 0.2910277737")


def test_round_0_stands_at_the_left_end_and_an_error_of_0_at_the_bottom():
    root = ET.fromstring(error_curve({"a": [0.5, 0.1, 0.0]}).svg)
    (curve,) = root.iter(f"{SVG}path")
    (x0, _), *_, (_, bottom) = re.findall(r"(-?\d+\.\d) (-?\d+\.\d)", curve.get("d"))
    axis = [line for line in root.iter(f"{SVG}line") if line.get("stroke-opacity") == "0.7"]
    assert (x0, bottom) == (axis[0].get("x1"), axis[0].get("y1"))


def test_errors_that_rounding_makes_are_drawn_at_the_low_end_which_says_so():
    """1e-27 and 1e-30 may be each other on another machine."""
    pictures = [error_curve({"a": [0.5, 0.1, least]}) for least in (1e-27, 1e-30)]
    assert pictures[0].svg == pictures[1].svg
    assert "≤10⁻²⁰" in pictures[0].svg
    assert "≤" not in error_curve({"a": [0.5, 0.1, 1e-19]}).svg


@each_picture
def test_the_grid_is_whole(pictures, name):
    """A line for every number on an axis with even steps; none is lost at an edge."""
    svg = pictures[name].svg
    ticks = [t for t, *_ in extents(svg) if re.fullmatch(r"−?[\d.,]+[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*", t)]
    marked = {"sweep": 3, "contributions": 1}.get(name, 0)  # numbers at dots, and at a bar
    assert svg.count('stroke-opacity="0.16"') == len(ticks) - marked


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (-6, 6, [-5, 0, 5]),
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-3.6, 4.4, [-2, 0, 2, 4]),
        (0, 0.56, [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
    ],
)
def test_ticks_are_few_round_and_within(low, high, ticks):
    found = even_ticks(low, high)
    assert found == pytest.approx(ticks)
    assert 3 <= len(found) <= 6


@pytest.mark.parametrize("draw", [error_curve, sweep_chart])
def test_something_else_is_refused_by_name(draw):
    with pytest.raises(TypeError, match=r"trainings|ends"):
        draw({"a": "text"} if draw is error_curve else 3)


def test_an_unknown_weight_is_refused_by_name():
    with pytest.raises(ValueError, match=re.escape("unknown name 'w9'")):
        error_against("w9", example)
