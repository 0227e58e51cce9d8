"""Bad input, wherever it can be handed in, is refused in words; and nothing is changed by it."""

import pickle
import re
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from backprop_lib import (
    UpdateRule,
    audit,
    backward_pass,
    example,
    forward_pass,
    logistic,
    nudge,
    train,
    weight_update,
)
from backprop_lib.core.example import Example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.hidden_layer import hidden_layer_derivatives
from backprop_lib.core.names import Names, Position
from backprop_lib.core.network import Network
from backprop_lib.core.output_layer import output_layer_derivatives
from backprop_lib.core.validation import came, count, number_array
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.network_equations import equation, network_equations

NETWORK, INPUTS, TARGETS = example.network, example.inputs, example.targets
WEIGHTS, BIASES = NETWORK.weights, NETWORK.biases
FORWARD = forward_pass(NETWORK, INPUTS, TARGETS)
NO_TARGETS = forward_pass(NETWORK, INPUTS)
BACKWARD = backward_pass(FORWARD)
RULE = chain_rule("E_total", "w1")
COMPLEX = example.replace(w5=1j)
FAR_OFF = forward_pass(NETWORK, INPUTS, [1000.0, 0.0])  # dE/dw5 is about -100
DELTAS = BACKWARD.layers[1].dE_dnet
NAN, INF = float("nan"), float("inf")

BAD_VECTORS = {
    "too few": [0.05],
    "too many": [0.05, 0.1, 0.2],
    "empty": [],
    "empty array": np.empty(0),
    "matrix": [[0.05, 0.1]],
    "ragged": [[0.05, 0.1], [0.2]],
    "one number": 0.05,
    "text": "0.05",
    "list of text": ["0.05", "0.1"],
    "one text": [0.05, "0.1"],
    "nan": [NAN, 0.1],
    "infinity": [0.05, -INF],
    "complex nan": [complex(0, NAN), 1],
    "None": None,
    "list with None": [0.05, None],
    "bools": [True, False],
    "set": {0.05, 0.1},
    "dict": {"i1": 0.05},
    "fractions": [Fraction(1, 20), Fraction(1, 10)],
    "too large an integer": [10**400, 0],
    "date": np.array(["2015-03-17", "2015-03-18"], dtype="datetime64[D]"),
    "object": object(),
}
BAD_MATRICES = {
    "vector": [1.0, 2.0],
    "one number": 1.0,
    "three levels": [[[1.0, 2.0]]],
    "ragged": [[0.15, 0.20], [0.25]],
    "empty": [],
    "empty row": [[], []],
    "text": "weights",
    "text inside": [["0.15", "0.20"], ["0.25", "0.30"]],
    "nan": [[NAN, 1], [1, 1]],
    "infinity": [[INF, 1], [1, 1]],
    "None": None,
    "None inside": [[None, 1], [1, 1]],
    "bools": [[True, False], [True, True]],
}
BAD_NUMBERS = {
    "text": "0.5",
    "None": None,
    "nan": NAN,
    "infinity": INF,
    "minus infinity": -INF,
    "bool": True,
    "numpy bool": np.True_,
    "list": [0.5],
    "two": [0.5, 0.6],
    "Decimal": Decimal("0.5"),
    "Fraction": Fraction(1, 2),
    "too large an integer": 10**400,
}
BAD_RATES = BAD_NUMBERS | {
    "zero": 0,
    "zero point zero": 0.0,
    "minus zero": -0.0,
    "negative": -0.5,
    "numpy negative": np.float64(-0.5),
    "complex": 0.5 + 0j,
    "array": np.array([0.5]),
}
BAD_SIZES = {
    "one layer": (2,),
    "none": (),
    "zero": (2, 0, 2),
    "negative": (2, -1, 2),
    "text": "222",
    "text inside": ("2", "2"),
    "float": (2.0, 2),
    "bool": (True, 2),
    "number": 5,
    "None": None,
    "matrix": [[2, 2]],
}
BAD_WORDS = """
    w9 w0 w06 w W5 w5_ w5_neu w5_new_new weights b3 b0 b_i1 b_h3 h1 o1 net net_ net_h0 net_h3
    net_i1 out_o3 target_h1 target_o3 E E_ E_h1 E_o3 eta1 learning_rate
    dE dE_ dE_d d_d dw5 dw5_dE dE_dE dE_dw9 dE_dw06 dE_o3_dw5 dE_do1 dE_dw5_dw6 de_dw5 dE/dw5
    delta delta_ delta_i1 delta_o3 delta_w5 ∂E_∂w5
"""
BAD_NAMES = [*BAD_WORDS.split(), "", " ", "w5 ", "\n", "dE_dw5\n"]
NOT_NAMES = [None, 5, 5.0, b"w5", ["w5"], ("w5",), True]


