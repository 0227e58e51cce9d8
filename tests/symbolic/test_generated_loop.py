"""The generated loop: where it comes from, what it looks like, and that numba compiles just it."""

import ast
import math
import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import sympy as sp

from backprop_lib import UpdateRule, example, logistic, train
from backprop_lib.core.activations import ACTIVATIONS, Activation
from backprop_lib.core.network import Network
from backprop_lib.symbolic import generated_loop as generated_loop_module
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.generated_loop import generated_loop
from backprop_lib.symbolic.update_rules import update_rules
from backprop_lib.training.engines import (
    MOST_PARAMETERS,
    Engine,
    choose_engine,
    loop_arguments,
    prepare,
)
from backprop_lib.training.sweep import sweep

START = (example.network, example.inputs, example.targets)


@pytest.fixture
def fresh_loops():
    """Loops as a new kernel has them: none generated, none compiled."""
    generated_loop_module._kept.cache_clear()
    yield
    generated_loop_module._kept.cache_clear()


# --- the update rules


def put_together(derivative, rules):
    """A derivative with every derivative that it is made of put in."""
    formula = rules.backward[derivative]
    while inside := formula.free_symbols & rules.backward.keys():
        formula = formula.xreplace({symbol: rules.backward[symbol] for symbol in inside})
    return formula


@pytest.mark.parametrize("layer_sizes", [(2, 2, 2), (2, 1, 2, 1), (1, 1)], ids=str)
@pytest.mark.parametrize("biases", ["one per layer", "one per neuron"])
def test_every_derivative_is_the_chain_rules(layer_sizes, biases):
    rules = update_rules(layer_sizes, UpdateRule(biases=biases))
    for parameter in rules.parameters:
        rule = chain_rule("E_total", parameter, layer_sizes)
        expected = sum(path.formula for path in rule.paths)
        ours = put_together(sp.Symbol(f"dE_d{parameter}"), rules)
        assert sp.expand(ours - expected) == 0


def test_the_rules_read_as_in_the_tutorial():
    text = str(update_rules())
    assert "net_h1 = w1 * i1 + w2 * i2 + b1" in text
    assert "dE_total/dnet_o1 = out_o1 * (1 - out_o1) * dE_total/dout_o1" in text
    assert "dE_total/dout_h1 = w5 * dE_total/dnet_o1 + w7 * dE_total/dnet_o2" in text
    assert "w5_new = w5 - eta * dE_total/dw5" in text


def test_the_rules_of_one_neuron_are_its_three_passes():
    rules = update_rules((1, 1))
    assert repr(rules) == (
        "net_o1 = w1 * i1 + b1\n"
        "out_o1 = logistic(net_o1)\n"
        "E_o1 = (target_o1 - out_o1)**2/2\n"
        "E_total = (target_o1 - out_o1)**2/2\n\n"
        "dE_total/dout_o1 = out_o1 - target_o1\n"
        "dE_total/dnet_o1 = out_o1 * (1 - out_o1) * dE_total/dout_o1\n"
        "dE_total/dw1 = i1 * dE_total/dnet_o1\n\n"
        "w1_new = w1 - eta * dE_total/dw1"
    )
    assert rules.updates._repr_latex_() == (
        r"$\displaystyle \begin{aligned} w_{1}^{new} &= w_{1} - "
        r"\eta \cdot \frac{\partial E_{total}}{\partial w_{1}} \end{aligned}$"
    )


def test_updated_weights_carry_the_error_back():
    rules = update_rules(rule=UpdateRule("updated weights"))
    assert "w5_new * dE_total/dnet_o1" in str(rules.backward)


def test_a_bias_of_a_layer_is_the_sum_over_its_neurons():
    assert "dE_total/db1 = dE_total/dnet_h1 + dE_total/dnet_h2" in str(
        update_rules(rule=UpdateRule(biases="one per layer"))
    )
    assert "b_h1_new = b_h1 - eta * (dE_total/db_h1 + dE_total/db_h2)" in str(
        update_rules(rule=UpdateRule(biases="one per layer"), shared_biases=False)
    )


