"""The network diagram: one picture, used in every notebook and every live lab.

Inputs left, outputs right, the errors behind them, biases as small squares above their layer.
Whatever record comes in (layer sizes, Network, Example, ForwardPass, BackwardPass, WeightUpdate),
the picture shows the numbers which that record holds. The same facts in words are its text twin.

>>> from backprop_lib import example, forward_pass
>>> forward = forward_pass(example.network, example.inputs, example.targets)
>>> picture = network_diagram(forward, lit=["i1", "i2", "w1", "w2", "b_h1", "net_h1"])
>>> print(picture.label)
Network with 2 inputs, 2 hidden neurons and 2 outputs; lit: i1 = 0.050000000, \
i2 = 0.100000000, w1 = +0.150000000, w2 = +0.200000000, b_h1 = +0.350000000, \
net_h1 = 0.377500000.
>>> print(picture.text.splitlines()[2])
h1: net_h1 = 0.377500000, out_h1 = 0.593269992

From top to bottom of this file: what is lit, which numbers there are, where everything goes,
how it is drawn, how it is said in words.
"""

import math
import numbers
import re
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import NamedTuple

from backprop_lib import theme
from backprop_lib.backward_pass import BackwardPass
from backprop_lib.names import Derivative, Named, names_of
from backprop_lib.validation import choice
from backprop_lib.weight_update import WeightUpdate

MOST_NEURONS = 10
MOST_LAYERS = 6
SIZES = ("normal", "projector")


class Diagram:
    """A finished picture: ``svg``, its twin in words ``text``, and ``label``, one sentence.

    A notebook shows the picture with the words folded away under it. Where a page may not show
    pictures (a notebook just cloned is not trusted yet), the words stand alone.
    """

    def __init__(self, svg, text, label):
        self.svg = svg
        self.text = text
        self.label = label

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self._html(), "text/plain": self.text}

    def _html(self):
        # Cleaning an untrusted page drops <svg> and <style> but keeps the words inside the
        # <svg>, as loose text. So the picture is hidden, and a rule that goes the same way as
        # the <svg> shows it. The rule asks for an <svg> inside, because a cell that was run
        # must not uncover the remains in a cell that was not. hidden="hidden", because an
        # attribute without a value is cleaned away, too.
        items = "".join(f"<li>{escape(line)}</li>" for line in self.text.splitlines()[1:])
        return (
            "<style>.backprop-diagram:has(> svg){display:block !important}</style>"
            '<div class="backprop-diagram" style="overflow-x:auto" hidden="hidden">'
            f"{self.svg}</div>"
            f"<details><summary>The picture in words: {escape(self.label)}</summary>"
            f"<ul>{items}</ul></details>"
        )


def network_diagram(state, lit=(), backward=False, title=None, changed=(), size="normal"):
    """Draw a network and everything that is known about it.

    state: layer sizes such as (2, 2, 2), or a Network, Example, ForwardPass, BackwardPass or
    WeightUpdate. lit: names of what is in play ("w5", "net_h1", "o1", "E_total"); a derivative
    ("dE_dw5") lights every path between its two quantities. backward: draw what is lit from right
    to left, with the derivatives it carries. title: a line above the picture. changed: names that
    get a ring. size: "normal", or "projector" for large type and fewer digits.

    Returns a Diagram. Raises TypeError or ValueError, in words, for anything it cannot draw.

    >>> picture = network_diagram((2, 2, 2), lit=["dE_dw5"], backward=True)
    >>> print(picture.text.splitlines()[-2])
    Lit: w5, net_o1, out_o1, E_o1, E_total
    """
    sizes = _layer_sizes(state)
    choice("size", size, SIZES)
    names = names_of(sizes)
    light = _light("lit", lit, names)
    rings = _light("changed", changed, names)
    facts = _Facts(state, names, light, bool(backward))
    layout = _layout(sizes, size)
    label = _label(facts, rings, title)
    text = "\n".join(_words(facts, rings, label))
    svg = _Drawing(layout, facts, rings, title).svg(label, text)
    return Diagram(svg, text, label)


def _layer_sizes(state):
    if isinstance(state, Named):
        sizes = state.layer_sizes
    elif isinstance(state, tuple | list):
        sizes = tuple(state)
    else:
        raise TypeError(
            "state: expected layer sizes such as (2, 2, 2), or a Network, Example, ForwardPass, "
            f"BackwardPass or WeightUpdate, got {state!r} ({type(state).__name__}). "
            "For example network_diagram(example)."
        )
    for n in sizes:
        if isinstance(n, bool) or not isinstance(n, numbers.Integral):
            raise TypeError(
                f"state: expected layer sizes that are whole numbers, got {n!r} "
                f"({type(n).__name__}). For example (2, 3, 1)."
            )
    if not (2 <= len(sizes) <= MOST_LAYERS and all(1 <= n <= MOST_NEURONS for n in sizes)):
        raise ValueError(
            f"state: expected 2 to {MOST_LAYERS} layers of 1 to {MOST_NEURONS} neurons, which is "
            f"what fits a page, got {'-'.join(map(str, sizes)) or 'no layers'}. "
            "Draw a smaller network, or print the numbers of a large one."
        )
    return tuple(int(n) for n in sizes)


# What is lit -----------------------------------------------------------------------------------


class _Light(NamedTuple):
    """given: names as they came. parts: the plain quantities that they light.

    of: for a part, the quantity whose derivative passes through it. ends: parts that were named
    themselves, or by which a derivative is taken; the other parts are only passed through.
    """

    given: tuple[str, ...]
    parts: frozenset[str]
    of: dict[str, str]
    ends: frozenset[str]


def _light(argument, given, names):
    if isinstance(given, str):
        given = (given,)
    try:
        given = tuple(given)
    except TypeError:
        raise TypeError(
            f"{argument}: expected a list of names such as ['w5', 'net_o1'], got {given!r} "
            f"({type(given).__name__}). Put the names in a list."
        ) from None
    parts, of, ends = set(), {}, set()
    for name in given:
        path, target, end = _lit_by(argument, name, names)
        parts |= path
        ends |= end
        for part in path:
            of.setdefault(part, target)
    return _Light(given, frozenset(parts), of, frozenset(ends))


