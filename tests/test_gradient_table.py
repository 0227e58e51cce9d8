import numpy as np
import pytest
from random_dense import random_case

from backprop_lib import complex_step, example, nudge
from backprop_lib.batch_passes import batch_backward, batch_forward
from backprop_lib.dense_network import DenseNetwork
from backprop_lib.gradient_table import (
    gradient_table,
    parameter_index,
    relative_error,
    step_sizes,
)

NETWORK = DenseNetwork.like(example.network)
BATCH = ([example.inputs], [example.targets])


def buggy_gradient():
    """The classic slip: the slope of the hidden neurons forgotten."""
    forward = batch_forward(NETWORK, BATCH[0])
    right = batch_backward(forward, BATCH[1])
    hidden = right.dE_dW[0] / (forward.outs[0] * (1 - forward.outs[0])).T
    return np.concatenate([hidden.ravel(), right.gradient[4:]])


def test_every_row_is_what_the_lessons_own_check_gives():
    table = gradient_table(NETWORK, *BATCH)
    for k, name in enumerate(table.names):
        judge = complex_step(f"dE_d{name}", example)
        assert table.complex_step[k] == pytest.approx(judge, rel=1e-14)
        assert table.central[k] == pytest.approx(nudge(f"dE_d{name}", example), abs=1e-9)
        assert table.backpropagated[k] == pytest.approx(judge, rel=1e-13)
    assert table.wrong == ()


def test_what_a_bug_looks_like():
    table = gradient_table(NETWORK, *BATCH, gradient=buggy_gradient())
    assert table.wrong == ("w1", "w2", "w3", "w4")
    assert table.verdict == "4 of 12 derivatives are wrong: w1, w2, w3, w4."
    lines = repr(table).splitlines()
    assert [line.split()[0] for line in lines if line.endswith("WRONG")] == list(table.wrong)
    # Without a slope of 0.24 the derivative is four times too large.
    np.testing.assert_allclose(table.relative_error[:4], 0.76, atol=0.01)
    assert (table.relative_error[4:] < 1e-12).all()


@pytest.mark.parametrize("seed", range(0, 60))
def test_random_networks_have_no_bugs_and_one_digit_changed_is_found(seed):
    network, inputs, targets = random_case(seed)
    table = gradient_table(network, inputs, targets)
    np.testing.assert_allclose(table.backpropagated, table.complex_step, rtol=0, atol=1e-13)
    np.testing.assert_allclose(table.central, table.complex_step, rtol=0, atol=1e-7)
    k = int(np.argmax(abs(table.complex_step)))
    changed = table.backpropagated.copy()
    changed[k] *= 1 + 1e-6
    assert network.parameter_names[k] in gradient_table(network, inputs, targets, changed).wrong


def test_a_long_table_shows_the_worst_and_counts_the_rest():
    network, inputs, targets = random_case(4)
    count = len(network.parameter_names)
    assert count > 20
    gradient = batch_backward(batch_forward(network, inputs), targets).gradient.copy()
    gradient[-1] += 1
    table = gradient_table(network, inputs, targets, gradient)
    assert len(list(table.rows())) == 20
    assert next(iter(table.rows()))[0] == network.parameter_names[-1]
    assert f"({count - 20} more" in repr(table)
    page = table._repr_mimebundle_()
    assert page["text/plain"] == repr(table) and page["text/html"].count("<tr>") == 21
    assert "WRONG" in page["text/html"] and 'scope="row"' in page["text/html"]


def test_step_sizes_fall_and_rise_for_the_one_and_only_fall_for_the_other():
    sizes = step_sizes(NETWORK, *BATCH, "w5")
    one, two = sizes.central[1:3]
    assert one / two == pytest.approx(100, rel=0.01)  # the square of the step
    best = int(np.argmin(sizes.central))
    assert 3 < best < 8 and sizes.central[-1] > 1e4 * sizes.central[best]
    assert (sizes.complex_step[7:] < 1e-14).all()


def test_relative_error_of_nothing_is_nothing():
    zeros = np.zeros(2)
    assert relative_error(zeros, zeros).tolist() == [0, 0]
    assert relative_error(np.array([0.0, 2.0]), np.array([1.0, -2.0])).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gradient_table(example.network, *BATCH), TypeError, "network"),
        (lambda: gradient_table(NETWORK, *BATCH, [1, 2]), ValueError, "gradient: expected 12"),
        (lambda: gradient_table(NETWORK, *BATCH, hair=0), ValueError, "hair"),
        (lambda: gradient_table(NETWORK, [[0.1, np.nan]], BATCH[1]), ValueError, "nan at"),
        (lambda: step_sizes(NETWORK, *BATCH, "b1"), ValueError, "name: expected one of w1, w2"),
        (lambda: step_sizes(NETWORK, *BATCH, "w5", [1e-3, -1]), ValueError, r"hairs\[1\]"),
        (lambda: parameter_index(NETWORK, 5), ValueError, "name: expected one of"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
