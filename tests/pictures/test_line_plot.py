"""Line plots: where things lie on them, and what they say without a picture."""

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from backprop_lib.pictures import theme
from backprop_lib.pictures.line_plot import (
    HEIGHT,
    STYLES,
    TYPE,
    WIDTH,
    Curve,
    Levels,
    Mark,
    line_plot,
    linear_axis,
    log_axis,
    logit_axis,
    power_of_ten,
    round_axis,
)

SVG = "{http://www.w3.org/2000/svg}"
ROUNDS = log_axis("round", [1, 10_000])
ERRORS = log_axis("E_total", [1, 1e-5])


def drawn(*curves, x=ROUNDS, y=ERRORS, **more):
    return ET.fromstring(line_plot("A plot", x, y, curves, **more).svg)


def points(element):
    return [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]


def texts(picture):
    return [element.text for element in picture.iter(f"{SVG}text")]


def test_a_power_law_is_a_straight_line_on_logarithmic_axes():
    rounds = [1, 10, 100, 1000, 10_000]
    picture = drawn(Curve("", rounds, [1 / k for k in rounds]))
    (curve,) = picture.iter(f"{SVG}polyline")
    (x0, y0), *rest = points(curve)
    slopes = [(y - y0) / (x - x0) for x, y in rest]
    assert max(slopes) - min(slopes) < 0.01
    assert slopes[0] > 0, "down on a screen is more"


def test_larger_numbers_lie_right_and_up():
    (curve,) = drawn(Curve("", [1, 2], [0.1, 0.2])).iter(f"{SVG}polyline")
    (x0, y0), (x1, y1) = points(curve)
    assert x0 < x1 and y0 > y1


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([1, 10_000], (1, 10_000)),
        ([0.0084, 0.3], (1e-3, 1)),
        ([3.5e-31, 1], (1e-32, 1)),
        ([0.01, 1000], (0.01, 1000)),
        ([1000, 1000], (1000, 10_000)),
        ([0.0, 0.5, 2e-300], (1e-300, 1)),
    ],
)
def test_a_logarithmic_axis_ends_on_ticks_and_has_at_most_six(values, ends):
    axis = log_axis("", values)
    ticks = [tick for tick, _ in axis.ticks]
    assert (axis.low, axis.high) == pytest.approx(ends) == (ticks[0], ticks[-1])
    assert 2 <= len(ticks) <= 6
    assert all(0 <= axis.place(value) <= 1 for value in values)


def test_what_lies_outside_is_drawn_at_the_edge():
    picture = drawn(Curve("", [1, 1e9], [0.0, 50]))
    (curve,) = picture.iter(f"{SVG}polyline")
    for x, y in points(curve):
        assert 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def test_the_stretched_axis_is_even_around_a_half():
    axis = logit_axis("out")
    assert axis.place(0.5) == pytest.approx(0.5)
    assert axis.place(0.01) == pytest.approx(1 - axis.place(0.99))
    assert axis.place(0.0) == axis.place(1e-41) == 0
    assert axis.place(1.0) == 1


def test_a_linear_axis_is_even():
    assert linear_axis("", 0, 4, [0, 2, 4]).place(1) == 0.25


def test_ticks_are_short():
    assert [power_of_ten(n) for n in (-32, -3, -1, 3)] == ["10⁻³²", "10⁻³", "0.1", "1,000"]


def test_curves_differ_by_dash_and_by_name_not_only_by_colour():
    curves = [Curve(name, [1, 2], [0.1, 0.2]) for name in "abcd"]
    picture = drawn(*curves)
    dashes = [curve.get("stroke-dasharray") for curve in picture.iter(f"{SVG}polyline")]
    assert len(set(dashes)) == len(STYLES) == 4
    assert {"a", "b", "c", "d"} <= set(texts(picture))


def test_the_first_curve_is_drawn_last_and_so_on_top():
    picture = drawn(Curve("now", [1, 2], [0.1, 0.2]), Curve("old", [1, 2], [0.1, 0.2]))
    assert list(picture.iter(f"{SVG}polyline"))[-1].get("stroke") == theme.POSITIVE


