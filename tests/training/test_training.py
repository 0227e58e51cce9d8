"""Training against the core, against fifty-digit arithmetic, and against the known results."""

import re
import subprocess
import sys
from decimal import Decimal
from importlib.util import find_spec
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lib import UpdateRule, example, forward_pass, train, weight_update
from backprop_lib.core.network import Network
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE
from backprop_lib.training import training as training_module
from backprop_lib.training.engines import MOST_PARAMETERS, NUMBA_IS_MISSING, choose_engine, prepare
from backprop_lib.training.published import rounded

START = (example.network, example.inputs, example.targets)
RULES = [UpdateRule(use, biases) for use in HIDDEN_LAYERS_USE for biases in BIASES]
ENGINES = ["generated", "numpy"]
EXACT = {"rtol": 0, "atol": 1e-12}


def random_network(layer_sizes, seed, shared_biases=False, scale=1.0):
    random = np.random.default_rng(seed)
    pairs = list(pairwise(layer_sizes))
    weights = [random.normal(scale=scale, size=(after, before)) for before, after in pairs]
    biases = [random.normal(scale=scale, size=after) for _, after in pairs]
    if shared_biases:
        biases = [np.full_like(bias, bias[0]) for bias in biases]
    return Network(weights, biases)


def random_examples(layer_sizes, how_many, seed):
    """One example as two vectors if how_many is None, else that many as two matrices."""
    random = np.random.default_rng(seed)
    before = () if how_many is None else (how_many,)
    return random.normal(size=(*before, layer_sizes[0])), random.random((*before, layer_sizes[-1]))


def fifty_digits(network, inputs, targets, learning_rate, rounds, rule):
    """Errors of the rounds, and the last weights and biases, by an independent mpmath loop."""
    with mpmath.workdps(50):
        eta = mpmath.mpf(learning_rate)
        W = [mpmath.matrix(matrix.tolist()) for matrix in network.weights]
        B = [mpmath.matrix(bias.tolist()) for bias in network.biases]
        last, errors = len(W) - 1, []
        for k in range(rounds + 1):
            error = mpmath.mpf(0)
            steps_W = [matrix * 0 for matrix in W]
            steps_B = [bias * 0 for bias in B]
            for x, target in zip(np.atleast_2d(inputs), np.atleast_2d(targets), strict=True):
                outs = [mpmath.matrix(x.tolist())]
                for matrix, bias in zip(W, B, strict=True):
                    outs.append(
                        (matrix * outs[-1] + bias).apply(lambda n: 1 / (1 + mpmath.exp(-n)))
                    )
                difference = outs[-1] - mpmath.matrix(target.tolist())
                error += sum(d**2 for d in difference) / 2
                for layer in range(last, -1, -1):
                    out = outs[layer + 1]
                    delta = mpmath.matrix(
                        [d * o * (1 - o) for d, o in zip(difference, out, strict=True)]
                    )
                    slope = delta * outs[layer].T
                    late = eta if rule.hidden_layers_use == "updated weights" else 0
                    difference = (W[layer] - late * slope).T * delta
                    steps_W[layer] += slope
                    steps_B[layer] += delta
            errors.append(error)
            if k < rounds:
                for layer in range(last + 1):
                    W[layer] -= eta * steps_W[layer]
                    if rule.biases == "one per layer":
                        steps_B[layer] = mpmath.ones(len(B[layer]), 1) * sum(steps_B[layer])
                    B[layer] -= eta * steps_B[layer] * (rule.biases != "frozen")
        return (
            np.array(errors, dtype=float),
            [np.array(matrix.tolist(), dtype=float) for matrix in W],
            [np.array(list(bias), dtype=float) for bias in B],
        )


def assert_same(one, other):
    """Two trainings agree on every round, in every number that they keep."""
    np.testing.assert_allclose(one.errors, other.errors, **EXACT)
    np.testing.assert_allclose(one.outputs, other.outputs, **EXACT)
    assert one.networks.keys() == other.networks.keys()
    for k in one.networks:
        assert_same_network(one.networks[k], other.networks[k])
    assert_same_network(one.network, other.network)


def assert_same_network(one, other):
    for a, b in zip((*one.weights, *one.biases), (*other.weights, *other.biases), strict=True):
        np.testing.assert_allclose(a, b, **EXACT)


# --- the known results


