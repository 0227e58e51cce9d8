import tracemalloc
from time import process_time

import numpy as np
import pytest

from backprop_lib import UpdateRule, example, train
from backprop_lib.core.class_labels import one_hot
from backprop_lib.core.data_sets import held_out, two_moons
from backprop_lib.core.data_table import DataTable
from backprop_lib.core.logic_tables import xor
from backprop_lib.core.network import Network
from backprop_lib.core.starting_weights import random_network
from backprop_lib.training.batch_passes import batch_backward, batch_errors, batch_forward
from backprop_lib.training.batch_training import ORDERS, train_in_batches

MOONS, JUDGE = held_out(two_moons())
START = random_network(
    (2, 8, 1), activations="logistic", error="cross-entropy", seed=1, start="Glorot"
)
COMPLEX = Network([[[1j, 0.0]]], [[0.0]])


@pytest.mark.exhaustive
def test_the_tutorials_ten_thousand_rounds():
    training = train_in_batches(
        example.network,
        [example.inputs],
        [example.targets],
        0.5,
        epochs=10_000,
        biases="frozen",
    )
    judge = train(example.network, example.inputs, example.targets, 0.5, 10_000)
    np.testing.assert_allclose(training.errors, judge.errors, rtol=1e-11)
    assert f"{training.errors[-1]:.10f}" == "0.0000351019"


def test_full_batch_is_the_update_of_the_lessons_with_four_times_the_rate():
    """Ours is the mean over the rows, theirs the sum."""
    start = random_network((2, 5, 1), seed=3, start="Glorot")
    rule = UpdateRule(biases="one per neuron")
    judge = train(start, xor.inputs, xor.targets, 0.5, 50, rule)
    ours = train_in_batches(start, xor.inputs, xor.targets, 2.0, 50, 4, order="as given")
    np.testing.assert_allclose(4 * ours.errors, judge.errors, rtol=1e-12)
    for mine, theirs in zip(ours.network.weights, judge.network.weights, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-12)


def test_an_epoch_as_given_is_its_batches_one_after_the_other():
    parameters = START.parameters
    for first in range(0, 300, 64):
        batch = slice(first, first + 64)
        forward = batch_forward(START.with_parameters(parameters), MOONS.inputs[batch])
        parameters = parameters - 0.3 * batch_backward(forward, MOONS.targets[batch]).gradient
    training = train_in_batches(START, MOONS.inputs, MOONS.targets, 0.3, 1, 64, order="as given")
    np.testing.assert_allclose(training.network.parameters, parameters, rtol=0, atol=1e-14)
    forward = batch_forward(training.network, MOONS.inputs)
    assert training.errors[1] == pytest.approx(batch_errors(forward, MOONS.targets).mean())


def test_shuffled_epochs_see_every_example_once(monkeypatch):
    from backprop_lib.training import batch_training as room

    rng = np.random.default_rng(0)
    one, two = (room._ordered("shuffled", rng, 50).tolist() for _ in range(2))
    assert sorted(one) == sorted(two) == list(range(50)) and one != two
    drawn = room._ordered("drawn", rng, 50).tolist()
    assert len(drawn) == 50 and len(set(drawn)) < 50
    assert room._ordered("as given", rng, 3).tolist() == [0, 1, 2]


