"""Who may import whom."""

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parent.parent / "backprop_lib"

# The numeric rooms in the order of the lessons: each may use those before it, and NumPy.
NUMERIC_ROOMS = (
    "validation",
    "names",
    "logistic",
    "half_squared_error",
    "network",
    "example",
    "worked_example",
    "forward_pass",
    "output_layer",
    "hidden_layer",
    "backward_pass",
    "weight_update",
    "quantities",
    "gradient_check",
    "mistaken_round",
    "data_table",
    "logic_tables",
    "class_labels",
    "activations",
    "error_functions",
    "dense_network",
)
HEAVY = ("sympy", "matplotlib", "ipywidgets", "IPython", "mpmath")
STANDARD = {"collections", "csv", "dataclasses", "decimal", "functools", "importlib", "itertools"}
STANDARD |= {"math", "numbers", "re", "types", "typing"}


def tree(room):
    return ast.parse((LIBRARY / f"{room}.py").read_text(encoding="utf-8"))


def imported(source):
    """Names of all modules that a piece of source imports, at its top or inside a function."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def rooms_used(room):
    return {m.removeprefix("backprop_lib.") for m in imported(tree(room)) if "backprop_lib" in m}


def others_used(room):
    return {m.split(".")[0] for m in imported(tree(room)) if "backprop_lib" not in m}


@pytest.mark.parametrize("room", NUMERIC_ROOMS)
def test_a_numeric_room_imports_numpy_alone(room):
    assert others_used(room) <= STANDARD | {"numpy"}


@pytest.mark.parametrize("room", NUMERIC_ROOMS)
def test_a_numeric_room_uses_only_rooms_before_it(room):
    assert rooms_used(room) <= set(NUMERIC_ROOMS[: NUMERIC_ROOMS.index(room)])


def test_the_chain_rule_uses_sympy_and_no_numeric_pass():
    assert others_used("chain_rule") <= STANDARD | {"sympy"}
    # Else its value could agree with the backward pass by being the backward pass.
    assert rooms_used("chain_rule") <= {"names", "validation", "example", "whole_import"}


# Every other room may use NumPy and Python's own modules, and no more.
WHO_USES = {
    "anywidget": {"labs/lab"},
    "ipywidgets": {"with_pytorch"},
    "matplotlib": {"figures"},
    "nbconvert": {"slides"},
    "nbformat": {"fresh_copy", "slides", "worksheet"},
    "numba": {"generated_loop"},
    "torch": {"with_pytorch"},
    "jupyter_client": {"environment_check"},
    "jupyter_core": {"environment_check"},
    "packaging": {"environment_check"},
    "sklearn": {"data_sets"},
    "tqdm": {"sweep"},
    "traitlets": {"labs/lab"},
    "sympy": {
        *("activation_formulas", "answers", "chain_rule", "error_formulas", "formula_mathml"),
        *("generated_loop", "hand_steps", "hints", "update_rules", "walkthrough_steps"),
    },
}


def test_what_is_heavy_is_used_where_it_belongs_and_nowhere_else():
    rooms = [path.relative_to(LIBRARY).with_suffix("").as_posix() for path in LIBRARY.rglob("*.py")]
    used = defaultdict(set)
    for room in rooms:
        for package in others_used(room) - sys.stdlib_module_names - {"numpy"}:
            used[package].add(room)
    assert used == WHO_USES


def test_a_check_does_not_use_what_it_checks():
    passes = {"output_layer", "hidden_layer", "backward_pass", "weight_update", "chain_rule"}
    assert not rooms_used("gradient_check") & passes


@pytest.mark.parametrize("room", NUMERIC_ROOMS)
def test_a_numeric_room_neither_prints_nor_keeps_globals_nor_draws_lots(room):
    for node in ast.walk(tree(room)):
        assert not isinstance(node, ast.Global)
        assert not (isinstance(node, ast.Name) and node.id in ("print", "input", "random"))
        assert not (isinstance(node, ast.Attribute) and node.attr == "random")


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_is_imported_by_a_star_or_from_a_drawer(path):
    assert path.stem not in ("utils", "helpers")
    stars = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert not stars


def test_the_checks_above_can_fail():
    source = ast.parse(
        "def f():\n    import sympy.abc\nfrom backprop_lib.symbolic.chain_rule import x"
    )
    assert set(imported(source)) == {"sympy.abc", "backprop_lib.symbolic.chain_rule"}
    assert "sympy" in others_used("chain_rule")
    assert "validation" in rooms_used("names")


def loaded_by(code):
    """Top-level packages that a fresh Python has loaded after running the code."""
    ask = f"{code}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", ask],
        cwd=LIBRARY.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(answer.stdout.split())


def test_importing_the_library_does_not_load_what_draws_or_derives():
    loaded = loaded_by("import backprop_lib")
    assert {"backprop_lib", "numpy"} <= loaded
    assert not loaded & set(HEAVY)


def test_a_forward_and_backward_pass_and_an_update_need_numpy_alone():
    loaded = loaded_by(
        "from backprop_lib import example, forward_pass, nudge, weight_update\n"
        "forward = forward_pass(example.network, example.inputs, example.targets)\n"
        "weight_update(forward, 0.5), nudge('dE_dw5', example)"
    )
    assert not loaded & set(HEAVY)


def test_the_chain_rule_loads_sympy_and_nothing_that_draws():
    loaded = loaded_by("from backprop_lib import chain_rule")
    assert "sympy" in loaded
    assert not loaded & {"matplotlib", "ipywidgets", "IPython"}


def test_any_network_loads_sympy_and_nothing_that_draws_or_that_it_is_compared_with():
    loaded = loaded_by(
        "from backprop_lib.any_network import *\n"
        "from backprop_lib import example\n"
        "network = DenseNetwork.like(example.network)\n"
        "batch = [example.inputs], [example.targets]\n"
        "train_in_batches(network, *batch, 0.5, 1), gradient_table(network, *batch)"
    )
    assert "sympy" in loaded
    assert not loaded & {"matplotlib", "ipywidgets", "IPython", "torch", "sklearn", "tqdm"}


def test_a_network_of_any_size_is_held_and_drawn_without_sympy():
    loaded = loaded_by(
        "from backprop_lib.core.dense_start import random_dense_network\n"
        "from backprop_lib.pictures.decision_regions import decision_regions\n"
        "decision_regions(random_dense_network((2, 3, 1)), [[0, 1]], [[1]])"
    )
    assert not loaded & set(HEAVY)


def test_everything_that_the_library_offers_is_there():
    import backprop_lib

    assert sorted(backprop_lib.__all__) == backprop_lib.__all__
    assert all(hasattr(backprop_lib, name) for name in backprop_lib.__all__)