BAD_LAYERS = {
    "past the end": 1,
    "negative": -1,
    "text": "0",
    "float": 0.0,
    "bool": False,
    "None": None,
}
COMPUTED = ["net_h1", "E_total", "dE_dw5", "w5_new", "delta_o1"]
NO_DERIVATIVE = [
    "dw5_dE_total",
    "deta_dw5",
    "dE_total_deta",
    "dE_total_dw5_new",
    "dnet_h1_dout_h1",
    "dout_h1_dout_o1",
]


def table(names):
    return {repr(name): name for name in names}


# Each kind of bad value, and every place that takes such a value:
# the argument that the message must name, and the call.
PLACES = [
    (
        BAD_VECTORS,
        {
            "forward_pass": ("inputs", lambda bad: forward_pass(NETWORK, bad)),
            "Example inputs": ("inputs", lambda bad: Example(NETWORK, bad, TARGETS)),
            "Example targets": ("targets", lambda bad: Example(NETWORK, INPUTS, bad)),
            "Network biases": ("biases[1]", lambda bad: Network(WEIGHTS, [BIASES[0], bad])),
            "hidden_layer_derivatives": (
                "dE_dnet_after",
                lambda bad: hidden_layer_derivatives(FORWARD, 0, bad, WEIGHTS[1]),
            ),
        },
    ),
    (
        # None is a good value here: without targets there is no error.
        {why: bad for why, bad in BAD_VECTORS.items() if bad is not None},
        {"forward_pass targets": ("targets", lambda bad: forward_pass(NETWORK, INPUTS, bad))},
    ),
    (
        BAD_MATRICES,
        {
            "Network": ("weights[1]", lambda bad: Network([WEIGHTS[0], bad], BIASES)),
            "hidden_layer_derivatives": (
                "weights_after",
                lambda bad: hidden_layer_derivatives(FORWARD, 0, DELTAS, bad),
            ),
        },
    ),
    (
        BAD_NUMBERS,
        {
            "replace w5": ("w5", lambda bad: example.replace(w5=bad)),
            "replace b1": ("b1", lambda bad: example.replace(b1=bad)),
            "replace b_h2": ("b_h2", lambda bad: example.replace(b_h2=bad)),
            "replace i1": ("i1", lambda bad: example.replace(i1=bad)),
            "replace target_o2": ("target_o2", lambda bad: example.replace(target_o2=bad)),
            "Network.replace": ("w5", lambda bad: NETWORK.replace(w5=bad)),
        },
    ),
    (
        BAD_RATES,
        {
            "Example": ("learning_rate", lambda bad: Example(NETWORK, INPUTS, TARGETS, bad)),
            "replace eta": ("learning_rate", lambda bad: example.replace(eta=bad)),
            "weight_update": ("learning_rate", lambda bad: weight_update(FORWARD, bad)),
            "nudge": ("step", lambda bad: nudge("dE_dw5", example, bad)),
        },
    ),
    (
        # Zero is a good value here: the weights have not moved yet.
        {why: bad for why, bad in BAD_RATES.items() if "zero" not in why},
        {"backward_pass": ("already_updated_by", lambda bad: backward_pass(FORWARD, bad))},
    ),
    (
        BAD_SIZES,
        {
            "Names": ("layer_sizes", Names),
            "chain_rule": ("network", lambda bad: chain_rule("E_total", "w1", bad)),
            "equation": ("network", lambda bad: equation("net_h1", bad)),
            "network_equations": ("network", network_equations),
        },
    ),
    (
        BAD_LAYERS,
        {
            "hidden_layer_derivatives": (
                "layer",
                lambda bad: hidden_layer_derivatives(FORWARD, bad, DELTAS, WEIGHTS[1]),
            ),
        },
    ),
    (
        BAD_LAYERS | {"past the end": 2},
        {
            "ForwardPass.layer_inputs": ("layer", FORWARD.layer_inputs),
            "Names.layer_inputs": ("layer", example.names.layer_inputs),
        },
    ),
    (
        table(BAD_NAMES + NOT_NAMES),
        {
            "find": ("name", example.names.find),
            "lookup": ("name", lambda bad: BACKWARD[bad]),
            "nudge": ("name", lambda bad: nudge(bad, example)),
            "complex_step": ("name", lambda bad: complex_step(bad, example)),
            "chain_rule of": ("name", lambda bad: chain_rule(bad, "w5")),
            "chain_rule by": ("name", lambda bad: chain_rule("E_total", bad)),
            "equation": ("name", equation),
        },
    ),
    (
        table(BAD_NAMES + COMPUTED),
        {
            "replace": ("name", lambda bad: example.replace(**{bad: 0.5})),
            "Network.replace": ("name", lambda bad: NETWORK.replace(**{bad: 0.5})),
        },
    ),
    (
        table(["i1", "target_o1", "eta"]),
        {"Network.replace": ("name", lambda bad: NETWORK.replace(**{bad: 0.5}))},
    ),
    (
        table(NO_DERIVATIVE),
        {
            "lookup": ("name", lambda bad: BACKWARD[bad]),
            "nudge": ("name", lambda bad: nudge(bad, example)),
            "complex_step": ("name", lambda bad: complex_step(bad, example)),
        },
    ),
    (
        table(["dnet_h1_dw5", "dnet_h1_dtarget_o1", "dout_h1_dout_o2", "dE_o1_dE_o2"]),
        {"lookup": ("name", lambda bad: BACKWARD[bad])},
    ),
    (
        table(["i1", "net_h1", "E_total", "eta"]),
        {"Network lookup": ("name", lambda bad: NETWORK[bad])},
    ),
    (
        table(["net_h1", "E_total", "w5_new"]),
        {"Example lookup": ("name", lambda bad: example[bad])},
    ),
    (
        table(["target_o1", "E_o1", "E_total", "eta"]),
        {"lookup without targets": ("name", lambda bad: NO_TARGETS[bad])},
    ),
    (
        table(["w5_new", "b1_new", "eta"]),
        {"BackwardPass lookup": ("name", lambda bad: BACKWARD[bad])},
    ),
    (
        table(["new weights", "", None, 5, ["original weights"], ("frozen",)])
        | {"array": np.array([1, 2])},
        {
            "UpdateRule hidden": ("hidden_layers_use", UpdateRule),
            "UpdateRule biases": ("biases", lambda bad: UpdateRule(biases=bad)),
            "equations": ("biases", lambda bad: network_equations((2, 2, 2), bad)),
        },
    ),
    (
        table(["forward", "", 5, ["forward pass"]]),
        {"audit": ("step", audit)},
    ),
    (
        table([None, 5, "abc", example, WEIGHTS]),
        {
            "forward_pass": ("network", lambda bad: forward_pass(bad, INPUTS)),
            "Example": ("network", lambda bad: Example(bad, INPUTS, TARGETS)),
        },
    ),
    (
        table([None, 5, "abc"]),
        {
            "Network weights": ("weights", lambda bad: Network(bad, BIASES)),
            "Network biases": ("biases", lambda bad: Network(WEIGHTS, bad)),
        },
    ),
    (
        table([None, 5, "abc", NETWORK, np.ones(2)]),
        {
            "backward_pass": ("forward", backward_pass),
            "output_layer_derivatives": ("forward", output_layer_derivatives),
            "hidden_layer_derivatives": (
                "forward",
                lambda bad: hidden_layer_derivatives(bad, 0, DELTAS, WEIGHTS[1]),
            ),
            "weight_update": ("forward", lambda bad: weight_update(bad, 0.5)),
            "weight_update rule": ("rule", lambda bad: weight_update(FORWARD, 0.5, bad)),
            "nudge": ("example", lambda bad: nudge("dE_dw5", bad)),
            "complex_step": ("example", lambda bad: complex_step("dE_dw5", bad)),
            "value": ("example", RULE.value),
            "contributions": ("example", RULE.contributions),
            "with_numbers": ("example", RULE.with_numbers),
        },
    ),
    (
        table([-1, 0, 2.0, "9", None, True]),
        {"with_numbers": ("digits", lambda bad: RULE.with_numbers(example, bad))},
    ),
    (
        table(["0.5", None, True, [[1, 2], [3]], [None], 10**400]),
        {"logistic": ("net", logistic)},
    ),
    (
        table([Position("nets", (9, 9)), "w5", None]),
        {"name of a position": ("found", example.names.name)},
    ),
]