@pytest.mark.parametrize("order", ORDERS)
def test_a_seed_gives_the_same_training_every_time(order):
    arguments = (START, MOONS.inputs, MOONS.targets, 0.5, 2, 16)
    one, same, other = (
        train_in_batches(*arguments, order=order, seed=seed).network.parameters
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert np.array_equal(one, other) == (order == "as given")


def test_what_is_not_said_is_shuffled_by_seed_0_into_batches_of_32_and_a_mean():
    given = (START, MOONS.inputs, MOONS.targets, 0.5, 2)
    said = {"batch_size": 32, "order": "shuffled", "seed": 0, "biases": "one per neuron"}
    one = train_in_batches(*given)
    other = train_in_batches(*given, **said, reduction="mean")
    np.testing.assert_array_equal(one.network.parameters, other.network.parameters)
    assert (one.batch_size, one.learning_rate) == (32, 0.5)


def test_a_sum_moves_as_far_as_a_mean_at_so_many_times_the_rate():
    start, given = random_network((2, 5, 1), start="Glorot"), (xor.inputs, xor.targets)
    summed = train_in_batches(start, *given, 0.5, 3, 4, order="as given", reduction="sum")
    mean = train_in_batches(start, *given, 2.0, 3, 4, order="as given")
    np.testing.assert_allclose(summed.errors, mean.errors, rtol=1e-14)
    np.testing.assert_allclose(summed.network.parameters, mean.network.parameters, rtol=1e-13)


def test_accuracies_are_the_parts_answered_right():
    """Softmax of (net, 0) answers the first class where net is above 0: for three rows of four."""
    start = Network([[[1.0], [0.0]]], [[0.0, 0.0]], "softmax", "cross-entropy")
    rows, judge = [[2.0], [1.0], [3.0], [-1.0]], [[1.0], [-1.0]]
    all_first = np.array([[1, 0]] * 4)
    training = train_in_batches(start, rows, all_first, 0.1, 0, held_out=(judge, all_first[:2]))
    assert (training.accuracies, training.held_out_accuracies) == (0.75, 0.5)
    lost = np.log(1 + np.exp([-1.0, 1.0])).mean()
    assert training.held_out_errors == pytest.approx(lost, rel=1e-14)


def test_two_moons_from_start_to_finish_in_under_ten_seconds():
    began = process_time()
    training = train_in_batches(
        START,
        MOONS.inputs,
        MOONS.targets,
        1.0,
        epochs=300,
        batch_size=16,
        held_out=(JUDGE.inputs, JUDGE.targets),
    )
    assert process_time() - began < 10
    assert training.held_out_accuracies[-1] >= 0.95
    assert training.errors[-1] < 0.2 * training.errors[0]
    assert training.held_out_errors.shape == training.errors.shape == (301,)
    assert training.epochs == 300


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(8))
def test_xor_as_in_the_authors_script_with_biases_that_stay(seed):
    start = random_network((2, 5, 1), seed=seed, start="Glorot")
    training = train_in_batches(
        start, xor.inputs, xor.targets, 0.5, 2500, 1, order="drawn", biases="frozen"
    )
    assert training.accuracies[-1] == 1 and training.errors[-1] < 0.01
    assert not any(b.any() for b in training.network.biases)


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("batch_size", "order"), [(1, "drawn"), (4, "as given")])
def test_xor_is_learned_one_at_a_time_and_full_batch(seed, batch_size, order):
    start = random_network((2, 5, 1), seed=seed, start="Glorot")
    training = train_in_batches(
        start, xor.inputs, xor.targets, 2.0, 2500, batch_size, order=order, seed=seed
    )
    assert training.accuracies[-1] == 1 and training.errors[-1] < 0.01


def test_digits_when_scikit_learn_is_there():
    datasets = pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed")
    digits = datasets.load_digits()
    learn, judge = held_out(DataTable(digits.data / 16, one_hot(digits.target, classes=10)))
    start = random_network(
        (64, 32, 10), activations=["ReLU", "softmax"], error="cross-entropy", seed=1, start="Glorot"
    )
    began = process_time()
    training = train_in_batches(
        start, learn.inputs, learn.targets, 0.2, 30, held_out=(judge.inputs, judge.targets)
    )
    assert process_time() - began < 10
    assert training.held_out_accuracies[-1] > 0.94


def peak(batch_size, epochs):
    tracemalloc.start()
    try:
        train_in_batches(WIDE, *WIDE_DATA, 0.1, epochs, batch_size)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


WIDE = random_network((4, 64, 1), activations="tanh", start="Glorot")
WIDE_DATA = (np.zeros((2048, 4)), np.zeros((2048, 1)))


def test_memory_grows_with_the_batch_and_not_with_the_epochs():
    peak(32, 1)
    few, many = peak(1024, 2), peak(1024, 40)
    assert many < 1.02 * few
    assert peak(2048, 2) > 1.5 * few


def test_the_examples_are_judged_a_few_at_a_time():
    """All 2,048 at once would take three matrices of 1 MB each."""
    peak(32, 1)
    assert peak(32, 1) < 1_000_000


@pytest.mark.exhaustive
def test_what_is_kept_of_an_epoch_is_two_numbers_for_each_part():
    """Beside them nothing grows with the epochs; 16 bytes each do, or 32 with a held-out part."""
    few = {}
    for judge, bytes_each in ((None, 16), (([[1.0]], [[0.0]]), 32)):
        arguments = (random_network((1, 1), start="Glorot"), [[0.0]], [[1.0]], 0.1)
        most = []
        for epochs in (10, 3010):
            tracemalloc.start()
            few[judge is None] = train_in_batches(*arguments, epochs, held_out=judge)
            most.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert most[1] - most[0] == pytest.approx(3000 * bytes_each, abs=4000)
    assert few[True].held_out_errors is None and len(few[False].held_out_errors) == 3011


def test_the_progress_wraps_the_epochs_and_may_be_interrupted():
    seen = []

    def progress(epochs):
        for epoch in epochs:
            seen.append(epoch)
            if epoch == 3:
                raise KeyboardInterrupt
            yield epoch

    before = START.parameters
    with pytest.raises(KeyboardInterrupt):
        train_in_batches(START, MOONS.inputs, MOONS.targets, 0.5, 9, progress=progress)
    assert seen == [1, 2, 3]
    np.testing.assert_array_equal(START.parameters, before)


