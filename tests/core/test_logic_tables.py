"""The truth tables say what Python's own operators say, and train as the notebook tells."""

import operator

import numpy as np
import pytest

from backprop_lib import UpdateRule, forward_pass, train
from backprop_lib.core.logic_tables import LOGIC_TABLES, logical_and, logical_or, nand, xor
from backprop_lib.core.network import Network
from backprop_lib.core.starting_weights import random_network

OPERATORS = {
    "AND": operator.and_,
    "OR": operator.or_,
    "NAND": lambda a, b: 1 - (a & b),
    "XOR": operator.xor,
}
EACH_ITS_BIAS = UpdateRule(biases="one per neuron")


@pytest.mark.parametrize("name", OPERATORS)
def test_every_row_is_what_the_operator_gives(name):
    table = LOGIC_TABLES[name]
    rows = zip(table.inputs.tolist(), table.targets.tolist(), strict=True)
    assert {(*inputs, *target) for inputs, target in rows} == {
        (a, b, OPERATORS[name](a, b)) for a in (0, 1) for b in (0, 1)
    }


def test_the_tables_have_names_of_their_own():
    assert list(LOGIC_TABLES.values()) == [logical_and, logical_or, nand, xor]


def answers(table, sizes, seed, rounds, rate=2.0, engine="auto"):
    network = random_network(sizes, seed)
    training = train(
        network, table.inputs, table.targets, rate, rounds, EACH_ITS_BIAS, engine=engine
    )
    return training.errors[-1], training.outputs[-1].ravel()


@pytest.mark.parametrize("table", [logical_and, logical_or, nand], ids=["AND", "OR", "NAND"])
def test_one_line_is_enough_for_all_but_xor(table):
    _, outs = answers(table, (2, 1), seed=0, rounds=2000)
    assert np.abs(outs - table.targets.ravel()).max() < 0.1


@pytest.mark.parametrize("seed", range(10))
def test_xor_without_hidden_neurons_ends_with_all_answers_at_one_half(seed):
    error, outs = answers(xor, (2, 1), seed, rounds=2000)
    np.testing.assert_allclose(outs, 0.5, atol=1e-6)
    assert error == pytest.approx(4 * 0.5**2 / 2)


def test_no_straight_line_does_better_on_xor():
    """Not by training: on a fine grid of all lines, none has an error below one half."""
    steps = np.linspace(-6, 6, 13)
    best = min(
        sum(
            forward_pass(Network([[[w1, w2]]], [[b]]), *row).E_total
            for row in zip(xor.inputs, xor.targets, strict=True)
        )
        for w1 in steps
        for w2 in steps
        for b in steps
    )
    assert best == pytest.approx(0.5)


@pytest.mark.exhaustive
@pytest.mark.parametrize("engine", ["generated", "numpy"])
def test_xor_with_two_hidden_neurons_is_solved_from_one_seed_and_stalls_from_another(engine):
    solved, outs = answers(xor, (2, 2, 1), seed=0, rounds=2000, engine=engine)
    assert solved < 0.001 and np.abs(outs - xor.targets.ravel()).max() < 0.05
    stalled, outs = answers(xor, (2, 2, 1), seed=11, rounds=2000, engine=engine)
    assert 0.2 < stalled < 0.3 and np.abs(outs - xor.targets.ravel()).max() > 0.4
