"""The answer key of worksheets: every quantity of every sheet, to print and as a table of data."""

import csv
import io
from collections.abc import Iterable, Sequence

from backprop_lib.core.example import Example
from backprop_lib.core.numbers_as_text import with_minus
from backprop_lib.symbolic.round_steps import PARTS
from backprop_lib.teaching.pleasant_numbers import KEPT_DECIMALS
from backprop_lib.teaching.print_page import page
from backprop_lib.teaching.steps_by_hand import given, steps_by_hand, worked_by_hand

STYLE = """
table { font-size: 8.5pt; width: 100%; }
th, td { border: 0.2mm solid #888; padding: 0 1.5mm; line-height: 1.2; }
th { font-weight: 600; }
tr.part th { background: #eee; text-align: left; }
"""
SHEETS_ON_A_LEAF = 6


def answers(example: Example) -> dict[str, float]:
    """Every quantity of a sheet by its name, in the order of the steps.

    Raises TypeError or ValueError for what worked_by_hand does not take.

    >>> from backprop_lib import example
    >>> print(f"{answers(example)['dE_dw5']:.9f}")
    0.082167041
    """
    update = worked_by_hand(example)
    # Plus 0, so that minus zero, which no hand writes, is 0.
    return {step.name: float(update[step.name]) + 0.0 for step in steps_by_hand(example)}


def key_page(examples: Iterable[Example], seed: int) -> str:
    """The key as one HTML page: every quantity of every sheet, some sheets to a leaf."""
    numbered = list(enumerate(examples, start=1))
    leaves = [numbered[k : k + SHEETS_ON_A_LEAF] for k in range(0, len(numbered), SHEETS_ON_A_LEAF)]
    return page(f"Answers {seed}", "\n".join(_leaf(some, seed) for some in leaves), STYLE)


def key_csv(examples: Sequence[Example]) -> str:
    """A table with a row for each sheet: its number, what is given, and every answer."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["sheet", *given(examples[0]), *(step.name for step in steps_by_hand(examples[0]))]
    )
    for number, example in enumerate(examples, start=1):
        worked_out = (f"{value:.9f}" for value in answers(example).values())
        writer.writerow([number, *given(example).values(), *worked_out])
    return text.getvalue()


def _leaf(numbered, seed):
    heads = "".join(f'<th scope="col">sheet {number}</th>' for number, _ in numbered)
    first = numbered[0][1]
    columns = [{**given(example), **answers(example)} for _, example in numbered]
    rows = [_part_row("Given", len(numbered))]
    rows += [_key_row(name, [str(column[name]) for column in columns]) for name in given(first)]
    for part in PARTS:
        rows.append(_part_row(part.capitalize(), len(numbered)))
        rows += [
            _key_row(step.name, [f"{column[step.name]:.{KEPT_DECIMALS}f}" for column in columns], k)
            for k, step in enumerate(steps_by_hand(first), start=1)
            if step.part == part
        ]
    sheets = f"{numbered[0][0]} to {numbered[-1][0]}"
    return (
        f'<section class="side"><h1>Answers to worksheet {seed}, sheets {sheets}</h1>'
        f'<table><tr><th scope="col">quantity</th>{heads}</tr>{"".join(rows)}</table></section>'
    )


def _part_row(words, sheets):
    return f'<tr class="part"><th colspan="{sheets + 1}">{words}</th></tr>'


def _key_row(name, texts, number=""):
    """number: of the box on a sheet, for an answer."""
    cells = "".join(f'<td class="number">{with_minus(text)}</td>' for text in texts)
    return f'<tr><th scope="row">{number} <code>{name}</code></th>{cells}</tr>'
