"""check and hint for any network: other activations, softmax, cross-entropy."""

import numpy as np
import pytest

from backprop_lib import check, hint, nudge
from backprop_lib.core.network import Architecture
from backprop_lib.core.weight_update import one_round
from backprop_lib.exercises.catalogue import MISTAKES
from backprop_lib.exercises.judging import judge, random_example
from backprop_lib.exercises.mistaken_round import mistaken_round
from backprop_lib.exercises.quantities import right_numbers
from backprop_lib.exercises.questions import number_of_paths
from backprop_lib.exercises.steps import Steps
from exercises.mistaken_numbers import mistaken_numbers
from exercises.test_catalogue import thought_of
from exercises.test_mistaken_round import named

KINDS = [
    (("tanh", "logistic"), "half squared"),
    (("ReLU", "softmax"), "cross-entropy"),
    (("tanh", "identity"), "mean squared"),
    (("logistic", "logistic"), "cross-entropy"),
    (("tanh", "softmax"), "half squared"),
]
EXAMPLES = [
    random_example(np.random.default_rng(7), Architecture((2, 3, 2), *kind)) for kind in KINDS
]
each_kind = pytest.mark.parametrize("one", EXAMPLES, ids=[", ".join((*a, e)) for a, e in KINDS])


@each_kind
def test_by_the_right_steps_a_round_is_the_library_s(one):
    right, ours = one_round(one), mistaken_round(one, Steps())
    for name in named(one):
        assert ours[name] == pytest.approx(right[name], rel=1e-9, abs=1e-13), name


@each_kind
def test_the_right_number_is_accepted_and_is_that_of_a_difference(one):
    for name in ("dE_dw1", "dE_dw7", "dE_dout_h2"):
        assert judge(name, f"{nudge(name, one):.5g}", one).kind == "right"
        assert judge(name, float(right_numbers(name, one)), one).kind == "right"


@each_kind
@pytest.mark.parametrize(
    "key, name",
    [
        ("slope forgotten", "dE_dw7"),
        ("sign flipped", "dE_dw1"),
        ("bias left out", "E_total"),
        ("another activation", "out_h1"),
        ("learning rate forgotten", "w7_new"),
        ("path dropped", "dE_dw1"),
    ],
)
def test_a_mistake_is_named_in_words_that_fit(one, key, name):
    for number in mistaken_numbers(MISTAKES[key], name, one)[:2]:
        verdict = judge(name, f"{number:.9e}", one)
        assert MISTAKES[key] in thought_of(verdict)
        if key != "another activation":  # which says what it fits
            assert "logistic" not in verdict.words or "logistic" in one.network.activations
        if key == "slope forgotten":
            assert "The slope of the activation is missing." in verdict.words


def test_softmax_without_its_slope_is_out_minus_target_by_out():
    # By hand: dE/dout = -target / out, taken for dE/dnet.
    one = EXAMPLES[1]
    out, h = one_round(one)["out_o1"], one_round(one)["out_h1"]
    verdict = judge("dE_dw7", f"{-one.targets[0] / out * h:.9e}", one)
    assert MISTAKES["slope forgotten"] in verdict.mistakes


@each_kind
@pytest.mark.parametrize("name", ["dE_dw1", "out_o1", "E_total", "w7_new", "net_h1", "dE_dout_h1"])
def test_there_are_three_hints_and_none_is_the_answer(one, name):
    truth = f"{abs(float(right_numbers(name, one))):.9g}"
    for strength in (1, 2, 3):
        said = str(hint(name, strength, one))
        assert len(said) > 20
        assert truth not in said.replace("(", " ").replace(")", " ").split()


@each_kind
def test_a_formula_in_the_names_of_the_network_is_judged(one):
    from backprop_lib import chain_rule

    formula = chain_rule("E_total", "w1", one.network).product
    assert check("dE_dw1", formula, one).accepted
    assert not check("dE_dw2", formula, one).accepted


def test_in_softmax_paths_lead_through_every_output():
    plain, mixed = EXAMPLES[0].network, EXAMPLES[1].network
    assert number_of_paths("dE_dw7", plain) == 1
    assert number_of_paths("dE_dw7", mixed) == 2
