"""Every solution passes its own check, and an unanswered exercise does not."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from backprop_lib.exercises.check import MARKS
from backprop_lib.teaching.lesson_copies import asked, exercises, lessons, solved
from tools.lessons import NOTEBOOKS, execute

LESSONS = dict(lessons())


def output_text(output):
    return output.get("text") or output.get("data", {}).get("text/plain", "")


def verdicts(notebook):
    """What the check of every exercise said, in order: right, wrong, unanswered, ...

    notebook: one that was executed. Raises ValueError for an exercise that shows no verdict.
    """
    kinds = {mark: kind for kind, mark in MARKS.items()}
    found = []
    for cell in exercises(notebook):
        shown = [output_text(output) for output in cell.outputs]
        if not shown or shown[-1][:1] not in kinds:
            raise ValueError(
                f"expected the exercise to end with its check, but it shows {shown[-1:]}\n\n"
                f"{cell.source}"
            )
        found.append(kinds[shown[-1][0]])
    return found


def one_exercise(source, solution):
    metadata = {"tags": ["exercise"], "solution": solution}
    top = [new_markdown_cell("# Lesson"), new_code_cell("from backprop_lib import check")]
    return new_notebook(cells=[*top, new_code_cell(source, metadata=metadata)])


@pytest.mark.exhaustive
def test_an_answer_is_right_or_wrong_or_not_given():
    wrong = one_exercise('check("dE_dw5", ...)', 'check("dE_dw5", 0.5)')
    assert verdicts(execute(solved(wrong))) == ["wrong"]
    assert verdicts(execute(asked(wrong))) == ["unanswered"]


@pytest.mark.exhaustive
def test_an_exercise_without_its_check_is_seen():
    with pytest.raises(ValueError, match="expected the exercise to end with its check"):
        verdicts(execute(solved(one_exercise("x = ...", "x = 1"))))


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", LESSONS)
def test_the_solutions_of_a_lesson_all_pass(name):
    ran = execute(solved(LESSONS[name]))
    assert set(verdicts(ran)) == {"right"}


@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_asks_and_its_saved_exercises_are_unanswered(name):
    saved = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    assert exercises(saved)
    assert set(verdicts(saved)) == {"unanswered"}
    assert all("..." in cell.source for cell in exercises(saved))
