"""Every activation with every error: the passes, the chain rule, the training loops and the
walkthrough of one network, each held to judges that know nothing of it."""

from itertools import pairwise

import numpy as np
import pytest
import sympy as sp
from random_dense import ENDS, HIDDEN

from backprop_lib.core.backward_pass import backward_pass
from backprop_lib.core.example import Example
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.network import Network
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE, UpdateRule, one_round
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.walkthrough_steps import walkthrough
from backprop_lib.training.batch_passes import batch_backward, batch_forward
from backprop_lib.training.sweep import sweep
from backprop_lib.training.training import train

EVERY = [(hidden, error, last) for hidden in HIDDEN for error, last in ENDS]
each_network = pytest.mark.parametrize(("hidden", "error", "last"), EVERY)
# One of each activation and error, for what takes long.
FEW = [
    ("tanh", "cross-entropy", "softmax"),
    ("ReLU", "mean squared", "softmax"),
    ("identity", "cross-entropy", "logistic"),
    ("logistic", "squared", "tanh"),
    ("ReLU", "half squared", "identity"),
]
few_networks = pytest.mark.parametrize(("hidden", "error", "last"), FEW)


def an_example(hidden, error, last, sizes=(2, 3, 2), seed=1):
    rng = np.random.default_rng(seed)
    layers = list(pairwise(sizes))
    weights = [rng.uniform(-1, 1, (n_out, n_in)).round(3) for n_in, n_out in layers]
    biases = [rng.uniform(-0.5, 0.5, n_out).round(3) for _, n_out in layers]
    activations = [*[hidden] * (len(layers) - 1), last]
    network = Network(weights, biases, activations, error)
    targets = np.array([0.25, 0.75] + [0.0] * sizes[-1])[: sizes[-1]]
    return Example(network, rng.uniform(0.1, 1, sizes[0]).round(2), targets)


def derivative_names(names):
    for of in ("E", "E_o2", "out_o1", "net_o2"):
        yield from (f"d{of}_d{by}" for by in (*names.all_weights, "b1", "b_h2", "i1", "out_h1"))
    yield from ("dE_dout_o1", "dE_dnet_o2", "dout_o1_dnet_o2", "dout_h1_dnet_h1", "dE_o1_dnet_o2")


@each_network
def test_every_derivative_of_a_round_is_the_complex_step(hidden, error, last):
    example = an_example(hidden, error, last)
    backward = backward_pass(forward_pass(example))
    asked = 0
    for name in derivative_names(example.names):
        try:
            found = backward[name]
        except ValueError as refused:  # softmax alone leads from the net of o2 to the out of o1
            assert "comes before" in str(refused), name
            found = 0.0
        else:
            asked += 1
        assert found == pytest.approx(complex_step(name, example), rel=1e-12, abs=1e-14), name
    assert asked > 40


