"""Clean copies of the notebooks: ``python -m backprop_lib fresh DIR``.

A learner works in the notebooks themselves: writes into them, adds cells, deletes some. So the
clean text of every notebook is kept apart, in ``clean_notebooks`` beside this file, and a fresh
copy is a copy of that: with every cell of the suite in its place and as it was, without outputs,
and without whatever was added. They end in .json so that nobody opens or runs those by mistake.
Pictures are copied from where the notebooks stand. ``tests/mark_notebooks.py`` writes the clean
notebooks; a test sees that they are those of the lessons.
"""

from copy import deepcopy
from pathlib import Path

from backprop_lib.core.whole_import import whole_import
from backprop_lib.teaching.new_files import write_new

with whole_import():
    import nbformat

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CLEAN = Path(__file__).parent / "clean_notebooks"
LINKED_TO = ("images",)  # folders that the notebooks show things from


def fresh_copy(folder, report=print):
    """Copy clean notebooks and all that they link to into a new folder; return the paths.

    report: called with a line for each file. What was written into the notebooks, added to them
    or deleted from them makes no difference. Solutions are left out.
    Raises FileExistsError if the folder is not new or empty, FileNotFoundError if the notebooks
    do not stand beside the library. After any error nothing is left behind.
    """
    return write_new(folder, _files(notebooks_folder()), report)


def notebooks_folder():
    """The folder of the notebooks, which stands beside the library in the suite's own folder."""
    if not any(NOTEBOOKS.glob("*.ipynb")):
        raise FileNotFoundError(
            f"No notebooks in {NOTEBOOKS}. They stand beside backprop_lib in the folder of the "
            "suite. Install it from there, with the README's first line, and run this again."
        )
    return NOTEBOOKS


def _files(notebooks):
    for path in sorted(CLEAN.glob("*.json")):
        yield f"{path.stem}.ipynb", path.read_bytes()
    for folder in LINKED_TO:
        for path in sorted((notebooks / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(notebooks).as_posix(), path.read_bytes()


def clean_text(notebook):
    """The text of a clean notebook's file."""
    return nbformat.writes(clean(notebook)) + "\n"


def clean(notebook):
    """A copy of a notebook that nobody has answered yet, without outputs, counts and solutions.

    >>> cell = nbformat.v4.new_code_cell("1 + 1", execution_count=3, metadata={"solution": "2"})
    >>> cell = clean(nbformat.v4.new_notebook(cells=[cell])).cells[0]
    >>> print(cell.source, cell.execution_count, cell.metadata)
    1 + 1 None {}
    """
    notebook = deepcopy(notebook)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("solution", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("execution", None)
    return notebook
