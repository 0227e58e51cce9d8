"""Worksheets: ``python -m backprop_lib worksheet --seed 1 --students 30``.

Each student gets the worked example with other numbers, as a notebook and as one sheet of paper
(front and back). The teacher gets one answer key with every quantity of every sheet. The numbers
come from pleasant_numbers, the steps and their formulas from round_steps.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from backprop_lib.core.example import Example
from backprop_lib.core.network import Architecture
from backprop_lib.core.worked_example import example as worked_example
from backprop_lib.symbolic.round_steps import PARTS
from backprop_lib.teaching.answer_key import key_csv, key_page
from backprop_lib.teaching.new_files import write_new
from backprop_lib.teaching.pleasant_numbers import pleasant_examples
from backprop_lib.teaching.steps_by_hand import given, steps_by_hand, worked_by_hand
from backprop_lib.teaching.worksheet_paper import ROUNDING, guess, paper_page, title

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def write_worksheets(
    folder: str | Path,
    seed: int,
    students: int,
    architecture: Architecture = worked_example.architecture,
    report: Callable[[str], object] = print,
) -> list[Path]:
    """Write notebooks, the printable sheets and the answer key into a new folder.

    folder: new or empty. seed, students, architecture: as for pleasant_examples. report: called
    with a line for each file. Returns the paths. Raises FileExistsError if the folder is not free,
    ValueError as worked_by_hand and pleasant_examples do. The same seed gives the same bytes.
    """
    return write_new(folder, worksheet_files(seed, students, architecture), report)


def worksheet_files(
    seed: int, students: int, architecture: Architecture = worked_example.architecture
) -> Iterator[tuple[str, str]]:
    """Pairs of a file name and its text: a notebook for each student, the sheets, the key."""
    examples = pleasant_examples(seed, students, architecture)
    worked_by_hand(examples[0])  # or refused, for the lack of room
    for number, example in enumerate(examples, start=1):
        notebook = sheet_notebook(example, seed, number)
        yield f"sheet_{number:03}.ipynb", nbformat.writes(notebook) + "\n"
    yield "sheets_to_print.html", paper_page(examples, seed)
    yield "answer_key.html", key_page(examples, seed)
    yield "answer_key.csv", key_csv(examples)


def sheet_notebook(example: Example, seed: int, number: int) -> NotebookNode:
    """The notebook of one student: each cell asks for one quantity and checks it."""
    cells = [
        new_markdown_cell(
            f"# {title(seed, number)}\n\n{_greeting(example)} "
            f"Work with pencil and calculator.\n\n{ROUNDING} Put an answer in place of the "
            "three dots and run the cell. It says whether the answer is right, and if not, what "
            'may have happened. For a hint, add a cell with `hint("net_h1", 1, mine)`; 2 and 3 '
            "say more."
        ),
        new_code_cell(f"from backprop_lib import {_needed(example)}, network_diagram, check, hint"),
        new_markdown_cell("Your numbers:"),
        new_code_cell(f"mine = {_own_numbers(example)}"),
        new_code_cell('network_diagram(mine, title="Your network")'),
    ]
    for part in PARTS:
        steps = [step for step in steps_by_hand(example) if step.part == part]
        formulas = "\n".join(f"    {step.text}" for step in steps)
        if part == PARTS[1]:
            cells.append(new_markdown_cell(guess(example).replace("turn the page", "go on")))
            cells.append(new_code_cell('guess = "..."'))
        cells.append(new_markdown_cell(f"## {part.capitalize()}\n\n{formulas}"))
        cells += [new_code_cell(f'check("{step.name}", ..., example=mine)') for step in steps]
    cells.append(
        new_markdown_cell(
            "## In this worksheet you have\n\ncomputed one round of backpropagation, all of it, "
            "with numbers that nobody else has."
        )
    )
    for k, cell in enumerate(cells, start=1):
        cell.id = f"cell-{k}"
        if cell.source.startswith("check("):
            cell.metadata["tags"] = ["exercise"]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def _greeting(example):
    if example.architecture == worked_example.architecture:
        return "This is the network that you know, with numbers of your own."
    return f"This is a {str(example.network)[0].lower()}{str(example.network)[1:]}."


def _of_the_tutorials_size(example):
    return example.layer_sizes == worked_example.layer_sizes


def _needed(example):
    return "example" if _of_the_tutorials_size(example) else "Example, Network"


def _own_numbers(example):
    """A line of Python, or some, that makes the example."""
    made_of = _replaced if _of_the_tutorials_size(example) else _built
    return made_of(example)


def _replaced(example):
    """The given numbers as arguments, a line for each kind; what the tutorial has is left out."""
    values = given(example)
    names = list(values)
    lines = [
        ", ".join(f"{name}={values[name]}" for name in line)
        for line in (names[:2], names[2:6], names[6:10], names[10:])
    ]
    return f"example.replace(\n{_lines(lines + _kinds(example))}\n)"


def _built(example):
    network = example.network
    shown = [
        str([matrix.tolist() for matrix in network.weights]),
        str([vector.tolist() for vector in network.biases]),
        *_kinds(example),
    ]
    inputs, targets = example.inputs.tolist(), example.targets.tolist()
    rest = f"inputs={inputs}, targets={targets}, learning_rate={example.learning_rate}"
    return f"Example(\n    Network(\n{_lines(shown, 8)}\n    ),\n{_lines([rest])}\n)"


def _kinds(example):
    """The activations and the error as arguments, unless they are the tutorial's."""
    network, tutorials = example.network, worked_example.network
    return [
        f"{name}={getattr(network, name)!r}"
        for name in ("activations", "error")
        if set(getattr(network, name)) != set(getattr(tutorials, name))
    ]


def _lines(texts, indent=4):
    return "\n".join(f"{' ' * indent}{text}," for text in texts)