@pytest.mark.parametrize(
    ("rule", "after_1", "after_10_000"),
    [
        (UpdateRule(), "0.291027774", "0.0000351019"),
        (UpdateRule("updated weights"), "0.291027924", "0.0000350848"),
        (UpdateRule(biases="one per layer"), "0.285750887", "0.0000043553"),
        (UpdateRule(biases="one per neuron"), "0.280471447", "0.0000024476"),
    ],
)
def test_the_four_rules(rule, after_1, after_10_000):
    training = train(*START, 0.5, 10_000, rule, engine="generated")
    assert rounded(Decimal(training.errors[0]), 9) == "0.298371109"
    assert rounded(Decimal(training.errors[1]), 9) == after_1
    assert rounded(Decimal(training.errors[10_000]), 10) == after_10_000
    assert rounded(Decimal(training.final.E_total), 10) == after_10_000


def test_the_tutorials_last_error_is_that_of_round_9_999():
    training = train(*START, 0.5, 10_000, engine="generated")
    assert rounded(Decimal(training.errors[9_999]), 10) == "0.0000351085"
    assert len(training.errors) == 10_001 and training.rounds == 10_000


@pytest.mark.exhaustive
def test_the_engines_agree_on_each_of_10_000_rounds():
    keep = [0, 1, 9_999, 10_000]
    trainings = [train(*START, 0.5, 10_000, keep_weights_at=keep, engine=e) for e in ENGINES]
    assert_same(*trainings)


# --- round k is after k updates, everywhere


@pytest.mark.parametrize("engine", ENGINES)
def test_round_k_is_after_k_updates(engine):
    training = train(*START, 0.5, 5, keep_weights_at=range(6), engine=engine)
    forward = forward_pass(*START)
    for k in range(6):
        assert training.errors[k] == pytest.approx(forward.E_total, rel=0, abs=1e-15)
        np.testing.assert_allclose(training.outputs[k], forward.outputs, rtol=0, atol=1e-15)
        assert_same_network(training.networks[k], forward.network)
        last, forward = forward, forward_pass(weight_update(forward, 0.5).network, *START[1:])
    assert training.final["net_o2"] == pytest.approx(last["net_o2"], rel=0, abs=1e-15)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_rounds_leave_everything_as_it_was(engine):
    """And nothing is worked out that would be too large after one."""
    training = train(*START[:2], [1e10, 1], 1e308, 0, keep_weights_at=[0], engine=engine)
    assert training.errors.shape == (1,) and training.outputs.shape == (1, 2)
    assert training.networks[0].w5 == 0.4 and training.network.w5 == 0.4


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_are_kept_at_the_rounds_asked_for(engine):
    training = train(*START, 0.5, 7, keep_weights_at=[5, 2, 5], engine=engine)
    assert list(training.networks) == [2, 5]
    shorter = train(*START, 0.5, 5, engine=engine)
    assert_same_network(training.networks[5], shorter.network)
    np.testing.assert_array_equal(training.errors[:6], shorter.errors)


# --- fifty digits, and random networks


@pytest.mark.exhaustive
@pytest.mark.parametrize("how_many", [None, 3])
@pytest.mark.parametrize("layer_sizes", [(2, 2, 2), (1, 1), (3, 2, 1), (2, 3, 2, 2)], ids=str)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.hidden_layers_use}, {rule.biases}")
def test_against_fifty_digits(rule, layer_sizes, how_many):
    network = random_network(layer_sizes, seed=1)
    examples = random_examples(layer_sizes, how_many, seed=2)
    errors, weights, biases = fifty_digits(network, *examples, 0.7, 4, rule)
    for engine in ENGINES:
        training = train(network, *examples, 0.7, 4, rule, engine=engine)
        np.testing.assert_allclose(training.errors, errors, rtol=0, atol=1e-14)
        for ours, right in zip(
            (*training.network.weights, *training.network.biases), (*weights, *biases), strict=True
        ):
            np.testing.assert_allclose(ours, right, rtol=0, atol=1e-14)


