"""Run every lesson from the top in a fresh kernel, and write it with its outputs to notebooks/.

    python tools/lessons.py            all lessons
    python tools/lessons.py 03         those whose name starts with 03

The source of a lesson is backprop_lib/lessons/NN_*.ipynb. It is edited in JupyterLab, where it may
be run; its outputs and what JupyterLab adds are taken out of it again here. Running this twice
leaves no diff: nothing that changes from run to run (times, kernel versions, the order in which
output arrived) is kept.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from backprop_lib.teaching.lesson_copies import asked, clean

ROOT = Path(__file__).parent.parent
LESSONS = ROOT / "backprop_lib" / "lessons"
NOTEBOOKS = ROOT / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def execute(notebook):
    """Run a notebook from the top, in place, in a fresh kernel that starts in notebooks/."""
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


def main(prefix="", lessons=LESSONS, notebooks=NOTEBOOKS):
    """Write the notebooks of the lessons whose name begins so; remove those that have no lesson."""
    paths = sorted(lessons.glob(f"{prefix}*.ipynb"))
    if not paths:
        sys.exit(f"No lesson in {lessons} starts with {prefix!r}.")
    for number, path in enumerate(paths, start=1):
        print(f"[{number}/{len(paths)}] {path.name}", flush=True)
        source = clean(nbformat.read(path, as_version=4))
        source.metadata = nbformat.from_dict(METADATA)
        nbformat.write(source, path)
        nbformat.write(execute(asked(source)), notebooks / path.name)
    for path in notebooks.glob("[0-9][0-9]_*.ipynb"):
        if not (lessons / path.name).exists():
            path.unlink()


if __name__ == "__main__":
    main(*sys.argv[1:2])
