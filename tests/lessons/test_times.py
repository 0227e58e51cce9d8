"""What a lesson says it takes is what the rule makes of its words, exercises and labs."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from backprop_lib.teaching.lesson_copies import lessons
from tools.lesson_times import ALONE, IN_CLASS, TOLERANCE, TOP, counted, minutes

LESSONS = dict(lessons())


def problems(lesson):
    """What is wrong with the times at the top of a lesson."""
    if not (said := TOP.search(lesson.cells[0].source)):
        return ["expected '**Time.** 40 minutes in class, 50 alone' at the top"]
    rules = {"in class": minutes(lesson, IN_CLASS), "alone": minutes(lesson, ALONE)}
    return [
        f"{where}: it says {figure}, the rule {rule}"
        for figure, (where, rule) in zip(map(int, said.groups()), rules.items(), strict=True)
        if abs(figure - rule) > TOLERANCE
    ]


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_takes_what_it_says(name):
    assert problems(LESSONS[name]) == []


def lesson(said, *cells):
    return new_notebook(cells=[new_markdown_cell(f"# L\n\n**Time.** {said}"), *cells])


@pytest.mark.parametrize(
    "said", ["45 minutes", "40 minutes in class, 5 alone", "5 minutes in class, 45 alone"]
)
def test_another_time_is_seen(said):
    words = new_markdown_cell("word " * 130 * 45)
    assert problems(lesson(said, words))
    assert not problems(lesson("25 minutes in class, 45 alone", words))


def test_everything_that_takes_time_is_counted():
    def exercise(source):
        return new_code_cell(source, metadata={"tags": ["exercise"]})

    cells = [
        new_markdown_cell("### In your own words\n\nIt is `w5`, 0.5."),
        new_code_cell("x = 1"),
        new_code_cell('guess = "up?"'),
        exercise('check("rule for w5_new", ...)'),
        exercise('check("w5_new", ...)'),
        exercise('def mine(W): ...\n\n\ncheck("update", mine)'),
        new_code_cell("lab", metadata={"tags": ["lab"]}),
    ]
    found = counted(new_notebook(cells=cells))
    assert found.pop("word") == 8
    assert found == dict.fromkeys(set(ALONE) - {"word"}, 1)
    assert set(ALONE) == set(IN_CLASS)
