"""Clean copies of the notebooks: ``python -m backprop_lib fresh DIR``.

A clean notebook has no outputs and no execution counts, and every cell that a learner writes in
is as it was. For that, such a cell keeps its first text in its metadata as ``blank``.
"""

import re
from copy import deepcopy
from pathlib import Path

import nbformat

from backprop_lib.new_files import write_new

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
OWN_WORDS = "Double-click this cell"
GUESS = re.compile(r"guess\b")
LINKED_TO = ("images",)  # folders that the notebooks show things from


def fresh_copy(folder, report=print):
    """Copy clean notebooks and all that they link to into a new folder; return the paths.

    report: called with a line for each file. Solutions are left out.
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
    for path in sorted(notebooks.glob("*.ipynb")):
        yield path.name, _clean_text(path)
    for folder in LINKED_TO:
        for path in sorted((notebooks / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(notebooks).as_posix(), path.read_bytes()


def _clean_text(path):
    return nbformat.writes(clean(nbformat.read(path, as_version=4))) + "\n"


def clean(notebook):
    """A copy of a notebook without outputs, counts and answers.

    >>> cell = nbformat.v4.new_code_cell('check("w5", 0.4)', metadata={"blank": 'check("w5", ...)'})
    >>> clean(nbformat.v4.new_notebook(cells=[cell])).cells[0].source
    'check("w5", ...)'
    """
    notebook = deepcopy(notebook)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.source = cell.metadata.get("blank", cell.source)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("execution", None)
    return notebook


def remember_blanks(notebook):
    """Keep the text of every cell that a learner writes in, so that ``clean`` can restore it.

    Changes the notebook. Those cells are the ones tagged "exercise", the guesses, and prose that
    asks for the learner's own words.
    """
    for cell in notebook.cells:
        cell.metadata.pop("blank", None)
        if is_for_the_learner(cell):
            cell.metadata["blank"] = cell.source


def is_for_the_learner(cell):
    """Whether a learner is asked to write into a cell."""
    if cell.cell_type == "markdown":
        return OWN_WORDS in cell.source
    return "exercise" in cell.metadata.get("tags", []) or bool(GUESS.match(cell.source))
