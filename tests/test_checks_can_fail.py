"""The suite goes red for each of the classic mistakes.

Each mistake is put into a copy of the library, and the quick tests of the core are run on the copy.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.exhaustive

ROOT = Path(__file__).parent.parent
# Quick ones: no Hypothesis, no 10,000 rounds. SymPy's take longer and are run for its own mistakes.
NUMERIC = [
    "core/test_network.py",
    "core/test_forward_pass.py",
    "core/test_backward_pass.py",
    "core/test_weight_update.py",
]
SYMBOLIC = ["symbolic/test_chain_rule.py"]
GENERATED = ["symbolic/test_generated_loop.py"]
QUICK_TESTS_OF = {
    "symbolic.chain_rule": SYMBOLIC,
    "symbolic.network_equations": SYMBOLIC,
    "symbolic.update_rules": GENERATED,
}
LEFT_OUT = "not ten_thousand and not final_error and not training and not any_small_network"

# What is the mistake, in which module, what the line says, what it is made to say.
MISTAKES = {
    "updated weights": (
        "core.weight_update",
        "learning_rate if uses_updated else 0.0",
        "learning_rate",
    ),
    "updated weights in the backward pass": (
        "core.backward_pass",
        "already_updated_by: float = 0.0",
        "already_updated_by: float = 0.5",
    ),
    "dropped path": (
        "core.hidden_layer",
        "weights_after.T @ dE_dnet_after",
        "weights_after[:1].T @ dE_dnet_after[:1]",
    ),
    "dropped path in a lookup by name": (
        "core.backward_pass",
        "self.weights_used[layer].T @ d_dnet",
        "self.weights_used[layer][:1].T @ d_dnet[:1]",
    ),
    "dropped path in the chain rule": (
        "symbolic.chain_rule",
        "known[of] = tuple(",
        "known[of] = (lambda paths: tuple(paths)[:1])(",
    ),
    "flipped sign of the error's slope": (
        "core.errors",
        "return -(targets - outs)",
        "return targets - outs",
    ),
    "flipped sign of the step": (
        "core.backward_pass",
        "return old - learning_rate * slope",
        "return old + learning_rate * slope",
    ),
    "flipped sign in the chain rule": (
        "symbolic.network_equations",
        "return sp.diff(expression, by)",
        "return -sp.diff(expression, by)",
    ),
    "missing out(1-out)": (
        "core.output_layer",
        "through_activation(dE_dout, dout_dnet) if dE_dnet is None",
        "dE_dout if dE_dnet is None",
    ),
    "missing out(1-out) in a lookup by name": (
        "core.backward_pass",
        "return through_activation(d_dout, found.dout_dnet)",
        "return d_dout",
    ),
    "half of out(1-out)": ("core.logistic", "return out * (1 - out)", "return out"),
    "missing out(1-out) in the chain rule": (
        "symbolic.network_equations",
        "return slope_in_out(expression.activation).subs({OUT: out, NET: own})",
        "return sp.Integer(1)",
    ),
    "swapped w6/w7 in the example": (
        "core.worked_example",
        "[[0.40, 0.45], [0.50, 0.55]]",
        "[[0.40, 0.50], [0.45, 0.55]]",
    ),
    "swapped w6/w7 on the way back": (
        "core.hidden_layer",
        "weights_after.T @ dE_dnet_after",
        "weights_after @ dE_dnet_after",
    ),
    "swapped w6/w7 in the names": (
        "core.names",
        "yield name + after, Position(array, (k, row, column))",
        "yield name + after, Position(array, (k, column, row) if k else (k, row, column))",
    ),
    "updated weights in the generated loop": (
        "symbolic.update_rules",
        'if rule.hidden_layers_use == "updated weights" else {}',
        "",
    ),
    "dropped path in the generated loop": (
        "symbolic.update_rules",
        "sp.Add(*terms[by]) for by in in_order",
        "terms[by][0] for by in in_order",
    ),
    "swapped w6/w7 in the chain rule": (
        "symbolic.network_equations",
        "zip(names.neurons[k], layer, names.weights[k], strict=True)",
        "zip(names.neurons[k], layer, zip(*names.weights[k]) if k else names.weights[k])",
    ),
}


@pytest.fixture
def copy(tmp_path):
    """A copy of the library and of its quick tests."""
    shutil.copytree(ROOT / "backprop_lib", tmp_path / "backprop_lib")
    for name in (*NUMERIC, *SYMBOLIC, *GENERATED):
        (tmp_path / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests" / name)
    return tmp_path


def put_in(copy, module, right, wrong):
    path = copy.joinpath("backprop_lib", *module.split(".")).with_suffix(".py")
    source = path.read_text(encoding="utf-8")
    assert source.count(right) == 1, f"{module} no longer says {right!r} just once"
    path.write_text(source.replace(right, wrong), encoding="utf-8")


def run(copy, tests):
    """Exit code of pytest on the copy, and every failure and error that it reports."""
    report = copy / "report.xml"
    options = ["-x", "-q", "--tb=line", "-p", "no:cacheprovider", "-o", "addopts=", "-k", LEFT_OUT]
    command = [sys.executable, "-m", "pytest", *options, f"--junitxml={report}"]
    command += [f"tests/{name}" for name in tests]
    plain_pytest = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # starts in half the time
    # Python finds the copy first: `-m` puts the folder it is started in at the head of the path.
    answer = subprocess.run(
        command, cwd=copy, env=plain_pytest, capture_output=True, text=True, timeout=120
    )
    assert report.exists(), answer.stdout + answer.stderr
    cases = list(ElementTree.parse(report).iter("testcase"))
    failures = [f.get("message") for case in cases for f in case.iter("failure")]
    errors = [e.get("message") for case in cases for e in case.iter("error")]
    return answer.returncode, len(cases), failures, errors


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_suite_goes_red_for(mistake, copy):
    module = MISTAKES[mistake][0]
    put_in(copy, *MISTAKES[mistake])
    code, _, failures, errors = run(copy, QUICK_TESTS_OF.get(module, NUMERIC))
    assert (code, errors) == (1, [])
    # Red because a number was wrong, and not because the mistake stopped the program.
    assert len(failures) == 1
    assert failures[0].startswith(("assert ", "AssertionError"))


def test_without_a_mistake_it_is_green(copy):
    code, tests, failures, errors = run(copy, [*NUMERIC, *SYMBOLIC, *GENERATED])
    assert (code, failures, errors) == (0, [], [])
    assert tests > 300


def test_the_copy_is_what_is_tested(copy):
    (copy / "backprop_lib" / "__init__.py").write_text("raise SystemError('the copy')\n")
    code, _, failures, errors = run(copy, NUMERIC)
    assert code != 0 and failures == []
    assert len(errors) == 1  # so that a program that stops is not taken for a wrong number
