"""Write into the notebooks what follows from their cells: slide types, and the blanks to fill.

    python tests/mark_notebooks.py            all notebooks
    python tests/mark_notebooks.py 03         those whose name starts with 03

Run it after regenerate_notebooks.py, with no answers filled in. A heading in the middle of a
prose cell starts a cell of its own. Outputs stay as they are; running it twice changes nothing.
"""

import sys

import nbformat
from regenerate_notebooks import NOTEBOOKS, notebook_paths

from backprop_lib.fresh_copy import remember_blanks
from backprop_lib.slides import mark_slides


def mark(notebook):
    """Change a notebook in place: split at headings, slide types, blanks."""
    mark_slides(notebook)
    remember_blanks(notebook)


def main(prefix=""):
    paths = notebook_paths(prefix)
    if not paths:
        sys.exit(f"No notebook in {NOTEBOOKS} starts with {prefix!r}.")
    for number, path in enumerate(paths, start=1):
        print(f"[{number}/{len(paths)}] {path.name}", flush=True)
        notebook = nbformat.read(path, as_version=4)
        mark(notebook)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
