"""``fresh`` gives clean lessons and ``solutions`` solved ones, whole and runnable, anywhere."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from backprop_lib.teaching.lesson_copies import (
    asked,
    clean,
    exercises,
    fresh_copy,
    lessons,
    solutions_copy,
    solved,
)

ROOT = Path(__file__).parents[2]


def exercise(source, solution, **metadata):
    return new_code_cell(source, metadata={"tags": ["exercise"], "solution": solution, **metadata})


def lesson(*cells):
    title = new_markdown_cell(
        "# Lesson\n\n[Next](02_x.ipynb) ![p](images/p.png) [t](https://x.org/01_y.ipynb)"
    )
    return new_notebook(cells=[title, *cells])


def run(cell):
    """The cell as an editor leaves it after a run."""
    cell.outputs, cell.execution_count = [new_output("stream", text="right")], 3
    cell.metadata |= {"execution": {"iopub.status.busy": "now"}, "scrolled": True}
    return cell


ASKED = exercise('check("dE_dw5", ...)', 'check("dE_dw5", 0.0822)')


def test_a_clean_copy_has_no_outputs_and_keeps_tags_and_solution():
    notebook = lesson(run(exercise("x = ...", "x = 1")), run(new_code_cell("print(6 * 7)")))
    notebook.metadata["widgets"] = {"state": {}}
    before = nbformat.writes(notebook)
    cleaned = clean(notebook)
    assert nbformat.writes(notebook) == before
    assert [cell.source for cell in cleaned.cells] == [cell.source for cell in notebook.cells]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cleaned.cells[1:])
    assert cleaned.cells[1].metadata == {"tags": ["exercise"], "solution": "x = 1"}
    assert cleaned.cells[2].metadata == {}
    assert "widgets" not in cleaned.metadata
    nbformat.validate(cleaned)


def test_a_learners_copy_has_no_solutions():
    assert asked(lesson(ASKED)).cells[1].metadata == {"tags": ["exercise"]}


@pytest.mark.parametrize("metadata", [{}, {"solution": "check(...)"}])
def test_an_exercise_without_a_solution_is_refused(metadata):
    cell = new_code_cell("check(...)", metadata={"tags": ["exercise"], **metadata})
    with pytest.raises(ValueError, match="Give the cell a solution"):
        solved(lesson(cell))


def test_solving_changes_a_copy_and_only_the_exercises():
    notebook = lesson(ASKED, new_code_cell("print(1)"))
    before = nbformat.writes(notebook)
    done = solved(notebook)
    assert nbformat.writes(notebook) == before
    assert done.cells[1].source == 'check("dE_dw5", 0.0822)'
    assert done.cells[1].metadata == {"tags": ["exercise"]}
    assert done.cells[2] == notebook.cells[2]


def test_the_title_says_solutions_and_links_lead_to_the_next_solutions():
    assert solved(lesson(ASKED)).cells[0].source == (
        "# Solutions: Lesson\n\n[Next](02_x_solutions.ipynb) ![p](images/p.png) "
        "[t](https://x.org/01_y.ipynb)"
    )


@pytest.fixture(scope="module", params=[fresh_copy, solutions_copy], ids=["fresh", "solutions"])
def copy(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies") / "mine"
    said = []
    paths = request.param(folder, said.append)
    assert len(said) == len(paths) == len(list(lessons())) >= 8
    return folder


def test_every_copy_is_valid_and_was_never_run(copy):
    for path in copy.iterdir():
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert code and not any(cell.outputs or cell.execution_count for cell in code)
        assert not any("solution" in cell.metadata for cell in notebook.cells)


def test_every_link_of_a_copy_leads_to_a_file_in_it(copy):
    followed = 0
    for path in copy.iterdir():
        prose = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        for way in re.findall(r"\]\((\d\d_[^)#\"]+)", prose):
            assert (copy / way).is_file(), f"{path.name}: {way}"
            followed += 1
    assert followed >= 5


def test_the_exercises_are_asked_or_solved(copy):
    for name, source in lessons():
        (path,) = copy.glob(f"{name}*.ipynb")
        wanted = "solution" if path.stem.endswith("_solutions") else None
        for cell, original in zip(
            exercises(nbformat.read(path, as_version=4)), exercises(source), strict=True
        ):
            assert cell.source == (original.metadata[wanted] if wanted else original.source)
            assert ("..." in cell.source) == (wanted is None)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_nothing_is_overwritten(copy):
    before = contents(copy)
    with pytest.raises(FileExistsError, match="not empty"):
        solutions_copy(copy)
    assert contents(copy) == before


def test_a_folder_without_a_lesson_is_left_alone(tmp_path):
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"not empty: diary\.txt is in it"):
        fresh_copy(tmp_path)
    assert contents(tmp_path) == {"diary.txt": b"mine"}


@pytest.fixture
def begun(tmp_path):
    """A learner's folder: 00 with an answer in it, 01 as it came, no other lesson, and a diary."""
    fresh_copy(tmp_path / "all", report=lambda line: None)
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("00_start_here.ipynb", "01_forward_pass.ipynb"):
        (folder / name).write_bytes((tmp_path / "all" / name).read_bytes())
    change(folder / "00_start_here.ipynb", lambda notebook: notebook.cells.pop())
    (folder / "diary.txt").write_text("mine")
    return folder


def change(path, how):
    notebook = nbformat.read(path, as_version=4)
    how(notebook)
    nbformat.write(notebook, path)


def test_a_folder_of_lessons_gets_those_that_are_missing_and_keeps_the_others(begun):
    before, said = contents(begun), []
    written = fresh_copy(begun, said.append)
    missing = {f"{name}.ipynb" for name, _ in lessons()} - set(before)
    assert {path.name for path in written} == missing
    assert said == [f"wrote {path}" for path in written]
    after = contents(begun)
    assert set(after) == set(before) | missing
    assert {name: after[name] for name in before} == before
    said.clear()
    assert fresh_copy(begun, said.append) == [] == said
    assert contents(begun) == after


@pytest.mark.parametrize("edition", [{"edition": "of last year"}, {}, None, "odd"])
def test_a_copy_of_a_lesson_that_has_changed_is_named_and_kept(begun, edition):
    path, said = begun / "01_forward_pass.ipynb", []
    change(path, lambda notebook: notebook.metadata.update(backprop_lib=edition))
    before = path.read_bytes()
    fresh_copy(begun, said.append)
    (line,) = [line for line in said if not line.startswith("wrote ")]
    assert line.startswith(f"{path} stays as it is; the lesson has changed since you began it.")
    assert path.read_bytes() == before


def test_a_copy_that_is_no_notebook_is_kept_too(begun):
    path, said = begun / "01_forward_pass.ipynb", []
    path.write_text("not JSON")
    fresh_copy(begun, said.append)
    assert f"{path} stays as it is" in said[-1] and path.read_text() == "not JSON"


@pytest.mark.exhaustive
def test_an_installed_wheel_gives_the_same_copies(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    for command, copied in (("fresh", fresh_copy), ("solutions", solutions_copy)):
        copied(tmp_path / f"{command} wanted", report=lambda line: None)
        subprocess.run(
            [sys.executable, "-m", "backprop_lib", command, tmp_path / command],
            env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )
        given = {path.name: path.read_bytes() for path in (tmp_path / command).iterdir()}
        wanted = (tmp_path / f"{command} wanted").iterdir()
        assert given == {path.name: path.read_bytes() for path in wanted}
