"""Which tests a mutant is run against: those of its module. Plugged in by conftest.py for mutmut.

mutmut would run a mutant against the single tests that were seen to call its function. But these
tests compute much while they are collected, and the library keeps much in caches, so what is seen
is not all there is. Here the first test of a file stands for the file, and a file for modules.
"""

import json
import os
import re
from pathlib import Path

import pytest

# Where a module is tested, if not in the file of its own name alone. What it says of bad input is
# tested in test_refusals.py.
TESTED_IN = {
    "engines": ("generated_loop", "training", "sweep"),
    "example": ("network", "weight_update"),
    "activations": ("activation_formulas", "any_network", "made_up_activation"),
    "chain_rule": ("any_network",),
    "errors": ("forward_pass", "backward_pass", "any_network"),
    "formula": ("activation_formulas", "chain_rule", "mathml"),
    "generated_loop": ("any_network",),
    "hidden_layer": ("backward_pass",),
    "names": ("network",),
    "network_equations": ("chain_rule", "any_network"),
    "output_layer": ("backward_pass", "any_network"),
    "round_steps": ("walkthrough_steps", "any_network"),
    "update_rules": ("generated_loop", "any_network"),
}
MODE = os.environ.get("MUTANT_UNDER_TEST", "")  # none where pytest looks here for doctests


def _modules_of(path):
    """Names of the modules that a file of tests is for: a module with doctests is for itself."""
    own = path.stem.removeprefix("test_")
    if own == "refusals":
        return {meta.name.partition(".")[0] for meta in Path("backprop_lib").rglob("*.py.meta")}
    return {own} | {module for module, tests in TESTED_IN.items() if own in tests}


def _functions_of(module):
    """What mutmut calls the functions of a module that it has mutated."""
    metas = Path("backprop_lib").rglob(f"{module}.py.meta")
    mutants = (
        mutant for meta in metas for mutant in json.loads(meta.read_text())["exit_code_by_key"]
    )
    return {mutant.partition("__mutmut_")[0] for mutant in mutants}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Each changed copy of a function has its doctests too: those of the original do."""
    items[:] = [item for item in items if not re.search(r"__mutmut_\d", item.name)]
    if MODE in ("stats", "list_all_tests"):
        items[:] = {item.path: item for item in reversed(items)}.values()


if MODE in ("stats", "list_all_tests"):
    # mutmut asks which tests there are, and which functions they call.

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(item):
        from mutmut.state import state

        called = state()._stats
        called.clear()
        called.update(*map(_functions_of, _modules_of(item.path)))


def pytest_configure(config):
    """Whole files: the first test, by which mutmut knows a file, stands for all of them.

    In this order the doctests come first, which are quick, and the tests of any network late.
    """
    config.args = sorted({argument.partition("::")[0] for argument in config.args})


def pytest_sessionfinish(session, exitstatus):
    """A file of tests that cannot be imported with a mutant has found it."""
    if exitstatus == pytest.ExitCode.INTERRUPTED:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