@pytest.mark.parametrize(
    ("last", "delta"),
    [
        ("logistic", "out_o1 - target_o1"),
        ("softmax", "-target_o1 + out_o1 * target_o1 + out_o1 * target_o2"),
    ],
)
def test_with_cross_entropy_the_slopes_of_error_and_output_cancel(last, delta):
    network = example.network.replace(activations=["tanh", last], error="cross-entropy")
    rules = update_rules(network)
    assert f"dE_total/dnet_o1 = {delta}\n" in repr(rules.backward)
    assert not rules.backward.keys() & {sp.Symbol("dE_dout_o1"), sp.Symbol("dE_dout_o2")}


def test_a_loop_is_generated_once_however_it_is_asked_for():
    assert generated_loop() is generated_loop([2, 2, 2], UpdateRule(), shared_biases=True)


# --- the source


def test_the_source_is_straight_line_python_that_runs_by_itself():
    loop = generated_loop()
    given = {}
    exec("from math import exp\n" + loop.source, given)
    parameters = tuple(float(example[name]) for name in loop.parameters)
    history = [0.0] * 3 * 10_001
    given["train"](parameters, (0.05, 0.10, 0.01, 0.99), 0.5, 10_000, history, 0)
    assert f"{history[-1]:.10f}" == "0.0000351019"
    nodes = {type(node) for node in ast.walk(ast.parse(loop.source))}
    assert not nodes & {ast.Import, ast.While, ast.ListComp, ast.Attribute, ast.Lambda}


def test_the_source_speaks_the_tutorials_names():
    source = generated_loop().source
    assert "net_h1 = w1*i1 + w2*i2 + b1" in source
    assert "dE_dnet_o1 = out_o1*(1 - out_o1)*(out_o1 - target_o1)" in source
    assert str(generated_loop()) == source


def test_what_python_knows_by_itself_is_not_defined():
    network = example.network.replace(activations=["tanh", "identity"])
    assert generated_loop(network).helpers == {}


def test_what_python_knows_by_another_name_alone_is_rewritten(monkeypatch):
    sech = Activation(
        lambda net: 1 / np.cosh(net), lambda net, out: -out * np.tanh(net), "sech(net)"
    )
    monkeypatch.setitem(ACTIVATIONS, "sech", sech)
    network = Network([[[2.0]]], [[-1.0]], "sech")
    training = train(network, [0.75], [0.0], 0.1, 0, engine="generated")
    assert training.outputs[0, 0] == pytest.approx(1 / math.cosh(0.5), rel=1e-15)


def test_shared_parts_are_worked_out_once():
    steps = [line.strip() for line in generated_loop().source.splitlines() if "*eta" in line]
    neurons = enumerate(("h1", "h2", "o1", "o2"), start=1)
    assert steps == [f"shared_{k} = dE_dnet_{neuron}*eta" for k, neuron in neurons]


@pytest.mark.exhaustive
@pytest.mark.parametrize("several_examples", [False, True])
def test_generating_is_deterministic(several_examples):
    """Sets of symbols are ordered by hashes, which differ from one Python to the next."""
    code = (
        "from backprop_lib.symbolic.generated_loop import generated_loop;"
        "from backprop_lib import UpdateRule; rule = UpdateRule('updated weights');"
        f"print(generated_loop((2, 3, 1), rule, False, {several_examples}))"
    )
    sources = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "12"
    ]
    assert sources[0] == sources[1] != ""


def test_the_generated_logistic_is_the_librarys():
    of_numbers = generated_loop().function.__globals__["logistic"]
    of_vectors = generated_loop().vectorised.__globals__["logistic"]
    nets = np.array([-1e308, -1000, -745.2, -709.9, -40, -1, -0.0, 0, 1e-300, 1, 36.8, 710, 1e308])
    right = logistic(nets)
    np.testing.assert_allclose([of_numbers(net) for net in nets.tolist()], right, rtol=4e-16)
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(of_vectors(nets), right, rtol=4e-16, atol=1e-307)


def test_in_a_vector_what_overflows_is_infinite_and_the_others_are_what_they_are():
    exp = generated_loop().vectorised.__globals__["exp"]
    assert exp(np.array([0.0, 1000.0])).tolist() == [1.0, np.inf]


def test_the_largest_generated_network_is_generated(fresh_loops):
    loop = generated_loop((8, 8, 8))
    assert MOST_PARAMETERS - 10 < 8 * 9 * 2 <= MOST_PARAMETERS
    assert len(loop.parameters) == 8 * 8 * 2 + 2


# --- numba


def needs_numba():
    return pytest.importorskip("numba", reason="needs numba: python -m pip install -e '.[fast]'")


