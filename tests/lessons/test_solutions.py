"""Solutions come from the exercises, pass their own checks, and unanswered exercises do not."""

import re

import nbformat
import pytest
import regenerate_solutions
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from regenerate_notebooks import execute, notebook_paths
from regenerate_solutions import exercises, main, solution_path, solved, verdicts


def exercise(source, solution, **metadata):
    return new_code_cell(source, metadata={"tags": ["exercise"], "solution": solution, **metadata})


def lesson(*cells):
    """A made-up lesson; ids are fixed, as they are in a saved notebook."""
    top = [
        new_markdown_cell("# Lesson\n\n[Next](02_x.ipynb) ![p](images/p.png) [t](https://x.org)"),
        new_code_cell("from backprop_lib.exercises.check import check"),
    ]
    notebook = new_notebook(cells=[*top, *cells])
    for k, cell in enumerate(notebook.cells):
        cell.id = f"cell-{k}"
    return notebook


GOOD = lesson(
    exercise('check("dE_dw5", ...)', 'check("dE_dw5", 0.0822)', slideshow={"slide_type": "slide"}),
    exercise('half = ...\ncheck("E_o1", half)', 'half = 0.2748\ncheck("E_o1", half)'),
)


@pytest.fixture(scope="module")
def ran():
    return execute(nbformat.from_dict(GOOD)), execute(solved(GOOD))


def test_every_solution_passes_and_every_unanswered_exercise_does_not(ran):
    unanswered, answered = ran
    assert verdicts(unanswered) == ["unanswered", "unanswered"]
    assert verdicts(answered) == ["right", "right"]


def test_a_wrong_solution_is_seen():
    wrong = lesson(exercise('check("dE_dw5", ...)', 'check("dE_dw5", 0.5)'))
    assert verdicts(execute(solved(wrong))) == ["wrong"]


def test_an_exercise_without_its_check_is_seen():
    silent = lesson(exercise("x = ...", "x = 1"))
    with pytest.raises(ValueError, match="expected the exercise to end with its check"):
        verdicts(execute(solved(silent)))


@pytest.mark.parametrize("metadata", [{}, {"solution": "check(...)"}])
def test_an_exercise_without_a_solution_is_refused(metadata):
    cell = new_code_cell("check(...)", metadata={"tags": ["exercise"], **metadata})
    with pytest.raises(ValueError, match="Give the cell a solution"):
        solved(lesson(cell))


def test_solving_changes_a_copy_and_only_the_exercises():
    before = nbformat.writes(GOOD)
    done = solved(GOOD)
    assert nbformat.writes(GOOD) == before
    assert [cell.source for cell in exercises(done)] == [
        cell.metadata["solution"] for cell in exercises(GOOD)
    ]
    assert done.cells[1] == GOOD.cells[1]
    assert done.cells[2].metadata == {"tags": ["exercise"], "slideshow": {"slide_type": "slide"}}


def test_the_title_says_solutions_and_links_lead_one_folder_up():
    assert solved(GOOD).cells[0].source == (
        "# Solutions: Lesson\n\n[Next](../02_x.ipynb) ![p](../images/p.png) [t](https://x.org)"
    )


def test_the_script_writes_the_same_twice(tmp_path, monkeypatch, capsys):
    source = tmp_path / "01_lesson.ipynb"
    nbformat.write(nbformat.from_dict(GOOD), source)
    nbformat.write(lesson(), tmp_path / "02_nothing_asked.ipynb")
    monkeypatch.setattr(regenerate_solutions, "SOLUTIONS", tmp_path / "solutions")
    monkeypatch.setattr(
        regenerate_solutions,
        "notebook_paths",
        lambda prefix: sorted(tmp_path.glob(f"{prefix}*.ipynb")),
    )
    main()
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "[1/2] 01_lesson.ipynb: 2 exercises",
        "[2/2] 02_nothing_asked.ipynb: 0 exercises",
    ]
    (written,) = (tmp_path / "solutions").iterdir()
    assert written.name == "01_lesson_solutions.ipynb"
    first = written.read_bytes()
    nbformat.validate(nbformat.reads(first.decode(), as_version=4))
    assert b'"solution"' not in first
    main()
    assert written.read_bytes() == first
    with pytest.raises(SystemExit, match="starts with 'zz'"):
        main("zz")


LESSONS = [path for path in notebook_paths() if exercises(nbformat.read(path, as_version=4))]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_solutions_of_a_lesson_are_those_of_its_exercises_and_all_pass(path):
    lesson, saved = (nbformat.read(p, as_version=4) for p in (path, solution_path(path)))
    wanted = solved(lesson)
    assert [cell.source for cell in saved.cells] == [cell.source for cell in wanted.cells]
    assert set(verdicts(saved)) == {"right"}
    assert set(verdicts(lesson)) == {"unanswered"}
    for cell in exercises(lesson):
        assert re.search(r"\.\.\.", cell.source)
