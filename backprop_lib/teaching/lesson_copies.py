"""Copies of the lessons: ``python -m backprop_lib fresh DIR``, and ``solutions DIR``.

Each lesson stands once in the package, in ``lessons``, without outputs, and with the solution of
an exercise in the metadata of its cell. A learner works in copies: writes into them, adds cells,
deletes some. So whatever was done to those, a fresh copy is clean, and it is there wherever the
library is installed.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from backprop_lib.teaching.new_files import write_new

KEPT = ("tags", "solution")  # what the metadata of a cell may hold; editors add the rest
# A link from one lesson to another; both copies stand in one folder.
LINK = re.compile(r"(\]\(\d\d_\w+)\.ipynb")


def lessons() -> Iterator[tuple[str, NotebookNode]]:
    """The name of each lesson and its notebook, in their order."""
    folder = files("backprop_lib.lessons")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".ipynb"):
            text = file.read_text(encoding="utf-8")
            yield file.name.removesuffix(".ipynb"), nbformat.reads(text, as_version=4)


def fresh_copy(folder: str | Path, report: Callable[[str], object] = print) -> list[Path]:
    """Write the lessons, all clean, into a new folder; return the paths.

    report: called with a line for each file. Raises FileExistsError if the folder is not new or
    empty. After any error nothing is left behind.
    """
    return _written(folder, ((name, asked(lesson)) for name, lesson in lessons()), report)


def solutions_copy(folder: str | Path, report: Callable[[str], object] = print) -> list[Path]:
    """Write the lessons with every exercise solved into a new folder, as ``fresh_copy`` does."""
    done = ((f"{name}_solutions", solved(lesson)) for name, lesson in lessons())
    return _written(folder, done, report)


def _written(folder, named: Iterable, report):
    texts = ((f"{name}.ipynb", nbformat.writes(notebook) + "\n") for name, notebook in named)
    return write_new(folder, texts, report)


def clean(notebook: NotebookNode) -> NotebookNode:
    """A copy without outputs and counts, and without what editors put into the metadata.

    >>> metadata = {"solution": "2", "scrolled": True}
    >>> cell = nbformat.v4.new_code_cell("1 + 1", execution_count=3, metadata=metadata)
    >>> cell = clean(nbformat.v4.new_notebook(cells=[cell])).cells[0]
    >>> print(cell.source, cell.execution_count, cell.metadata)
    1 + 1 None {'solution': '2'}
    """
    notebook = deepcopy(notebook)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        kept = {name: value for name, value in cell.metadata.items() if name in KEPT}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def asked(notebook: NotebookNode) -> NotebookNode:
    """A clean copy for a learner, without the solutions."""
    notebook = clean(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("solution", None)
    return notebook


def exercises(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells of a notebook that ask for an answer."""
    return [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]


def solved(notebook: NotebookNode) -> NotebookNode:
    """A clean copy with the solution of every exercise in its place.

    Raises ValueError for an exercise without a solution, or whose solution is the exercise.
    """
    notebook = clean(notebook)
    for cell in exercises(notebook):
        solution = cell.metadata.get("solution", cell.source)
        if solution == cell.source:
            raise ValueError(
                f"expected the metadata 'solution' to answer the exercise\n\n{cell.source}\n\nGive "
                "the cell a solution: its source with the answer in it."
            )
        cell.source = solution
    for cell in notebook.cells:
        cell.metadata.pop("solution", None)
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(r"\1_solutions.ipynb", cell.source)
    title = notebook.cells[0]
    title.source = re.sub(r"^# (.*)", r"# Solutions: \1", title.source, count=1)
    return notebook
