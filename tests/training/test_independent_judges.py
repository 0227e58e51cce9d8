"""The numeric core against judges that know nothing of it.

- mpmath: only the forward pass, in lists and loops, with 60 digits; derivatives by a difference
  of 1e-25, which leaves them more than 40.
- SymPy: only the error, written out; derivatives by sympy.diff.
- complex step: only the library's forward pass, which the first judge has looked at.
- plain Python: the tutorial's rules, one scalar at a time.
Each has the tutorial's example and random networks of 1 to 4 layers before it.
"""

import math
from functools import lru_cache

import hypothesis
import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import examples

from backprop_lib import UpdateRule, backward_pass, example, forward_pass, weight_update
from backprop_lib.core.example import Example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.network import Network

the_tutorials_too = hypothesis.example(example)


def run(an_example):
    return forward_pass(an_example.network, an_example.inputs, an_example.targets)


def parameters(names):
    weights = [w for layer in names.weights for row in layer for w in row]
    return [*weights, *(f"b_{n}" for layer in names.neurons for n in layer)]


def assert_close(ours, judged, digits):
    """To so many digits of the largest: in the small ones, sums over paths may have cancelled."""
    scale = max(map(abs, judged.values()), default=0)
    for name, judge in judged.items():
        assert abs(ours[name] - judge) <= 10.0**-digits * scale, name


# --- mpmath -----------------------------------------------------------------------------------


def exact_numbers(an_example):
    """Inputs, targets, weights and biases as mpmath numbers in lists of lists."""

    def exact(value):
        return [exact(v) for v in value] if isinstance(value, list) else mpmath.mpf(value)

    network = an_example.network
    return {
        "weights": exact([matrix.tolist() for matrix in network.weights]),
        "biases": exact([vector.tolist() for vector in network.biases]),
        "inputs": exact(an_example.inputs.tolist()),
        "targets": exact(an_example.targets.tolist()),
    }


def exact_forward(given):
    """net, out and E of every neuron, by name, from their definitions."""
    found, flowing, hidden = {}, given["inputs"], 0
    last = len(given["weights"]) - 1
    for layer, (matrix, biases) in enumerate(zip(given["weights"], given["biases"], strict=True)):
        outs = []
        for j, (row, bias) in enumerate(zip(matrix, biases, strict=True)):
            net = bias
            for weight, value in zip(row, flowing, strict=True):
                net += weight * value
            out = 1 / (1 + mpmath.exp(-net))
            neuron = f"o{j + 1}" if layer == last else f"h{hidden + j + 1}"
            found[f"net_{neuron}"], found[f"out_{neuron}"] = net, out
            outs.append(out)
        flowing, hidden = outs, hidden + len(outs)
    for k, (target, out) in enumerate(zip(given["targets"], flowing, strict=True)):
        found[f"E_o{k + 1}"] = (target - out) ** 2 / 2
    found["E_total"] = sum(found[f"E_o{k + 1}"] for k in range(len(flowing)))
    return found


def exact_slopes(given):
    """dE_total by every weight, then by every neuron's bias, by moving each by 1e-25."""
    step, slopes = mpmath.mpf("1e-25"), []
    weights = [row for matrix in given["weights"] for row in matrix]
    for numbers in [*weights, *given["biases"]]:
        for k, number in enumerate(numbers):
            numbers[k] = number + step
            above = exact_forward(given)["E_total"]
            numbers[k] = number - step
            below = exact_forward(given)["E_total"]
            numbers[k] = number
            slopes.append((above - below) / (2 * step))
    return slopes


@settings(max_examples=60)
@given(examples())
@the_tutorials_too
def test_the_forward_pass_against_mpmath(an_example):
    forward = run(an_example)
    with mpmath.workdps(60):
        for name, judge in exact_forward(exact_numbers(an_example)).items():
            # Three numbers within 1 are summed, so that units of 1e-16 stay below ten.
            assert abs(forward[name] - judge) <= 2e-15 * max(1, abs(judge)), name


@settings(max_examples=40)
@given(examples())
@the_tutorials_too
def test_every_slope_against_mpmath(an_example):
    backward = backward_pass(run(an_example))
    with mpmath.workdps(60):
        names = parameters(an_example.names)
        judged = dict(zip(names, exact_slopes(exact_numbers(an_example)), strict=True))
        assert_close({name: backward[f"dE_d{name}"] for name in names}, judged, digits=13)