# What is wrong by itself, or only together with something else.
SINGLE = {
    "no layers": ("weights", lambda: Network([], [])),
    "no biases": ("biases", lambda: Network(WEIGHTS, None)),
    "a layer without biases": ("biases", lambda: Network(WEIGHTS, BIASES[:1])),
    "biases without a layer": ("biases", lambda: Network(WEIGHTS, [*BIASES, [1]])),
    "layers do not meet": (
        "weights[1]",
        lambda: Network([WEIGHTS[0], [[1, 2, 3]]], [BIASES[0], [1]]),
    ),
    "weights after do not meet": (
        "weights_after",
        lambda: hidden_layer_derivatives(FORWARD, 0, DELTAS, np.ones((2, 3))),
    ),
    "net is infinite": (
        "weights",
        lambda: forward_pass(Network([[[1e308, 1e308]]], [[0]]), [10, 10]),
    ),
    "error is infinite": ("targets", lambda: forward_pass(NETWORK, INPUTS, [1e200, 0])),
    "new weight is infinite": ("learning_rate", lambda: weight_update(FAR_OFF, 1e308)),
    "weight used is infinite": (
        "learning_rate",
        lambda: weight_update(FAR_OFF, 1e308, UpdateRule("updated weights")),
    ),
    "backward_pass without targets": ("forward", lambda: backward_pass(NO_TARGETS)),
    "output layer without targets": ("forward", lambda: output_layer_derivatives(NO_TARGETS)),
    "weight_update without targets": ("forward", lambda: weight_update(NO_TARGETS, 0.5)),
    "complex_step of complex numbers": ("example", lambda: complex_step("dE_dw5", COMPLEX)),
    "value of complex numbers": ("example", lambda: RULE.value(COMPLEX)),
    "value of another network": (
        "example",
        lambda: chain_rule("E_total", "w1", (2, 1)).value(example),
    ),
    "no path": ("by", lambda: chain_rule("E_o1", "w8")),
    "no step": ("by", lambda: chain_rule("E_total", "E_total")),
    "too many paths": ("network", lambda: chain_rule("E_total", "w1", (1, 1, 40, 40, 1))),
    "no equation": ("name", lambda: equation("w5")),
}

