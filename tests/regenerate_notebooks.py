"""Run every notebook from the top in a fresh kernel and save it with its outputs.

    python tests/regenerate_notebooks.py            all notebooks
    python tests/regenerate_notebooks.py 03         those whose name starts with 03

Running it twice leaves no diff: nothing that changes from run to run (times, kernel versions,
the order in which output arrived) is kept.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
KEPT = ("tags", "slideshow", "solution")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def notebook_paths(prefix=""):
    """All notebooks whose file name starts with ``prefix``, in the order of the lessons."""
    return sorted(NOTEBOOKS.glob(f"{prefix}*.ipynb"))


def execute(notebook):
    """The notebook, run from the top in a fresh kernel that starts in notebooks/."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count, cell.metadata = [], None, _kept(cell.metadata)
    client = NotebookClient(
        notebook,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
        kernel_name="python3",
        timeout=300,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    )
    client.execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            # A widget lives as long as its kernel; what is saved is the line that stands for it.
            output.get("data", {}).pop(WIDGET, None)
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


def _kept(metadata):
    """Tags, slide types and solutions are ours; editors add the rest."""
    return nbformat.from_dict({k: v for k, v in metadata.items() if k in KEPT})


def main(prefix=""):
    paths = notebook_paths(prefix)
    if not paths:
        sys.exit(f"No notebook in {NOTEBOOKS} starts with {prefix!r}.")
    for number, path in enumerate(paths, start=1):
        print(f"[{number}/{len(paths)}] {path.name}", flush=True)
        nbformat.write(execute(nbformat.read(path, as_version=4)), path)


if __name__ == "__main__":
    main(*sys.argv[1:])