def test_the_known_slopes_against_mpmath():
    """The judge itself, against figures that neither it nor the library has made."""
    with mpmath.workdps(60):
        slopes = exact_slopes(exact_numbers(example))
        assert mpmath.nstr(slopes[0], 12) == "0.000438567734474"
        assert mpmath.nstr(slopes[4], 14) == "0.082167040564231"


# --- complex step -----------------------------------------------------------------------------


@settings(max_examples=50)
@given(examples())
@the_tutorials_too
def test_every_slope_against_a_complex_step(an_example):
    backward = backward_pass(run(an_example))
    judged = {n: complex_step(f"dE_d{n}", an_example) for n in parameters(an_example.names)}
    assert_close({name: backward[f"dE_d{name}"] for name in judged}, judged, digits=12)


@settings(max_examples=80)
@given(examples(), st.data())
def test_any_derivative_by_name_against_a_complex_step(an_example, data):
    names = an_example.names
    first = data.draw(st.integers(0, len(names.neurons) - 1), "layer of what is moved")
    later = data.draw(st.integers(first, len(names.neurons) - 1), "layer of what is looked at")
    moved = data.draw(st.sampled_from(names.neurons[first]))
    seen = data.draw(st.sampled_from(names.neurons[later]))
    by = data.draw(st.sampled_from([f"net_{moved}", f"b_{moved}", *names.layer_inputs(first)]))
    errors = [f"E_{o}" for o in names.outputs] + ["E_total"]
    of = data.draw(st.sampled_from([f"net_{seen}", f"out_{seen}", *errors]))
    name = f"d{of}_d{by}"
    judge = complex_step(name, an_example)
    # No link is larger than 3 (a weight, a slope, a distance from a target), and rounding adds up.
    assert backward_pass(run(an_example))[name] == pytest.approx(judge, rel=1e-12, abs=1e-15)


# --- SymPy ------------------------------------------------------------------------------------


@lru_cache
def symbolic_slopes(sizes):
    """Functions of (values): dE_total by every weight and bias, from sympy.diff."""
    *_, symbols, error = symbolic_error(sizes)
    return symbols, [sp.diff(error, symbol) for symbol in symbols["weights"] + symbols["biases"]]


def symbolic_error(sizes):
    symbols = {"inputs": list(sp.symbols(f"x:{sizes[0]}")), "weights": [], "biases": []}
    symbols["targets"] = list(sp.symbols(f"t:{sizes[-1]}"))
    flowing = symbols["inputs"]
    for layer, size in enumerate(sizes[1:]):
        outs = []
        for j in range(size):
            row = sp.symbols(f"w_{layer}_{j}_:{len(flowing)}")
            bias = sp.Symbol(f"b_{layer}_{j}")
            net = bias + sum(weight * value for weight, value in zip(row, flowing, strict=True))
            outs.append(1 / (1 + sp.exp(-net)))
            symbols["weights"] += row
            symbols["biases"].append(bias)
        flowing = outs
    error = sum((t - out) ** 2 / 2 for t, out in zip(symbols["targets"], flowing, strict=True))
    return symbols, error


def flat(arrays):
    return [sp.Rational(float(number)) for array in arrays for number in np.ravel(array)]


@pytest.mark.exhaustive
@settings(max_examples=12)
@given(st.sampled_from([(1, 1), (2, 2), (2, 2, 2), (1, 2, 1), (2, 1, 2, 1)]).flatmap(examples))
@the_tutorials_too
def test_every_slope_against_sympy(an_example):
    symbols, slopes = symbolic_slopes(an_example.layer_sizes)
    values = {
        "inputs": flat([an_example.inputs]),
        "targets": flat([an_example.targets]),
        "weights": flat(an_example.network.weights),
        "biases": flat(an_example.network.biases),
    }
    point = {s: v for kind in values for s, v in zip(symbols[kind], values[kind], strict=True)}
    names = parameters(an_example.names)
    judged = [float(slope.subs(point).evalf(30)) for slope in slopes]
    backward = backward_pass(run(an_example))
    ours = {name: backward[f"dE_d{name}"] for name in names}
    assert_close(ours, dict(zip(names, judged, strict=True)), digits=13)