def _lit_by(argument, name, names):
    """The parts that one name lights, whose derivative they carry, and which of them are ends."""
    if name in _neurons(names):
        parts = {f"net_{name}", f"out_{name}"}
        return parts, "E_total", parts
    try:
        found = names.find(name)
    except (TypeError, ValueError) as problem:
        raise type(problem)(f"{argument}: {str(problem).removeprefix('name: ')}") from None
    if isinstance(found, Derivative):
        of, by = names.name(found.of), names.name(found.by)
        path = _path(of, by, names)
        if not path:
            raise ValueError(
                f"{argument}: {name!r} lights the paths from {by} to {of}, but there is none. "
                "Name a derivative by something that comes before, such as dE_dw5."
            )
        return path, of, path & {by, *_branches(by, names)}
    plain = name.removesuffix("_new")
    parts = {plain, *_branches(plain, names)}
    return parts, "E_total", parts


@lru_cache(maxsize=1024)
def _path(of, by, names):
    """Every quantity on a way from ``by`` to ``of``, with the weights that are passed."""
    ahead = _steps(names)
    passed = set()

    def leads_there(quantity):
        arrived = quantity == of
        for following, through in ahead.get(quantity, ()):
            if leads_there(following):
                passed.update({following, through} - {None})
                arrived = True
        return arrived

    return frozenset({by, *passed}) if leads_there(by) else frozenset()


@lru_cache(maxsize=64)
def _steps(names):
    """What each quantity flows into: ``{"out_h1": [("net_o1", "w5"), ("net_o2", "w7")], ...}``."""
    steps = {f"E_{o}": [("E_total", None)] for o in names.outputs}
    for o in names.outputs:
        steps[f"out_{o}"] = steps[f"target_{o}"] = [(f"E_{o}", None)]
    for layer, neurons in enumerate(names.neurons):
        bias = names.biases[layer]
        steps[bias] = [(f"net_{neuron}", f"b_{neuron}") for neuron in neurons]
        for row, neuron in enumerate(neurons):
            net = f"net_{neuron}"
            steps[net] = [(f"out_{neuron}", None)]
            steps[f"b_{neuron}"] = [(net, None)]
            for weight, source in zip(
                names.weights[layer][row], names.layer_inputs(layer), strict=True
            ):
                steps[weight] = [(net, None)]
                steps.setdefault(source, []).append((net, weight))
    return steps


def _neurons(names):
    return [neuron for layer in names.neurons for neuron in layer]


def _branches(name, names):
    """The biases of single neurons that a shared bias stands for."""
    if name not in names.biases:
        return ()
    return tuple(f"b_{neuron}" for neuron in names.neurons[names.biases.index(name)])


# Which numbers there are -----------------------------------------------------------------------


class _Carried(NamedTuple):
    """A derivative that comes back through a part; ``short`` is its name in the picture."""

    name: str
    short: str
    value: float


class _Facts:
    """Everything that picture and words say, so that both say the same."""

    def __init__(self, state, names, light, backward):
        self.names = names
        self.light = light
        self.backward = backward
        self.values = _values(state, names)
        self.carried = {}
        if backward and isinstance(state, BackwardPass | WeightUpdate):
            record = state.backward if isinstance(state, WeightUpdate) else state
            self.carried = dict(_carried(record, names, light))

    def is_lit(self, *parts):
        return not self.light.parts.isdisjoint(parts)

    def look(self, *parts):
        """ "lit", "faint", or "plain" as long as nothing at all is lit."""
        if not self.light.parts:
            return "plain"
        return "lit" if self.is_lit(*parts) else "faint"

    def goes_back(self, *parts):
        return self.backward and self.look(*parts) != "faint"


def _values(state, names):
    """The number of every plain name that this record holds."""
    if not isinstance(state, Named):
        return {}
    held, values = {}, {}
    for name in names.plain():
        array = names.find(name).array
        if held.get(array, True):
            try:
                values[name] = _real(state[name])
            except ValueError:
                # Either nothing of this kind is held, or neurons with biases of their own
                # have no shared one to show.
                held[array] = name in (*names.biases, *(f"{b}_new" for b in names.biases))
    return values


def _real(value):
    if isinstance(value, complex):
        raise TypeError(
            f"state: expected real numbers, got {value!r} (complex). "
            "A picture has no place for an imaginary part; draw the real network."
        )
    return float(value)


def _carried(record, names, light):
    """For every lit part, the derivative that comes back through it."""
    # Nobody asks how to change the inputs, unless they are named.
    parts = light.parts or set(names.plain()) - set(names.inputs)
    ends = light.ends or parts
    for part in names.plain():
        if part not in parts:
            continue
        of = light.of.get(part, "E_total")
        kind, index = names.find(part)
        try:
            if kind == "weights" and part not in ends:
                yield part, _passed_through(record, names, of, index)
            elif kind in ("weights", "biases", "nets", "outs", "inputs"):
                name = _derivative_name(of, part)
                yield part, _Carried(name, _written(of, _short(part, kind)), _real(record[name]))
        except ValueError:
            # A part beyond ``of``, which is lit for another reason, carries nothing of it.
            continue


def _passed_through(record, names, of, index):
    """What a weight hands on from the net behind it to the out before it: dE/dnet * w."""
    layer, row, _column = index
    weight, neuron = names.weights[layer][row][_column], names.neurons[layer][row]
    behind = _derivative_name(of, f"net_{neuron}")
    value = _real(record[behind]) * _real(record.weights_used[layer][index[1:]])
    if neuron in names.outputs and of == "E_total":
        # One output's share of the error has a name of its own in the tutorial.
        return _Carried(f"dE_{neuron}_d{names.layer_inputs(layer)[_column]}", "", value)
    return _Carried(f"{behind} * {weight}", "", value)


def _derivative_name(of, by):
    return f"d{'E' if of == 'E_total' else of}_d{by}"


def _written(of, by):
    return f"d{'E' if of == 'E_total' else of}/d{by}"


def _short(part, kind):
    # Under its own neuron a net needs no further name.
    return {"nets": "net", "outs": "out"}.get(kind, part)


# Where everything goes -------------------------------------------------------------------------


