"""Write notebooks/solutions/ from the exercises in the notebooks, and run every solution.

    python tests/regenerate_solutions.py            all notebooks
    python tests/regenerate_solutions.py 03         those whose name starts with 03

An exercise is a code cell tagged "exercise" that ends with its own check. Its metadata holds, as
``solution``, its source with the answer in it. There is no other source of the solutions: what is
written here is the notebook with those sources in place, executed. Run twice, it leaves no diff.
"""

import re
import sys
from copy import deepcopy

import nbformat
from regenerate_notebooks import NOTEBOOKS, execute, notebook_paths

from backprop_lib.exercises.check import MARKS

SOLUTIONS = NOTEBOOKS / "solutions"
# A link or picture that is given by its way from notebooks/; not an address, not a heading.
RELATIVE = re.compile(r"""(\]\(|(?:src|href)=["'])(?![a-z]+:|[#/]|\.\./)""")


def exercises(notebook):
    """The cells of a notebook that ask for an answer."""
    return [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]


def solved(notebook):
    """A copy of a notebook with the solution of every exercise in its place.

    Raises ValueError for an exercise without a solution, or whose solution is the exercise.
    """
    notebook = deepcopy(notebook)
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
            cell.source = RELATIVE.sub(r"\1../", cell.source)
    title = notebook.cells[0]
    title.source = re.sub(r"^# (.*)", r"# Solutions: \1", title.source, count=1)
    return notebook


def verdicts(notebook):
    """What the check of every exercise said, in order: right, wrong, unanswered, ...

    notebook: one that was executed. Raises ValueError for an exercise that shows no verdict.
    """
    kinds = {mark: kind for kind, mark in MARKS.items()}
    found = []
    for cell in exercises(notebook):
        shown = [output_text(output) for output in cell.outputs]
        if not shown or shown[-1][:1] not in kinds:
            raise ValueError(
                f"expected the exercise to end with its check, but it shows {shown[-1:]}\n\n"
                f"{cell.source}"
            )
        found.append(kinds[shown[-1][0]])
    return found


def output_text(output):
    return output.get("text") or output.get("data", {}).get("text/plain", "")


def solution_path(path):
    """Where the solutions of a notebook stand."""
    return SOLUTIONS / f"{path.stem}_solutions.ipynb"


def main(prefix=""):
    paths = notebook_paths(prefix)
    if not paths:
        sys.exit(f"No notebook in {NOTEBOOKS} starts with {prefix!r}.")
    for number, path in enumerate(paths, start=1):
        notebook = nbformat.read(path, as_version=4)
        asked = len(exercises(notebook))
        print(f"[{number}/{len(paths)}] {path.name}: {asked} exercises", flush=True)
        if asked:
            SOLUTIONS.mkdir(exist_ok=True)
            nbformat.write(execute(solved(notebook)), solution_path(path))


if __name__ == "__main__":
    main(*sys.argv[1:])
