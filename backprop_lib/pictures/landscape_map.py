"""The landscape as a small SVG, quick enough to be drawn anew at every key press.

The ground, which is the lines of equal error with their numbers, is made once for two weights. A
point, and a path with its two ends, are laid on it: a dot where you stand, a square where the path
begins, a diamond where it ends.

>>> from backprop_lib import example
>>> ground = ground_of(example, ("w5", "w7"), reach=10)
>>> trail = trail_on(ground, None)
>>> print(landscape_map(ground, (0.4, 0.5), trail, label="You stand at the start."))
You stand at the start.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.numbers_as_text import with_minus
from backprop_lib.pictures import theme
from backprop_lib.pictures.coordinates import coordinate, placed, point
from backprop_lib.pictures.decision_regions import Piece, contour
from backprop_lib.pictures.heights import heights_over, levels_of
from backprop_lib.pictures.line_plot import STYLES, TYPE, WIDTH, even_ticks
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.svg import picture_svg, text, text_width

CELLS = 40  # along each side
SPACED = 1.5  # units of the viewBox: nearer rounds of a path are not told apart
DOTS = 7.0  # so far apart the rounds of a path are dots of their own
YOU, BEGINS, ENDS = "you", "path begins", "path ends"


@dataclass(frozen=True)
class Frame:
    """Where things lie: a square, and the values at its edges.

    low, high: a pair of values each, across and upwards.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    size: str

    @property
    def type(self) -> float:
        return TYPE[self.size]

    @property
    def left(self) -> float:
        return 2.9 * self.type

    @property
    def top(self) -> float:
        return 3.2 * self.type

    @property
    def side(self) -> float:
        return WIDTH - self.left - 8

    @property
    def bottom(self) -> float:
        return self.top + self.side

    @property
    def height(self) -> float:
        return self.bottom + 2.5 * self.type

    def at(self, values: np.ndarray) -> np.ndarray:
        """Where values lie on the picture, inside the square or not; shape (..., 2) for both."""
        low = np.array(self.low)
        along = (np.asarray(values, float) - low) / (np.array(self.high) - low)
        along = np.clip(along, -9, 9)  # what lies far outside is cut off anyway
        return np.stack(
            [self.left + along[..., 0] * self.side, self.bottom - along[..., 1] * self.side], -1
        )

    def values(self, across: float, upwards: float) -> tuple[float, ...]:
        """The values at a place of the square, which goes from 0 to 1 in both directions."""
        return tuple(
            low + min(max(along, 0.0), 1.0) * (high - low)
            for low, high, along in zip(self.low, self.high, (across, upwards), strict=True)
        )

    def holds(self, values: Sequence[float]) -> bool:
        """Whether a place is on the map."""
        return all(
            low <= v <= high for low, v, high in zip(self.low, values, self.high, strict=True)
        )


@dataclass(frozen=True)
class Ground:
    """What a map shows of two weights, before anybody stands on it. levels: of its lines."""

    frame: Frame
    names: tuple[str, str]
    levels: tuple[float, ...]
    svg: str


def ground_of(
    example: Example, names: tuple[str, str], reach: float, size: str = "normal"
) -> Ground:
    """The ground of two weights, as far to every side of the example as ``reach``."""
    middle = [float(example[name]) for name in names]
    frame = Frame(
        (middle[0] - reach, middle[1] - reach), (middle[0] + reach, middle[1] + reach), size
    )
    x, y = (
        np.linspace(low, high, CELLS + 1) for low, high in zip(frame.low, frame.high, strict=True)
    )
    heights = heights_over(example, names, x, y)
    levels = levels_of(heights)
    lines = [list(contour(heights - level)) for level in levels]
    parts = [*_axes(frame, names), *(_line(frame, pieces) for pieces in lines)]
    parts += _numbers(frame, levels[1::2], lines[1::2])
    return Ground(frame, names, tuple(levels), "".join(parts))


def trail_on(ground: Ground, path: np.ndarray | None) -> str:
    """A path on the ground, as SVG; there are always as many elements, so that little has to be
    sent when it changes. path: a row of two values for each round, or None.
    """
    frame = ground.frame
    places = np.empty((0, 2)) if path is None else frame.at(path)
    points = " ".join(point(*place, ",") for place in _spaced(places, SPACED))
    dots = "".join(f"M{point(*place)}h0" for place in _spaced(places, DOTS))
    begins, ends = (places[0], places[-1]) if len(places) else (np.zeros(2), np.zeros(2))
    box = placed(x=frame.left, y=frame.top, width=frame.side, height=frame.side)
    view = f"{point(frame.left, frame.top)} {point(frame.side, frame.side)}"
    colour, hidden = STYLES[0][0], ' opacity="0"' if path is None else ""
    return (
        f'<svg {box} viewBox="{view}" overflow="hidden">'
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        f'<path d="{dots}" stroke="{colour}" stroke-width="6" stroke-linecap="round"/>'
        f"<g{hidden}>{_square(begins)}{_diamond(ends)}</g></svg>"
    )