def test_a_progress_that_ends_early_ends_the_training_there():
    arguments = (START, MOONS.inputs, MOONS.targets, 0.5)
    early = train_in_batches(*arguments, 9, progress=lambda epochs: list(epochs)[:2])
    judge = train_in_batches(*arguments, 2)
    assert early.epochs == 2 and early.held_out_errors is None
    np.testing.assert_array_equal(early.errors, judge.errors)
    np.testing.assert_array_equal(early.network.parameters, judge.network.parameters)


@pytest.mark.parametrize("given", [{"epochs": 0}, {"epochs": 5, "progress": lambda epochs: []}])
def test_no_epoch_at_all_leaves_the_network_and_judges_it_once(given):
    training = train_in_batches(START, MOONS.inputs, MOONS.targets, 0.1, **given)
    assert training.errors.shape == training.accuracies.shape == (1,)
    np.testing.assert_array_equal(training.network.parameters, START.parameters)


def test_nothing_that_came_in_is_changed_and_what_comes_out_is_frozen():
    before, inputs = START.parameters, MOONS.inputs.copy()
    training = train_in_batches(START, inputs, MOONS.targets, 0.5, 2)
    np.testing.assert_array_equal(START.parameters, before)
    np.testing.assert_array_equal(inputs, MOONS.inputs)
    assert training.held_out_errors is None and training.held_out_accuracies is None
    with pytest.raises(ValueError, match="read-only"):
        training.errors[0] = 1
    first, _, last = (f"{error:.6f}" for error in training.errors)
    shown = f"BatchTraining of 2 epochs in batches of 32, error {first} -> {last}"
    assert repr(training) == shown


def test_plain_numbers_have_no_accuracy():
    start = random_network((1, 3, 1), activations=["tanh", "identity"], start="Glorot")
    training = train_in_batches(start, [[0.0], [1.0]], [[2.0], [3.0]], 0.1, 50)
    assert np.isnan(training.accuracies).all()
    assert training.errors[-1] < training.errors[0]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"network": example}, TypeError, "network: expected a Network"),
        ({"inputs": [[0, float("nan")]] * 4}, ValueError, r"inputs: .*nan at \[0, 1\] and 3 more"),
        ({"inputs": [[0, 1, 2]] * 4}, ValueError, "inputs: expected a row of 2"),
        ({"targets": [[0], [1], [1], [float("nan")]]}, ValueError, r"targets: .*nan at \[3, 0\]"),
        ({"targets": [[0], [1]]}, ValueError, "targets: expected a row for each of the 4"),
        ({"targets": [[0], [1], [7], [0]]}, ValueError, r"got \[7.0\] in row 2"),
        ({"held_out": xor}, TypeError, "held_out: expected a pair of inputs and targets"),
        ({"held_out": ([[0, 1]], [[0], [1]])}, ValueError, r"held_out\[1\]: expected a row"),
        ({"learning_rate": 0}, ValueError, "learning_rate"),
        ({"epochs": 1.5}, TypeError, "epochs"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"order": "sorted"}, ValueError, "order: expected one of 'shuffled'"),
        ({"biases": "one per layer"}, ValueError, "biases: expected one of 'one per neuron'"),
        ({"seed": -1}, ValueError, "seed"),
        ({"progress": True}, TypeError, "progress: expected a function .* got True .*=tqdm"),
        (
            {"progress": print},
            TypeError,
            "progress: expected a function .* it returned None, which hands on nothing",
        ),
        ({"progress": enumerate}, ValueError, r"progress: .* epoch 1 next, got \(0, 1\)"),
        ({"progress": reversed, "epochs": 3}, ValueError, "progress: .* epoch 1 next, got 3"),
        (
            {"progress": lambda epochs: [*epochs, 2]},
            ValueError,
            "progress: .* an end after epoch 1 next, got 2",
        ),
        ({"progress": lambda epochs: "1"}, ValueError, "progress: .* epoch 1 next, got '1'"),
        ({"epochs": 10**13}, ValueError, "epochs: expected a whole number from 0 to 10000000"),
        ({"inputs": [[0, 1j]] * 4}, TypeError, "inputs: .*got complex"),
        ({"network": COMPLEX}, TypeError, "network: expected real weights and biases"),
    ],
)
def test_bad_input_is_named(change, error, words):
    given = {"network": START, "inputs": xor.inputs, "targets": xor.targets}
    given |= {"learning_rate": 0.5, "epochs": 1, **change}
    with pytest.raises(error, match=words):
        train_in_batches(**given)


def test_a_rate_that_makes_weights_infinite_is_named():
    start = random_network((2, 4, 1), activations="identity", start="Glorot")
    with pytest.raises(ValueError, match=r"learning_rate: .* got 1000.0; epoch \d+ came to"):
        train_in_batches(start, xor.inputs, xor.targets, 1000.0, 500)
