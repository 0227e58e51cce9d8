"""Worksheets on paper: front and back of one sheet for each student, black on white.

A side can be read from a photo: its four corners are marked, it says which side of which sheet it
is, and every answer has a framed box with the number that it has in the answer key too.
"""

from collections.abc import Iterable
from html import escape

from backprop_lib.core.example import Example
from backprop_lib.core.numbers_as_text import with_minus
from backprop_lib.pictures.diagram.network_diagram import network_diagram
from backprop_lib.symbolic.round_steps import PARTS
from backprop_lib.teaching.pleasant_numbers import DECIMALS, KEPT_DECIMALS
from backprop_lib.teaching.print_page import in_black, page
from backprop_lib.teaching.steps_by_hand import given, in_columns, steps_by_hand

ROUNDING = f"Keep {KEPT_DECIMALS} decimals while you work, and write each answer with {DECIMALS}."
GIVEN_IN_A_ROW = 15
STYLE = """
.head { display: flex; justify-content: space-between; align-items: baseline; gap: 4mm; }
.name { flex: none; width: 62mm; border-bottom: 0.3mm solid #000; }
.given { width: 100%; margin: 1.5mm 0; }
.given td, .given th { border: 0.3mm solid #000; text-align: center; padding: 0.5mm 1mm; }
.diagram { width: 172mm; margin: 1mm auto; }
.diagram svg { max-height: 84mm; }
.step { break-inside: avoid; margin: 0.9mm 0 0; font-size: 9.5pt; }
.blank { display: flex; gap: 2mm; align-items: flex-end; height: 8.2mm; }
.work { flex: 1; border-bottom: 0.2mm solid #777; height: 6mm; }
.front .blank { height: 10.5mm; }
.guess { margin-top: 5mm; }
.guess .blank { height: 9mm; }
.answer { width: 30mm; height: 7.4mm; border: 0.5mm solid #000; box-sizing: border-box; }
.number-of { font-weight: 700; font-size: 8.5pt; align-self: center; }
@page { margin: 10mm 5mm; } /* room for the marks of the corners beside the text */
body { max-width: 200mm; }
.side { position: relative; min-height: 256mm; padding: 1mm 5mm 0; box-sizing: border-box; }
.corner { position: absolute; border: 1.5mm solid #000; }
.corner:nth-of-type(odd) { left: 0; }
.corner:nth-of-type(even) { right: 0; }
.corner:nth-of-type(-n + 2) { top: 1mm; }
.corner:nth-of-type(n + 3) { bottom: 0; }
.photo { position: absolute; bottom: 0; left: 5mm; margin: 0; font-size: 8pt; }
"""
PHOTO = "For a photo: write with a dark pen, inside the boxes; all four corners in the picture."
CORNERS = '<i class="corner"></i>' * 4


def title(seed: int, number: int) -> str:
    """What a sheet is called, on paper and on the screen."""
    return f"Worksheet {seed}, sheet {number}: one round of backpropagation"


def guess(example: Example) -> str:
    """What is asked between the forward pass and the rest."""
    *others, last = [name for row in example.names.weights[-1] for name in row]
    which = f"{', '.join(others)} and {last}" if others else last
    return f"Before you turn the page: which of the weights {which} will become smaller? Why?"


def paper_page(examples: Iterable[Example], seed: int) -> str:
    """All sheets as one HTML page, each student's on a new leaf."""
    sheets = (_sheet(example, seed, k) for k, example in enumerate(examples, start=1))
    return page(f"Worksheets {seed}", "\n".join(sheets), STYLE)


def _sheet(example, seed, number):
    """One sheet of paper: front with numbers, diagram and forward pass, back with the rest."""
    picture = in_black(network_diagram(example, title=f"The network of sheet {number}"))
    steps = list(enumerate(steps_by_hand(example), start=1))
    by_part = {part: [one for one in steps if one[1].part == part] for part in PARTS}
    front = (
        f'<div class="head"><h1>{title(seed, number)}</h1></div>'
        f'<p class="head"><span>{ROUNDING}</span><span class="name">Name</span></p>'
        f'{_given(example)}<div class="diagram">{picture}</div>'
        f"<h2>{PARTS[0].capitalize()}</h2>{_columns(by_part[PARTS[0]])}"
        f'<p class="guess">{guess(example)}'
        '<span class="blank"><span class="work"></span></span></p>'
    )
    back = "".join(f"<h2>{part.capitalize()}</h2>{_columns(by_part[part])}" for part in PARTS[1:])
    return "\n".join(
        f'<section class="side {which}" aria-label="Sheet {number}, {which}">{CORNERS}{side}'
        f'<p class="photo">Worksheet {seed}, sheet {number}, {which}. {PHOTO}</p></section>'
        for which, side in (("front", front), ("back", back))
    )


def _given(example):
    numbers = list(given(example).items())
    tables = (numbers[k : k + GIVEN_IN_A_ROW] for k in range(0, len(numbers), GIVEN_IN_A_ROW))
    return "".join(map(_given_row, tables))


def _given_row(numbers):
    heads = "".join(f'<th scope="col"><code>{name}</code></th>' for name, _ in numbers)
    cells = "".join(f"<td>{with_minus(str(value))}</td>" for _, value in numbers)
    return f'<table class="given"><tr>{heads}</tr><tr>{cells}</tr></table>'


def _columns(numbered):
    """The steps with their numbers in two columns, and below them those of no neuron."""
    number = {step.name: k for k, step in numbered}
    *both, last = (
        "".join(_blank(number[step.name], step) for step in some)
        for some in in_columns(step for _, step in numbered)
    )
    columns = "".join(f"<div>{column}</div>" for column in both)
    return f'<div class="columns">{columns}</div>{last}'


def _blank(number, step):
    return (
        f'<div class="step"><code>{escape(step.text)}</code><div class="blank">'
        f'=<span class="work"></span><span class="number-of">{number}</span>'
        '<span class="answer"></span></div></div>'
    )
