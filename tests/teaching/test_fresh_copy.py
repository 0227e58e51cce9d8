"""``fresh`` gives clean notebooks, whole and runnable, and takes nothing away."""

import re
import shutil

import nbformat
import pytest
from mark_notebooks import mark
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from regenerate_notebooks import notebook_paths

from backprop_lib.teaching import fresh_copy as room
from backprop_lib.teaching.fresh_copy import CLEAN, clean, clean_text, fresh_copy

EXERCISE = {"tags": ["exercise"], "solution": 'check("w5", 0.4)'}


def test_outputs_counts_and_solutions_are_gone_and_the_rest_is_there():
    cells = [
        new_markdown_cell("# Lesson"),
        new_code_cell('check("w5", ...)', metadata=dict(EXERCISE)),
        new_code_cell("print(6 * 7)"),
    ]
    for count, cell in enumerate(cells[1:], start=1):
        cell.outputs, cell.execution_count = [new_output("stream", text="right")], count
        cell.metadata["execution"] = {"iopub.status.busy": "now"}
    lesson = new_notebook(cells=cells, metadata={"widgets": {"state": {}}})
    cleaned = clean(lesson)
    assert [cell.source for cell in cleaned.cells] == [cell.source for cell in cells]
    for cell in cleaned.cells[1:]:
        assert cell.outputs == [] and cell.execution_count is None
        assert not {"execution", "solution"} & set(cell.metadata)
    assert "widgets" not in cleaned.metadata
    assert lesson.cells[1].outputs and lesson.cells[1].metadata["solution"]
    nbformat.validate(cleaned)


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_the_clean_copy_that_is_kept_is_that_of_the_lesson(path):
    """If not, run tests/mark_notebooks.py."""
    lesson = nbformat.read(path, as_version=4)
    mark(lesson)
    assert (CLEAN / f"{path.stem}.json").read_text("utf-8") == clean_text(lesson)


def test_no_other_copy_is_kept():
    kept = {path.name for path in CLEAN.iterdir()}
    assert kept == {f"{path.stem}.json" for path in notebook_paths()}


def test_whatever_was_done_to_a_notebook_a_fresh_copy_is_clean(tmp_path, monkeypatch):
    notebooks = tmp_path / "notebooks"
    shutil.copytree(room.NOTEBOOKS, notebooks)
    path, broken, gone = sorted(notebooks.glob("*.ipynb"))[:3]
    lesson = nbformat.read(path, as_version=4)
    lesson.cells[0].source = "mine"  # an ordinary cell, edited
    lesson.cells.append(new_code_cell('hint("dE_dw7", 3)'))
    lesson.cells.insert(1, lesson.cells.pop())  # a cell that was not there
    del lesson.cells[5]
    lesson.cells.reverse()
    nbformat.write(lesson, path)
    broken.write_text("{", "utf-8")
    gone.unlink()
    monkeypatch.setattr(room, "NOTEBOOKS", notebooks)
    fresh_copy(tmp_path / "mine", report=lambda line: None)
    for clean_one in CLEAN.iterdir():
        copied = tmp_path / "mine" / f"{clean_one.stem}.ipynb"
        assert copied.read_bytes() == clean_one.read_bytes()


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fresh") / "mine"
    said = []
    paths = fresh_copy(folder, said.append)
    assert len(said) == len(paths)
    return folder


def test_every_notebook_is_copied_and_no_solution(copy):
    wanted = {path.name for path in room.NOTEBOOKS.glob("*.ipynb")}
    assert {path.name for path in copy.rglob("*.ipynb")} == wanted
    assert len(wanted) >= 6
    assert not (copy / "solutions").exists()


def test_every_copy_is_clean_and_valid(copy):
    for path in copy.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert code and not any(cell.outputs or cell.execution_count for cell in code)
        assert not any("solution" in cell.metadata for cell in notebook.cells)


def test_what_a_lesson_shows_or_links_to_is_in_the_copy_as_well(copy):
    followed = 0
    for path in copy.glob("*.ipynb"):
        prose = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        for way in re.findall(r"(?:\]\(|src=\")([^)#\"]+)", prose):
            if (room.NOTEBOOKS / way).is_file() and not way.startswith("solutions/"):
                assert (copy / way).is_file(), f"{path.name}: {way}"
                followed += 1
    assert followed >= 5


def test_pictures_are_copied_byte_by_byte(copy):
    for path in (room.NOTEBOOKS / "images").iterdir():
        assert (copy / "images" / path.name).read_bytes() == path.read_bytes()


def test_nothing_is_overwritten(copy):
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    with pytest.raises(FileExistsError, match="not empty"):
        fresh_copy(copy)
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def test_a_suite_without_its_notebooks_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(room, "NOTEBOOKS", tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"No notebooks in .*nowhere\. They stand beside"):
        fresh_copy(tmp_path / "new")
    assert not (tmp_path / "new").exists()
