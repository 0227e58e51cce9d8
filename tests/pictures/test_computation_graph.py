"""The computational graph: every number is there, and nothing lies on anything else."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from backprop_lib import example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.pictures import theme
from backprop_lib.pictures.computation_graph import computation_graph, gate_patterns, short_of
from backprop_lib.pictures.diagram.layout import Box
from backprop_lib.pictures.svg import text_width

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = {
    "whole": computation_graph(example),
    "before": computation_graph(example, slopes=False),
    "long numbers": computation_graph(
        example.replace(w1=-12.34567, w5=0.000123, i2=-345.678, target_o1=-0.123456)
    ),
    "gates": gate_patterns(),
    "long gates": gate_patterns(-0.123456, 1234.567, -0.000123),
}
each = pytest.mark.parametrize("picture", PICTURES.values(), ids=list(PICTURES))


def boxes(picture):
    return [
        Box(x, y, x + width, y + height)
        for rect in ET.fromstring(picture.svg).iter(f"{SVG}rect")
        for x, y, width, height in [
            [float(rect.get(name)) for name in ("x", "y", "width", "height")]
        ]
    ]


def texts(picture):
    """Pairs of words and the box that they take."""
    for element in ET.fromstring(picture.svg).iter(f"{SVG}text"):
        px, x, base = (float(element.get(name)) for name in ("font-size", "x", "y"))
        width = text_width(element.text, px)
        left = x if element.get("text-anchor") == "start" else x - width / 2
        yield element.text, Box(left, base - 0.8 * px, left + width, base + 0.2 * px)


def arrows(picture):
    """The two ends of every arrow; the rule in a box is as wide as the box, and no arrow."""
    rules = {(box.left, box.right) for box in boxes(picture)}
    for path in ET.fromstring(picture.svg).iter(f"{SVG}path"):
        x1, y1, *_, x2, y2 = map(float, re.findall(r"-?[\d.]+", path.get("d")))
        if not (y1 == y2 and (x1, x2) in rules):
            yield (x1, y1), (x2, y2)


def size(picture):
    return [float(part) for part in ET.fromstring(picture.svg).get("viewBox").split()[2:]]


@each
def test_no_two_boxes_meet_and_all_are_on_the_page(picture):
    found = boxes(picture)
    assert len(found) in (42, 9)
    assert not any(one.grown(4).meets(other.grown(4)) for one, other in combinations(found, 2))
    width, height = size(picture)
    assert all(
        box.left > 1 and box.top > 1 and box.right < width - 1 and box.bottom < height - 1
        for box in found
    )


@each
def test_every_word_is_on_the_page_in_its_box_and_on_no_other(picture):
    width, _ = size(picture)
    found, frames = list(texts(picture)), boxes(picture)
    assert not any(one.meets(other) for (_, one), (_, other) in combinations(found, 2))
    for words, box in found:
        assert box.left >= 1 and box.right <= width - 1, words
        around = [frame for frame in frames if frame.meets(box)]
        assert len(around) <= 1, words
        if around:
            assert around[0].left + 1 <= box.left and box.right <= around[0].right - 1, words
            assert around[0].top <= box.top and box.bottom <= around[0].bottom, words


@each
def test_no_arrow_runs_through_a_box(picture):
    found = list(arrows(picture))
    assert len(found) in (50, 6)
    frames = boxes(picture)
    for (x1, y1), (x2, y2) in found:
        for t in range(1, 50):
            x, y = x1 + t / 50 * (x2 - x1), y1 + t / 50 * (y2 - y1)
            assert not any(b.left < x < b.right and b.top < y < b.bottom for b in frames)


def test_an_arrow_through_a_box_would_be_seen():
    box = boxes(PICTURES["whole"])[0]
    crossing = f'<path d="M{box.left - 5} {box.y}L{box.right + 5} {box.y}"/></svg>'
    broken = PICTURES["whole"].svg.replace("</svg>", crossing)
    with pytest.raises(AssertionError):
        test_no_arrow_runs_through_a_box(type("P", (), {"svg": broken}))


@each
def test_no_type_gets_smaller_than_can_be_read(picture):
    sizes = [float(px) for px in re.findall(r'font-size="([\d.]+)"', picture.svg)]
    assert picture.least_width * min(sizes) / size(picture)[0] >= theme.SMALLEST_TYPE - 0.05


def test_every_slope_is_that_of_the_complex_step():
    facts = dict(fact.split(" = ", 1) for fact in PICTURES["whole"].facts)
    for name in (*example.names.parameters(), "i1", "net_h2", "out_h1", "net_o1", "out_o2"):
        slope = float(facts[name].rsplit("slope ", 1)[1])
        assert slope == pytest.approx(complex_step(f"dE_d{name}", example), abs=6e-10)
    assert facts["w5"] == "0.4, slope +0.082167041"
    assert facts["net_o1"] == "sum_o1 + b2 = 1.105905967, slope +0.138498562"
    assert facts["out_o1"].startswith("logistic(net_o1) = 0.751365070")


def test_what_stands_in_the_boxes_is_what_the_words_say():
    shown = [words for words, _ in texts(PICTURES["whole"])]
    facts = PICTURES["whole"].facts
    assert len(facts) == 42
    for fact in facts:
        number = float(fact.rsplit(", slope ")[0].rsplit(" = ", 1)[1])
        slope = float(fact.rsplit("slope ")[1])
        assert any(abs(float(w.replace("−", "-")) - number) < 6e-5 for w in shown if is_number(w))
        assert any(
            abs(float(w.replace("−", "-")) - slope) < 6e-5
            for w in shown
            if is_number(w) and w[0] in "+−0"
        )


def is_number(words):
    return re.fullmatch(r"[+−]?\d+(\.\d+)?", words) is not None


def test_before_the_way_back_no_slope_is_told():
    before = PICTURES["before"]
    assert [words for words, _ in texts(before)].count("?") == 42
    assert "slope " not in "".join(before.facts)


def test_nothing_is_told_by_colour():
    for picture in PICTURES.values():
        colours = re.findall(r'(?:fill|stroke)="([^"]+)"', picture.svg)
        assert set(colours) <= {"none", theme.NEUTRAL}
    corners = {rect.get("rx") for rect in ET.fromstring(PICTURES["whole"].svg).iter(f"{SVG}rect")}
    assert len(corners) == 2  # given, and worked out


def test_what_the_gates_make_of_a_slope():
    facts = gate_patterns(3, -2, 5).facts
    assert facts[0].endswith("a gets +5 and b gets +5")
    assert facts[1].endswith("a gets −10 and b gets +15")
    assert facts[2].endswith("a gets +5 and b gets 0")
    assert gate_patterns(1, 2, 5).facts[2].endswith("a gets 0 and b gets +5")


@pytest.mark.parametrize("argument", ["a", "b", "arriving"])
def test_a_gate_takes_finite_numbers_only(argument):
    with pytest.raises((TypeError, ValueError), match=f"^{argument}: "):
        gate_patterns(**{argument: float("nan")})


def test_a_whole_number_has_no_decimals_and_a_slope_its_sign():
    assert [short_of(n, signed=True) for n in (2.0, 0.0, -1.0, 0.5)] == ["+2", "0", "−1", "+0.50"]
