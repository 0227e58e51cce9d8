"""A training that is stopped, changed and gone back in, against train, SymPy, complex steps."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from symbolic.test_chain_rule import substituted_error

from backprop_lib import UpdateRule, example, train
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.logic_tables import xor
from backprop_lib.core.network import Network
from backprop_lib.core.starting_weights import random_network
from backprop_lib.labs.watch_it_learn.live_training import (
    MOST_MOMENTS,
    History,
    LiveTraining,
    advanced,
    edited,
    restarted,
    with_rule,
)

EACH_ITS_BIAS = UpdateRule(biases="one per neuron")


def tutorial(**more):
    return LiveTraining(example.network, [example.inputs], [example.targets], **more)


def on_xor(seed=0, sizes=(2, 2, 1)):
    network = random_network(sizes, seed)
    return LiveTraining(network, xor.inputs, xor.targets, 2.0, EACH_ITS_BIAS, seed=seed)


def numbers(network):
    return [array.tolist() for array in (*network.weights, *network.biases)]


# Going on ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [1, 10, 1000])
def test_it_trains_as_train_does_on_the_tutorials_example(rounds):
    live = advanced(tutorial(), rounds)
    training = train(example.network, example.inputs, example.targets, 0.5, rounds)
    assert numbers(live.network) == numbers(training.network)
    assert live.error == pytest.approx(training.errors[-1], rel=1e-12)
    assert live.rounds == rounds


def test_it_trains_as_train_does_on_several_rows():
    live = advanced(on_xor(), 500)
    training = train(
        on_xor().network, xor.inputs, xor.targets, 2.0, 500, EACH_ITS_BIAS, engine="numpy"
    )
    assert live.error == pytest.approx(training.errors[-1], rel=1e-9)


@pytest.mark.exhaustive
@pytest.mark.parametrize("start", [tutorial, on_xor])
@given(parts=st.lists(st.integers(1, 60), min_size=1, max_size=6))
def test_going_on_in_parts_comes_to_the_same_as_at_once(start, parts):
    live = start()
    for rounds in parts:
        live = advanced(live, rounds)
    assert live == advanced(start(), sum(parts))


def test_going_on_by_nothing_changes_nothing():
    assert advanced(on_xor(), 0) == on_xor()


def test_what_came_in_is_as_it_was():
    live = on_xor()
    before = numbers(live.network), live.curve
    advanced(live, 10)
    edited(live, {"w1": 5.0})
    assert (numbers(live.network), live.curve) == before
    with pytest.raises(FrozenInstanceError):
        live.rounds = 5


def test_a_rate_that_leads_to_infinity_is_refused_in_words():
    live = tutorial(learning_rate=1e308)
    with pytest.raises(ValueError, match="learning_rate: expected a rate that keeps every weight"):
        advanced(edited(live, {"target_o1": 1e5}), 5)


# The derivative ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["w1", "w4", "w5", "b_h1", "b_o1"])
def test_the_derivative_is_summed_over_the_rows(name):
    live = advanced(on_xor(), 100)
    judge = sum(complex_step(f"dE_d{name}", live.example(row)) for row in range(4))
    assert live.derivative(name) == pytest.approx(judge, rel=1e-9)


# The curve --------------------------------------------------------------------------------------


def test_the_curve_holds_the_errors_of_the_training_to_six_digits():
    live = advanced(on_xor(), 5000)
    errors = train(on_xor().network, xor.inputs, xor.targets, 2.0, 5000, EACH_ITS_BIAS).errors
    assert {0, 1, 2, 3, 10, 100, 1000} <= {k for k, _ in live.curve}
    for k, error in live.curve:
        assert error == float(f"{errors[k]:.6g}")


def test_the_curve_gets_no_longer_than_the_eye_can_see():
    live = advanced(tutorial(), 100_000)
    assert 80 < len(live.curve) < 140
    gaps = np.diff(np.log10([k for k, _ in live.curve if k >= 20]))
    assert gaps.max() < 0.06


def test_the_curve_keeps_the_same_rounds_whatever_the_last_bit_of_a_logarithm(monkeypatch):
    kept = [k for k, _ in advanced(tutorial(), 1100).curve]
    log10 = np.log10
    monkeypatch.setattr(np, "log10", lambda x: np.nextafter(log10(x), -np.inf))
    assert [k for k, _ in advanced(tutorial(), 1100).curve] == kept
    assert {10, 100, 1000} <= set(kept)


def test_an_edit_stands_on_the_curve_with_the_errors_before_and_after():
    live = edited(advanced(tutorial(), 33), {"w5": 1.0})
    (k1, before), (k2, after) = live.curve[-2:]
    assert k1 == k2 == 33 and before < after
    assert after == pytest.approx(live.error, rel=1e-5)
    assert live.edits == (33,)
    again = edited(live, {"w5": 2.0})
    assert again.edits == (33,) and len(again.curve) == len(live.curve)
    assert again.curve[-2] == (33, before)
    assert advanced(again, 40).edits == (33,)


# Edits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"), [("w1", -2.0), ("w5", 0.5), ("b1", 0.1), ("i1", 0.9), ("target_o2", 0.0)]
)
def test_an_edit_leads_to_the_error_that_sympy_finds(name, value):
    live = edited(tutorial(), {name: value})
    changed = example.replace(**{name: value})
    formula = substituted_error()
    values = {symbol: sp.Float(float(changed[str(symbol)]), 40) for symbol in formula.free_symbols}
    judge = formula.rewrite(sp.exp).subs(values).doit()
    assert live.error == pytest.approx(float(judge.evalf(30)), rel=1e-13)


def test_an_edit_of_data_is_of_its_row_alone():
    live = edited(on_xor(), {"i1": 0.5, "target_o1": 0.25}, row=2)
    assert live.inputs.tolist() == [[0, 0], [0, 1], [0.5, 0], [1, 1]]
    assert live.targets.ravel().tolist() == [0, 1, 0.25, 0]


def test_the_learning_rate_and_the_rule_are_edited_too():
    live = edited(tutorial(), {"eta": 3.0})
    assert live.learning_rate == 3.0
    rule = UpdateRule("updated weights", "one per layer")
    direct = train(example.network, example.inputs, example.targets, 3.0, 7, rule)
    assert numbers(advanced(with_rule(live, rule), 7).network) == numbers(direct.network)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"w99": 1.0}, "unknown name 'w99'"),
        ({"net_h1": 1.0}, "expected the name of something given"),
        ({"w5": float("nan")}, "w5: expected one finite number"),
        ({"w5": "many"}, "w5: expected one finite number"),
        ({"eta": -1.0}, "learning_rate: expected one finite int or float above zero"),
        ({"w1": 1e308, "i1": 1e308}, "net input"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_in_words(values, said):
    with pytest.raises((TypeError, ValueError), match=said):
        edited(tutorial(), values)


def test_restarting_goes_to_the_starting_weights_and_keeps_what_else_was_set():
    live = edited(advanced(tutorial(), 20), {"eta": 2.0, "i1": 0.7, "w1": 9.0})
    again = restarted(live)
    assert numbers(again.network) == numbers(example.network)
    assert (again.rounds, again.learning_rate, again.inputs[0, 0]) == (0, 2.0, 0.7)
    assert len(again.curve) == 1 and again.curve[0][0] == 0


# What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"network": 5}, "network: expected a Network"),
        ({"inputs": [[1, 2, 3]]}, "inputs: expected a matrix"),
        ({"targets": [[1, 2], [3, 4]]}, "targets: expected a row for each"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"rule": "frozen"}, "rule: expected an UpdateRule"),
        ({"rounds": -1}, "rounds: expected a whole number"),
        ({"rounds": 1.5}, "rounds: expected a whole number"),
        ({"seed": -1}, "seed: expected a whole number"),
        (
            {"start": Network([[[1.0, 2.0]]], [[0.0]])},
            "start: expected a Network of 2-2-2 neurons, got a Network of 2-1",
        ),
        ({"curve": 5}, "curve: expected pairs"),
        ({"curve": [[0]]}, "curve: expected pairs"),
        ({"curve": [[0, "a"]]}, "curve: expected pairs"),
        ({"curve": [[2, 0.1], [1, 0.1]], "rounds": 5}, "curve: expected rounds that go up"),
        ({"curve": [[7, 0.1]], "rounds": 5}, "curve: expected rounds that go up"),
        ({"curve": [[0, float("nan")]]}, "curve: expected finite errors"),
        ({"curve": [[0, 10**400]]}, "curve: expected pairs"),
    ],
)
def test_what_does_not_fit_together_is_refused_in_words(change, said):
    with pytest.raises((TypeError, ValueError), match=said):
        replace(tutorial(), **change)


def test_trainings_are_the_same_if_all_their_numbers_are():
    assert on_xor() == on_xor()
    assert on_xor() != on_xor(seed=1)
    assert on_xor() != edited(on_xor(), {"w1": 0.1234})
    assert on_xor() != replace(on_xor(), seed=7)
    assert on_xor() != 5
    assert hash(on_xor()) == hash(on_xor())
    assert repr(tutorial()) == "LiveTraining of a 2-2-2 network, round 0, error 0.298371109"


# Back -------------------------------------------------------------------------------------------


@pytest.mark.exhaustive
def test_back_is_one_round_back_to_the_last_digit():
    history = History.of(on_xor()).then_rounds(100).then_rounds(100).then_rounds(7)
    for k in range(206, 95, -1):
        history = history.back()
        assert history.present == advanced(on_xor(), k)


def test_back_at_the_start_stays_there():
    history = History.of(on_xor())
    assert history.back() is history
    assert history.then_rounds(1).back().back().present == on_xor()


def test_an_edit_is_undone_by_one_step_back_and_its_rounds_by_more():
    before = advanced(tutorial(), 5)
    after = edited(before, {"w5": 3.0})
    history = History.of(tutorial()).then_rounds(5).then(after, "w5 = 3").then_rounds(2)
    assert history.last == "rounds"
    history = history.back().back()
    assert (history.present, history.last) == (after, "w5 = 3")
    assert history.back().present == before
    assert history.back().back().present == advanced(tutorial(), 4)


@pytest.mark.exhaustive
def test_a_long_history_is_thinned_and_still_leads_back_exactly():
    history = History.of(on_xor())
    for n in range(3 * MOST_MOMENTS):
        history = history.then_rounds(2)
        if n == 100:
            history = history.then(edited(history.present, {"w1": 0.5}), "w1 = 0.5")
    assert len(history.moments) <= MOST_MOMENTS
    judge = advanced(edited(advanced(on_xor(), 202), {"w1": 0.5}), 300 - 202)
    while history.present.rounds > 300:
        history = history.back()
    assert history.present == judge
    while history.last != "w1 = 0.5":
        history = history.back()
    assert history.present.rounds == 202
    assert history.back().present == advanced(on_xor(), 202)


# What cannot be ---------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [-1, 4])
def test_a_row_that_is_not_there_is_not_edited(row):
    with pytest.raises(ValueError, match="row: expected a whole number from 0 to 3"):
        edited(on_xor(), {"i1": 0.5}, row=row)


@pytest.mark.parametrize("name", ["network", "inputs", "targets", "start"])
def test_complex_numbers_are_refused(name):
    parts = {"network": example.network, "inputs": [example.inputs], "targets": [example.targets]}
    parts |= {
        "network": {"network": example.network.replace(w5=0.4 + 1j)},
        "start": {"start": example.network.replace(w5=0.4 + 1j)},
        "inputs": {"inputs": [[0.05 + 1j, 0.1]]},
        "targets": {"targets": [[0.01 + 1j, 0.99]]},
    }[name]
    with pytest.raises(ValueError, match=f"{name}: expected real numbers, got complex ones"):
        LiveTraining(**parts)
