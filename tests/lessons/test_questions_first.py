"""No answer stands before its question: what can be held of it by a machine.

A prediction lists, in the metadata of its cell, what gives its answer away ("answer"). None of it
may stand before, in the source or in the output of a cell; and it has to stand behind. An exercise
that asks for a number has its answer computed here, and it may not have been printed before.
"""

import ast
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

import backprop_lib
from backprop_lib.exercises.quantities import quantities, right_numbers
from backprop_lib.teaching.lesson_copies import lessons
from tools.lessons import NOTEBOOKS

# From 07 on, what is known already is computed once more in another way, and may be.
NAMES = [name for name, _ in lessons() if name < "07"]
SOURCES = {name: lesson.cells for name, lesson in lessons() if name in NAMES}
SAVED = {name: nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells for name in NAMES}
each_lesson = pytest.mark.parametrize("name", NAMES)


def shown(cell):
    """All that can be read in a cell: its source, and its saved outputs as text."""
    outputs = cell.get("outputs", [])
    texts = [
        output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs
    ]
    return "\n".join([cell.source, *texts])


def given_away(sources, saved):
    """What of an answer stands before its prediction, and what stands nowhere behind it."""
    problems = []
    for k, cell in enumerate(sources):
        before, behind = ("\n".join(map(shown, cells)) for cells in (saved[:k], saved[k + 1 :]))
        for answer in cell.metadata.get("answer", []):
            problems += [f"{cell.id}: {answer!r} stands before"] if answer in before else []
            problems += [f"{cell.id}: {answer!r} is not behind"] if answer not in behind else []
    return problems


@each_lesson
def test_no_answer_stands_before_its_prediction(name):
    assert given_away(SOURCES[name], SAVED[name]) == []


def test_many_predictions_say_what_gives_them_away():
    answers = [cell.metadata.get("answer") for cells in SOURCES.values() for cell in cells]
    assert sum(map(bool, answers)) >= 20


def test_an_answer_in_a_title_an_output_or_nowhere_is_seen():
    guess = new_code_cell('guess = "?"', metadata={"answer": ["two paths"]})
    title = new_code_cell('network_diagram(example, title="Here: two paths")')
    printed = new_code_cell("x", outputs=[new_output("stream", text="two paths\n")])
    behind = new_markdown_cell("There are two paths.")
    for before in (title, printed, behind):
        cells = [before, guess, behind]
        assert "stands before" in given_away(cells, cells)[0]
    assert "not behind" in given_away([guess], [guess])[0]
    assert given_away([guess, behind], [guess, behind]) == []


# Exercises.


def asked_for(cell):
    """The right number that an exercise asks for, or None if it asks for no single number.

    Only examples that can be read off the call itself are known: ``example.replace(...)``.
    """
    if "exercise" not in cell.metadata.get("tags", []):
        return None
    call = next(
        node
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check"
    )
    name = ast.literal_eval(call.args[0])
    if name.startswith("dnet_"):  # asks which of the numbers that are known it is
        return None
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    example = given.get("example", "example")
    try:
        if not example.startswith("example") or quantities(name, (2, 2, 2)).shape:
            return None
    except ValueError:  # a question or a function
        return None
    one = eval(example, {"example": backprop_lib.example})
    return float(right_numbers(name, one))


def numbers_in(text):
    """Every number with four digits or more, and half a unit of its last digit."""
    for digits in re.findall(r"(?<![\w.])[-−]?\d+\.\d+(?![\w.]*\d)", text):
        if len(digits.lstrip("-−0.").replace(".", "")) >= 4:
            decimals = len(digits.split(".")[1])
            yield float(digits.replace("−", "-")), 0.5 * 10.0**-decimals


def printed_before(cells):
    """Exercises whose number stands in a cell before."""
    problems, seen = [], []
    for cell in cells:
        right = asked_for(cell)
        if right is not None:
            known = any(abs(number - right) <= half * 1.001 for number, half in seen)
            problems += [f"{cell.id}: {right:.9f} stands before"] if known else []
        seen += numbers_in(shown(cell))
    return problems


def test_no_exercise_asks_for_a_number_that_was_printed_before():
    assert printed_before([cell for cells in SAVED.values() for cell in cells]) == []


def test_a_number_that_was_printed_before_is_seen():
    tags = {"tags": ["exercise"]}
    asks = new_code_cell('check("w5_new", ..., example=example.replace(eta=2))', metadata=tags)
    assert printed_before([new_markdown_cell("It is 0.2357."), asks])
    assert printed_before([new_code_cell("print(0.235665919)"), asks])
    assert not printed_before([new_markdown_cell("It is 0.24, or 0.2358."), asks])
    assert not printed_before([asks, new_markdown_cell("It is 0.2357.")])
