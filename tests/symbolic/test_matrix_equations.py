"""The four equations of the backward pass: proved, and held against other ways to the numbers."""

import re

import pytest
import sympy as sp

from backprop_lib import Example, backward_equations, example, forward_pass, random_network
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.symbolic import matrix_equations

NAMES = ["delta_o", "delta_h", "dE_dW2", "dE_dW1", "dE_db2", "dE_db1"]
WIDE = Example(random_network((3, 4, 2), seed=1), [0.1, 0.9, 0.4], [0.2, 0.7])


@pytest.mark.parametrize("layer_sizes", [(2, 2, 2), (3, 4, 2), (1, 3, 1)])
def test_every_entry_is_the_derivative_that_sympy_finds(layer_sizes):
    i, h, o = layer_sizes
    equations = backward_equations(layer_sizes)
    assert list(equations) == NAMES
    entries = [len(equation.differences) for equation in equations.values()]
    assert entries == [o, h, o * h, h * i, o, h]
    for equation in equations.values():
        assert set(equation.differences) == {0}


def number_for(name, one):
    return complex_step(name, one) if name.startswith("delta") else forward_pass(one)[name]


@pytest.mark.parametrize("one", [example, WIDE], ids=["tutorial", "wide"])
def test_with_numbers_every_entry_is_what_the_complex_step_finds(one):
    for equation in backward_equations(one.layer_sizes).values():
        for name, entry in equation.entries.items():
            numbers = {symbol: number_for(str(symbol), one) for symbol in entry.free_symbols}
            worked_out = float(entry.xreplace(numbers))
            assert worked_out == pytest.approx(complex_step(str(name), one), rel=1e-12), name


@pytest.mark.parametrize("wrong", ["slope", "transposed", "target"])
def test_a_wrong_equation_leaves_more_than_zero(wrong, monkeypatch):
    right = matrix_equations._by_letters

    def mistaken(o, h, i):
        equations = right(o, h, i)
        by = {
            "slope": ("delta_h", lambda delta: sp.HadamardProduct(*delta.args[:-1])),
            "transposed": ("delta_h", lambda delta: delta.xreplace({W2(o, h).T: W2(o, h)})),
            "target": ("delta_o", lambda delta: -delta),
        }
        name, change = by[wrong]
        left, made_of = equations[name]
        return equations | {name: (left, change(made_of))}

    monkeypatch.setattr(matrix_equations, "_by_letters", mistaken)
    equations = matrix_equations._backward_equations.__wrapped__((2, 2, 2))
    name = "delta_o" if wrong == "target" else "delta_h"
    assert 0 not in equations[name].differences


def W2(o, h):
    return sp.MatrixSymbol("W2", o, h)


def test_under_every_symbol_stands_its_shape():
    latex = backward_equations()["delta_h"]._repr_latex_()
    assert latex.startswith(r"$\displaystyle \boxed{") and r"\odot" in latex
    shapes = re.findall(r"\\underset\{(\w) \\times (\w)\}", latex)
    assert shapes == [("h", "1"), ("h", "o"), ("o", "1"), ("h", "1"), ("h", "1")]


def test_how_an_equation_is_set():
    assert backward_equations()["dE_dW2"]._repr_latex_() == (
        r"$\displaystyle \boxed{\; \underset{o \times h}{\frac{\partial E}{\partial W_{2}}} = "
        r"\underset{o \times 1}{\delta_{o}} \, \underset{1 \times h}{out_{h}^{\mathsf{T}}} \;}$"
    )
    out = r"\underset{o \times 1}{out_{o}}"
    assert backward_equations()["delta_o"]._repr_latex_() == (
        rf"$\displaystyle \boxed{{\; \underset{{o \times 1}}{{\delta_{{o}}}} = "
        rf"\left({out} - \underset{{o \times 1}}{{target}}\right) \odot {out} \odot "
        rf"\left(1 - {out}\right) \;}}$"
    )


def test_how_its_entries_are_set():
    written_out = backward_equations((1, 1, 2))["delta_o"].written_out
    assert written_out._repr_latex_() == (
        r"$\displaystyle \begin{aligned} "
        r"\delta_{o1} &= out_{o1} \cdot \left(1 - out_{o1}\right) \cdot "
        r"\left(out_{o1} - target_{o1}\right) \\[4pt] "
        r"\delta_{o2} &= out_{o2} \cdot \left(1 - out_{o2}\right) \cdot "
        r"\left(out_{o2} - target_{o2}\right) \end{aligned}$"
    )


def test_the_text_says_the_same_with_the_shapes_below():
    shown = [repr(equation).split("\n  shapes: ") for equation in backward_equations().values()]
    assert shown == [
        [
            "delta_o = (out_o - target) ⊙ out_o ⊙ (1 - out_o)",
            "delta_o o x 1, target o x 1, out_o o x 1",
        ],
        [
            "delta_h = (W2.T delta_o) ⊙ out_h ⊙ (1 - out_h)",
            "delta_h h x 1, W2 o x h, delta_o o x 1, out_h h x 1",
        ],
        ["dE_dW2 = delta_o out_h.T", "dE_dW2 o x h, delta_o o x 1, out_h h x 1"],
        ["dE_dW1 = delta_h x.T", "dE_dW1 h x i, delta_h h x 1, x i x 1"],
        ["dE_db2 = delta_o", "dE_db2 o x 1, delta_o o x 1"],
        ["dE_db1 = delta_h", "dE_db1 h x 1, delta_h h x 1"],
    ]


@pytest.mark.parametrize("sizes", [(2, 2), (2, 3, 3, 2), 5, (2, 0, 2)])
def test_sizes_that_are_none_are_refused(sizes):
    with pytest.raises((TypeError, ValueError), match=r"^layer_sizes: expected"):
        backward_equations(sizes)


def test_what_is_handed_out_is_a_copy():
    backward_equations().clear()
    assert list(backward_equations()) == NAMES