@each_network
def test_the_passes_in_matrices_say_the_same(hidden, error, last):
    example = an_example(hidden, error, last)
    batch = batch_backward(batch_forward(example.network, [example.inputs]), [example.targets])
    backward = backward_pass(forward_pass(example))
    assert batch.E_total == pytest.approx(backward.E_total, rel=1e-14)
    for k, layer in enumerate(backward.layers):
        np.testing.assert_allclose(layer.dE_dw, batch.dE_dW[k], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(layer.dE_db, batch.dE_db[k], rtol=1e-12, atol=1e-15)


@few_networks
@pytest.mark.parametrize("by", ["w1", "w7", "b1", "out_h1", "net_o1", "out_o2"])
def test_the_chain_rule_adds_up_to_the_complex_step(hidden, error, last, by):
    example = an_example(hidden, error, last)
    if by == "b1":  # which a layer has to share
        example = example.replace(b1=0.25)
    rule = chain_rule("E_total", by, example)
    judge = complex_step(f"dE_d{by}", example)
    assert rule.value(example) == pytest.approx(judge, rel=1e-12, abs=1e-15)
    assert sum(rule.contributions(example).values()) == pytest.approx(judge, rel=1e-12, abs=1e-15)


def test_softmax_is_the_sum_over_the_neurons_that_it_is():
    rule = chain_rule("E_total", "w7", an_example("tanh", "half squared", "softmax"))
    assert [path.through[1:3] for path in rule.paths] == [
        ("out_o1", "net_o1"),
        ("out_o2", "net_o1"),
    ]
    shown = {str(link.partial): str(sp.expand(link.derivative)) for link in rule.links}
    assert shown["dout_o1/dnet_o1"] == "-out_o1**2 + out_o1"
    assert shown["dout_o2/dnet_o1"] == "-out_o1*out_o2"


def test_a_rule_of_one_network_has_no_numbers_for_another():
    rule = chain_rule("E_total", "w1", an_example("tanh", "squared", "tanh"))
    with pytest.raises(ValueError, match=r"example: expected a network .* tanh, squared"):
        rule.value(an_example("ReLU", "squared", "tanh"))


@few_networks
@pytest.mark.parametrize("hidden_layers_use", HIDDEN_LAYERS_USE)
@pytest.mark.parametrize("biases", BIASES)
def test_the_generated_loop_trains_as_one_round_after_the_other(
    hidden, error, last, hidden_layers_use, biases
):
    rule = UpdateRule(hidden_layers_use, biases)
    example = an_example(hidden, error, last)
    given = (example.network, example.inputs, example.targets)
    trained = train(*given, 0.1, rounds=20, rule=rule)
    assert trained.engine == ("numpy" if error == "cross-entropy" else "generated")
    for k in range(20):
        assert trained.errors[k] == pytest.approx(forward_pass(example).E_total, rel=1e-10)
        network = one_round(example.replace(eta=0.1), rule).network
        example = Example(network, example.inputs, example.targets)
    assert trained.network.architecture == example.architecture
    np.testing.assert_allclose(trained.network.parameters, network.parameters, rtol=1e-10)
    ends = sweep(*given, [0.05, 0.1], rounds=20, rule=rule, progress=False)
    assert ends.errors[1] == pytest.approx(trained.errors[-1], rel=1e-10)


def test_a_loop_without_bounds_says_that_the_rate_is_too_large():
    example = an_example("identity", "squared", "identity")
    for engine in ("generated", "numpy"):
        with pytest.raises(ValueError, match="learning_rate: expected a rate that keeps every"):
            train(example.network, example.inputs, example.targets, 50, 500, engine=engine)


@few_networks
def test_every_line_of_the_walkthrough_computes_its_number(hidden, error, last):
    example = an_example(hidden, error, last)
    rule = UpdateRule(biases="one per neuron")
    known = {name: float(example[name]) for name in example.names.plain() if _given(example, name)}
    steps = walkthrough(example, rule)
    for step in steps:
        exec(step.code, {"np": np}, known)
        assert known[step.name] == pytest.approx(step.value, rel=1e-12, abs=1e-15), step.code
        assert step.check is None or step.check.agrees, step.name
        numbers = eval(step.numbers, {"exp": np.exp, "log": np.log, "tanh": np.tanh})
        assert numbers == pytest.approx(step.value, rel=1e-6, abs=1e-8), step.numbers
    assert len({step.name for step in steps}) == len(steps)
    assert {f"{w}_new" for w in example.names.all_weights} <= known.keys()


def _given(example, name):
    try:
        return example[name] is not None
    except ValueError:
        return False


def test_an_output_at_the_end_of_its_range_still_has_its_gradient():
    """dE/dout is 1/0 there; what the two slopes leave when they cancel is not."""
    network = Network([[[60.0]]], [[0.0]], "logistic", "cross-entropy")
    backward = backward_pass(forward_pass(network, [1.0], [0.0]))
    assert forward_pass(network, [1.0], [0.0]).out_o1 == 1
    assert backward.dE_dw1 == pytest.approx(1, rel=1e-15)
    assert backward.E_total == pytest.approx(60, rel=1e-15)
    # And where it is right, which makes 0/0.
    assert backward_pass(forward_pass(network, [1.0], [1.0])).dE_dw1 == 0