class _Grade(NamedTuple):
    """One grade of roominess. All lengths are in units of the viewBox, ``page`` units wide."""

    page: int
    name: int  # type sizes: names of nodes, numbers in nodes, labels of edges, derivatives
    value: int
    label: int
    small: int
    neuron: tuple[int, int]  # widths and heights of boxes
    source: tuple[int, int]
    error: tuple[int, int]
    total: int
    bias: int
    row: int  # from neuron to neuron down a layer, when there is room
    row_gap: int  # the least between two neurons of a layer
    gap: int  # the least between two layers
    error_gap: int
    places: int
    shown: tuple[str, ...]  # the numbers in a neuron
    under: int  # lines for derivatives under a neuron
    stacked: bool  # name and number of an edge on two lines
    tallest: int
    pen: float  # thickness of lines, as a part of the usual


# A picture takes the first grade that it fits into. The sizes were chosen on a 1280 x 720 screen:
# about 870 units of width are left beside JupyterLab's file list, 1150 without it.
_GRADES = {
    "normal": (
        _Grade(
            900, 23, 20, 16, 14, (146, 94), (88, 66), (108, 78), 56, 36, 204, 40, 130, 40, 4,
            ("net", "out"), 2, False, 640, 1.0,
        ),
        _Grade(
            900, 18, 15, 14, 13, (116, 68), (76, 50), (100, 62), 44, 28, 150, 22, 52, 34, 4,
            ("net", "out"), 1, False, 660, 0.8,
        ),
        _Grade(
            900, 15, 13, 13, 13, (74, 42), (74, 42), (78, 42), 42, 24, 110, 12, 30, 24, 3,
            ("out",), 0, False, 720, 0.6,
        ),
    ),
    "projector": (
        _Grade(
            760, 26, 22, 18, 17, (138, 96), (72, 72), (106, 82), 60, 34, 172, 34, 84, 32, 3,
            ("net", "out"), 2, True, 400, 1.1,
        ),
        _Grade(
            730, 20, 18, 17, 17, (88, 52), (88, 52), (92, 54), 52, 28, 116, 14, 40, 28, 3,
            ("out",), 0, True, 440, 0.9,
        ),
        _Grade(
            730, 16, 15, 15, 15, (72, 44), (72, 44), (76, 44), 42, 26, 80, 10, 26, 22, 3,
            ("out",), 0, True, 560, 0.7,
        ),
    ),
}  # fmt: skip

_MARGIN = 10
_HEAD = 30  # from the bottom of a bias square to the top of its layer


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def x(self):
        return (self.left + self.right) / 2

    @property
    def y(self):
        return (self.top + self.bottom) / 2

    def grown(self, by):
        return _Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other):
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class _Layout(NamedTuple):
    grade: _Grade
    height: float
    boxes: dict[str, _Box]  # i1, h1, o1, E_o1, E_total, b1
    edges: dict[str, tuple[float, float, float, float]]  # w1: from x, y to x, y
    branches: dict[str, tuple[tuple[float, float], ...]]  # b_h1: corners from bias to neuron
    sizes: tuple[int, ...]
    size: str


@lru_cache(maxsize=64)
def _layout(sizes, size):
    names = names_of(sizes)
    for grade in _GRADES[size]:
        columns, gap = _columns(sizes, grade)
        row = _row(sizes, grade)
        if gap >= grade.gap and row - grade.neuron[1] >= grade.row_gap:
            return _placed(names, grade, columns, row, size)
    raise ValueError(
        f"state: a network of {'-'.join(map(str, sizes))} does not fit a page in {size} size: "
        "its numbers would be too small to read. Draw fewer layers or neurons"
        + (", or use size='normal'." if size == "projector" else ".")
    )


def _columns(sizes, grade):
    """Left and right of every column, errors last, and the gap between layers."""
    widths = [grade.source[0]] + [grade.neuron[0]] * (len(sizes) - 1)
    errors = [grade.error[0]] * (2 if sizes[-1] > 2 else 1)
    free = grade.page - 2 * _MARGIN - sum(widths) - sum(errors) - grade.error_gap * len(errors)
    gap = free / (len(widths) - 1)
    columns, left = [], _MARGIN
    for k, width in enumerate(widths + errors):
        columns.append((left, left + width))
        left += width + (gap if k < len(widths) - 1 else grade.error_gap)
    return columns, gap


def _row(sizes, grade):
    """From the middle of one neuron to the middle of the next, in the largest layer."""
    free = grade.tallest - grade.bias - _HEAD - grade.neuron[1] - _under(grade)
    return min(grade.row, free / max(1, max(sizes) - 1))


def _under(grade):
    return grade.under * (grade.small + 4) + 6


def _placed(names, grade, columns, row, size):
    sizes = names.layer_sizes
    # Two errors and their sum stand in one column, with arrows between them.
    error_step = (grade.error[1] + grade.total) / 2 + grade.error_gap * 0.75
    span = max((max(sizes) - 1) * row, 2 * error_step * (sizes[-1] == 2))
    middle = _MARGIN + grade.bias + _HEAD + grade.neuron[1] / 2 + span / 2
    boxes = {}
    layers = (names.inputs, *names.neurons)
    for layer, (left, right) in zip(layers, columns, strict=False):
        height = (grade.source if layer is names.inputs else grade.neuron)[1]
        step = min(max(grade.row, 2 * error_step), span / max(1, len(layer) - 1))
        for j, node in enumerate(layer):
            y = middle + (j - (len(layer) - 1) / 2) * step
            boxes[node] = _Box(left, y - height / 2, right, y + height / 2)
    _place_errors(names, grade, columns, boxes, middle, error_step)
    _place_biases(names, grade, boxes)
    # Squares stand at the top; a network of single neurons leaves the page's top empty.
    boxes = _moved_up(boxes)
    bottom = max(box.bottom for box in boxes.values()) + max(_under(grade), grade.label + 14)
    edges = dict(_edges(names, boxes))
    branches = dict(_bias_branches(names, boxes))
    return _Layout(grade, bottom + _MARGIN, boxes, edges, branches, sizes, size)


def _place_errors(names, grade, columns, boxes, middle, error_step):
    left, right = columns[len(names.layer_sizes)]
    for o in names.outputs:
        y = boxes[o].y
        boxes[f"E_{o}"] = _Box(left, y - grade.error[1] / 2, right, y + grade.error[1] / 2)
    if len(names.outputs) == 1:
        middle = boxes[f"E_{names.outputs[0]}"].y + error_step
    left, right = columns[-1]
    boxes["E_total"] = _Box(left, middle - grade.total / 2, right, middle + grade.total / 2)


