"""Who may import whom, read from the imports that are there, those inside functions too."""

import ast
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parent.parent / "backprop_lib"
MODULES = {
    ".".join(path.relative_to(LIBRARY).with_suffix("").parts): path
    for path in sorted(LIBRARY.rglob("*.py"))
    if path.stem != "__init__"
}
# Each package may use itself and those on the lines above it, not its neighbour on the line.
LAYERS = (
    ("core",),
    ("symbolic",),
    ("training",),
    ("pictures", "exercises"),
    ("labs", "teaching"),
)
MAY_USE = {
    package: {package}.union(*LAYERS[:depth])
    for depth, layer in enumerate(LAYERS)
    for package in layer
}
# Inside core each module may use those before it: the order of the lessons.
# fmt: off
CORE = (
    "whole_import", "validation", "numbers_as_text", "names", "logistic", "activations", "errors",
    "network", "example", "worked_example", "forward_pass", "output_layer", "hidden_layer",
    "backward_pass", "weight_update", "gradient_check", "data_table", "logic_tables",
    "class_labels", "data_sets", "starting_weights",
)
# fmt: on
HEAVY = ("sympy", "matplotlib", "ipywidgets", "IPython", "mpmath")


def tree(module):
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imported(source):
    """Names of all modules that a piece of source imports, at its top or inside a function."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
            # from backprop_lib.training import engines
            if (node.module or "").startswith("backprop_lib"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def used_by(source):
    """Our modules, and other packages, that a piece of source imports."""
    ours, others = set(), set()
    for name in imported(source):
        if name.split(".")[0] != "backprop_lib":
            others.add(name.split(".")[0])
        elif name.removeprefix("backprop_lib.") in MODULES:
            ours.add(name.removeprefix("backprop_lib."))
        elif name == "backprop_lib":
            ours.add("the door")
    return ours, others


def broken(module, source):
    """What a module of a package uses and may not."""
    package = module.split(".")[0]
    ours, _ = used_by(source)
    return {used for used in ours if used.split(".")[0] not in MAY_USE[package]}


IN_PACKAGES = [module for module in MODULES if "." in module]


def test_every_module_but_the_door_and_the_commands_is_in_a_package():
    assert set(MODULES) - set(IN_PACKAGES) == {"__main__", "environment_check"}
    assert {module.split(".")[0] for module in IN_PACKAGES} == set(MAY_USE)


@pytest.mark.parametrize("package", MAY_USE)
def test_imports_go_one_way(package):
    modules = [module for module in IN_PACKAGES if module.split(".")[0] == package]
    assert modules
    assert {module: wrong for module in modules if (wrong := broken(module, tree(module)))} == {}


@pytest.mark.parametrize(
    "path", sorted(LIBRARY.rglob("__init__.py")), ids=lambda path: path.parent.stem
)
def test_packages_are_empty_but_for_the_door(path):
    assert path.parent == LIBRARY or path.read_text("utf-8") == ""


def test_the_environment_check_uses_nothing_else_of_ours():
    assert used_by(tree("environment_check"))[0] == set()


@pytest.mark.parametrize("name", CORE)
def test_a_module_of_the_core_uses_numpy_and_those_before_it(name):
    ours, others = used_by(tree(f"core.{name}"))
    assert ours <= {f"core.{before}" for before in CORE[: CORE.index(name)]}
    assert others - sys.stdlib_module_names <= {"numpy"}


def test_the_order_of_the_core_names_every_module_of_it():
    assert sorted(CORE) == sorted(
        module.removeprefix("core.") for module in MODULES if module.startswith("core.")
    )


# fmt: off
DERIVING = (
    "formula", "activation_formulas", "error_formulas", "network_equations", "chain_rule",
    "matrix_equations",
)
# fmt: on


@pytest.mark.parametrize("name", DERIVING)
def test_what_derives_uses_sympy_and_no_numeric_pass(name):
    ours, others = used_by(tree(f"symbolic.{name}"))
    assert others - sys.stdlib_module_names == {"sympy"}
    # Else its value could agree with the backward pass by being the backward pass.
    passes = CORE[CORE.index("worked_example") : CORE.index("data_table")]
    own = {f"symbolic.{before}" for before in DERIVING[: DERIVING.index(name)]}
    assert ours <= own | {f"core.{before}" for before in CORE if before not in passes}


def test_a_check_does_not_use_what_it_checks():
    passes = {"output_layer", "hidden_layer", "backward_pass", "weight_update"}
    assert not used_by(tree("core.gradient_check"))[0] & {f"core.{name}" for name in passes}


# Every other module uses NumPy and Python's own modules, and no more.
WHO_USES = {
    "anywidget": {"labs.lab"},
    "matplotlib": {"pictures.figure_svg", "pictures.static_plot"},
    "nbconvert": {"teaching.slides"},
    "nbformat": {f"teaching.{name}" for name in ("lesson_copies", "slides", "worksheet")},
    "numba": {"symbolic.generated_loop"},
    "torch": {"training.with_pytorch"},
    "jupyter_client": {"environment_check"},
    "jupyter_core": {"environment_check"},
    "packaging": {"environment_check"},
    "tqdm": {"training.sweep"},
    "traitlets": {"labs.lab"},
    "voila": {"teaching.live_slides"},
    "sympy": {"exercises.answers", "teaching.pleasant_numbers"}
    | {module for module in MODULES if module.startswith("symbolic.")} - {"symbolic.error_paths"},
}


def test_what_is_heavy_is_used_where_it_belongs_and_nowhere_else():
    used = defaultdict(set)
    for module in MODULES:
        for package in used_by(tree(module))[1] - sys.stdlib_module_names - {"numpy"}:
            used[package].add(module)
    assert used == WHO_USES


@pytest.mark.parametrize(
    "name", [name for name in CORE if name not in ("starting_weights", "data_sets")]
)
def test_the_core_neither_prints_nor_keeps_globals_nor_draws_at_random(name):
    for node in ast.walk(tree(f"core.{name}")):
        assert not isinstance(node, ast.Global)
        assert not (isinstance(node, ast.Name) and node.id in ("print", "input", "random"))
        assert not (isinstance(node, ast.Attribute) and node.attr == "random")


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_imported_by_a_star_or_from_a_drawer(module):
    assert MODULES[module].stem not in ("utils", "helpers")
    for node in ast.walk(tree(module)):
        assert not (isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names))


def test_the_checks_above_can_fail():
    source = ast.parse(
        "def f():\n    import sympy.abc\n"
        "from backprop_lib.symbolic.chain_rule import x\n"
        "from backprop_lib.training import engines\n"
        "from backprop_lib import example\n"
    )
    ours = {"symbolic.chain_rule", "training.engines", "the door"}
    assert used_by(source) == (ours, {"sympy"})
    assert broken("core.names", source) == ours
    assert broken("pictures.figures", source) == {"the door"}
    assert broken("pictures.x", ast.parse("import backprop_lib.exercises.check")) == {
        "exercises.check"
    }


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


def test_importing_the_library_loads_nothing_else():
    loaded = loaded_by("import backprop_lib; dir(backprop_lib)")
    assert "backprop_lib" in loaded
    assert not loaded & {"numpy", *HEAVY}


def test_a_forward_and_backward_pass_and_an_update_need_numpy_alone():
    loaded = loaded_by(
        "from backprop_lib import example, forward_pass, nudge, weight_update\n"
        "forward = forward_pass(example.network, example.inputs, example.targets)\n"
        "weight_update(forward, 0.5), nudge('dE_dw5', example)"
    )
    assert "numpy" in loaded
    assert not loaded & set(HEAVY)


@pytest.mark.exhaustive
def test_the_chain_rule_loads_sympy_and_nothing_that_draws():
    loaded = loaded_by("from backprop_lib import chain_rule; chain_rule('E_total', 'w5')")
    assert "sympy" in loaded
    assert not loaded & {"matplotlib", "ipywidgets", "IPython"}


@pytest.mark.exhaustive
def test_any_network_is_trained_without_what_draws_or_what_it_is_compared_with():
    loaded = loaded_by(
        "from backprop_lib import Network, example, gradient_table, train_in_batches\n"
        "network = example.network\n"
        "batch = [example.inputs], [example.targets]\n"
        "train_in_batches(network, *batch, 0.5, 1), gradient_table(network, *batch)"
    )
    assert not loaded & {"matplotlib", "ipywidgets", "IPython", "torch", "sklearn", "tqdm"}


def test_a_network_of_any_size_is_held_and_drawn_without_sympy():
    loaded = loaded_by(
        "from backprop_lib import decision_regions, random_network\n"
        "decision_regions(random_network((2, 3, 1)), [[0, 1]], [[1]])"
    )
    assert not loaded & set(HEAVY)


def test_the_mutation_run_names_files_that_are_there():
    config = tomllib.loads((LIBRARY.parent / "pyproject.toml").read_text(encoding="utf-8"))
    named = config["tool"]["mutmut"]
    paths = [*named["only_mutate"], *named["pytest_add_cli_args_test_selection"]]
    assert [path for path in paths if not (LIBRARY.parent / path).exists()] == []
