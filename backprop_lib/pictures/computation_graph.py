"""The computation of the worked example as a graph: a box for each number, an arrow for each link.

Every box has three lines: what it is, its value, and under a rule its slope, which is how much
E_total changes with it. Corners are round where a number was given, square where it was worked out.

>>> from backprop_lib import example
>>> picture = computation_graph(example)
>>> picture.label
'The computation of E_total, from 15 given numbers in 27 operations, with the slope of each.'
>>> picture.facts[4]
'w3 = 0.25, slope +0.000497713'
>>> picture.facts[13]
'w2*i2 = w2 × i2 = 0.020000000, slope +0.008771355'
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backprop_lib.core.example import Example
from backprop_lib.core.numbers_as_text import given_text, number_text, short_text
from backprop_lib.core.validation import number_array
from backprop_lib.pictures import theme
from backprop_lib.pictures.coordinates import placed
from backprop_lib.pictures.diagram.layout import Box
from backprop_lib.pictures.picture import Picture
from backprop_lib.pictures.svg import Points, arrow, line, picture_svg, text
from backprop_lib.training.value import Value, values_of

TYPE = 12.5
BOX_WIDTH, BOX_HEIGHT = 76.0, 60.0
MARGIN = 6.0
HEADING = 62.0  # for the two lines that explain a box
ROW = 84.0  # from the middle of one row to that of the next
NARROW, WIDE = 18.0, 58.0  # between columns; wide where arrows cross
WIDE_AFTER = (0, 3)
COLUMNS = 10
UNKNOWN = "?"
# In an operation's box the sign says which it is.
SIGNS = {"*": "×", "sum": "+", "net": "+", "out": "S", "miss": "+", "square": "×", "E": "×"}
APART = 7.0  # of two arrows between the same boxes


@dataclass(frozen=True)
class Node:
    """A box. heading: its first line. value, slope: numbers, or None for a slope not told."""

    heading: str
    value: float
    slope: float | None
    given: bool
    box: Box


def computation_graph(example: Example, slopes: bool = True) -> Picture:
    """Every number of the forward pass, in its box, with its slope.

    example: an Example such as the tutorial's (see values_of). slopes: whether they are told; else
    a question mark stands in their place. Returns a Picture. Raises what values_of raises.
    """
    values = values_of(example)
    values["E_total"].backward()
    names = {value: name for name, value in values.items()}
    middles = _places()
    nodes = {
        name: Node(
            _heading(name),
            value.number,
            value.slope if slopes else None,
            not value.parents,
            _box(*middles[name]),
        )
        for name, value in values.items()
    }
    ways = [
        (names[parent], name, value.parents.index(parent) != k)
        for name, value in values.items()
        for k, parent in enumerate(value.parents)
    ]
    given = sum(node.given for node in nodes.values())
    told = ", with the slope of each" if slopes else ", before the way back"
    label = (
        f"The computation of E_total, from {given} given numbers in {len(nodes) - given} "
        f"operations{told}."
    )
    facts = tuple(_fact(name, value, names, slopes) for name, value in values.items())
    arrows = [_way(nodes[start].box, nodes[end].box, again) for start, end, again in ways]
    width = _left(COLUMNS) - _gap(COLUMNS - 1) + MARGIN
    return _picture(label, facts, nodes.values(), arrows, width, HEADING + 6 * ROW, _EXPLAINED)


_EXPLAINED = (
    "In each box: what it is, its value, and under the line its slope: how much E_total changes "
    "with it.",
    "+ a sum, × a product, S the logistic function. Round corners: a number that was given. "
    "Slopes come back against the arrows.",
)
_OF_GATES = ("In each box: what it is, its value, and under the line its slope.",)
GATES = (("sum", "+"), ("product", "×"), ("maximum", "max"))


def gate_patterns(a: float = 3.0, b: float = -2.0, arriving: float = 5.0) -> Picture:
    """What a sum, a product and a maximum make of a slope that arrives at them.

    a, b: the two numbers that go in. arriving: the slope at the result. Raises TypeError or
    ValueError for anything but finite numbers.

    >>> print(gate_patterns())
    The same slope at a sum, a product and a maximum.
    sum of a = 3 and b = −2: the slope +5 arrives, a gets +5 and b gets +5
    product of a = 3 and b = −2: the slope +5 arrives, a gets −10 and b gets +15
    maximum of a = 3 and b = −2: the slope +5 arrives, a gets +5 and b gets 0
    """
    for name, number in (("a", a), ("b", b), ("arriving", arriving)):
        number_array(name, number, 0, "one finite number")
    nodes, arrows, facts = [], [], []
    for k, (gate, sign) in enumerate(GATES):
        one, other = Value(a), Value(b)
        made = {"sum": one.__add__, "product": one.__mul__, "maximum": one.maximum}[gate](other)
        got = [arriving * link for link in made.links]
        left = MARGIN + k * (2 * BOX_WIDTH + 2 * WIDE)
        boxes = [_at(left, 36), _at(left, 36 + ROW), _at(left + BOX_WIDTH + WIDE, 36 + ROW / 2)]
        shown = (("a", a, got[0]), ("b", b, got[1]), (sign, made.number, arriving))
        nodes += [
            Node(heading, number, slope, heading in "ab", box)
            for (heading, number, slope), box in zip(shown, boxes, strict=True)
        ]
        arrows += [_way(boxes[0], boxes[2]), _way(boxes[1], boxes[2])]
        a_is, b_is = (short_of(number) for number in (a, b))
        come, to_a, to_b = (short_of(slope, signed=True) for slope in (arriving, *got))
        facts.append(
            f"{gate} of a = {a_is} and b = {b_is}: the slope {come} arrives, a gets {to_a} and b "
            f"gets {to_b}"
        )
    width = 3 * (2 * BOX_WIDTH + 2 * WIDE) - WIDE + 2 * MARGIN
    label = "The same slope at a sum, a product and a maximum."
    return _picture(label, tuple(facts), nodes, arrows, width, 40 + 2 * ROW, _OF_GATES)


def short_of(number: float, signed: bool = False) -> str:
    """A number as a box has room for it; a whole one without decimals.

    >>> short_of(3.0), short_of(-0.0226025, signed=True), short_of(0.000438568, signed=True)
    ('3', '−0.0226', '+0.00044')
    """
    words = f"{number:.0f}".replace("-", "−") if number == int(number) else short_text(number, 4)
    return f"+{words}" if signed and number > 0 else words


def _places():
    """The middle of each box, by column from the left and row from the top."""
    at = {"b1": (2, 2.5), "b2": (5, 2.5), "half": (7, 2.5), "E_total": (9, 2.5)}
    for first, sources, neurons, weight in (
        (0, ("i1", "i2"), ("h1", "h2"), 1),
        (3, ("out_h1", "out_h2"), ("o1", "o2"), 5),
    ):
        for k, neuron in enumerate(neurons):
            top = 3 * k
            at[sources[k]] = (first, top + 1)
            for n, source in enumerate(sources):
                w = f"w{weight + 2 * k + n}"
                at |= {w: (first, top + 2 * n), f"{w}*{source}": (first + 1, top + 2 * n)}
            at |= {f"sum_{neuron}": (first + 1, top + 1), f"net_{neuron}": (first + 2, top + 1)}
            at[f"out_{neuron}"] = (first + 3, top + 1)
    for output, row, outwards in (("o1", 1, -1), ("o2", 4, 1)):
        at |= {f"-target_{output}": (7, row + outwards), f"miss_{output}": (7, row)}
        at |= {f"square_{output}": (8, row), f"E_{output}": (8, row - outwards)}
    return at


def _gap(column):
    return WIDE if column in WIDE_AFTER else NARROW


def _left(column):
    return MARGIN + sum(BOX_WIDTH + _gap(k) for k in range(column))


def _box(column, row):
    return _at(_left(column), HEADING + (ROW - BOX_HEIGHT) / 2 + row * ROW)


def _at(left, top):
    return Box(left, top, left + BOX_WIDTH, top + BOX_HEIGHT)


def _heading(name):
    """What stands in the first line: an operation's sign, and its name where it has one."""
    if name.startswith("-target"):
        return "−target"
    if name == "half":
        return "one half"
    if "*" in name:
        return "×"
    kind, _, rest = name.partition("_")
    if name == "E_total":
        return "+ E_total"
    if kind not in SIGNS or not rest:
        return name
    return SIGNS[kind] if kind in ("sum", "square") else f"{SIGNS[kind]} {name}"


