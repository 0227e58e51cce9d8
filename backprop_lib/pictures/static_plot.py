"""The frame of every plot that stands still: matplotlib's axes, in the same manner as line_plot.

What goes up stands above the axis, what goes along right under it, and the names of the curves
above the plot, so that no line runs through words.

>>> from backprop_lib.pictures.line_plot import linear_axis
>>> axes = empty_plot(linear_axis("x", 0, 1, [0, 1]), linear_axis("y", 0, 1, [0, 1]))
>>> draw_curve(axes, [0, 1], [0, 1])
>>> finished(axes, "A straight line.", ["It goes from 0 to 1."])
A straight line.
It goes from 0 to 1.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import IdentityTransform
from numpy.typing import ArrayLike

from backprop_lib.pictures import theme
from backprop_lib.pictures.figure_svg import figure_svg
from backprop_lib.pictures.line_plot import STYLES, Axis
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.svg import text_width

INK = "black"  # becomes the colour of the page's text
WIDTH = 648  # in points, which are units of the viewBox, and so are the type sizes
TICK, NOTE, LABEL = 14, 15, 16
SWATCH = 40
_ROW = 22  # above the plot: the name of a curve, or what goes up
MOST_WIDTH = 820  # px, on a page
GUIDE = (theme.NEUTRAL, "", 2.5)  # a curve that is no training's
TANGENT = (theme.CHANGED, "9 4", 2.5)


def empty_plot(x_axis: Axis, y_axis: Axis, height: float = 288) -> Axes:
    """Axes with a faint grid and large type.

    x_axis, y_axis: Axis of line_plot; on a logarithmic one, 0 stands at its low end. height: of
    the picture, in points.
    """
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, facecolor="none")
    axes = figure.add_axes((0, 0, 1, 1), facecolor="none", xscale=x_axis.scale, yscale=y_axis.scale)
    axes.set(xlim=(x_axis.low, x_axis.high), ylim=(y_axis.low, y_axis.high))
    axes.set(xlabel=x_axis.label, ylabel=y_axis.label)
    for drawn, axis in ((axes.xaxis, x_axis), (axes.yaxis, y_axis)):
        places = [max(value, axis.low) for value, _ in axis.ticks]
        drawn.set_ticks(places, [words for _, words in axis.ticks])
        drawn.set_ticks([], minor=True)
        drawn.label.set_visible(False)  # finished puts it where no tick can touch it
    axes.tick_params(labelsize=TICK, length=0, pad=8)
    axes.grid(color=INK, alpha=0.16, lw=1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set(color=INK, alpha=0.7, lw=1)
    return axes


def draw_curve(
    axes: Axes,
    x: ArrayLike,
    y: ArrayLike,
    style: tuple[str, str, float] = STYLES[0],
    label: str | None = None,
) -> None:
    """A curve. style: colour, dashes and width. label: its name, or None where it needs none."""
    colour, dashes, width = style
    line = Line2D(_on(axes.xaxis, x), _on(axes.yaxis, y), lw=width, label=label)
    line.set_color(INK if colour == theme.NEUTRAL else colour)
    if dashes:
        line.set_dashes([float(length) / width for length in dashes.split()])
    axes.add_line(line)


def _on(axis, values):
    """Where values stand on an axis of matplotlib's: 0 at the low end of a logarithmic one."""
    return np.maximum(values, axis.get_view_interval()[0]) if axis.get_scale() == "log" else values


def curves_plot(
    x_axis: Axis, y_axis: Axis, curves: Mapping[str, tuple[ArrayLike, ArrayLike]]
) -> Axes:
    """A plot of named curves, each in its own style. curves: a dict from a name to (x, y)."""
    axes = empty_plot(x_axis, y_axis, 266 + _ROW * len(curves))
    # Where curves lie on each other, the dashes of the later show the first between them.
    for (label, (x, y)), style in zip(curves.items(), STYLES * len(curves), strict=False):
        draw_curve(axes, x, y, style, label)
    return axes


def all_of(curves: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> list[float]:
    """Every y of the curves, for an axis that is to hold them all."""
    return [value for _, y in curves.values() for value in y]


def mark(
    axes: Axes,
    at: tuple[float, float],
    words: str = "",
    offset: tuple[float, float] = (0, 0),
    where: str = "left",
) -> None:
    """A dot, and words beside it. offset: in points. where: on which side of it the words begin."""
    axes.plot(*at, "o", color=theme.POSITIVE, ms=10, zorder=3)
    note(axes, at, words, offset, where)


def note(
    axes: Axes,
    at: tuple[float, float],
    words: str,
    offset: tuple[float, float],
    where: str = "left",
) -> None:
    """Words beside a point. offset: in points. where: "left", if they begin there."""
    place = {"textcoords": "offset points", "ha": where, "va": "center"}
    axes.annotate(words, at, offset, fontsize=NOTE, color=INK, **place)


def finished(axes: Axes, label: str, facts: Iterable[str]) -> Picture:
    """The Picture of a plot. label: one sentence. facts: its numbers in words."""
    figure = axes.figure
    height = figure.bbox.height
    named = [line for line in axes.lines if not line.get_label().startswith("_")]
    left = 14 + max(text_width(words.get_text(), TICK) for words in axes.get_yticklabels())
    right = WIDTH - 6 - text_width(axes.get_xticklabels()[-1].get_text(), TICK) / 2
    bottom = TICK + 12 + (LABEL + 6 if axes.get_xlabel() else 0)
    top = height - _ROW * (len(named) + bool(axes.get_ylabel())) - 6
    axes.set_position(
        (left / WIDTH, bottom / height, (right - left) / WIDTH, (top - bottom) / height)
    )
    _write(figure, left, top + _ROW / 2, axes.get_ylabel(), "left")
    _write(figure, right, 0.7 * LABEL, axes.get_xlabel(), "right")
    for row, line in enumerate(named):
        y = height - _ROW * (row + 0.5)
        sample = Line2D([left, left + SWATCH], [y, y])
        sample.update_from(line)
        sample.set(transform=IdentityTransform(), clip_on=False)
        figure.add_artist(sample)
        _write(figure, left + SWATCH + 8, y, line.get_label(), "left", NOTE)
    return Picture(figure_svg(figure, label), label, tuple(facts), MOST_WIDTH)


def _write(figure, x, y, words, where, px=LABEL):
    """Words at a place in the picture, in points from its lower left corner."""
    if words:
        look = {"fontsize": px, "color": INK, "ha": where, "va": "center"}
        figure.text(x, y, words, transform=IdentityTransform(), **look)
