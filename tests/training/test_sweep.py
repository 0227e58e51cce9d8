"""Sweeps against single trainings, against the known story, interrupted, and shown."""

import threading

import numpy as np
import pytest

from backprop_lib import UpdateRule, example, train
from backprop_lib.core.network import Network
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE
from backprop_lib.training import sweep as sweep_module
from backprop_lib.training.sweep import SweepInStretches, sweep

START = (example.network, example.inputs, example.targets)
XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])
XOR_NETWORK = Network([[[0.5, -0.4], [0.3, 0.8]], [[-0.7, 0.9]]], [[0.1, -0.2], [0.05]])


@pytest.mark.exhaustive
@pytest.mark.parametrize("hidden_layers_use", HIDDEN_LAYERS_USE)
@pytest.mark.parametrize("biases", BIASES)
@pytest.mark.parametrize("rounds", [0, 1, 99, 100, 101, 250])
def test_a_sweep_is_its_trainings(hidden_layers_use, biases, rounds):
    rates, rule = [0.01, 0.5, 1.0], UpdateRule(hidden_layers_use, biases)
    for start in (START, (XOR_NETWORK, *XOR)):
        ends = sweep(*start, rates, rounds, rule, progress=False)
        assert ends.engine == "generated" and ends.rounds == rounds
        for n, rate in enumerate(rates):
            training = train(*start, rate, rounds, rule, engine="generated")
            np.testing.assert_array_equal(ends.outputs[n], training.outputs[-1])
            assert ends.errors[n] == pytest.approx(training.errors[-1], rel=4e-16, abs=0)


@pytest.mark.parametrize("activation", ["logistic", "tanh", "ReLU", "identity"])
@pytest.mark.parametrize("engine", ["generated", "numpy"])
def test_the_stretches_of_a_sweep_are_its_trainings_round_by_round(activation, engine):
    network = Network(example.network.weights, example.network.biases, activation)
    start, rates = (network, example.inputs, example.targets), [0.01, 0.5, 2.0]
    went = np.full((3, 251, 3), np.nan)
    for stretch in SweepInStretches(*start, rates, 250, engine=engine):
        rounds = slice(stretch.first, stretch.first + stretch.values.shape[1])
        assert np.isnan(went[stretch.rates, rounds]).all()
        went[stretch.rates, rounds] = stretch.values
    for n, rate in enumerate(rates):
        training = train(*start, rate, 250, engine=engine)
        np.testing.assert_array_equal(went[n, :, :-1], training.outputs)  # to the last bit
        np.testing.assert_allclose(went[n, :, -1], training.errors, rtol=4e-16, atol=0)


def test_the_numpy_engine_agrees():
    rule = UpdateRule("updated weights", "one per neuron")
    one, other = (
        sweep(XOR_NETWORK, *XOR, [0.5, 2], 30, rule, progress=False, engine=engine)
        for engine in ("generated", "numpy")
    )
    assert one.outputs.shape == other.outputs.shape == (2, 4, 1)
    np.testing.assert_allclose(one.errors, other.errors, rtol=0, atol=1e-12)
    np.testing.assert_allclose(one.outputs, other.outputs, rtol=0, atol=1e-12)
    assert (one.engine, other.engine) == ("generated", "numpy")
    assert one.rule == other.rule == rule and one.rounds == other.rounds == 30


@pytest.mark.parametrize(
    ("engine", "total", "unit"), [("auto", 250, "round"), ("numpy", 2, "rate")]
)
def test_work_is_counted_in_rounds_side_by_side_and_in_rates_one_after_the_other(
    engine, total, unit
):
    work = SweepInStretches(*START, [0.1, 0.5], 250, engine=engine)
    assert (work.total, work.unit) == (total, unit)
    assert sum(stretch.done for stretch in work) == total


def test_stretches_take_the_engine_and_the_rule_of_a_training_unless_told():
    work = SweepInStretches(*START, [0.5], 1)
    (stretch,) = work
    assert work.engine.name == "generated"
    assert f"{stretch.values[0, 1, -1]:.9f}" == "0.291027774"  # the tutorial's, with frozen biases