def landscape_map(
    ground: Ground,
    here: Sequence[float],
    trail: str,
    label: str,
    facts: Iterable[str] = (),
) -> Picture:
    """A point and a path on the ground.

    here: the values of the two weights. trail: what trail_on has made. label: what a screen reader
    speaks.
    """
    frame = ground.frame
    inside = np.clip(frame.at(np.asarray(here)), *_edges(frame))
    box = placed(x=frame.left, y=frame.top, width=frame.side, height=frame.side)
    body = (
        f"{ground.svg}{trail}{_dot(inside)}{_legend(frame)}"
        f'<rect {box} data-frame="" fill="none" stroke="currentColor"/>'
        f"{_grip(inside)}"
    )
    look = f' font-size="{TYPE[frame.size]}"'
    svg = picture_svg(label, WIDTH, coordinate(frame.height), body, look)
    return Picture(svg, label, tuple(facts), WIDTH)


# What is drawn -----------------------------------------------------------------------------------


def _edges(frame):
    return (
        np.array([frame.left, frame.top]),
        np.array([frame.left + frame.side, frame.bottom]),
    )


def _spaced(places, apart):
    """The places that are so far from the one before, and the last."""
    kept = places[:1].tolist()
    for place in places[1:].tolist():
        if abs(place[0] - kept[-1][0]) + abs(place[1] - kept[-1][1]) >= apart:
            kept.append(place)
    if len(places) and kept[-1] != (last := places[-1].tolist()):
        kept.append(last)
    return kept


def _line(frame, pieces: Sequence[Piece]):
    step = frame.side / CELLS
    path = "".join(
        f"M{point(frame.left + x1 * step, frame.bottom - y1 * step)}"
        f"L{point(frame.left + x2 * step, frame.bottom - y2 * step)}"
        for (x1, y1), (x2, y2) in pieces
    )
    return f'<path d="{path}" fill="none" stroke="currentColor" opacity="0.75"/>'


def _numbers(frame, levels, lines) -> Iterator[str]:
    """The height of a line, written on it where nothing else stands."""
    step, taken = frame.side / CELLS, []
    for level, pieces in zip(levels, lines, strict=True):
        words = with_minus(f"{level:g}")
        room = text_width(words, frame.type)
        for (column, row), _ in sorted(pieces, key=lambda piece: piece[0][0] - piece[0][1]):
            x, y = frame.left + column * step, frame.bottom - row * step
            inside = frame.left + room / 2 + 4 < x < frame.left + frame.side - room / 2 - 4
            free = all(
                abs(x - a) > (room + b) / 2 or abs(y - c) > 1.5 * frame.type for a, b, c in taken
            )
            if inside and frame.top + frame.type < y < frame.bottom - frame.type and free:
                taken.append((x, room, y))
                box = placed(
                    x=x - room / 2, y=y - 0.6 * frame.type, width=room, height=1.2 * frame.type
                )
                yield f'<rect {box} style="fill:{theme.PAGE}"/>'
                yield text(x, y, words, frame.type, anchor="middle")
                break


def _axes(frame, names):
    px = frame.type
    for side in (0, 1):
        low, high = frame.low[side], frame.high[side]
        for tick in even_ticks(low, high):
            place = np.array(frame.low)
            place[side] = tick
            x, y = frame.at(place).tolist()
            words = with_minus(f"{tick:g}")
            yield (
                text(x, y + 0.9 * px, words, px, anchor="middle")
                if side == 0
                else text(x - 6, y, words, px, anchor="end")
            )
    yield text(frame.left + frame.side, frame.bottom + 2 * px, names[0], px, True, anchor="end")
    yield text(2, frame.top - 0.8 * px, names[1], px, True, anchor="start")


def _legend(frame):
    y, x, parts = 0.8 * frame.type, 10.0, []
    for shape, words in ((_dot, YOU), (_square, BEGINS), (_diamond, ENDS)):
        parts.append(shape(np.array([x, y])) + text(x + 17, y, words, frame.type, anchor="start"))
        x += 38 + text_width(words, frame.type)
    return "".join(parts)


def _dot(place):
    x, y = place.tolist()
    return (
        f'<circle {placed(cx=x, cy=y)} r="6.5" fill="{STYLES[0][0]}" stroke="{theme.PAGE}" '
        'stroke-width="2"/>'
    )


def _grip(place):
    """What a finger takes hold of: nothing is seen of it."""
    x, y = place.tolist()
    return f'<circle {placed(cx=x, cy=y)} r="24" data-grip="" fill="transparent"/>'


def _square(place):
    x, y = place.tolist()
    return (
        f'<rect {placed(x=x - 9, y=y - 9)} width="18" height="18" fill="none" '
        f'stroke="currentColor" stroke-width="2.5"/>'
    )


def _diamond(place):
    x, y = place.tolist()
    return (
        f'<path d="M{point(x, y - 11)}l11 11l-11 11l-11 -11z" fill="{theme.PAGE}" '
        'stroke="currentColor" stroke-width="2.5"/>'
    )