def _place_biases(names, grade, boxes):
    for bias, neurons in zip(names.biases, names.neurons, strict=True):
        first = boxes[neurons[0]]
        bottom = first.top - _HEAD
        half = grade.bias / 2
        boxes[bias] = _Box(first.x - half, bottom - grade.bias, first.x + half, bottom)


def _moved_up(boxes):
    up = min(box.top for box in boxes.values()) - _MARGIN
    return {name: _Box(b.left, b.top - up, b.right, b.bottom - up) for name, b in boxes.items()}


def _edges(names, boxes):
    """Each edge has its own place on both nodes, so that arrowheads do not pile up."""
    for layer, rows in enumerate(names.weights):
        sources = names.inputs if layer == 0 else names.neurons[layer - 1]
        targets = names.neurons[layer]
        height = min(boxes[sources[0]].bottom - boxes[sources[0]].top, 90)
        # A backward arrow beside the last place still ends on the node.
        reach = min(0.62 * height, height - 2 * (_ASIDE + 5))
        for row, target in enumerate(targets):
            for column, source in enumerate(sources):
                start, end = boxes[source], boxes[target]
                yield (
                    rows[row][column],
                    (
                        start.right,
                        start.y + _port(row, len(targets), reach),
                        end.left,
                        end.y + _port(column, len(sources), reach),
                    ),
                )


def _port(place, of, reach):
    return 0.0 if of == 1 else (place / (of - 1) - 0.5) * min(reach, 28 * (of - 1))


def _bias_branches(names, boxes):
    """Straight down to the first neuron; left of the layer and round to the others."""
    for bias, neurons in zip(names.biases, names.neurons, strict=True):
        square = boxes[bias]
        for j, neuron in enumerate(neurons):
            box = boxes[neuron]
            if j == 0:
                yield f"b_{neuron}", ((square.x, square.bottom), (box.x, box.top))
                continue
            gap = box.top - boxes[neurons[j - 1]].bottom
            aside, above = box.left - _BUS, box.top - min(14, gap / 2)
            yield (
                f"b_{neuron}",
                (
                    (square.left, square.y),
                    (aside, square.y),
                    (aside, above),
                    (box.x, above),
                    (box.x, box.top),
                ),
            )


_BUS = 21  # how far left of its layer a bias runs down


class _Spot(NamedTuple):
    """Where the label of an edge goes (the middles of its two lines), and what it has room for."""

    x: float
    first: float
    second: float
    level: str
    lines: int


# What a label says, the most first, and for how many edges between two layers at most: among
# more labels the eye no longer finds the one that belongs to an edge.
_LEVELS = (("value", 2, 6), ("value", 1, 9), ("name", 1, 16))
# Places along a slanted edge. Edges that cross do so in the middle, so the middle comes last.
_ALONG = (
    0.34,
    0.36,
    0.38,
    0.3,
    0.42,
    0.26,
    0.22,
    0.7,
    0.74,
    0.66,
    0.78,
    0.62,
    0.18,
    0.82,
    0.5,
    0.46,
    0.54,
    0.58,
)
_ALONG_LEVEL = (0.48, 0.44, 0.42, 0.46, 0.43, 0.4, 0.5, 0.35, 0.6)


@lru_cache(maxsize=512)
def _spots(sizes, size, lit):
    """Places for labels without an overlap. Where not all fit, those that are lit come first."""
    layout = _layout(sizes, size)
    taken = _taken(layout)
    everything = frozenset(layout.edges)
    if spots := _fullest(layout, everything, _LEVELS[:2], taken):
        return spots
    spots = _fullest(layout, lit, _LEVELS, taken)
    boxes = [box for weight, spot in spots.items() for box in _label_boxes(layout, weight, spot)]
    return {**spots, **_fullest(layout, everything - lit, _LEVELS[2:], taken + boxes)}


def _fullest(layout, wanted, levels, taken):
    names = names_of(layout.sizes)
    most = max(sum(w in wanted for row in rows for w in row) for rows in names.weights)
    for level, lines, at_most in levels:
        if most <= at_most and (spots := _all_spots(layout, wanted, level, lines, taken)):
            return spots
    return {}


def _all_spots(layout, wanted, level, lines, taken):
    if layout.grade.stacked:
        lines = 2 if level == "value" else 1
    taken, spots = list(taken), {}
    # Level edges have the fewest places to choose from, so they choose first.
    for weight in sorted(wanted, key=lambda w: (_slant(layout.edges[w]), w)):
        for spot in _candidates(layout.edges[weight], level, lines, layout.grade):
            boxes = _label_boxes(layout, weight, spot)
            if not any(box.meets(other) for box in boxes for other in taken):
                spots[weight] = spot
                taken += boxes
                break
        else:
            return {}
    return spots


def _taken(layout):
    """What no label may cover: boxes, derivatives under them, and the biases' ways down."""
    branches = layout.branches.values()
    upright = [
        _Box(x - 2, min(y, end), x + 2, max(y, end))
        for branch in branches
        for (x, y), (x_end, end) in pairwise(branch)
        if x == x_end
    ]
    return [box.grown(2) for box in layout.boxes.values()] + _underneaths(layout) + upright


def _underneaths(layout):
    """Where derivatives may stand under a neuron."""
    grade = layout.grade
    if not grade.under:
        return []
    width = _text_width(f"dE/dnet {_widest(grade)}", grade.small)
    boxes = [layout.boxes[neuron] for neuron in _neurons(names_of(layout.sizes))]
    return [
        _around(_under_x(box, width), box.bottom + _under(grade) / 2, width, _under(grade))
        for box in boxes
    ]


def _under_x(box, width):
    """Under the middle of a neuron; what is wider reaches out to the left, away from labels."""
    return min(box.x, box.right + 2 - width / 2)


def _widest(grade):
    # Small derivatives have one digit more than other numbers.
    return "−0.0" + "0" * grade.places


def _slant(edge):
    return abs(edge[3] - edge[1])


