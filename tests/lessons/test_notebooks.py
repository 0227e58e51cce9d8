"""Guards of the notebooks: what nbval alone does not see.

nbval says that today's run equals yesterday's. These tests say that the saved notebooks were
run at all, from the top, without errors; that they hold the tutorial's figures; and that they
keep to the anatomy of a lesson.
"""

import itertools
import re
import statistics

import nbformat
import pytest
from nbclient import NotebookClient

from backprop_lib.training.published import figures
from tools.lessons import NOTEBOOKS, WIDGET

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def prose(path):
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def output_text(output):
    return output.get("text") or output.get("data", {}).get("text/plain", "")


def saved_lines(path):
    texts = [output_text(output) for cell in code_cells(path) for output in cell.outputs]
    return "\n".join(texts).splitlines()


def test_there_are_notebooks():
    assert [path.stem for path in PATHS][:5] == [
        "00_start_here",
        "01_forward_pass",
        "02_output_layer_derivatives",
        "03_hidden_layer_derivatives",
        "04_weight_update",
    ]


@each_notebook
def test_every_code_cell_was_run_once_in_order(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@each_notebook
def test_no_error_is_saved_and_only_labs_skip_the_comparison(path):
    for cell in code_cells(path):
        assert all(output.output_type != "error" for output in cell.outputs)
        tags = cell.metadata.get("tags", [])
        assert "raises-exception" not in tags and "nbval-skip" not in tags
        # What is said of this very computer differs from place to place.
        assert "nbval-ignore-output" not in tags or {"lab", "here"} & set(tags)
        assert "NBVAL" not in cell.source.upper()


@pytest.mark.parametrize(
    "figure", figures(), ids=lambda figure: f"{figure.quantity}={figure.printed}"
)
def test_every_figure_of_the_tutorial_stands_in_the_saved_output_of_its_notebook(figure):
    name = rf"(?<!\w){re.escape(figure.quantity)}(?!\w)"
    digits = rf"(?<![\d.]){re.escape(figure.printed)}(?!\d)"
    # A line of the audit repeats the printed digits whatever the notebook computes.
    lines = [
        line
        for line in saved_lines(NOTEBOOKS / f"{figure.notebook}.ipynb")
        if not re.search(r" (agrees|differs: .*)$", line)
    ]
    assert any(re.search(name, line) and re.search(digits, line) for line in lines)


@each_notebook
def test_cells_are_short_and_most_are_very_short(path):
    lengths = [sum(bool(line.strip()) for line in c.source.splitlines()) for c in code_cells(path)]
    assert max(lengths) <= 12
    assert statistics.median(lengths) <= 4


# Where a class is what the learner writes.
CLASSES = {"10_automatic_differentiation": ["Value"]}


@each_notebook
def test_no_classes_no_long_loops_no_path_tricks_in_a_cell(path):
    code = "\n".join(cell.source for cell in code_cells(path))
    assert re.findall(r"^\s*class (\w+)", code, re.M) == CLASSES.get(path.stem, [])
    for cell in code_cells(path):
        assert "sys.path" not in cell.source
        assert not re.search(r"^\s*[%!]", cell.source, re.M)
        for body in re.findall(r"^(?:for|while) .*:\n((?:    .*\n?)+)", cell.source, re.M):
            assert len(body.splitlines()) <= 3


@each_notebook
def test_there_is_a_prose_cell_for_every_code_cell(path):
    cells = read(path).cells
    kinds = "".join("c" if cell.cell_type == "code" else "p" for cell in cells)
    assert kinds.count("p") >= kinds.count("c")
    assert kinds.startswith("p") and kinds.endswith("p")


@each_notebook
def test_imports_stand_in_one_cell_of_few_lines(path):
    imports = [c.source for c in code_cells(path) if re.search(r"^(from|import) ", c.source, re.M)]
    assert len(imports) == 1
    assert len([line for line in imports[0].splitlines() if line.strip()]) <= 6
    assert "import *" not in imports[0]


@each_notebook
def test_one_title_headings_without_gaps_and_the_frame_of_a_lesson(path):
    levels = [len(marks) for marks in re.findall(r"^(#+) ", prose(path), re.M)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    for part in ("**The question.**", "**What you will see.**", "**Time.**", "we have"):
        assert part in prose(path)


def minutes_of(path):
    """What a lesson takes alone, or whatever it says instead."""
    found = re.search(r"\*\*Time\.\*\* (\d+) minutes(?: in class, (\d+) alone)?", prose(path))
    return found[2] or found[1]


def test_the_map_gives_the_times_that_the_notebooks_give():
    table = re.findall(r"^\| \[\d\d .*?\]\((.*?)\) \|.*\| (\d+) min \|$", prose(PATHS[0]), re.M)
    assert table == [(path.name, minutes_of(path)) for path in PATHS[1:]]


@each_notebook
def test_links_between_notebooks_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+\.ipynb)\)", prose(path)):
        assert (NOTEBOOKS / target).is_file()


@each_notebook
def test_nothing_saved_depends_on_the_machine(path):
    text = path.read_text(encoding="utf-8")
    of_a_machine = r"np\.float64\(|object at 0x|(?<![\w.])/(tmp|home|root|Users)/|site-packages"
    assert not re.search(of_a_machine, text)
    assert "widgets" not in read(path).metadata
    assert WIDGET not in text


@pytest.mark.exhaustive
@each_notebook
def test_a_cell_run_twice_gives_what_it_gave_once(path):
    """Runs the notebook alone in a fresh kernel, every cell twice before the next."""
    notebook = read(path)
    saved = [[comparable(output) for output in c.outputs] for c in code_cells(path)]
    doubled = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            doubled += [nbformat.v4.new_code_cell(cell.source) for _ in range(2)]
    twice = nbformat.v4.new_notebook(cells=doubled, metadata=notebook.metadata)
    NotebookClient(
        twice,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
        kernel_name="python3",
        timeout=120,
        coalesce_streams=True,
    ).execute()
    second = [[comparable(output) for output in cell.outputs] for cell in twice.cells[1::2]]
    assert second == saved


def comparable(output):
    data = {k: v for k, v in output.get("data", {}).items() if k in ("text/plain", "text/latex")}
    return data or output.get("text")
