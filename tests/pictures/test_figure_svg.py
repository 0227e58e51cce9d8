"""What matplotlib draws, written as SVG: the same figures as its own writer finds."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.figure import Figure

from backprop_lib.pictures.figure_svg import figure_svg

SVG = "{http://www.w3.org/2000/svg}"


def plot(height=144, xlim=(0, 10), ylim=(0, 10)):
    """Axes that fill a figure of 288 points across, without anything on them."""
    figure = Figure(figsize=(4, height / 72), dpi=72, facecolor="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=xlim, ylim=ylim)
    axes.set_axis_off()
    return axes


def drawn(axes, tag):
    axes.text(0, 0, "so that there is type")
    return list(ET.fromstring(figure_svg(axes.figure, "A name.")).iter(SVG + tag))


def places(path):
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d", path.get("d"))]
    return np.reshape(numbers, (-1, 2))


def test_a_point_is_where_the_axes_say():
    axes = plot()
    x, y = np.linspace(0, 10, 12), np.sin(np.linspace(0, 10, 12)) + 5
    axes.plot(x, y)
    (curve,) = drawn(axes, "path")
    wanted = axes.transData.transform(np.column_stack([x, y]))
    wanted[:, 1] = 144 - wanted[:, 1]  # an SVG counts from the top
    assert places(curve) == pytest.approx(wanted, abs=0.051)


def test_points_that_nobody_can_tell_apart_are_left_out_but_no_spike_is():
    axes = plot()
    x = np.linspace(0, 10, 20_001)
    axes.plot(x, np.where(x == 5, 9, 1))
    (curve,) = drawn(axes, "path")
    points = places(curve)
    assert len(points) < 300
    assert points[:, 1].min() == pytest.approx(144 - 0.9 * 144, abs=0.051)
    assert points[0] == pytest.approx([0, 129.6]) and points[-1] == pytest.approx([288, 129.6])


def test_a_line_ends_at_the_edge_of_the_axes():
    axes = plot()
    axes.plot([-10, 30], [5, 5])
    axes.plot([5, 5], [-1e6, 1e6])
    lines = [[float(line.get(k)) for k in ("x1", "y1", "x2", "y2")] for line in drawn(axes, "line")]
    wanted = [[0, 72, 288, 72], [144, 144, 144, 0]]
    assert np.array(lines) == pytest.approx(np.array(wanted), abs=0.11)


def test_a_line_along_the_edge_is_drawn_and_one_beyond_it_is_not():
    axes = plot()
    for y in (0, 10, 10.2, -0.2):
        axes.plot([0, 10], [y, y])
    assert [line.get("y1") for line in drawn(axes, "line")] == ["144.0", "0.0"]
    assert 'd=""' not in figure_svg(axes.figure, "A name.")


def test_a_bar_is_filled_from_corner_to_corner():
    axes = plot()
    axes.barh(5, 4, height=2, color="#2f7ed8")
    (bar,) = drawn(axes, "path")
    assert bar.get("fill") == "#2f7ed8" and bar.get("stroke") is None
    assert {tuple(p) for p in places(bar).round(1)} == {
        (0, 86.4), (115.2, 86.4), (115.2, 57.6), (0, 57.6)
    }  # fmt: skip


def test_black_is_the_colour_of_the_pages_text_and_no_other_is():
    axes = plot()
    axes.plot([0, 1], [0, 1], color="black", alpha=0.5, lw=3, dashes=(2, 1))
    axes.plot([0, 1], [0, 1], color="#010101")
    first, second = drawn(axes, "line")
    assert first.get("stroke") == "currentColor" and first.get("stroke-opacity") == "0.5"
    assert first.get("stroke-dasharray") == "6 3" and first.get("stroke-width") == "3"
    assert second.get("stroke") == "#010101" and second.get("stroke-dasharray") is None


@pytest.mark.parametrize(
    ("ha", "va", "anchor", "y"),
    [
        ("left", "baseline", "start", 72),
        ("center", "center", "middle", 77),
        ("right", "top", "end", 82.6),
    ],
)
def test_text_is_text_where_it_was_put(ha, va, anchor, y):
    axes = plot()
    axes.text(5, 5, "net_h1 < 1 & $x$", ha=ha, va=va, fontsize=14)
    words, _ = drawn(axes, "text")
    assert words.text == "net_h1 < 1 & $x$"
    assert words.get("text-anchor") == anchor and words.get("font-size") == "14"
    assert (float(words.get("x")), float(words.get("y"))) == pytest.approx((144, y), abs=0.1)


def test_the_picture_never_gets_so_narrow_that_type_is_too_small():
    axes = plot()
    axes.text(1, 1, "small", fontsize=8)
    svg = figure_svg(axes.figure, "A name.")
    assert "min-width:432px" in svg  # 288 * 12 / 8