def _is_level(edge):
    return _slant(edge) < 0.12 * (edge[2] - edge[0])


def _candidates(edge, level, lines, grade):
    x1, y1, x2, y2 = edge
    line = grade.label + 2
    for along in _ALONG_LEVEL if _is_level(edge) else _ALONG:
        x, y = x1 + along * (x2 - x1), y1 + along * (y2 - y1)
        first = second = y
        if _is_level(edge):
            # One line above the edge, the other below the backward arrow.
            first, second = y - line / 2 - 5, y + line / 2 + _ASIDE + 4
        elif lines == 2:
            first, second = y - line / 2, y + line / 2
        yield _Spot(x, first, second, level, lines)


def _label_boxes(layout, weight, spot):
    """Room for the longest label that this weight can have here, in bold type."""
    grade, number = layout.grade, _widest(layout.grade)
    first, second = weight, ""
    if spot.level == "value" and grade.stacked:
        first, second = f"dE/d{weight}", number
    elif spot.level == "value":
        first, second = f"{weight} {number}", f"dE/d{weight} {number}" if spot.lines == 2 else ""
    boxes = [_around(spot.x, spot.first, _text_width(first, grade.label), grade.label + 2)]
    if second:
        px = _second_px(grade)
        boxes.append(_around(spot.x, spot.second, _text_width(second, px), px + 2))
    return boxes


def _second_px(grade):
    # On two lines the second has the number itself, which must not be the smaller one.
    return grade.label if grade.stacked else grade.small


def _around(x, y, width, height):
    return _Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


# Widths of characters in units of the type size, in bold type of the widest usual font (DejaVu).
_CHARACTER = {
    **dict.fromkeys(".ilj' ,", 0.37),
    **dict.fromkeys("/rtf", 0.43),
    **dict.fromkeys("+−→←wm=", 0.86),
}


def _text_width(text, px):
    return px * sum(_CHARACTER.get(character, 0.69) for character in text)


# How it is drawn -------------------------------------------------------------------------------

_ASIDE = 9  # how far beside the forward line its backward arrow runs
_TITLE = 40
_TARGET = 16  # largest type of a target, a side line in the box of its error


