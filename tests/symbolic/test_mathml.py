"""MathML: it parses, and it shows the symbols, signs and order of the formula it was made from."""

import re
from itertools import product
from xml.etree import ElementTree

import pytest
import sympy as sp

from backprop_lib import UpdateRule, example
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE
from backprop_lib.symbolic.activation_formulas import neuron_function
from backprop_lib.symbolic.formula import Partial, equality
from backprop_lib.symbolic.mathml import mathml
from backprop_lib.symbolic.walkthrough_steps import walkthrough

RULES = [UpdateRule(*choices) for choices in product(HIDDEN_LAYERS_USE, BIASES)]
STEPS = [step for rule in RULES for step in walkthrough(example, rule)]


def read(drawn):
    """What stands in MathML, from left to right, as the text that equality() would give."""
    pieces = ElementTree.fromstring(f"<all>{drawn}</all>")
    return re.sub(r"\s+", " ", "".join(map(_text, pieces))).strip()


def _text(node):
    inside = [_text(child) for child in node]
    if node.tag == "msub":
        # w and 5 belong together in the tutorial's names; net and h1 are joined by a line.
        name, below = inside
        return f"{name}{'' if below.isdigit() else '_'}{below}"
    if node.tag == "msup":
        return f"{inside[0]}_new" if inside[1] == "new" else f"{inside[0]}**{inside[1]}"
    if node.tag == "mfrac":
        return "/".join(inside)
    if node.tag == "mo":
        spaced = {"=": " = ", "+": " + ", "−": " - ", "·": " * ", "∂": "d"}
        return spaced.get(node.text, node.text)
    return {"η": "eta"}.get(node.text, node.text) if not inside else "".join(inside)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_it_says_what_the_text_of_the_formula_says(step):
    assert read(step.mathml) == step.formula.text


def test_it_uses_only_what_browsers_draw_by_themselves():
    known = {"math", "mrow", "mi", "mo", "mn", "msub", "msup", "mfrac"}
    for step in STEPS:
        pieces = ElementTree.fromstring(f"<all>{step.mathml}</all>")
        assert {node.tag for node in pieces.iter()} <= known | {"all"}
        assert "http" not in step.mathml and "<script" not in step.mathml


def test_the_logistic_function_is_shown_by_its_name():
    net, out = sp.symbols("net_h1 out_h1")
    assert read(mathml(out, neuron_function("logistic", net))) == "out_h1 = logistic(net_h1)"


def test_the_order_is_that_of_writing():
    w, i, b = sp.symbols("w1 i1 b1")
    written = sp.Add(sp.Mul(w, i, evaluate=False), b, evaluate=False)
    assert read(mathml(b, written)) == "b1 = w1 * i1 + b1"
    assert read(mathml(b, sp.Mul(w, 1 - i, b, evaluate=False))) == "b1 = w1 * (1 - i1) * b1"
    assert read(mathml(sp.Mul(-1, w, i, b, evaluate=False))) == "- w1 * i1 * b1"


def test_a_minus_between_terms_keeps_its_room():
    a, b = sp.symbols("a b")
    drawn = ElementTree.fromstring(mathml(sp.Add(a, -b, evaluate=False)))
    assert [(sign.text, sign.get("form")) for sign in drawn.iter("mo")] == [("−", "infix")]
    assert read(mathml(-b)) == "- b"


def test_a_long_formula_can_be_broken_before_each_side_and_each_term():
    a, b, c = sp.symbols("a b c")
    total = sp.Add(sp.Mul(a, b, evaluate=False), sp.Mul(b, c, evaluate=False), evaluate=False)
    pieces = ElementTree.fromstring(f"<all>{mathml(c, total, sp.Mul(a, c))}</all>")
    assert [_text(piece).strip() for piece in pieces] == ["c = a * b", "+ b * c", "= a * c"]
    assert [piece.tail for piece in pieces] == [" ", " ", None]
    # A difference stays whole.
    assert mathml(c, a - b).count("<math ") == 1


def test_brackets_go_around_a_sum_inside_a_product():
    of, by, eta = sp.symbols("E_total b1 eta")
    both = sp.Add(Partial(of, by), Partial(of, sp.Symbol("b2")), evaluate=False)
    sides = sp.Symbol("b1_new"), sp.Add(by, -eta * both, evaluate=False)
    assert read(mathml(*sides)) == "b1_new = b1 - eta * (dE_total/db1 + dE_total/db2)"
    assert read(mathml(*sides)) == equality(*sides).text


def test_a_product_inside_a_product_needs_no_brackets():
    a, b, c = sp.symbols("a b c")
    nested = sp.Mul(a, sp.Mul(b, c, evaluate=False), evaluate=False)
    assert read(mathml(nested)) == "a * b * c"


def test_a_power_of_a_power_has_brackets():
    a, b = sp.symbols("a b")
    squared = sp.Pow(sp.Pow(a, 2), b, evaluate=False)
    assert read(mathml(squared)) == "(a**2)**b"
