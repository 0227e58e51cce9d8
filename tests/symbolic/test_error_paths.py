"""The paths from a weight to the error: against SymPy's chain rule and the complex step."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import examples

from backprop_lib import backward_pass, example, forward_pass
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.logic_tables import xor
from backprop_lib.core.starting_weights import random_network
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.error_paths import error_paths


def backward(an_example):
    return backward_pass(forward_pass(an_example.network, an_example.inputs, an_example.targets))


@pytest.mark.parametrize("name", [*(f"w{n}" for n in range(1, 9)), "b1", "b2", "b_h2", "b_o1"])
def test_every_path_adds_what_sympy_says(name):
    found = {path.through: path.contribution for path in error_paths([backward(example)], name)}
    judge = chain_rule("E_total", name).contributions(example)
    assert found == {through: pytest.approx(value, rel=1e-13) for through, value in judge.items()}


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_paths_of_any_network_add_up_to_the_derivative(data):
    given_one = data.draw(
        examples(sizes=data.draw(st.sampled_from([(1, 1), (2, 3, 2), (2, 2, 2, 1)])))
    )
    names = given_one.network.names
    weights = [w for layer in names.weights for row in layer for w in row]
    name = data.draw(
        st.sampled_from([*weights, *(f"b_{n}" for layer in names.neurons for n in layer)])
    )
    total = sum(path.contribution for path in error_paths([backward(given_one)], name))
    assert total == pytest.approx(complex_step(f"dE_d{name}", given_one), rel=1e-9, abs=1e-15)


def test_on_several_rows_each_path_is_summed_over_them():
    network = random_network((2, 2, 1), 0)
    rows = zip(xor.inputs, xor.targets, strict=True)
    backwards = [backward_pass(forward_pass(network, *row)) for row in rows]
    (path,) = error_paths(backwards, "w3")
    each = [error_paths([one], "w3")[0].contribution for one in backwards]
    assert path.contribution == pytest.approx(sum(each), rel=1e-14)
    assert path.through == ("E_total", "out_o1", "net_o1", "out_h2", "net_h2", "w3")


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="unknown name 'w9'"):
        error_paths([backward(example)], "w9")


def test_without_a_backward_pass_there_is_no_path():
    with pytest.raises(ValueError, match="backwards: expected one or more backward passes"):
        error_paths([], "w5")