class _Drawing:
    """Builds the SVG of one picture from back to front: lines, boxes, labels."""

    def __init__(self, layout, facts, rings, title):
        self.layout = layout
        self.grade = layout.grade
        self.facts = facts
        self.names = facts.names
        self.rings = rings
        self.title = None if title is None else str(title)
        lit = frozenset(layout.edges) & facts.light.parts
        self.spots = _spots(layout.sizes, layout.size, lit)
        self.lines_of = {"faint": [], "plain": [], "lit": []}
        self.boxes, self.labels = [], []

    def svg(self, label, text):
        self._draw()
        grade, top = self.grade, _TITLE if self.title else 0
        height = self.layout.height + top
        heading = _text(grade.page / 2, 20, self.title, grade.name, bold=True) if self.title else ""
        lines = {look: "".join(drawn) for look, drawn in self.lines_of.items()}
        frame = _frame(grade, self.layout.size, "".join((*self.boxes, *self.labels)))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}" '
            f'viewBox="0 0 {grade.page} {height:.0f}" style="{frame}" '
            f'font-family="{escape(theme.FONT)}" fill="currentColor" text-anchor="middle" '
            f'stroke-linecap="round" stroke-linejoin="round">'
            f"<desc>{escape(text)}</desc>{heading}"
            f'<g transform="translate(0 {top})">'
            # Faint as a group: where faint lines meet, they do not add up to a dark one.
            f'<g opacity="{theme.FAINT_LINE_OPACITY}">{lines["faint"]}</g>'
            f"{lines['plain']}{lines['lit']}{''.join(self.boxes)}"
            f'<g style="paint-order:stroke;stroke:{theme.PAGE};stroke-width:5px">'
            f"{''.join(self.labels)}</g></g></svg>"
        )

    def _draw(self):
        for layer, rows in enumerate(self.names.weights):
            self._biases(layer)
            for row in rows:
                for weight in row:
                    self._edge(weight)
        for name in self.names.inputs:
            self._node(name, (name,), [("", name)], self.grade.source)
        for neuron in _neurons(self.names):
            shown = [(kind, f"{kind}_{neuron}") for kind in self.grade.shown]
            self._node(neuron, (f"net_{neuron}", f"out_{neuron}"), shown, self.grade.neuron)
        self._errors()
        self._corners()

    # Edges

    def _edge(self, weight):
        x1, y1, x2, y2 = edge = self.layout.edges[weight]
        value, look = self.facts.values.get(weight), self.facts.look(weight)
        if self.facts.goes_back(weight):
            self._backward_edge(weight, edge, value)
        else:
            self._arrow([(x1, y1), (x2, y2)], value, look)
        if weight in self.spots:
            self._edge_label(weight, look, value)
        elif weight in self.rings.parts:
            self.labels.append(_ring(_around((x1 + x2) / 2, (y1 + y2) / 2, 14, 14)))

    def _backward_edge(self, weight, edge, value):
        x1, y1, x2, y2 = edge
        width = theme.PLAIN_LINE * self.grade.pen
        self.lines_of["plain"].append(_line([(x1, y1), (x2, y2)], value, width))
        # Straight down, so that both ends stay on the edges of their boxes.
        down = min(_ASIDE * math.hypot(x2 - x1, y2 - y1) / (x2 - x1), _ASIDE + 3)
        came = self.facts.carried.get(weight)
        way = [(x2, y2 + down), (x1, y1 + down)]
        self._arrow(way, came and came.value, self.facts.look(weight), backward=True)

    def _edge_label(self, weight, look, value):
        spot, px = self.spots[weight], self.grade.label
        first, second = self._edge_words(weight, value)
        middle = (spot.first + spot.second) / 2
        alone = not second and not _is_level(self.layout.edges[weight])
        placed = [(first, middle if alone else spot.first), (second, spot.second)]
        sizes = (px, _second_px(self.grade))
        placed = [(words, y) for words, y in placed if words]
        if len(placed) == 2 and _is_level(self.layout.edges[weight]) and self._stands_above(weight):
            placed = [(first, spot.first - px - 2), (second, spot.first)]
        if weight in self.rings.parts:
            half = max(_text_width(words, px) for words, _ in placed) / 2 + px / 4
            top, bottom = placed[0][1] - px * 0.65, placed[-1][1] + px * 0.65
            self.labels.append(_ring(_Box(spot.x - half, top, spot.x + half, bottom), theme.PAGE))
        for (words, y), px in zip(placed, sizes, strict=False):
            self.labels.append(_text(spot.x, y, words, px, bold=look == "lit", look=look))

    def _stands_above(self, weight):
        """Without a backward arrow to stand under, the second line joins the first."""
        return not self.grade.stacked and not self.facts.goes_back(weight)

    def _edge_words(self, weight, value):
        """The one or two lines of an edge's label."""
        came, new = self.facts.carried.get(weight), self.facts.values.get(f"{weight}_new")
        spot = self.spots[weight]
        number = "" if value is None or spot.level != "value" else self._signed(value)
        if self.grade.stacked:
            if came and number:
                return came.short or f"← {weight}", self._signed(came.value)
            if new is not None and number:
                return weight, "→" + self._signed(new)
            return weight, number
        second = ""
        if spot.lines == 2 and came:
            second = f"{came.short or '←'} {self._signed(came.value)}"
        elif spot.lines == 2 and new is not None and not self.facts.goes_back(weight):
            second = f"→ {self._signed(new)}"
        return f"{weight} {number}".strip(), second

    # Biases

    def _biases(self, layer):
        bias, neurons = self.names.biases[layer], self.names.neurons[layer]
        branches = [f"b_{neuron}" for neuron in neurons]
        shared = self.facts.values.get(bias)
        for branch in branches:
            self._branch(branch, shared)
        box, look = self.layout.boxes[bias], self.facts.look(bias, *branches)
        self.boxes.append(_rectangle(box, look, 4))
        self.boxes.append(_text(box.x, box.y, bias, self.grade.label, bold=True, look=look))
        if bias in self.rings.parts or not self.rings.parts.isdisjoint(branches):
            self.boxes.append(_ring(box.grown(5)))
        if shared is not None:
            self._beside(box, [self._signed(shared), self._bias_second(bias, shared)], look)

    def _bias_second(self, bias, shared):
        came, new = self.facts.carried.get(bias), self.facts.values.get(f"{bias}_new", shared)
        if came:
            return f"{came.short} {self._signed(came.value)}"
        return "" if new == shared else f"→ {self._signed(new)}"

    def _beside(self, box, lines, look):
        lines = [words for words in lines if words]
        px, bold = self.grade.label, look == "lit"
        for k, words in enumerate(lines):
            y = box.y + (k - (len(lines) - 1) / 2) * (px + 2)
            self.labels.append(
                _text(box.right + 7, y, words, px, bold=bold, look=look, anchor="start")
            )

    def _branch(self, branch, shared):
        points, look = self.layout.branches[branch], self.facts.look(branch)
        value = self.facts.values.get(branch)
        if self.facts.goes_back(branch):
            came = self.facts.carried.get(branch)
            self._arrow(points[::-1], came and came.value, look, backward=True)
        else:
            self._arrow(points, value, look)
        if shared is None and value is not None and self.grade.under:
            x, y = points[-1][0] + 12, points[-1][1] - 12
            words = f"{branch} {self._signed(value)}"
            self.labels.append(
                _text(x, y, words, self.grade.label, bold=look == "lit", look=look, anchor="start")
            )

    # Nodes

    def _node(self, node, parts, shown, size):
        box, look = self.layout.boxes[node], self.facts.look(*parts)
        self.boxes.append(_rectangle(box, look, min(size) * 0.24))
        lines = [(node, self.grade.name, True)]
        for word, name in shown:
            if name in self.facts.values:
                number = _short_number(self.facts.values[name], self.grade.places)
                # In a neuron only the line in play is bold.
                bold = self.facts.is_lit(name) and bool(word)
                word = word if len(self.grade.shown) > 1 else ""
                lines.append((f"{word} {number}".strip(), self.grade.value, bold))
        self._box_text(box, lines, look)
        if not self.rings.parts.isdisjoint(parts):
            self.boxes.append(_ring(box.grown(5)))
        self._underneath(box, parts, look)

    def _box_text(self, box, lines, look):
        # A number with many digits shrinks rather than leave its box.
        room = box.right - box.left - 8
        lines = [(words, min(px, int(room / _text_width(words, 1))), b) for words, px, b in lines]
        heights = [px * 1.22 for _, px, _ in lines]
        y = box.y - sum(heights) / 2
        for (words, px, bold), height in zip(lines, heights, strict=True):
            self.boxes.append(_text(box.x, y + height / 2, words, px, bold=bold, look=look))
            y += height

    def _underneath(self, box, parts, look):
        """The derivatives that have come back to a neuron: by its out, then by its net."""
        came = [self.facts.carried[part] for part in reversed(parts) if part in self.facts.carried]
        px = self.grade.small
        for k, derivative in enumerate(came[-self.grade.under :] if self.grade.under else ()):
            y = box.bottom + 7 + (k + 0.5) * (px + 4)
            words = f"{derivative.short} {self._signed(derivative.value)}"
            # The margin leaves no room on the left of an input.
            at_margin = box.left <= _MARGIN
            x = box.left if at_margin else _under_x(box, _text_width(words, px))
            anchor = "start" if at_margin else None
            bold = look == "lit"
            self.labels.append(_text(x, y, words, px, bold=bold, look=look, anchor=anchor))

    # Errors

    def _errors(self):
        total = self.layout.boxes["E_total"]
        for o in self.names.outputs:
            box = self.layout.boxes[f"E_{o}"]
            shown = self._error_lines(o)
            self._error_box(box, f"E_{o}", (f"E_{o}", f"target_{o}"), shown)
            out = self.layout.boxes[o]
            came = self.facts.carried.get(f"out_{o}")
            self._link([(out.right, out.y), (box.left, box.y)], (f"out_{o}", f"E_{o}"), came)
            self._link(_to_total(box, total), (f"E_{o}", "E_total"), None)
        self._error_box(total, "E_total", ("E_total",), self._value_line("E_total"))

    def _error_lines(self, o):
        lines, target = self._value_line(f"E_{o}"), self.facts.values.get(f"target_{o}")
        if target is not None and len(self.grade.shown) > 1:
            words = f"target {_short_number(target, 2)}"
            bold = self.facts.is_lit(f"target_{o}")
            lines.append((words, min(_TARGET, self.grade.label), bold))
        return lines

    def _value_line(self, name):
        if name not in self.facts.values:
            return []
        number = _short_number(self.facts.values[name], self.grade.places)
        return [(number, self.grade.value, self.facts.is_lit(name))]

    def _error_box(self, box, name, parts, lines):
        look = self.facts.look(*parts)
        self.boxes.append(_rectangle(box, look, 4))
        self._box_text(box, [(name, self.grade.value, True), *lines], look)
        if not self.rings.parts.isdisjoint(parts):
            self.boxes.append(_ring(box.grown(5)))

    def _link(self, points, ends, came):
        """A line without a weight: from an output to its error, from an error to the sum."""
        plain = not self.facts.light.parts
        both = self.facts.light.parts.issuperset(ends)
        look = "plain" if plain else "lit" if both else "faint"
        back = self.facts.backward and look != "faint"
        value = came.value if came and back else None
        self._arrow(points[::-1] if back else points, value, look, backward=back)

    # Corners

    def _corners(self):
        if "eta" in self.facts.values or self.facts.is_lit("eta"):
            self._eta()
        if self.facts.backward:
            # Under the errors, where the way back begins.
            x, y = self.layout.boxes["E_total"].x, self.layout.height - _MARGIN - self.grade.label
            self.labels.append(_text(x, y, "← backward", self.grade.label, bold=True))

    def _eta(self):
        value, px = self.facts.values.get("eta"), self.grade.label
        words = "eta" if value is None else f"eta {_short_number(value, self.grade.places)}"
        look = self.facts.look("eta")
        self.labels.append(
            _text(_MARGIN, 24, words, px, bold=look == "lit", look=look, anchor="start")
        )
        if "eta" in self.rings.parts:
            right = _MARGIN + _text_width(words, px)
            self.labels.append(_ring(_Box(_MARGIN - 4, 22 - px / 2, right + 4, 28 + px / 2)))

    def _arrow(self, points, value, look, backward=False):
        drawn = _arrow(points, value, look, backward, self.grade.pen)
        self.lines_of[look].append(drawn)

    def _signed(self, value):
        return _signed_number(value, self.grade.places)