# --- plain Python: the scalar form ------------------------------------------------------------


def scalar_round(e, hidden_layers_use, biases_trained):
    """One round of the tutorial's rules: every delta and every new weight and bias, by name."""
    names, eta, values = e.names, e.learning_rate, {}
    layers = list(zip(names.neurons, names.weights, strict=True))
    for k, (neurons, weights) in enumerate(layers):
        for neuron, row in zip(neurons, weights, strict=True):
            sources = [e[n] if k == 0 else values[n] for n in names.layer_inputs(k)]
            products = (float(e[w]) * float(s) for w, s in zip(row, sources, strict=True))
            net = sum(products) + float(e[f"b_{neuron}"])
            values[f"out_{neuron}"] = 1 / (1 + math.exp(-net))
    for k, (neurons, weights) in reversed(list(enumerate(layers))):
        for j, neuron in enumerate(neurons):
            out = values[f"out_{neuron}"]
            if k == len(layers) - 1:
                dE_dout = out - float(e[f"target_{neuron}"])
            else:
                dE_dout = 0.0
                for after, row in zip(*layers[k + 1], strict=True):
                    late = hidden_layers_use == "updated weights"
                    weight = values[f"{row[j]}_new"] if late else float(e[row[j]])
                    dE_dout += values[f"delta_{after}"] * weight
            values[f"delta_{neuron}"] = dE_dout * out * (1 - out)
        for neuron, row in zip(neurons, weights, strict=True):
            for w, source in zip(row, names.layer_inputs(k), strict=True):
                value = float(e[source]) if k == 0 else values[source]
                values[f"{w}_new"] = float(e[w]) - eta * values[f"delta_{neuron}"] * value
        deltas = {neuron: values[f"delta_{neuron}"] for neuron in neurons}
        for neuron in neurons:
            step = {
                "frozen": 0.0,
                "one per layer": sum(deltas.values()),
                "one per neuron": deltas[neuron],
            }[biases_trained]
            values[f"b_{neuron}_new"] = float(e[f"b_{neuron}"]) - eta * step
    return values


@pytest.mark.parametrize("biases", ["frozen", "one per layer", "one per neuron"])
@pytest.mark.parametrize("hidden_layers_use", ["original weights", "updated weights"])
@settings(max_examples=20)
@given(an_example=examples())
@hypothesis.example(an_example=example)
def test_the_matrix_form_against_the_scalar_form(hidden_layers_use, biases, an_example):
    update = weight_update(
        run(an_example), an_example.learning_rate, UpdateRule(hidden_layers_use, biases)
    )
    scalars = scalar_round(an_example, hidden_layers_use, biases)
    assert_close({name: update[name] for name in scalars}, scalars, digits=14)


# --- symmetry ---------------------------------------------------------------------------------


def shuffled(an_example, layer, order):
    """The same network with the neurons of one hidden layer in another order."""
    weights, biases = list(an_example.network.weights), list(an_example.network.biases)
    weights[layer] = weights[layer][order]
    biases[layer] = biases[layer][order]
    weights[layer + 1] = weights[layer + 1][:, order]
    return Example(Network(weights, biases), an_example.inputs, an_example.targets)


@settings(max_examples=60)
@given(st.integers(2, 4).flatmap(lambda n: examples((2, *[3] * (n - 1), 2))), st.data())
def test_the_order_of_hidden_neurons_does_not_matter(an_example, data):
    layer = data.draw(st.integers(0, len(an_example.layer_sizes) - 3))
    order = data.draw(st.permutations(range(3)))
    before = backward_pass(run(an_example))
    after = backward_pass(run(shuffled(an_example, layer, order)))
    assert after.forward.outputs == pytest.approx(before.forward.outputs, rel=1e-14)
    here, there = before.layers[layer], after.layers[layer]
    assert there.dE_dw == pytest.approx(here.dE_dw[order], rel=1e-12, abs=1e-15)
    assert there.dE_db == pytest.approx(here.dE_db[order], rel=1e-12, abs=1e-15)
    next_here, next_there = before.layers[layer + 1], after.layers[layer + 1]
    assert next_there.dE_dw == pytest.approx(next_here.dE_dw[:, order], rel=1e-12, abs=1e-15)
