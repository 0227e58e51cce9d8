"""Line plots as small SVG pictures, quick enough to be drawn anew at every key press.

Curves are told apart by dash and label, never by colour alone; text takes the colour of the page,
so that one picture fits the light and the dark theme. The same facts in words are its text twin.

>>> rounds = log_axis("round", [1, 100])
>>> errors = log_axis("E_total", [0.3, 0.00004])
>>> [text for _, text in errors.ticks]
['10⁻⁵', '10⁻⁴', '10⁻³', '0.01', '0.1', '1']
>>> curve = Curve("rate 0.5", [1, 10, 100], [0.29, 0.2, 0.02])
>>> line_plot("Error", rounds, errors, [curve], label="The error falls to 0.02.")
The error falls to 0.02.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from backprop_lib.core.numbers_as_text import with_minus
from backprop_lib.core.validation import choice, instance
from backprop_lib.pictures import theme
from backprop_lib.pictures.coordinates import coordinate, placed, point
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.polyline import visible
from backprop_lib.pictures.svg import picture_svg

SCALES = ("linear", "log", "logit")
SHAPES = ("dot", "square")
# Colour, dashes and width of the first curve, the second, and so on.
STYLES = (
    (theme.POSITIVE, "", 3),
    (theme.NEUTRAL, "9 5", 2),
    (theme.CHANGED, "2 4", 3),
    (theme.NEUTRAL, "14 4 2 4", 2),
)
LEVEL_STYLE = (theme.NEUTRAL, "2 4", 1.5)
# In units of the viewBox. On a screen 1280 px wide three normal plots stand in a row, 370 px each,
# or two for the projector, 520 px or more each.
WIDTH, HEIGHT = 400, 270
PLOT_WIDTH = 640  # px, where a page has room
MOST_TICKS = 6  # of a logarithmic axis
TYPE = {"normal": 14.5, "projector": 19}
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Axis:
    """One axis: ``ticks`` are pairs of a value and its text. Make one with ``log_axis`` and so on.

    scale: "linear", "log", or "logit", which stretches what lies near 0 and 1.
    """

    label: str
    low: float
    high: float
    scale: str
    ticks: tuple[tuple[float, str], ...]

    def __post_init__(self):
        choice("scale", self.scale, SCALES)
        if not self.low < self.high:
            raise ValueError(
                f"high: expected a number above low ({self.low!r}), got {self.high!r}. "
                "An axis goes from its low end to its high end."
            )

    def place(self, value: float) -> float:
        """Where a value lies, from 0 at the low end to 1; what lies outside is put at the end.

        >>> log_axis("round", [1, 10_000]).place(100)
        0.5
        """
        return float(self.places([value])[0])

    def places(self, values: Sequence[float]) -> np.ndarray:
        """Where many values lie, as place says of one."""
        inside = np.clip(np.asarray(values, float), self.low, self.high)
        low, high = (_stretched(v, self.scale) for v in (self.low, self.high))
        return (_stretched(inside, self.scale) - low) / (high - low)


def round_axis(most: int) -> Axis:
    """An axis of rounds, in powers of ten, with round 0 at its left end.

    >>> axis = round_axis(1000)
    >>> [text for _, text in axis.ticks], axis.place(0), axis.place(1000)
    (['0', '1', '10', '100', '1,000'], 0.0, 1.0)
    """
    counted = log_axis("round", [1, max(most, 10)])
    # A logarithm has no place for 0, so it stands a little before 1.
    return Axis("round", 0.4, counted.high, "log", ((0, "0"), *counted.ticks))


@dataclass(frozen=True)
class Curve:
    """A line through points. label: its name in the legend; "" for none."""

    label: str
    x: Sequence[float]
    y: Sequence[float]

    def __post_init__(self):
        if len(self.x) != len(self.y):
            raise ValueError(
                f"y: expected a number for each of the {len(self.x)} in x, got {len(self.y)}. "
                f"Give the curve {self.label!r} as many of one as of the other."
            )
        for values in (self.x, self.y):
            if not (finite := np.isfinite(values)).all():
                value = values[int(finite.argmin())]
                raise ValueError(
                    f"curve {self.label!r}: expected finite numbers, got {value!r}. "
                    "Leave such points out."
                )


@dataclass(frozen=True)
class Levels:
    """Values of y, each drawn as a dotted line across the plot, under one name."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Mark:
    """A point with a name. A dot stands in the style of the first curve, a square of the second."""

    label: str
    x: float
    y: float
    shape: str = "dot"

    def __post_init__(self):
        choice("shape", self.shape, SHAPES)


def linear_axis(label: str, low: float, high: float, ticks: Iterable[float]) -> Axis:
    """An axis with evenly spaced values, and ticks where they are asked for."""
    return Axis(
        label, low, high, "linear", tuple((tick, with_minus(f"{tick:g}")) for tick in ticks)
    )


