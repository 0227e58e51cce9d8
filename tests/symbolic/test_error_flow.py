"""The backward pass hop by hop: against the backward pass itself, SymPy and the complex step."""

import math
from itertools import pairwise

import numpy as np
import pytest

from backprop_lib import UpdateRule, backward_pass, example, forward_pass
from backprop_lib.core.example import Example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.starting_weights import random_network
from backprop_lib.core.weight_update import one_round
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.error_flow import error_flow

WEIGHTS = tuple(f"w{n}" for n in range(1, 9))
SOFTMAX = Example(
    random_network((2, 3, 3), 4, ["tanh", "softmax"], "cross-entropy"), [0.3, -0.8], [0, 1, 0], 0.1
)
DEEP = Example(random_network((2, 3, 2, 2, 1), 7), [0.3, -0.8], [0.9], 0.1)


def backward(an_example):
    return backward_pass(forward_pass(an_example.network, an_example.inputs, an_example.targets))


def parameters(an_example):
    names = an_example.names
    return [*names.all_weights, *(f"b_{neuron}" for neuron in names.all_neurons)]


@pytest.mark.parametrize("name", WEIGHTS)
def test_in_the_tutorials_network_the_products_are_the_derivatives_to_the_last_bit(name):
    record = backward(example)
    hops = error_flow(record, name)
    for hop in hops:
        assert hop.before * hop.factor == hop.share
        if hop.whole is not None:
            assert sum(hop.shares) == hop.whole == record[f"dE_d{hop.by}"]
    assert (hops[-1].by, hops[-1].whole) == (name, record[f"dE_d{name}"])


@pytest.mark.parametrize("name", [*WEIGHTS, "b1", "b2", "b_h2", "out_h1"])
def test_the_factors_multiplied_along_the_paths_are_what_sympy_derives(name):
    rule = chain_rule("E_total", name)
    factors = {(hop.of, hop.by): hop.factor for hop in error_flow(backward(example), name)}
    assert {(str(link.of), str(link.by)) for link in rule.links} == set(factors)
    through = [path.through for path in rule.paths]
    multiplied = sum(math.prod(factors[link] for link in pairwise(t)) for t in through)
    assert multiplied == pytest.approx(rule.value(example), rel=1e-14)


@pytest.mark.parametrize("an_example", [SOFTMAX, DEEP], ids=["softmax", "deep"])
def test_in_other_networks_every_hop_multiplies_and_every_meeting_adds(an_example):
    record = backward(an_example)
    for name in parameters(an_example):
        hops = error_flow(record, name)
        for hop in hops:
            assert hop.share == hop.before * hop.factor
            if hop.whole is not None:
                assert sum(hop.shares) == pytest.approx(hop.whole, rel=1e-12, abs=1e-15)
        assert (hops[-1].by, hops[-1].whole) == (name, record[f"dE_d{name}"])
        judge = complex_step(f"dE_d{name}", an_example)
        assert hops[-1].whole == pytest.approx(judge, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("an_example", [example, SOFTMAX, DEEP], ids=["own", "softmax", "deep"])
def test_nothing_flows_on_before_all_of_it_has_come(an_example):
    for name in parameters(an_example):
        whole = {"E_total"}
        hops = error_flow(backward(an_example), name)
        assert len({(hop.of, hop.by) for hop in hops}) == len(hops)
        for hop in hops:
            assert hop.of in whole and hop.by not in whole
            if hop.whole is not None:
                whole.add(hop.by)
        # What has come has gone on, all of it.
        assert whole == {"E_total", *(hop.by for hop in hops)}


def test_a_deep_network_has_far_fewer_hops_than_paths():
    network = random_network((10,) * 6, 0)
    record = backward_pass(forward_pass(network, np.full(10, 0.5), np.full(10, 0.5)))
    assert len(error_flow(record, "w1")) < 500  # and 10,000 paths


def test_through_updated_weights_the_flow_goes_as_the_update_does():
    update = one_round(example, UpdateRule("updated weights"))
    hops = error_flow(update, "w1")
    assert hops[-1].whole == update["dE_dw1"] != backward(example)["dE_dw1"]
    assert {hop.factor for hop in hops if hop.by == "out_h1"} == {
        update["w5_new"],
        update["w7_new"],
    }


def test_what_nothing_flows_to_is_refused():
    with pytest.raises(ValueError, match="unknown name 'w9'"):
        error_flow(backward(example), "w9")
    with pytest.raises(ValueError, match="to: expected something that E_total is made of"):
        error_flow(backward(example), "eta")