def test_marks_and_levels_are_drawn_and_named():
    picture = drawn(
        Curve("", [1, 2], [0.1, 0.2]),
        marks=[Mark("now", 10, 0.1), Mark("pinned", 100, 0.1, "square")],
        levels=Levels("target", (0.01,)),
    )
    # Each once in the plot and once in the legend.
    assert len(list(picture.iter(f"{SVG}circle"))) == len(list(picture.iter(f"{SVG}rect"))) == 2
    assert {"now", "pinned", "target"} <= set(texts(picture))


@pytest.mark.parametrize("size", TYPE)
def test_nothing_is_written_off_the_picture(size):
    """Where text begins and ends, at the width that a wide font would need."""
    names = [Curve("rate 0.355", [1, 2], [0.1, 0.2]), Curve("pinned: 0.355", [1], [0.1])]
    picture = drawn(*names, x=log_axis("learning rate", [0.01, 1000]), size=size)
    for text in picture.iter(f"{SVG}text"):
        width = 0.6 * TYPE[size] * len(text.text)
        before = {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor")]
        x, y = float(text.get("x")), float(text.get("y"))
        assert x - before >= 0 and x - before + width <= WIDTH, text.text
        assert TYPE[size] * 0.7 <= y <= HEIGHT


def test_type_is_large_enough_where_three_plots_stand_in_a_row_and_doubles():
    assert TYPE["normal"] * 340 / WIDTH >= theme.SMALLEST_TYPE
    assert TYPE["projector"] * 516 / WIDTH >= 2 * theme.SMALLEST_TYPE


def test_colours_are_those_of_the_theme_or_of_the_page():
    picture = line_plot("A", ROUNDS, ERRORS, [Curve("", [1], [0.1])], marks=[Mark("x", 1, 0.1)])
    assert set(re.findall("#[0-9a-f]{6}", picture.svg)) <= {theme.POSITIVE, theme.CHANGED}
    assert 'fill="currentColor"' in picture.svg


def test_the_picture_has_a_name_and_a_twin_in_words():
    plot = line_plot("A", ROUNDS, ERRORS, [], label="It <falls>.", facts=["round 1: 0.3"])
    assert 'role="img" aria-label="It &lt;falls&gt;."' in plot.svg
    assert repr(plot) == plot.text == "It <falls>.\nround 1: 0.3"
    bundle = plot._repr_mimebundle_()
    assert bundle["text/plain"] == plot.text
    assert "<li>round 1: 0.3</li>" in bundle["text/html"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Curve("a", [1, 2], [1]), "y: expected a number for each of the 2 in x, got 1"),
        (lambda: Curve("a", [1], [float("nan")]), "curve 'a': expected finite numbers, got nan"),
        (lambda: log_axis("", [0, -1]), "values: expected at least one number above zero"),
        (lambda: linear_axis("", 1, 1, []), "high: expected a number above low"),
        (lambda: Mark("a", 1, 1, "star"), "shape: expected one of 'dot', 'square'"),
        (lambda: line_plot("", ROUNDS, ERRORS, [], size="huge"), "size: expected one of 'normal'"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_words(make, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        make()


def test_only_curves_are_drawn():
    with pytest.raises(TypeError, match="curves: expected a Curve, got"):
        line_plot("", ROUNDS, ERRORS, [[1, 2]])


def test_no_widget_library_is_imported():
    code = "import sys, backprop_lib.pictures.line_plot; sys.exit('ipywidgets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("size", TYPE)
@pytest.mark.parametrize("most", [100, 10_000, 99_999, 100_000, 10_000_000])
def test_ticks_of_many_digits_do_not_touch(size, most):
    axis = round_axis(most)
    picture = line_plot("t", axis, log_axis("E", [1e-31, 1]), [Curve("", [1], [1])], size=size)
    texts = {text for _, text in axis.ticks}
    ticks = [
        (float(each.get("x")), 0.6 * TYPE[size] * len(each.text) / 2)
        for each in ET.fromstring(picture.svg).iter(f"{SVG}text")
        if each.get("text-anchor") == "middle"
    ]
    assert len(ticks) >= 3
    for (x, half), (following, its_half) in itertools.pairwise(ticks):
        assert x + half < following - its_half
    assert axis.ticks[-1][1] in texts