def even_ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers from low to high, evenly apart.

    >>> even_ticks(-6, 6)
    [-5.0, 0.0, 5.0]
    """
    power = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(power * n for n in (1, 2, 5, 10) if (high - low) / (power * n) < 6)
    return [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def log_axis(label: str, values: Iterable[float]) -> Axis:
    """An axis in powers of ten that holds all positive ``values``, with at most MOST_TICKS ticks.

    Its ends fall on ticks, so the axis keeps still while values move a little. Zero and less have
    no place on it; they are drawn at its low end.
    """
    powers = [math.log10(value) for value in values if value > 0 and math.isfinite(value)]
    if not powers:
        raise ValueError(
            f"values: expected at least one number above zero, got {list(values)!r}. "
            "Use linear_axis for numbers that a power of ten cannot reach."
        )
    # Log10 of 1000 is 2.9999999999999996.
    least, most = math.floor(min(powers) + 1e-9), math.ceil(max(powers) - 1e-9)
    most = max(most, least + 1)
    for step in (1, 2, 3, 4, 5, 6, 8, 10, 20, 40, 60, 80, 100, 200):
        bottom, top = least // step * step, -(-most // step) * step
        if (top - bottom) / step < MOST_TICKS:
            break
    ticks = tuple((10.0**power, power_of_ten(power)) for power in range(bottom, top + 1, step))
    return Axis(label, ticks[0][0], ticks[-1][0], "log", ticks)


def logit_axis(label: str, nines: int = 5) -> Axis:
    """An axis from 0 to 1, stretched near both ends: 0.01 lies as far from 0.1 as 0.9 from 0.99.

    nines: how many digits before it ends, at 0.99999 and at 0.00001.
    """
    ticks = (0.0001, 0.01, 0.5, 0.99, 0.9999)
    end = 10.0**-nines
    shown = tuple((tick, f"{tick:g}") for tick in ticks if end < tick < 1 - end)
    return Axis(label, end, 1 - end, "logit", shown)


def power_of_ten(power: int) -> str:
    """Text of a power of ten, short enough for a tick.

    >>> [power_of_ten(power) for power in (-31, -2, 0, 4)]
    ['10⁻³¹', '0.01', '1', '10,000']
    """
    if -2 <= power <= 4:
        return f"{10.0**power:,.{max(-power, 0)}f}"
    return f"10{str(power).translate(SUPERSCRIPTS)}"


def line_plot(
    title: str,
    x_axis: Axis,
    y_axis: Axis,
    curves: Sequence[Curve],
    marks: Sequence[Mark] = (),
    levels: Levels | None = None,
    label: str = "",
    facts: Iterable[str] = (),
    size: str = "normal",
) -> Picture:
    """Draw curves, marks and level lines.

    levels: Levels, or None. label: one sentence that a screen reader speaks in place of the
    picture. facts: its numbers in words, a line each. size: "normal", or "projector" for type
    that is read from the back row.

    Returns a Picture. Raises TypeError or ValueError, in words, for anything it cannot draw.
    """
    choice("size", size, theme.SIZES)
    for curve in curves:
        instance("curves", curve, Curve, "Make one with Curve(label, x, y).")
    paper = _Paper(x_axis, y_axis, size)
    styled = list(zip(curves, STYLES * len(curves), strict=False))
    named = [(curve.label, _swatch(style)) for curve, style in styled]
    named += [(mark.label, _shape(mark.shape, 18, 0)) for mark in marks]
    named += [(levels.label, _swatch(LEVEL_STYLE))] if levels else []
    parts = [
        paper.title(title),
        paper.legend([(label, sample) for label, sample in named if label]),
        *paper.axes(),
        *(paper.level(value) for value in (levels.values if levels else ())),
        # The first curve and the first mark are in play: they are drawn last, on top.
        *(paper.curve(curve, style) for curve, style in reversed(styled)),
        *(paper.mark(mark) for mark in reversed(marks)),
    ]
    return plot_picture(parts, label or title, facts, size)


def plot_picture(parts: Iterable[str], label: str, facts: Iterable[str], size: str) -> Picture:
    """The Picture of a plot whose shapes are put together from parts."""
    look = f' font-size="{TYPE[size]}"'
    svg = picture_svg(label, WIDTH, HEIGHT, "".join(parts), look)
    return Picture(svg, label, tuple(facts), PLOT_WIDTH)


class _Paper:
    """Where things lie on the picture."""

    def __init__(self, x_axis, y_axis, size):
        self.x_axis, self.y_axis = x_axis, y_axis
        self.type = TYPE[size]
        # Room for 10⁻³¹ on every logarithmic axis, so that it keeps still when its ticks change.
        widths = [self._width(text) for _, text in y_axis.ticks]
        self.left = 10 + max(*widths, self._width("10⁻³¹") if y_axis.scale == "log" else 0)
        self.right = WIDTH - 3 - max(7, self._width(x_axis.ticks[-1][1]) / 2)
        # Above the plot stand the title, the names, and what goes up the y axis.
        self.top = 4.4 * self.type
        self.bottom = HEIGHT - 2.9 * self.type

    def _width(self, text):
        """A little more than any usual font needs."""
        return 0.6 * self.type * len(text)

    def x(self, value):
        return self.left + (self.right - self.left) * self.x_axis.place(value)

    def y(self, value):
        return self.bottom - (self.bottom - self.top) * self.y_axis.place(value)

    def title(self, words):
        return _text(2, self.type, words, "start", 'font-weight="600"')

    def legend(self, named):
        parts, x, y = [], 2.0, 2.4 * self.type
        for label, sample in named:
            place = point(x, y - 0.35 * self.type)
            parts.append(f'<g transform="translate({place})">{sample}</g>')
            parts.append(_text(x + 43, y, label, "start"))
            x += 43 + self._width(label) + 10
        return "".join(parts)

    def axes(self):
        y_ticks = [(self.y(value), text) for value, text in self.y_axis.ticks]
        x_ticks = [(self.x(value), text) for value, text in self.x_axis.ticks]
        across = "".join(f"M{point(self.left, y)}H{coordinate(self.right)}" for y, _ in y_ticks)
        down = "".join(f"M{point(x, self.top)}V{coordinate(self.bottom)}" for x, _ in x_ticks)
        yield f'<path d="{across}{down}" stroke="currentColor" opacity="0.16"/>'
        # Always as many elements, so that little has to be sent when an axis gets other ticks.
        spare = [(self.bottom, "")] * (MOST_TICKS - len(y_ticks))
        for y, text in [*y_ticks, *spare]:
            yield _text(self.left - 7, y + 0.35 * self.type, text, "end")
        for x, text in self._apart(x_ticks):
            yield _text(x, self.bottom + 1.2 * self.type, text, "middle")
        yield _line(self.left, self.bottom, self.right, self.bottom, 'opacity="0.7"')
        yield _text(self.left, self.top - 0.5 * self.type, self.y_axis.label, "start")
        yield _text(self.right, HEIGHT - 0.4 * self.type, self.x_axis.label, "end")

    def _apart(self, ticks):
        """The ticks whose texts do not touch, the last of them first to stay."""
        left, apart = math.inf, []
        for x, text in reversed(ticks):
            half = self._width(text) / 2
            if x + half + 0.3 * self.type <= left:
                apart.append((x, text))
                left = x - half
        return apart[::-1]

    def level(self, value):
        return _line(self.left, self.y(value), self.right, self.y(value), _stroke(LEVEL_STYLE))

    def curve(self, curve, style):
        along, up = self.x_axis.places(curve.x), self.y_axis.places(curve.y)
        x = (self.left + (self.right - self.left) * along).tolist()
        y = (self.bottom - (self.bottom - self.top) * up).tolist()
        points = " ".join(point(x[n], y[n], ",") for n in visible(x, y))
        return f'<polyline points="{points}" fill="none" {_stroke(style)} stroke-linejoin="round"/>'

    def mark(self, mark):
        x, y = self.x(mark.x), self.y(mark.y)
        down = _line(x, y, x, self.bottom) if mark.shape == "dot" else ""
        return down + _shape(mark.shape, x, y)


def _shape(shape, x, y):
    """What stands at a mark's point; the page shows around it, so that no curve hides it."""
    if shape == "dot":
        return (
            f'<circle {placed(cx=x, cy=y)} r="7.5" fill="{STYLES[0][0]}" '
            f'stroke="{theme.PAGE}" stroke-width="2"/>'
        )
    return (
        f'<rect {placed(x=x - 6, y=y - 6)} width="12" height="12" fill="{theme.PAGE}" '
        f'stroke="{STYLES[1][0]}" stroke-width="2.5"/>'
    )


def _swatch(style):
    """A short piece of a curve, for the legend."""
    return _line(0, 0, 37, 0, _stroke(style))


def _stroke(style):
    colour, dashes, width = style
    return f'stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}"'


def _stretched(value, scale):
    if scale == "linear":
        return value
    return np.log10(value if scale == "log" else value / (1 - value))


def _line(x1, y1, x2, y2, look=""):
    look = look if "stroke=" in look else f'stroke="currentColor" {look}'
    return f"<line {placed(x1=x1, y1=y1, x2=x2, y2=y2)} {look}/>"


def _text(x, y, words, anchor, look=""):
    return f'<text {placed(x=x, y=y)} text-anchor="{anchor}" {look}>{escape(words)}</text>'
