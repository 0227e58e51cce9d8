"""Copies of the lessons: ``python -m backprop_lib fresh DIR``, and ``solutions DIR``.

Each lesson stands once in the package, in ``lessons``, without outputs, and with the solution of
an exercise in the metadata of its cell. A learner works in copies: writes into them, adds cells,
deletes some. So whatever was done to those, a fresh copy is clean, and it is there wherever the
library is installed.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from backprop_lib.teaching.new_files import add_missing, write_new

# What the metadata of a cell may hold; editors add the rest. What gives an answer away, a learner's
# copy does not have: "answer" lists what must not stand before a prediction.
GIVEN_AWAY = ("solution", "answer")
KEPT = ("tags", *GIVEN_AWAY)
EDITION = "backprop_lib"  # in a learner's copy, the metadata that say which edition it began as
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
    """Write the lessons, all clean, into a folder; return the paths of those that are new in it.

    A folder that has some of the lessons gets the others, and those it has stay as they are.
    report: called with a line for each new file, and for each copy of a lesson that has changed
    since. Raises FileExistsError for a folder with other things and no lesson. After any error
    nothing is left behind.
    """
    folder = Path(folder)
    copies = {f"{name}.ipynb": learners_copy(lesson) for name, lesson in lessons()}
    present = [name for name in copies if (folder / name).is_file()]
    write = add_missing if present else write_new
    texts = ((name, nbformat.writes(copy) + "\n") for name, copy in copies.items())
    written = write(folder, texts, report)
    for name in present:
        if edition_in(folder / name) != copies[name].metadata[EDITION]["edition"]:
            report(
                f"{folder / name} stays as it is; the lesson has changed since you began it. "
                "For the new one, rename yours and say this again."
            )
    return written


def learners_copy(lesson: NotebookNode) -> NotebookNode:
    """A clean copy without the solutions, and with the edition of the lesson in its metadata."""
    copy = asked(lesson)
    text = "\0".join(cell.source for cell in copy.cells)
    copy.metadata[EDITION] = {"edition": hashlib.sha256(text.encode()).hexdigest()[:12]}
    return copy


def edition_in(path: Path) -> str | None:
    """The edition that a learner's copy began as; None if it does not say."""
    try:
        return nbformat.read(path, as_version=4).metadata[EDITION]["edition"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def solutions_copy(folder: str | Path, report: Callable[[str], object] = print) -> list[Path]:
    """Write the lessons with every exercise solved into a new folder, as ``fresh_copy`` does."""
    done = ((f"{name}_solutions", solved(lesson)) for name, lesson in lessons())
    texts = ((f"{name}.ipynb", nbformat.writes(notebook) + "\n") for name, notebook in done)
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
    _without_answers(notebook)
    return notebook


def _without_answers(notebook):
    for cell in notebook.cells:
        for name in GIVEN_AWAY:
            cell.metadata.pop(name, None)


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
    _without_answers(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(r"\1_solutions.ipynb", cell.source)
    title = notebook.cells[0]
    title.source = re.sub(r"^# (.*)", r"# Solutions: \1", title.source, count=1)
    return notebook