def random_network(layer_sizes):
    random = np.random.default_rng(6)
    pairs = pairwise(layer_sizes)
    layers = [(random.normal(size=(n, m)), random.normal(size=n)) for m, n in pairs]
    return Network(*zip(*layers, strict=True))


def test_numba_compiles_the_very_function_that_cpython_runs(fresh_loops):
    needs_numba()
    loop = generated_loop()
    assert loop.compile().py_func is loop.function
    assert loop.compile() is loop.compiled
    assert len(loop.compiled.signatures) == 1  # before the first call, which would wait for it


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("rule", "layer_sizes", "how_many"),
    [
        (UpdateRule(), (2, 2, 2), None),
        (UpdateRule("updated weights", "one per layer"), (3, 2, 2, 1), 3),
    ],
)
def test_compiled_agrees_with_numpy(fresh_loops, rule, layer_sizes, how_many):
    needs_numba()
    random = np.random.default_rng(7)
    before = () if how_many is None else (how_many,)
    inputs = random.normal(size=(*before, layer_sizes[0]))
    targets = random.random(size=(*before, layer_sizes[-1]))
    given = (random_network(layer_sizes), inputs, targets, 0.8, 200, rule, [0, 77, 200])
    compiled, by_numpy = train(*given, engine="compiled"), train(*given, engine="numpy")
    assert compiled.engine == "compiled"
    np.testing.assert_allclose(compiled.errors, by_numpy.errors, rtol=0, atol=1e-12)
    np.testing.assert_allclose(compiled.outputs, by_numpy.outputs, rtol=0, atol=1e-12)
    for k in (0, 77, 200):
        for a, b in zip(compiled.networks[k].weights, by_numpy.networks[k].weights, strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)
    rates = [0.1, 0.8, 400]
    ends = [
        sweep(*given[:3], rates, 50, rule, progress=False, engine=engine)
        for engine in ("compiled", "generated")
    ]
    np.testing.assert_allclose(ends[0].errors, ends[1].errors, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ends[0].outputs, ends[1].outputs, rtol=0, atol=1e-12)


def test_the_compiled_loop_gets_its_examples_in_columns():
    engine = Engine("compiled", "", generated_loop(several_examples=True))
    examples = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([[0.0, 1.0]] * 3)
    _, columns = loop_arguments(engine, example.network, examples)
    assert all(isinstance(column, np.ndarray) for column in columns)
    assert np.array(columns).tolist() == [[1, 3, 5], [2, 4, 6], [0, 0, 0], [1, 1, 1]]


def test_prepare_compiles_before_and_visibly(fresh_loops, capsys):
    needs_numba()
    assert train(*START, 0.5, 1).engine == "generated"
    assert capsys.readouterr().out == ""
    prepare(example.network)
    assert capsys.readouterr().out == (
        "Compiling the training loop of a 2-2-2 network, once; it takes a few seconds ...\n"
        "Compiled.\n"
    )
    rates = np.array([0.1, 0.5])
    assert choose_engine("auto", START[0], START[1:], rates, UpdateRule()).loop is generated_loop()
    training = train(*START, 0.5, 1)
    assert (training.engine, training.engine_reason) == (
        "compiled",
        "prepare has compiled the generated loop",
    )
    prepare(example.network)
    assert capsys.readouterr().out == ""


def test_saturated_neurons_when_compiled(fresh_loops):
    needs_numba()
    network = Network([[[800, 800], [-800, 800]]] * 2, [[-800, 800]] * 2)
    training = train(network, [1, 1], [0, 1], 400, 100, engine="compiled")
    assert np.all(np.isfinite(training.errors))


def test_prepare_says_what_it_will_not_compile(capsys):
    prepare(random_network((10, 10, 10)))
    assert capsys.readouterr().out.startswith("Nothing to compile: the network has 220 weights")


# --- without numba


@pytest.fixture
def without_numba(monkeypatch, fresh_loops):
    monkeypatch.setitem(sys.modules, "numba", None)


def test_without_numba_everything_but_compiling_works(without_numba, capsys):
    assert train(*START, 0.5, 10).engine == "generated"
    assert "numba is not installed" in train(*START, 0.5, 10).engine_reason
    prepare(example.network)
    assert "Nothing to compile: numba is not installed" in capsys.readouterr().out
    with pytest.raises(ImportError, match=r"numba is not installed \(python -m pip install"):
        train(*START, 0.5, 10, engine="compiled")
