"""What overlaps in a network diagram as it is painted: labels with wires, boxes and each other.

Widths of text are those of text_width, which no usual font exceeds. A wire may run under its own
label; under another it counts, whether or not a ground hides it there.
"""

import math
import re
import xml.etree.ElementTree as ET
from itertools import chain, combinations, pairwise
from typing import NamedTuple

from backprop_lib.pictures.diagram.layout import layout_of
from backprop_lib.pictures.svg import text_width

SVG = "{http://www.w3.org/2000/svg}"
OF_A_WEIGHT = re.compile(r"(?:dE/d|dE_\w+/d|← )?(w\d+)\b")
GOES_ON = re.compile(r"[→←+−\d]|d\w+/d(?!net|out)")


class Label(NamedTuple):
    words: str
    owner: str  # w1, b_h1, or "" for all others
    box: tuple[float, float, float, float]


def overlaps_of(svg, names, size):
    """Lines such as "w7 +0.50 | wire w6", one for every pair that overlaps."""
    root = ET.fromstring(svg)
    group = next(e for e in root if e.tag == f"{SVG}g")
    labels, wires = list(labels_of(group)), list(wires_of(group, names, size))
    rects = [extent(e) for e in group if e.tag == f"{SVG}rect" and is_node(e)]
    found = [f"{a.words} | {b.words}" for a, b in combinations(labels, 2) if meet(a.box, b.box)]
    for label in labels:
        found += [f"{label.words} | a box" for rect in rects if meet(label.box, rect)]
        foreign = {name for name, *wire in wires if name != label.owner and runs(wire, label.box)}
        found += [f"{label.words} | wire {name}" for name in sorted(foreign)]
    return found + list(touching(group, rects))


def touching(group, rects):
    """Words in boxes that come nearer to their edge than the eye likes."""
    for element in group:
        if element.tag == f"{SVG}text":
            box = text_box(element)
            if not any(inside(box, r, by=2) for r in rects):
                yield f"{element.text} | its own box"


def labels_of(group):
    over, owner, before = next(e for e in group if "paint-order" in e.get("style", "")), "", None
    for element in over.iter(f"{SVG}text"):
        words, place = element.text, (element.get("x"), element.get("text-anchor"))
        if match := OF_A_WEIGHT.match(words):
            owner = match[1]
        elif words.startswith("b_"):
            owner = words.split()[0]
        elif place != before or not GOES_ON.match(words):
            owner = ""  # the lines of one label stand under each other
        before = place
        yield Label(words, owner, text_box(element))


def text_box(element):
    """The ink of a line of text: capitals and what hangs below them."""
    px, x, y = (float(element.get(key)) for key in ("font-size", "x", "y"))
    width = text_width(element.text, px)
    left = x - {"start": 0, "end": width}.get(element.get("text-anchor"), width / 2)
    return left, y - 0.74 * px, left + width, y + 0.14 * px


def wires_of(group, names, size):
    """Each wire as (name, pieces, half its thickness); heads are pieces as well."""
    layout = layout_of(names, size)
    for path in chain(group.iter(f"{SVG}path"), group.iter(f"{SVG}polygon")):
        if "data-name" in path.attrib:
            continue
        points = points_of(path)
        closed = points + points[:1] if path.tag == f"{SVG}polygon" else points
        pieces = list(pairwise(closed))
        yield name_of(points, layout), pieces, float(path.get("stroke-width", 0)) / 2


def points_of(path):
    numbers = map(float, re.findall(r"-?[\d.]+", path.get("d") or path.get("points")))
    return list(zip(numbers, numbers, strict=True))


def name_of(points, layout):
    """The weight or the single bias whose wire this is, or "" for a link to an error."""
    for weight, edge in layout.edges.items():
        if all(is_on(point, edge) for point in points):
            return weight
    for branch, way in layout.branches.items():
        # The last piece is its own alone; before it the ways of a layer lie on each other.
        if any(is_near(points[k], way[k]) and is_near(points[~k], way[~k]) for k in (0, -1)):
            return branch
    return ""


def is_on(point, edge):
    """Whether a point of an arrow or of its head lies on an edge or its way back."""
    x, y = point
    along, steep = (x - edge.x1) / (edge.x2 - edge.x1), edge.slant / (edge.x2 - edge.x1)
    beside = (y - edge.at(along)[1]) / math.hypot(1, steep)
    return -0.05 <= along <= 1.05 and -11 < beside < 22


def is_near(one, other):
    return abs(one[0] - other[0]) < 24 and abs(one[1] - other[1]) < 24


def is_node(rect):
    return "data-name" not in rect.attrib and "style" not in rect.attrib


def extent(rect):
    x, y, w, h = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
    return x, y, x + w, y + h


def meet(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def inside(a, b, by):
    return b[0] + by <= a[0] and a[2] <= b[2] - by and b[1] + by <= a[1] and a[3] <= b[3] - by


def runs(wire, box):
    """Whether a wire runs through a box."""
    pieces, half = wire
    left, top, right, bottom = box[0] - half, box[1] - half, box[2] + half, box[3] + half
    return any(cuts(*piece, left, top, right, bottom) for piece in pieces)


def cuts(start, end, left, top, right, bottom):
    """Whether a straight piece has a part in a box (Liang and Barsky)."""
    first, last = 0.0, 1.0
    for a, b, low, high in ((start[0], end[0], left, right), (start[1], end[1], top, bottom)):
        if a == b:
            if not low < a < high:
                return False
            continue
        one, other = sorted(((low - a) / (b - a), (high - a) / (b - a)))
        first, last = max(first, one), min(last, other)
    return first < last
