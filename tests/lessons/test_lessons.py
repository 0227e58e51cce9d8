"""The script that executes the lessons, and that notebooks/ holds what comes out of it."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from backprop_lib.teaching.lesson_copies import asked, clean, lessons
from tools import lessons as script

LESSONS = dict(lessons())


@pytest.mark.parametrize("name", LESSONS)
def test_a_saved_notebook_has_the_cells_of_its_lesson(name):
    """If not, run tools/lessons.py."""
    saved = nbformat.read(script.NOTEBOOKS / f"{name}.ipynb", as_version=4)
    assert clean(saved) == asked(LESSONS[name])


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_kept_clean(name):
    assert clean(LESSONS[name]) == LESSONS[name]


def test_every_notebook_has_a_lesson():
    assert {path.stem for path in script.NOTEBOOKS.glob("*.ipynb")} == set(LESSONS)


@pytest.fixture
def folders(tmp_path):
    for name in ("lessons", "notebooks"):
        (tmp_path / name).mkdir()
    cells = [
        new_markdown_cell("# Lesson"),
        new_code_cell("x = ...", metadata={"solution": "x = 1", "scrolled": True}),
        new_code_cell("6 * 7", execution_count=9),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "lessons" / "01_one.ipynb")
    (tmp_path / "notebooks" / "02_gone.ipynb").write_text("{}")
    (tmp_path / "notebooks" / "for_teachers.md").write_text("kept")
    return tmp_path / "lessons", tmp_path / "notebooks"


@pytest.mark.exhaustive
def test_it_cleans_executes_removes_and_does_the_same_twice(folders):
    sources, saved = folders
    script.main("", sources, saved)
    assert {path.name for path in saved.iterdir()} == {"01_one.ipynb", "for_teachers.md"}
    source = nbformat.read(sources / "01_one.ipynb", as_version=4)
    assert source.cells[1].metadata == {"solution": "x = 1"}
    assert source.cells[2].execution_count is None
    notebook = nbformat.read(saved / "01_one.ipynb", as_version=4)
    assert [cell.get("execution_count") for cell in notebook.cells] == [None, 1, 2]
    assert notebook.cells[2].outputs[0].data["text/plain"] == "42"
    assert "solution" not in notebook.cells[1].metadata
    before = [path.read_bytes() for folder in folders for path in sorted(folder.iterdir())]
    script.main("01", sources, saved)
    assert before == [path.read_bytes() for folder in folders for path in sorted(folder.iterdir())]


def test_a_lesson_that_is_not_there_is_named(folders):
    with pytest.raises(SystemExit, match="starts with 'zz'"):
        script.main("zz", *folders)