CASES = [
    pytest.param(argument, partial(call, bad), bad, id=f"{place}: {why}")
    for bad_values, places in PLACES
    for place, (argument, call) in places.items()
    for why, bad in bad_values.items()
] + [pytest.param(argument, call, None, id=label) for label, (argument, call) in SINGLE.items()]

GIVEN = (NETWORK, example, FORWARD, NO_TARGETS, BACKWARD, COMPLEX, FAR_OFF)


def snapshot(*objects):
    return [pickle.dumps(each) for each in objects]


def refusal(call):
    with pytest.raises((TypeError, ValueError)) as refused:
        call()
    assert type(refused.value) in (TypeError, ValueError)
    return str(refused.value)


@pytest.mark.parametrize(("argument", "call", "bad"), CASES)
def test_bad_input_is_refused_in_words_and_changes_nothing(argument, call, bad):
    before, came = snapshot(*GIVEN), repr(bad)
    message = refusal(call)
    assert message.startswith(f"{argument}: ")
    assert "expected " in message or "unknown name " in message or "does not hold" in message
    assert message.count(". ") >= 1 and message.endswith(".")  # the last sentence says what to do
    assert (snapshot(*GIVEN), repr(bad)) == (before, came)


QUOTED = [case for case in CASES if case.values[2] is not None]