def _frame(grade, size, drawn):
    """The size on the page: as wide as there is room, never so narrow that type gets too small."""
    smallest = min(map(float, re.findall(r'font-size="([\d.]+)"', drawn)))
    narrowest = grade.page * theme.SMALLEST_TYPE / smallest
    most = f"max-width:{theme.NORMAL_WIDTH}px"
    if size == "projector":
        most = f"max-height:{theme.PROJECTOR_HEIGHT}"
    return f"display:block;width:100%;height:auto;{most};min-width:{narrowest:.0f}px;margin:0 auto"


def _to_total(box, total):
    """From an error to the sum of errors: beside it, below it or above it."""
    if box.right < total.left:
        return [(box.right, box.y), (total.left, total.y + (box.y - total.y) * 0.05)]
    if box.y < total.y:
        return [(box.x, box.bottom), (total.x, total.top)]
    return [(box.x, box.top), (total.x, total.bottom)]


def _line(points, value, width, backward=False, colour=None):
    dash = theme.dash_pattern(width, negative=bool(value and value < 0), backward=backward)
    return (
        f'<path d="{_path_data(points)}" fill="none" stroke="{colour or theme.sign_colour(value)}" '
        f'stroke-width="{width:.2f}"' + (f' stroke-dasharray="{dash}"' if dash else "") + "/>"
    )


def _path_data(points):
    """Straight pieces with rounded corners between them."""
    start, *corners, end = points
    data = f"M{start[0]:.1f} {start[1]:.1f}"
    for before, corner, after in zip(points, corners, points[2:], strict=False):
        (x1, y1), (x2, y2) = _towards(corner, before), _towards(corner, after)
        data += f"L{x1:.1f} {y1:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {x2:.1f} {y2:.1f}"
    return f"{data}L{end[0]:.1f} {end[1]:.1f}"


def _towards(corner, other):
    """The point where a rounded corner begins on the way to another point."""
    (x, y), (x1, y1) = corner, other
    length = math.hypot(x1 - x, y1 - y)
    radius = min(_CORNER, length / 2)
    return x + (x1 - x) / length * radius, y + (y1 - y) / length * radius


_CORNER = 9


def _arrow(points, value, look, backward, pen):
    """A line along the points with its head on the last one."""
    width, colour = _stroke(value, look, pen)
    (x0, y0), (x, y) = points[-2:]
    length = math.hypot(x - x0, y - y0)
    right, down = (x - x0) / length, (y - y0) / length
    head, half = 6 + 2 * width, 2.6 + 1.15 * width
    x1, y1 = x - right * head, y - down * head
    corners = ((x, y), (x1 - down * half, y1 + right * half), (x1 + down * half, y1 - right * half))
    end = (x1 - right * (width / 2 - 1), y1 - down * (width / 2 - 1))
    line = _line([*points[:-1], end], value, width, backward, colour)
    at = " ".join(f"{px:.1f},{py:.1f}" for px, py in corners)
    return f'{line}<polygon points="{at}" fill="{colour}"/>'


def _stroke(value, look, pen):
    if look == "faint":
        # Dots cover less than a line; a little thicker they are as faint as that.
        return theme.FAINT_LINE * (1.6 if value and value < 0 else 1), theme.NEUTRAL
    width = pen * (theme.PLAIN_LINE if value is None else theme.line_width(value))
    if look == "lit":
        width = max(width + 0.8, pen * theme.LIT_LINE)
    return width, theme.sign_colour(value)


def _rectangle(box, look, radius):
    width = {"lit": theme.LIT_LINE, "plain": theme.PLAIN_LINE, "faint": theme.FAINT_LINE}[look]
    opacity = theme.FAINT_LINE_OPACITY if look == "faint" else 1
    fill = theme.LIT_FILL_OPACITY if look == "lit" else 0
    return (
        f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.right - box.left:.1f}" '
        f'height="{box.bottom - box.top:.1f}" rx="{radius:.1f}" fill-opacity="{fill}" '
        f'stroke="{theme.NEUTRAL}" stroke-width="{width}" stroke-opacity="{opacity}"/>'
    )


