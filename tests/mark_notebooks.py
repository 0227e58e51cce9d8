"""Write what follows from the cells of the notebooks: slide types, and the clean copies.

    python tests/mark_notebooks.py            all notebooks
    python tests/mark_notebooks.py 03         those whose name starts with 03

Run it after regenerate_notebooks.py, with no answers filled in. A heading in the middle of a
prose cell starts a cell of its own. Outputs stay as they are; running it twice changes nothing.
The clean copies, backprop_lib/teaching/clean_notebooks/, are what "python -m backprop_lib fresh" gives out.
"""

import sys

import nbformat
from regenerate_notebooks import NOTEBOOKS, notebook_paths

from backprop_lib.teaching.fresh_copy import CLEAN, clean_text
from backprop_lib.teaching.slides import mark_slides


def mark(notebook):
    """Change a notebook in place: split at headings, slide types."""
    mark_slides(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("blank", None)  # earlier clean copies were made from it


def main(prefix=""):
    paths = notebook_paths(prefix)
    if not paths:
        sys.exit(f"No notebook in {NOTEBOOKS} starts with {prefix!r}.")
    CLEAN.mkdir(exist_ok=True)
    for number, path in enumerate(paths, start=1):
        print(f"[{number}/{len(paths)}] {path.name}", flush=True)
        notebook = nbformat.read(path, as_version=4)
        mark(notebook)
        nbformat.write(notebook, path)
        (CLEAN / f"{path.stem}.json").write_text(clean_text(notebook), encoding="utf-8")
    for path in CLEAN.glob(f"{prefix}*.json"):
        if path.stem not in {lesson.stem for lesson in paths}:
            path.unlink()  # its lesson is gone


if __name__ == "__main__":
    main(*sys.argv[1:])
