"""The comparison with PyTorch, in both worlds: where it is installed, and where it is not."""

import ast
import inspect
import sys

import numpy as np
import pytest

from backprop_lib import backward_pass, example, forward_pass, weight_update
from backprop_lib.core.weight_update import UpdateRule
from backprop_lib.training import with_pytorch
from backprop_lib.training.with_pytorch import CASES, compare_with_pytorch, pytorch_source, saved
from tools import pytorch_results


@pytest.fixture
def without_pytorch(monkeypatch):
    hide_pytorch(monkeypatch)


def hide_pytorch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)


@pytest.mark.parametrize("case", CASES)
def test_the_saved_numbers_are_ours_to_1e_12(case, without_pytorch):
    comparison = compare_with_pytorch(case)
    assert comparison.equal and comparison.difference <= 1e-12 and not comparison.here
    assert comparison.notice == (
        "PyTorch is not installed here; these are the numbers that it gave when saved."
    )
    assert len(comparison.names) == len(comparison.theirs) == len(comparison.theirs_new)


def test_the_worked_example_is_the_lessons(without_pytorch):
    comparison = compare_with_pytorch("worked example")
    forward = forward_pass(example.network, example.inputs, example.targets)
    backward = backward_pass(forward)
    update = weight_update(forward, 0.5, UpdateRule(biases="one per neuron"))
    for name, theirs, new in zip(
        comparison.names, comparison.theirs, comparison.theirs_new, strict=True
    ):
        assert theirs == pytest.approx(backward[f"dE_d{name}"], rel=0, abs=1e-12)
        assert new == pytest.approx(update[f"{name}_new"], rel=0, abs=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_the_saved_numbers_have_the_names_of_the_network(case):
    rows = [row for row in with_pytorch._saved_rows() if row["case"] == case]
    assert tuple(row["name"] for row in rows) == CASES[case]()[0].parameter_names


class Broken:
    """Finds PyTorch, and fails as it is loaded."""

    def __init__(self, problem):
        self.problem = problem

    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            raise self.problem


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (OSError("libcudart.so: cannot open"), "(OSError: libcudart.so: cannot open)"),
        (ImportError("DLL load\nfailed"), "(ImportError: DLL load failed)"),
        (ModuleNotFoundError("No module named 'typing_x'", name="typing_x"), "'typing_x')"),
        (OSError("x" * 500), "…)"),
    ],
)
def test_a_pytorch_that_does_not_start_is_named_and_the_saved_numbers_shown(
    problem, words, monkeypatch
):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(problem), *sys.meta_path])
    comparison = compare_with_pytorch("XOR")
    assert comparison.equal and not comparison.here
    assert comparison.notice.startswith("PyTorch is installed here but does not start (")
    assert words in comparison.notice and len(comparison.notice) < 260
    assert comparison.notice.endswith("; these are the numbers that it gave when saved.")


def test_one_number_that_differs_is_seen(without_pytorch, monkeypatch):
    right = saved("XOR")
    wrong = (right[0] + np.eye(len(right[0]))[3] * 2e-12, right[1])
    monkeypatch.setattr(with_pytorch, "saved", lambda case: wrong)
    comparison = compare_with_pytorch("XOR")
    assert not comparison.equal and repr(comparison).endswith("Not equal to 1e-12.")


@pytest.mark.parametrize("case", CASES)
def test_with_pytorch_the_saved_file_is_what_it_gives(case):
    pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
    network, inputs, targets = CASES[case]()
    fresh = with_pytorch.pytorch_round(network, inputs, targets, with_pytorch.LEARNING_RATE)
    np.testing.assert_allclose(fresh, saved(case), rtol=0, atol=1e-15)
    lines = pytorch_results.SAVED.read_text(encoding="utf-8").splitlines()
    assert len(list(pytorch_results.lines())) == len(lines)


def test_the_text_is_the_same_in_both_worlds_and_only_the_notice_differs(monkeypatch):
    pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
    here = compare_with_pytorch()
    assert here.notice.startswith("PyTorch 2") and here.here
    hide_pytorch(monkeypatch)
    there = compare_with_pytorch()
    assert here.text == there.text and not there.here
    assert "not installed" in there.notice


def test_what_a_notebook_shows_is_the_same_everywhere_and_the_notice_stands_apart(without_pytorch):
    comparison = compare_with_pytorch()
    bundle = comparison._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == repr(comparison)
    assert "installed" in comparison.notice
    assert not any("installed" in shown for shown in bundle.values())
    assert bundle["text/html"].count('scope="row"') == 12


def test_the_text_of_the_program_is_the_program():
    program = ast.parse(inspect.getsource(with_pytorch.learn_once)).body[0]
    assert ast.dump(ast.parse(pytorch_source())) == ast.dump(
        ast.Module(program.body[2:], type_ignores=[])  # after what it says of itself, and an import
    )
    for line in ("optim.SGD(", "zero_grad()", "E_total.backward()", "optimizer.step()"):
        assert line in pytorch_source()


@pytest.mark.parametrize(("case", "error"), [("iris", ValueError), (3, TypeError)])
def test_an_unknown_case_is_named(case, error):
    with pytest.raises(error, match="case: expected one of 'worked example', 'XOR'"):
        compare_with_pytorch(case)