def _ring(box, inside="none"):
    return (
        f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.right - box.left:.1f}" '
        f'height="{box.bottom - box.top:.1f}" rx="12" '
        f'style="fill:{inside};stroke:{theme.CHANGED};stroke-width:{theme.RING_LINE}px"/>'
    )


def _text(x, y, words, px, bold=False, look="plain", anchor=None):
    """A line of text whose middle is at (x, y); 0.36 of the type size is half a capital."""
    return (
        f'<text x="{x:.1f}" y="{y + 0.36 * px:.1f}" font-size="{px}"'
        + (' font-weight="700"' if bold else "")
        + (f' fill-opacity="{theme.FAINT_TEXT_OPACITY}"' if look == "faint" else "")
        + (f' text-anchor="{anchor}"' if anchor else "")
        + f">{escape(words)}</text>"
    )


def _short_number(value, places):
    """A number for the picture: few digits, a real minus.

    >>> [_short_number(v, 4) for v in (0.4, 0.377500, -12.34567, 0.000438568, 3e-12)]
    ['0.40', '0.3775', '−12.346', '0.00044', '3.0e−12']
    """
    size = abs(value)
    if size and not 1e-4 <= size < 1e5:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    whole = math.floor(math.log10(size)) if size else 0
    places = max(places, 1 - whole)
    # 0.40 is given with two decimals; 0.6490 has been computed, and keeps its zero.
    places = 2 if math.isclose(value, round(value, 2)) else places - max(0, whole)
    return f"{value:.{max(0, places)}f}".replace("-", "−")


def _signed_number(value, places):
    return ("+" if value > 0 else "") + _short_number(value, places)


# How it is said in words -----------------------------------------------------------------------


def _label(facts, rings, title):
    """The picture in one sentence."""
    words = _who(facts.names)
    if facts.light.given:
        way = "lit, going backward" if facts.backward else "lit"
        words += f"; {way}: {_some([_lit_fact(facts, name) for name in facts.light.given])}"
    elif "E_total" in facts.values:
        words += f"; {_fact(facts, 'E_total')}"
    if rings.given:
        words += f"; just changed: {_some(rings.given)}"
    return f"{f'{title}: ' if title is not None else ''}{words}."


def _who(names):
    n_inputs, *hidden, n_outputs = names.layer_sizes
    parts = [_count(n_inputs, "input")]
    parts += [_count(n, "hidden neuron") for n in hidden]
    return f"Network with {', '.join(parts)} and {_count(n_outputs, 'output')}"


def _count(n, thing):
    return f"{n} {thing}{'' if n == 1 else 's'}"


def _some(items):
    items = list(items)
    more = f" and {len(items) - 7} more" if len(items) > 8 else ""
    return ", ".join(items[:7] if more else items) + more


def _lit_fact(facts, name):
    value = facts.values.get(name)
    for carried in facts.carried.values():
        if value is None and carried.name == name:
            return f"{name} = {_exact(carried.value, signed=True)}"
    return _fact(facts, name)


def _fact(facts, name):
    if name not in facts.values:
        return name
    return f"{name} = {_exact(facts.values[name], signed=name[0] in 'wb')}"


def _words(facts, rings, label):
    """The picture line by line; every number in it, and with all its digits."""
    names = facts.names
    yield label
    yield "Inputs: " + ", ".join(_fact(facts, name) for name in names.inputs)
    for layer, neurons in enumerate(names.neurons):
        for neuron in neurons:
            yield f"{neuron}: {_fact(facts, f'net_{neuron}')}, {_fact(facts, f'out_{neuron}')}"
        for row, neuron in enumerate(neurons):
            yield f"Weights into {neuron}: " + ", ".join(_weight_facts(facts, layer, row))
        yield _bias_words(facts, layer)
    errors = [name for o in names.outputs for name in (f"target_{o}", f"E_{o}")]
    yield "Errors: " + ", ".join(_fact(facts, name) for name in (*errors, "E_total"))
    if "eta" in facts.values:
        yield f"Learning rate: {_fact(facts, 'eta')}"
    if facts.carried:
        yield "Derivatives: " + ", ".join(_carried_words(facts))
    lit = ", ".join(name for name in names.plain() if name in facts.light.parts)
    yield f"Lit: {lit or 'nothing, all alike'}"
    way = "backward, right to left" if facts.backward else "forward, left to right"
    yield f"Direction: {way}"
    if rings.given:
        yield f"Just changed: {', '.join(rings.given)}"


def _weight_facts(facts, layer, row):
    names = facts.names
    sources = names.inputs if layer == 0 else names.neurons[layer - 1]
    for weight, source in zip(names.weights[layer][row], sources, strict=True):
        yield f"{_with_new(facts, weight)} from {source}"


def _with_new(facts, name):
    new = f"{name}_new"
    return _fact(facts, name) + (f" -> {_fact(facts, new)}" if new in facts.values else "")


def _bias_words(facts, layer):
    names = facts.names
    bias, neurons = names.biases[layer], names.neurons[layer]
    single = f"b_{neurons[0]}" in facts.values and bias not in facts.values
    if single or (f"{bias}_new" not in facts.values and f"b_{neurons[0]}_new" in facts.values):
        return f"Biases {bias}: " + ", ".join(_with_new(facts, f"b_{neuron}") for neuron in neurons)
    return f"Bias: {_with_new(facts, bias)} into {', '.join(neurons)}"


def _carried_words(facts):
    seen = set()
    for carried in facts.carried.values():
        if carried.name not in seen:
            seen.add(carried.name)
            yield f"{carried.name} = {_exact(carried.value, signed=True)}"


def _exact(value, signed=False):
    """A number for the words: nine decimals, or nine digits where decimals would not show it.

    >>> _exact(0.4), _exact(0.4, signed=True), _exact(3.5e-31)
    ('0.400000000', '+0.400000000', '3.50000000e-31')
    """
    sign = "+" if signed and value > 0 else ""
    form = ".9f" if value == 0 or 1e-4 <= abs(value) < 1e9 else ".8e"
    return f"{sign}{value:{form}}"
