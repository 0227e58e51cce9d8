"""Worksheets on paper: front and back of one sheet for each student, black on white."""

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
.whose { text-align: right; margin: 0 0 -7mm; }
.guess { margin-top: 5mm; }
.guess .blank { height: 9mm; }
.answer { width: 26mm; height: 6.4mm; border: 0.3mm solid #000; }
"""


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
    steps = steps_by_hand(example)
    by_part = {part: [step for step in steps if step.part == part] for part in PARTS}
    front = (
        f'<div class="head"><h1>{title(seed, number)}</h1></div>'
        f'<p class="head"><span>{ROUNDING}</span><span class="name">Name</span></p>'
        f'{_given(example)}<div class="diagram">{picture}</div>'
        f"<h2>{PARTS[0].capitalize()}</h2>{_columns(by_part[PARTS[0]])}"
        f'<p class="guess">{guess(example)}'
        '<span class="blank"><span class="work"></span></span></p>'
    )
    back = f'<p class="whose">Worksheet {seed}, sheet {number}, back</p>' + "".join(
        f"<h2>{part.capitalize()}</h2>{_columns(by_part[part])}" for part in PARTS[1:]
    )
    side = '<section class="side {1}" aria-label="Sheet {0}, {1}">{2}</section>'
    return side.format(number, "front", front) + "\n" + side.format(number, "back", back)


def _given(example):
    numbers = list(given(example).items())
    tables = (numbers[k : k + GIVEN_IN_A_ROW] for k in range(0, len(numbers), GIVEN_IN_A_ROW))
    return "".join(map(_given_row, tables))


def _given_row(numbers):
    heads = "".join(f'<th scope="col"><code>{name}</code></th>' for name, _ in numbers)
    cells = "".join(f"<td>{with_minus(str(value))}</td>" for _, value in numbers)
    return f'<table class="given"><tr>{heads}</tr><tr>{cells}</tr></table>'


def _columns(steps):
    """The steps in two columns, and below them those of no neuron."""
    left, right, last = in_columns(steps)
    columns = "".join(f"<div>{''.join(map(_blank, column))}</div>" for column in (left, right))
    return f'<div class="columns">{columns}</div>{"".join(map(_blank, last))}'


def _blank(step):
    return (
        f'<div class="step"><code>{escape(step.text)}</code><div class="blank">'
        '=<span class="work"></span>=<span class="answer"></span></div></div>'
    )