def _fact(name, value, names, slopes):
    number = number_text(value.number) if value.parents else given_text(value.number)
    made = f" = {_made_of(name, value, names)}" if value.parents else ""
    told = f", slope {number_text(value.slope, signed=True)}" if slopes else ""
    return f"{name}{made} = {number}{told}"


def _made_of(name, value, names):
    parents = [names[parent] for parent in value.parents]
    if len(parents) == 1:
        return f"logistic({parents[0]})"
    sign = _heading(name).split()[0]
    return f" {sign} ".join(parents)


def _way(start: Box, end: Box, again: bool = False) -> Points:
    """The arrow from one box to another. again: beside one that is there already."""
    aside = APART if again else 0.0
    if start.left == end.left:
        down = end.top > start.top
        ends = (start.bottom, end.top) if down else (start.top, end.bottom)
        return ((start.x + aside, ends[0]), (end.x + aside, ends[1]))
    return ((start.right, start.y + aside), (end.left, end.y + aside))


def _picture(label, facts, nodes, arrows, width, height, explained: Sequence[str]):
    drawn = [arrow(points, None, "plain", False, 0.7) for points in arrows]
    boxes = [_drawn(node) for node in nodes]
    words = [
        text(MARGIN, 14 + 20 * k, sentence, TYPE + 0.5, anchor="start")
        for k, sentence in enumerate(explained)
    ]
    least = theme.least_width(width, TYPE)
    style = f"height:auto;min-width:{least}px;max-width:{width:.0f}px"
    look = ' text-anchor="middle" stroke-linecap="round" stroke-linejoin="round"'
    svg = picture_svg(
        label, f"{width:.0f}", f"{height:.0f}", "".join((*words, *drawn, *boxes)), look, style
    )
    return Picture(svg, label, facts, round(width))


def _drawn(node):
    box = node.box
    rounded = placed(rx=16 if node.given else 2)
    frame = (
        f"<rect {placed(x=box.left, y=box.top, width=BOX_WIDTH, height=BOX_HEIGHT)} {rounded} "
        f'fill="none" stroke="{theme.NEUTRAL}" stroke-width="1.5"/>'
    )
    rule = box.top + 39
    slope = UNKNOWN if node.slope is None else short_of(node.slope, signed=True)
    return "".join(
        (
            frame,
            line(((box.left, rule), (box.right, rule)), None, 1.0),
            text(box.x, box.top + 11, node.heading, TYPE, bold=True),
            text(box.x, box.top + 28, short_of(node.value), TYPE),
            text(box.x, box.top + 49.5, slope, TYPE),
        )
    )