@pytest.mark.parametrize(("argument", "call", "bad"), QUOTED)
def test_the_message_quotes_what_came(argument, call, bad):
    shown = str(bad) if isinstance(bad, Position) else repr(bad)
    assert re.sub(r"\n\s*", " ", shown)[:70] in refusal(call)


def test_the_place_of_what_is_not_finite_is_named():
    weights = [[0.15, 0.2], [NAN, INF]]
    message = refusal(lambda: Network([weights, WEIGHTS[1]], BIASES))
    assert "There is nan at [1, 0] and 1 more. NaN and infinity cannot" in message
    assert "There is" not in refusal(lambda: example.replace(w5=NAN))


def test_the_learning_rates_that_numpy_users_have():
    rates = [0.5, np.float64(0.5), np.float32(0.5), np.float16(0.5), np.longdouble(0.5)]
    assert len({float(weight_update(FORWARD, rate).w5_new) for rate in rates}) == 1
    assert weight_update(FORWARD, np.int64(1)).w5_new == weight_update(FORWARD, 1).w5_new
    assert weight_update(FORWARD, np.uint8(1)).w5_new == weight_update(FORWARD, 1.0).w5_new


def test_calls_that_succeed_change_nothing_either():
    before = snapshot(*GIVEN)
    for rule in (UpdateRule(), UpdateRule("updated weights", "one per layer")):
        weight_update(FORWARD, 0.5, rule)
        train(NETWORK, INPUTS, TARGETS, 0.5, 3, rule)
    hidden_layer_derivatives(FORWARD, 0, DELTAS, WEIGHTS[1])
    complex_step("dE_dw1", example), nudge("dE_dout_h1", example)
    RULE.value(example), RULE.with_numbers(example), RULE.contributions(example)
    assert snapshot(*GIVEN) == before


FOUND = [
    *FORWARD.nets,
    *FORWARD.outs,
    *BACKWARD.weights_used,
    *(array for layer in BACKWARD.layers for array in vars(layer).values()),
    *weight_update(FORWARD, 0.5).network.weights,
    *weight_update(FORWARD, 0.5).network.biases,
]


@pytest.mark.parametrize("array", FOUND)
def test_what_a_call_found_cannot_be_changed(array):
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 5.0


def test_equations_cannot_be_changed():
    equations = network_equations()
    with pytest.raises(TypeError):
        equations[next(iter(equations))] = 0


def test_what_came_is_cut_at_eighty_characters():
    assert came("x" * 78) == repr("x" * 78)
    assert came("x" * 79) == "'" + "x" * 76 + "..."
    assert len(came("x" * 1000)) == 80


def test_what_cannot_be_written_out_is_said_to_be_so():
    class Silent:
        def __repr__(self):
            raise RuntimeError

    assert came(Silent()) == "something that cannot be written out"


def test_the_number_offered_instead_is_one_that_is_allowed():
    assert count("rounds", 5, least=1, most=5) == 5
    with pytest.raises(ValueError, match=r"For example rounds=5\.$"):
        count("rounds", 9, least=1, most=5)
    with pytest.raises(ValueError, match=r"For example rounds=20\.$"):
        count("rounds", 9, least=20)


def test_of_one_number_no_place_is_said():
    with pytest.raises(ValueError, match=r"got nan \(float\)\. NaN and infinity cannot"):
        number_array("eta", float("nan"), 0, "one number")
