"""The curves of activations, against SymPy."""

import re

import pytest
import sympy as sp

from backprop_lib.core.activations import ACTIVATIONS
from backprop_lib.pictures.activation_curves import TOLD, activation_curves

NET = sp.Symbol("net")
BY_SYMPY = {
    "logistic": 1 / (1 + sp.exp(-NET)),
    "tanh": sp.tanh(NET),
    "identity": NET,
    "ReLU": sp.Piecewise((NET, NET > 0), (0, True)),
}


@pytest.mark.parametrize("name", BY_SYMPY)
@pytest.mark.parametrize("slopes", [False, True])
def test_the_facts_are_what_sympy_finds(name, slopes):
    expression = sp.diff(BY_SYMPY[name], NET) if slopes else BY_SYMPY[name]
    wanted = [f"{float(expression.subs(NET, net)):.4f}" for net in TOLD]
    facts = activation_curves([name], slopes).facts
    assert [re.search(r"[-\d.]+$", fact)[0] for fact in facts] == wanted


def test_every_activation_of_one_net_can_be_drawn_and_is_named():
    names = [name for name, row in ACTIVATIONS.items() if not row.mixes]
    picture = activation_curves(names)
    assert len(picture.facts) == len(TOLD) * len(names)
    assert all(f">{name}<" in picture.svg for name in names)
    assert picture.svg.count("<path") + picture.svg.count("<polyline") >= len(names) - 1


def test_bad_input_is_named():
    for wrong in ("tanh", [], 3):
        with pytest.raises(TypeError, match="names: expected a list of activations"):
            activation_curves(wrong)
    with pytest.raises(ValueError, match=r"names\[1\]"):
        activation_curves(["tanh", "softmax"])