@pytest.mark.exhaustive
@settings(max_examples=60, deadline=None)
@given(
    layer_sizes=st.lists(st.integers(1, 3), min_size=2, max_size=4).map(tuple),
    rule=st.sampled_from(RULES),
    shared_biases=st.booleans(),
    how_many=st.sampled_from([None, 1, 2, 3]),
    learning_rate=st.floats(0.001, 5),
    rounds=st.integers(0, 20),
    seed=st.integers(0, 2**32 - 1),
)
def test_random_networks(layer_sizes, rule, shared_biases, how_many, learning_rate, rounds, seed):
    network = random_network(layer_sizes, seed, shared_biases, scale=2.0)
    examples = random_examples(layer_sizes, how_many, seed)
    keep = [rounds // 2]
    generated, by_numpy = (
        train(network, *examples, learning_rate, rounds, rule, keep, engine) for engine in ENGINES
    )
    assert generated.engine == "generated" and by_numpy.engine == "numpy"
    assert_same(generated, by_numpy)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_list_of_one_is_that_one(engine):
    alone = train(*START, 0.5, 10, engine=engine)
    listed = train(example.network, [example.inputs], [example.targets], 0.5, 10, engine=engine)
    np.testing.assert_allclose(listed.errors, alone.errors, **EXACT)
    assert listed.outputs.shape == (11, 1, 2)
    assert len(listed.final) == 1 and listed.network is listed.final[0].network


@pytest.mark.exhaustive
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("size", [50, 800, 1e6])
def test_saturated_neurons(engine, sign, size):
    """Warnings are errors in these tests, so this also says that nothing warns."""
    network = Network([[[size, size], [-size, size]]] * 2, [[sign * size] * 2] * 2)
    for how_many in (None, 2):
        inputs, targets = random_examples((2, 2, 2), how_many, seed=3)
        training = train(network, inputs, targets, 400, 100, engine=engine)
        assert np.all(np.isfinite(training.errors)) and np.all(np.isfinite(training.outputs))
        assert_same(training, train(network, inputs, targets, 400, 100, engine="numpy"))


# --- which engine ran, and why


def test_auto_takes_the_generated_loop_and_says_why(monkeypatch):
    monkeypatch.setattr(training_module, "_run_numpy", None)
    training = train(*START, 0.3, 3, UpdateRule("updated weights", "one per neuron"))
    assert training.engine == "generated"
    why = "prepare would compile it" if find_spec("numba") else NUMBA_IS_MISSING
    assert training.engine_reason == f"the generated loop is not compiled: {why}"


def test_where_a_loop_is_compiled_it_is_that_which_runs(monkeypatch):
    """It takes its history in an array, as numba has compiled it for."""
    loop = choose_engine("generated", START[0], START[1:], 0.5, UpdateRule()).loop
    histories = []

    def compiled(parameters, data, eta, rounds, history, at):
        histories.append(history)
        return loop.function(parameters, data, eta, rounds, history, at)

    monkeypatch.setattr(loop, "compiled", compiled)
    training = train(*START, 0.5, 3, keep_weights_at=[1])
    assert training.engine == "compiled"
    assert [(history.dtype, history.shape) for history in histories] == [(float, (12,))] * 2
    assert_same(training, train(*START, 0.5, 3, keep_weights_at=[1], engine="numpy"))


def test_a_large_network_goes_through_numpy_and_says_why():
    network = random_network((10, 10, 10), seed=4)
    training = train(network, *random_examples((10, 10, 10), None, 5), 0.5, 3)
    assert training.engine == "numpy"
    assert "220 weights and biases" in training.engine_reason
    assert str(MOST_PARAMETERS) in training.engine_reason
    with pytest.raises(ValueError, match="engine: expected 'auto' or 'numpy', because the network"):
        train(network, *random_examples((10, 10, 10), None, 5), 0.5, 3, engine="generated")


@pytest.mark.parametrize("kind", [np.float32, np.longdouble, np.complex128])
def test_other_kinds_of_numbers_go_through_numpy_and_say_why(kind):
    network = Network(
        [matrix.astype(kind) for matrix in example.network.weights], example.network.biases
    )
    training = train(network, example.inputs, example.targets, 0.5, 3)
    assert training.engine == "numpy"
    assert np.dtype(kind).name in training.engine_reason
    assert training.errors[-1] == pytest.approx(train(*START, 0.5, 3).errors[-1], abs=1e-6)


def test_importing_and_the_numpy_engine_need_no_sympy():
    code = (
        "import sys; from backprop_lib import example, train; import backprop_lib.training.sweep;"
        "train(example.network, example.inputs, example.targets, 0.5, 2, engine='numpy');"
        "print('sympy' in sys.modules, 'tqdm' in sys.modules, 'numba' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["False"] * 3


# --- what comes out cannot be changed, what goes in is not


@pytest.mark.parametrize("engine", ENGINES)
def test_values_out_are_frozen_and_values_in_stay(engine):
    inputs, targets = [0.05, 0.10], [0.01, 0.99]
    training = train(example.network, inputs, targets, 0.5, 3, engine=engine)
    assert (inputs, targets, example.w5) == ([0.05, 0.10], [0.01, 0.99], 0.4)
    for array in (training.errors, training.outputs, training.network.weights[0]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_how_a_training_reads():
    errors, _, _ = fifty_digits(*START, 0.5, 2, UpdateRule())
    first, last = f"{errors[0]:.9f}", f"{errors[2]:.10f}"
    training = train(*START, 0.5, 2, engine="generated")
    assert repr(training) == f"Training of 2 rounds (generated), error {first} -> {last}"


def test_a_training_tells_what_it_was_asked_for():
    rule = UpdateRule(biases="frozen")
    training = train(*START, 0.25, 1, rule)
    assert (training.learning_rate, training.rule) == (0.25, rule)


# --- bad input


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ({"learning_rate": -0.5}, ValueError, "learning_rate: expected .* got -0.5"),
        ({"learning_rate": 0}, ValueError, "learning_rate: expected .* got 0"),
        ({"learning_rate": float("nan")}, ValueError, "learning_rate: expected .* got nan"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate: expected .* got 'fast'"),
        ({"rounds": -1}, ValueError, "rounds: expected a whole number, 0 or more, got -1"),
        ({"rounds": 1.5}, TypeError, "rounds: expected a whole number, 0 or more, got 1.5"),
        ({"rounds": True}, TypeError, "rounds: expected .* got True"),
        (
            {"keep_weights_at": [11]},
            ValueError,
            "keep_weights_at: expected rounds from 0 to 10, got 11",
        ),
        ({"keep_weights_at": [3, -1]}, ValueError, r"keep_weights_at\[1\]: expected .* got -1"),
        ({"keep_weights_at": [0.5]}, TypeError, r"keep_weights_at\[0\]: expected .* got 0.5"),
        ({"keep_weights_at": 5}, TypeError, "keep_weights_at: expected a list of rounds, got 5"),
        ({"inputs": []}, ValueError, "inputs: expected a list of 2 numbers"),
        ({"inputs": [[]], "targets": [[]]}, ValueError, "inputs: expected a matrix"),
        ({"inputs": [0.1, float("inf")]}, ValueError, "inputs: .*infinity"),
        ({"inputs": [[0.1, 0.2], [0.3]]}, ValueError, "inputs: .*Give every row the same length"),
        ({"inputs": [[0.1, 0.2]]}, ValueError, "targets: expected a matrix of 1 rows"),
        (
            {"inputs": [[1, 2], [3, 4]], "targets": [[1, 0]]},
            ValueError,
            "targets: .* It has 1 rows",
        ),
        ({"targets": [[0.1, 0.2]]}, ValueError, "targets: expected a list of 2 numbers"),
        ({"targets": [1e200, 0]}, ValueError, "targets: .* Use smaller ones"),
        ({"engine": "turbo"}, ValueError, "engine: expected one of 'auto'"),
        ({"rule": "tutorial"}, TypeError, "rule: expected an UpdateRule, got 'tutorial'"),
        ({"network": [[1]]}, TypeError, "network: expected a Network"),
        (
            {"learning_rate": 1e308, "targets": [50, 50]},
            ValueError,
            "keeps every weight and bias finite",
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("engine", ENGINES)
def test_bad_input_is_named(engine, change, kind, says):
    good = {
        "network": example.network,
        "inputs": [0.05, 0.10],
        "targets": [0.01, 0.99],
        "learning_rate": 0.5,
        "rounds": 10,
        "engine": engine,
    }
    with pytest.raises(kind, match=says):
        train(**(good | change))


@pytest.mark.parametrize(
    ("weights", "learning_rate"),
    [([[0.5]], 1e200), ([[0.0]] * 3, 1.3e154)],
    ids=["an output whose square is too large", "three squares whose sum is"],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_rate_that_makes_the_last_error_infinite_is_refused(engine, weights, learning_rate):
    """The weights of the last round are finite, and so is all that came before."""
    network = Network([weights], [[0] * len(weights)], "identity")
    words = rf"^learning_rate: expected a rate .* got {re.escape(repr(learning_rate))}\. Use a"
    with pytest.raises(ValueError, match=words):
        train(network, [1], [1] * len(weights), learning_rate, 1, engine=engine)


def test_prepare_names_bad_input():
    with pytest.raises(TypeError, match="network: expected a Network, got"):
        prepare((2, 2, 2))
