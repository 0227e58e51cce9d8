"""``fresh`` gives clean notebooks, whole and runnable, and takes nothing away."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from backprop_lib import fresh_copy as room
from backprop_lib.fresh_copy import clean, fresh_copy, remember_blanks

EXERCISE = {"tags": ["exercise"], "solution": 'check("w5", 0.4)'}


def answered():
    """A notebook as a learner leaves it."""
    shown = [new_output("stream", text="right")]
    lesson = new_notebook(
        cells=[
            new_markdown_cell("# Lesson"),
            new_code_cell('guess = "up?"'),
            new_code_cell('check("w5", ...)', metadata=dict(EXERCISE)),
            new_code_cell("print(6 * 7)"),
            new_markdown_cell("Why? Double-click this cell and write under the line."),
        ]
    )
    remember_blanks(lesson)
    lesson.cells[1].source = 'guess = "down"'
    lesson.cells[2].source = 'check("w5", 0.4)'
    lesson.cells[4].source += "\n\nBecause the two paths add up."
    for count, cell in enumerate(lesson.cells[1:4], start=1):
        cell.outputs, cell.execution_count = shown, count
        cell.metadata["execution"] = {"iopub.status.busy": "now"}
    lesson.metadata["widgets"] = {"state": {}}
    return lesson


def test_outputs_counts_and_answers_are_gone_and_the_rest_is_there():
    lesson = answered()
    cleaned = clean(lesson)
    assert [cell.source for cell in cleaned.cells] == [
        "# Lesson",
        'guess = "up?"',
        'check("w5", ...)',
        "print(6 * 7)",
        "Why? Double-click this cell and write under the line.",
    ]
    for cell in cleaned.cells[1:4]:
        assert cell.outputs == [] and cell.execution_count is None
        assert "execution" not in cell.metadata
    assert "widgets" not in cleaned.metadata
    assert lesson.cells[2].source == 'check("w5", 0.4)' and lesson.cells[2].outputs
    nbformat.validate(cleaned)


def test_only_what_a_learner_writes_in_keeps_its_blank():
    lesson = answered()
    remembered = ["blank" in cell.metadata for cell in lesson.cells]
    assert remembered == [False, True, True, False, True]
    lesson.cells[3].metadata["blank"] = "left over"
    remember_blanks(lesson)
    assert "blank" not in lesson.cells[3].metadata


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
