"""The one door: its table is complete, each name of it loads, and lessons use every one."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import backprop_lib
from backprop_lib.teaching.lesson_copies import lessons

ROOT = Path(__file__).parent.parent


def taken_through_the_door(source):
    """Names that a cell imports from backprop_lib; whatever else of ours it imports stands out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("backprop_lib"):
            yield from (
                alias.name if node.module == "backprop_lib" else f"{node.module}.{alias.name}"
                for alias in node.names
            )
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("backprop_lib"))


def taken_by(notebook):
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return {name for source in code for name in taken_through_the_door(source)}


USED = set().union(*(taken_by(lesson) for _, lesson in lessons()))
README = (ROOT / "README.md").read_text("utf-8")


def test_the_door_holds_what_the_lessons_use_and_nothing_else():
    in_readme = {
        name.strip()
        for names in re.findall(r"^from backprop_lib import (.+)$", README, re.M)
        for name in names.split(",")
    }
    assert USED | in_readme == set(backprop_lib.__all__)


def test_an_import_past_the_door_would_stand_out():
    cell = "from backprop_lib.core.names import Names\nimport backprop_lib.core\nimport numpy"
    assert taken_by(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])) == {
        "backprop_lib.core.names.Names",
        "backprop_lib.core",
    }


@pytest.mark.parametrize("name", backprop_lib.__all__)
def test_every_name_loads_and_is_kept(name):
    thing = getattr(backprop_lib, name)
    assert vars(backprop_lib)[name] is thing
    # A function or class is at home where the table says, and not only passing through.
    assert getattr(thing, "__module__", "").endswith(backprop_lib._HOME_OF[name]) or not callable(
        thing
    )


def test_tab_completion_shows_the_names_before_any_is_used():
    ask = "import backprop_lib; print(*dir(backprop_lib))"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == backprop_lib.__all__


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'forward_pas'"):
        _ = backprop_lib.forward_pas


def test_without_a_package_the_door_names_it_and_the_command_that_helps():
    ask = "import sys; sys.modules['numpy'] = None; from backprop_lib import example"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)
    assert "ImportError: backprop_lib.example needs numpy, which is not" in answer.stderr
    assert "Run 'python -m backprop_lib check' to see what is missing" in answer.stderr
