"""Every picture of every lesson has the same coordinates on every machine."""

import ast
import re
import symtable
from configparser import ConfigParser
from math import inf, nextafter

import nbformat
import numpy as np
import pytest
from another_machine import ROOT, AnotherMachine, in_another_order

from backprop_lib.pictures.coordinates import coordinate
from backprop_lib.pictures.svg import text_width
from tools.lessons import NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
each_lesson = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
# In units of the viewBox. What differs between machines is far below it.
LEAST_FROM_HALF_WAY = 1e-6
PLACES = r' (?:x|y|x1|x2|y1|y2|cx|cy|r|rx|width|height|d|points|transform|viewBox)="([^"]*)"'


# How a coordinate is written ---------------------------------------------------------------------


@pytest.mark.parametrize("x", [0.05, 0.15, -0.25, 334.15, 656.15, 0.0, -0.0])
def test_the_last_bit_of_a_coordinate_half_way_is_not_seen(x):
    assert coordinate(nextafter(x, -inf)) == coordinate(x) == coordinate(nextafter(x, inf))


@pytest.mark.parametrize("x", [0.0, 0.1, -7.9, 642.0, 655.94, 655.96])
def test_any_other_coordinate_is_rounded_as_usual(x):
    assert float(coordinate(x)) == round(x, 1)
    assert coordinate(np.float64(x)) == coordinate(x)


@pytest.mark.parametrize("words", ["dE/dw5 +0.082167", "out_h1 0.593", "← w8 −0.0380", "eta 0.50"])
def test_the_room_for_words_does_not_depend_on_the_order_of_adding_up(words):
    assert len({text_width(words[k:] + words[:k], 1) for k in range(len(words))}) == 1


def test_coordinates_are_written_in_one_place_only():
    sources = {p.name: p.read_text("utf-8") for p in (ROOT / "backprop_lib").rglob("*.py")}
    elsewhere = [name for name, source in sources.items() if ":.1f}" in source]
    assert not elsewhere, "write them with coordinate, point or placed"


@each_lesson
def test_no_coordinate_has_more_than_one_decimal(path):
    svgs = "".join(svg for cell in code_cells(path) for svg in saved_pictures(cell))
    assert not [place for place in re.findall(PLACES, svgs) if re.search(r"\.\d\d", place)]


# The lessons on another machine ------------------------------------------------------------------


@pytest.fixture(scope="module")
def elsewhere():
    """Another machine, which notes how far from half way each coordinate lies that it writes."""
    machine = AnotherMachine()
    machine.from_half_way = []
    with machine:
        from backprop_lib.pictures import coordinates

    def noted(x, decimals=1):
        places = (x + coordinates.OFF_HALF_WAY) * 10**decimals
        machine.from_half_way.append(abs(places % 1 - 0.5) / 10**decimals)
        return coordinate(x, decimals)

    coordinates.coordinate = noted
    return machine


@pytest.mark.exhaustive
@each_lesson
def test_a_lesson_draws_elsewhere_what_it_draws_here(path, elsewhere):
    cells = code_cells(path)
    saved = [svg for cell in cells for svg in saved_pictures(cell)]
    with elsewhere:
        pictures = shown(cells, saved_pictures, in_another_order)
        for picture, before in zip(pictures, saved, strict=True):
            assert as_compared(picture.svg).split("<") == as_compared(before).split("<")
            margin = least_margin(elsewhere)
            assert LEAST_FROM_HALF_WAY < margin < inf or as_compared(before) != before


@pytest.mark.exhaustive
@each_lesson
def test_a_lab_draws_elsewhere_what_it_draws_here(path, elsewhere):
    cells = code_cells(path)
    here = [drawn_by(lab) for lab in shown(cells, is_lab, in_this_order)]
    with elsewhere:
        assert [drawn_by(lab) for lab in shown(cells, is_lab, in_another_order)] == here
    assert least_margin(elsewhere) > LEAST_FROM_HALF_WAY


@pytest.mark.parametrize(
    "source",
    [
        "1.0 + 1.0 + 1e16",
        "0.1 - 0.3 + 0.2",
        "sum([1.0, 1.0, 1e16])",
        "np.array([1.0, 1.0, 1e16]).sum()",
        "np.ones(3) @ np.array([1.0, 1.0, 1e16])",
        "np.exp(0.3)",
    ],
)
def test_another_machine_is_another(source):
    """The two tests above can fail."""
    here, there = {"np": np}, {"np": np}
    exec(in_this_order(ast.parse(f"x = {source}")), here)
    exec(in_another_order(ast.parse(f"x = {source}")), there)
    assert here["x"] != there["x"] == pytest.approx(here["x"])


def code_cells(path):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def saved_pictures(cell):
    """The SVGs that a cell of a notebook shows."""
    pages = (output.get("data", {}).get("text/html", "") for output in cell.outputs)
    return [svg for page in pages for svg in re.findall("<svg.*?</svg>", page, re.S)]


def is_lab(cell):
    return "lab" in cell.metadata.get("tags", [])


def drawn_by(lab):
    """What a lab draws as it opens, and a walkthrough at each of its steps."""
    drawn = [lab.view["pictures"]]
    for _, steps in lab.fixed.get("jump", ()):
        for at, _ in steps:
            lab.set(step=at)
            drawn.append(lab.view["pictures"])
    lab.close()
    return drawn


def as_compared(svg):
    """A picture as nbval compares it: without the points that rounding draws."""
    config = ConfigParser()
    config.read(ROOT / "tests" / "nbval_sanitize.cfg")
    for what in config.sections():
        svg = re.sub(config[what]["regex"], config[what]["replace"], svg)
    return svg


def least_margin(machine):
    """How far from half way the nearest coordinate lies that was written since the last time."""
    least = min(machine.from_half_way, default=inf)
    machine.from_half_way.clear()
    return least


# Running the cells that pictures need ------------------------------------------------------------


def shown(cells, wanted, compiled):
    """What each wanted cell shows. Of the others, only those run that it needs."""
    names = {}
    for cell in needed(cells, wanted):
        tree = ast.parse(cell.source)
        if not wanted(cell):
            exec(compiled(tree), names)
            continue
        tree.body[-1] = ast.Assign([ast.Name("shown", ast.Store())], tree.body[-1].value)
        exec(compiled(tree), names)
        yield names["shown"]


def in_this_order(tree):
    return compile(ast.fix_missing_locations(tree), "<a lesson>", "exec")


def needed(cells, wanted):
    """The wanted cells and those that make what they use, from the first to the last."""
    found, missing = [], set()
    for cell in reversed(cells):
        made, used = names_in(cell.source)
        if wanted(cell) or made & missing:
            missing = (missing | used) - made
            found.insert(0, cell)
    return found


def names_in(source):
    """The names that a cell makes, and all global names that it uses."""
    cell = symtable.symtable(source, "<a lesson>", "exec")
    made = {s.get_name() for s in cell.get_symbols() if s.is_assigned() or s.is_imported()}
    used = {s.get_name() for scope in scopes(cell) for s in scope.get_symbols() if s.is_global()}
    return made, used


def scopes(table):
    yield table
    for inner in table.get_children():
        yield from scopes(inner)