def test_the_story_of_the_learning_rates():
    """Small is slow, larger is faster, and too large ends in saturation, not in divergence."""
    ends = sweep(*START, [0.01, 0.5, 10, 50, 200, 400], 10_000, progress=False)
    slow, tutorial, fast, best, one_stuck, both_stuck = ends.errors
    assert f"{slow:.5f}" == "0.00838"
    assert f"{tutorial:.10f}" == "0.0000351019"
    assert 1e-12 < fast < 1e-11
    assert best < 1e-30
    assert f"{one_stuck:.6f} {both_stuck:.6f}" == "0.000050 0.000100"


def test_a_large_network_says_why_it_takes_numpy():
    network = Network([np.full((20, 20), 0.1)], [np.zeros(20)])
    ends = sweep(network, np.ones(20), np.zeros(20), [0.1, 0.2], 2, progress=False)
    assert ends.engine == "numpy" and "420 weights and biases" in ends.engine_reason


def test_values_out_are_frozen_and_values_in_stay():
    rates = np.array([0.1, 0.5])
    ends = sweep(*START, rates, 5, progress=False)
    rates[0] = 7
    assert ends.learning_rates[0] == 0.1 and example.w5 == 0.4
    for array in (ends.learning_rates, ends.errors, ends.outputs):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    assert repr(ends) == "Sweep of 2 learning rates, 5 rounds each (generated)"


# --- the progress bar


def test_the_bar_shows_progress_and_can_be_silenced(capsys):
    threads = threading.active_count()
    sweep(*START, [0.1, 0.5], 200)
    shown = capsys.readouterr()
    assert "200/200" in shown.err and "round" in shown.err and shown.out == ""
    sweep(*START, [0.1, 0.5], 200, progress=False)
    assert capsys.readouterr() == ("", "")
    assert threading.active_count() == threads


def test_the_bar_is_the_one_that_a_notebook_shows_as_a_widget():
    from tqdm.auto import tqdm

    with sweep_module._bar(1, "round", shown=False) as bar:
        assert isinstance(bar, tqdm)


@pytest.mark.parametrize("engine", ["generated", "numpy"])
def test_an_interruption_leaves_nothing_behind(engine, monkeypatch):
    bars = []
    make = sweep_module._bar

    def bar_that_is_interrupted(*arguments):
        bar = make(*arguments)
        bars.append(bar)
        bar.update = interrupt
        return bar

    def interrupt(steps=1):
        raise KeyboardInterrupt

    before = sweep(*START, [0.1, 0.5], 300, progress=False, engine=engine)
    monkeypatch.setattr(sweep_module, "_bar", bar_that_is_interrupted)
    with pytest.raises(KeyboardInterrupt):
        sweep(*START, [0.1, 0.5], 300, progress=True, engine=engine)
    monkeypatch.undo()
    assert len(bars) == 1 and bars[0].disable  # tqdm disables a bar that it has closed
    after = sweep(*START, [0.1, 0.5], 300, progress=False, engine=engine)
    np.testing.assert_array_equal(before.errors, after.errors)
    assert np.geterr()["over"] == "warn"


# --- bad input


@pytest.mark.parametrize(
    ("rates", "kind", "says"),
    [
        ([], ValueError, "learning_rates: expected a list of learning rates"),
        (0.5, ValueError, "learning_rates: .*mend the brackets"),
        (
            [0.5, -1],
            ValueError,
            r"learning_rates\[1\]: expected one finite int or float above zero, got -1",
        ),
        ([0.5, float("nan")], ValueError, "learning_rates: .*NaN"),
        (["fast"], TypeError, "learning_rates: .* got \\['fast'\\]"),
    ],
)
def test_bad_rates_are_named(rates, kind, says):
    with pytest.raises(kind, match=says):
        sweep(*START, rates, 10, progress=False)


@pytest.mark.parametrize("engine", ["generated", "numpy"])
@pytest.mark.parametrize("rounds", [5, 200])
@pytest.mark.parametrize("which", [0, 1])
def test_a_rate_that_makes_a_weight_infinite_is_named(rounds, engine, which):
    with pytest.raises(ValueError, match=rf"^learning_rates\[{which}\]: .* finite, got 1e\+308"):
        rates = [[1e308, 0.1], [0.1, 1e308]][which]
        sweep(example.network, [1, 1], [50, 50], rates, rounds, progress=False, engine=engine)


def test_bad_rounds_are_named():
    with pytest.raises(TypeError, match="rounds: expected a whole number"):
        sweep(*START, [0.5], 1.5, progress=False)
