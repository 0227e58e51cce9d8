import mpmath
import numpy as np
import pytest
from random_dense import random_case

from backprop_lib import example, nudge, train
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.logic_tables import xor
from backprop_lib.core.network import Network
from backprop_lib.core.starting_weights import random_network
from backprop_lib.training.batch_passes import batch_backward, batch_forward
from backprop_lib.training.batch_training import train_in_batches
from backprop_lib.training.gradient_table import (
    COMPLEX_STEP,
    GradientTable,
    central_difference,
    complex_difference,
    error_of,
    gradient_table,
    parameter_index,
    relative_error,
    step_sizes,
)

NETWORK = example.network
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


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(0, 60))
def test_random_networks_have_no_bugs_and_one_digit_changed_is_found(seed):
    network, inputs, targets = random_case(seed)
    table = gradient_table(network, inputs, targets)
    np.testing.assert_allclose(table.backpropagated, table.complex_step, rtol=0, atol=1e-13)
    np.testing.assert_allclose(table.central, table.complex_step, rtol=0, atol=1e-7)
    k = int(np.argmax(abs(table.complex_step)))
    changed = table.backpropagated.copy()
    changed[k] = changed[k] * (1 + 1e-6) or 1e-6  # where every ReLU is dead, all of them are 0
    assert network.parameter_names[k] in gradient_table(network, inputs, targets, changed).wrong


# Networks whose derivatives are what rounding left of larger numbers, or next to nothing.
COMPLEX = Network([[[1j, 0.0]]], [[0.0]])
ENTROPY = example.network.replace(error="cross-entropy")
PERCEPTRON = random_network((2, 1), activations="logistic", error="cross-entropy", start="Glorot")
LINE = ([[0.1], [0.7], [-0.3], [0.9]], [[0.3], [0.2], [0.8], [0.1]])
FAR = ([[1000.0], [1700.0], [300.0]], [[2000.0], [1500.0], [2500.0]])


def least_squares(inputs, targets):
    """The linear neuron at its minimum."""
    found = np.linalg.lstsq(np.column_stack([inputs, np.ones(len(inputs))]), targets)[0]
    return Network([[found[0]]], [found[1]], "identity")


def after_an_accident(rate):
    network = train(example.network, example.inputs, example.targets, rate, rounds=1).network
    return network


def trained(network, inputs, targets, rate, epochs):
    return train_in_batches(network, inputs, targets, rate, epochs, len(inputs)).network


TINY = {
    "cross-entropy at its minimum": lambda: (trained(ENTROPY, *BATCH, 1.0, 5000), *BATCH),
    "half squared at its minimum": lambda: (trained(NETWORK, *BATCH, 20.0, 10_000), *BATCH),
    "a linear neuron at its minimum": lambda: (least_squares(*LINE), *LINE),
    "a linear neuron of large numbers": lambda: (least_squares(*FAR), *FAR),
    "a perceptron that cannot learn XOR": lambda: (
        trained(PERCEPTRON, xor.inputs, xor.targets, 2.0, 3000),
        xor.inputs,
        xor.targets,
    ),
    "outputs that say almost 1": lambda: (
        Network([[[30.0, 30.0], [20.0, 10.0]], [[25.0, 30.0]]], [[5.0, 5.0], [3.0]]),
        xor.inputs,
        xor.targets,
    ),
    "the stuck network of notebook 05": lambda: (after_an_accident(200), *BATCH),
    "thrown further still": lambda: (after_an_accident(5000), *BATCH),
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("case", TINY)
def test_a_right_derivative_that_is_next_to_nothing_is_not_called_wrong(case):
    table = gradient_table(*TINY[case]())
    assert table.wrong == () and "WRONG" not in repr(table)
    assert table.verdict.startswith("All ")
    assert (table.relative_error < 1e-9).all()


@pytest.mark.exhaustive
@pytest.mark.parametrize("case", TINY)
def test_and_a_wrong_one_is_found_there_too(case):
    network, inputs, targets = TINY[case]()
    table = gradient_table(network, inputs, targets)
    wrong = table.backpropagated + 1e-12 * table.terms
    assert gradient_table(network, inputs, targets, wrong).wrong == table.names


def test_a_slope_that_is_forgotten_is_found_in_a_stuck_network():
    """Of an output that says 0.00000001 the slope is all that keeps its derivatives small."""
    network = after_an_accident(200)
    forward = batch_forward(network, BATCH[0])
    right = batch_backward(forward, BATCH[1])
    without = right.dE_dW[1] / (forward.outs[1] * (1 - forward.outs[1])).T
    gradient = np.concatenate([right.dE_dW[0].ravel(), without.ravel(), *right.dE_db])
    table = gradient_table(network, *BATCH, gradient)
    assert table.wrong == ("w5", "w6", "w7", "w8")


def test_small_numbers_are_shown_as_powers_of_ten_and_the_floor_in_words():
    table = gradient_table(*TINY["cross-entropy at its minimum"]())
    assert "e-16" in repr(table) and "+0.000000000" not in repr(table).splitlines()[-4]
    assert "are compared by that" in repr(table)
    page = table._repr_mimebundle_()["text/html"]
    assert "are compared by that" in page and f" numbers.)</p><p>{table.verdict}</p>" in page
    assert "are compared by that" not in repr(gradient_table(NETWORK, *BATCH))


LINEAR = Network([[[0.5]]], [[0.25]], "identity")


def test_the_table_in_full():
    """The neuron makes 1.25 of 2 and is to make 1: its derivatives are 0.5 and 0.25."""
    table = gradient_table(LINEAR, [[2.0]], [[1.0]], [0.5, 1.0])
    assert repr(table).splitlines() == [
        "      backpropagated  central difference  complex step  relative error",
        "  w1    +0.500000000          +0.5000000  +0.500000000     below 1e-12",
        "b_o1    +1.000000000          +0.2500000  +0.250000000         7.5e-01  WRONG",
        "1 of 2 derivatives are wrong: b_o1.",
    ]
    page = table._repr_mimebundle_()["text/html"]
    assert page.startswith('<table><thead><tr><th scope="col"></th><th scope="col">backprop')
    assert page.endswith(
        '<td></td></tr><tr><th scope="row">b_o1</th><td>+1.000000000</td><td>+0.2500000</td>'
        "<td>+0.250000000</td><td>7.5e-01</td><td>WRONG</td></tr></tbody></table>"
        "<p>1 of 2 derivatives are wrong: b_o1.</p>"
    )


def test_what_is_wrong_is_more_than_a_hundred_millionth_off():
    off, zeros = np.array([1e-8, 1.1e-8]), np.zeros(2)
    assert GradientTable(("w1", "w2"), off, zeros, zeros, terms=1e6).wrong == ("w2",)


def test_what_is_just_the_floor_is_measured_by_itself():
    """Terms of a million have a floor of 1."""
    one, half = np.ones(1), np.array([0.5])
    assert "are compared" not in repr(GradientTable(("w1",), one, one, half, terms=1e6))
    assert "are compared" in repr(GradientTable(("w1",), 0.9 * one, one, half, terms=1e6))


def test_an_error_is_shown_from_a_trillionth_on():
    off, zeros = np.array([1e-12, 0.9e-12]), np.zeros(2)
    rows = [*GradientTable(("w1", "w2"), off, zeros, zeros, terms=1e6).rows()]
    assert [row[4] for row in rows] == ["1.0e-12", "below 1e-12"]


@pytest.mark.parametrize(
    ("weights", "x", "target", "terms"),
    [
        ([0.5], 0.5, 0.5, 1),  # numbers up to 1 count as 1
        ([0.5], 40, 20, 20 * 40),  # out is 20
        ([0.5], 40, 10, 20 * 40),
        ([0.5], 40, 30, 30 * 40),
        ([30], 1, 30, 30 * 30),  # what flows out flows into nothing
        ([8, 1], 1, 8, 8 * 8 * 8),
        ([8, 2, 0.25], 1, 4, 4 * 16 * 8),
        ([0.5], 1, 1e4, 0.5 * 9999.5**2),  # E_total, which is more than the terms
    ],
)
def test_terms_are_the_largest_answer_times_what_flows_times_weight(weights, x, target, terms):
    layers = [[[weight]] for weight in weights]
    network = Network(layers, [[0]] * len(layers), ["identity"] * len(layers))
    assert gradient_table(network, [[x]], [[target]]).terms == terms


def test_the_floor_is_a_millionth_of_the_terms():
    """An input of 40 and a target of 20 make terms of 800."""
    network = LINEAR.replace(b_o1=0.0)
    table = gradient_table(network, [[40.0]], [[20.0]], [1e-7, 0.0])
    assert repr(table).splitlines()[-2] == (
        "(Derivatives below 8e-04 are compared by that: they may be what rounding left of larger "
        "numbers.)"
    )


def test_the_central_difference_is_shown_to_the_digits_that_it_has():
    row = next(line for line in repr(gradient_table(NETWORK, *BATCH)).splitlines() if "w5" in line)
    assert row.split()[1:4] == ["+0.082167041", "+0.0821670", "+0.082167041"]


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


def table_of(relative_errors):
    """A table of w1, w2, ... with these relative errors."""
    names = tuple(f"w{k + 1}" for k in range(len(relative_errors)))
    ones = np.ones(len(names))
    return GradientTable(names, ones - relative_errors, ones, ones)


def test_a_table_of_twenty_rows_is_whole():
    table = table_of(np.linspace(0, 0.5, 20))
    assert [row[0] for row in table.rows()] == list(table.names)
    assert "left out" not in repr(table)


def test_a_table_of_one_row_more_leaves_that_of_the_smallest_error_out():
    table = table_of(np.linspace(0, 0.5, 21))
    assert [row[0] for row in table.rows()] == [*reversed(table.names[1:])]
    assert "(1 more," in repr(table)


def test_rows_with_the_same_error_stay_in_the_order_of_the_network():
    table = table_of(np.tile([0.0, 0.5], 50))
    assert [row[0] for row in table.rows()] == list(table.names[1:40:2])


def test_step_sizes_fall_and_rise_for_the_one_and_only_fall_for_the_other():
    sizes = step_sizes(NETWORK, *BATCH, "w5")
    assert sizes.name == "w5" and sizes.steps.tolist() == [float(f"1e-{k}") for k in range(1, 16)]
    one, two = sizes.central[1:3]
    assert one / two == pytest.approx(100, rel=0.01)  # the square of the step
    best = int(np.argmin(sizes.central))
    assert 3 < best < 8 and sizes.central[-1] > 1e4 * sizes.central[best]
    assert (sizes.complex_step[7:] < 1e-14).all()


def test_step_sizes_are_measured_by_the_floor_of_the_table():
    given = TINY["outputs that say almost 1"]()
    table, sizes = gradient_table(*given), step_sizes(*given, "b_o1", [COMPLEX_STEP])
    assert table.terms > 1 and sizes.complex_step[0] == table.relative_error[-1] > 0


def test_a_central_difference_is_measured_by_the_floor_too():
    """An input of 40 makes terms of 40, and an out of 0.500001 a derivative below the floor."""
    with mpmath.workdps(30):
        less, out, more = (1 / (1 + mpmath.exp(-mpmath.mpf("4e-6") - b)) for b in (-1, 0, 1))
        central = ((more - 0.5) ** 2 - (less - 0.5) ** 2) / 4
        off = central - (out - 0.5) * out * (1 - out)
        judge = float(abs(off) / mpmath.mpf("40e-6"))
    sizes = step_sizes(Network([[[1e-7]]], [[0.0]]), [[40.0]], [[0.5]], "b_o1", [1])
    assert sizes.central == pytest.approx(judge, rel=1e-8)


@pytest.mark.parametrize("step", [1, 1e-15])
def test_the_largest_and_the_smallest_step_measure(step):
    """The error of LINEAR is a square, of which a central difference is right at any step."""
    table = gradient_table(LINEAR, [[2.0]], [[1.0]], step=step)
    rounding = 1e-16 / step
    np.testing.assert_allclose(table.central, [0.5, 0.25], rtol=0, atol=rounding)
    sizes = step_sizes(LINEAR, [[2.0]], [[1.0]], "w1", [step, 1e-300])
    assert sizes.complex_step.tolist() == [0, 0]


def test_relative_error_of_nothing_is_nothing():
    zeros = np.zeros(2)
    assert relative_error(zeros, zeros).tolist() == [0, 0]
    assert relative_error(np.array([0.0, 2.0]), np.array([1.0, -2.0])).tolist() == [1, 2]


def test_relative_error_is_measured_by_the_numbers_unless_a_floor_is_given():
    one, other = np.array([1e-300, -4.0]), np.array([2e-300, 1.0])
    assert relative_error(one, other).tolist() == [0.5, 1.25]
    assert relative_error(one, other, floor=10.0).tolist() == [1e-301, 0.5]


def test_two_ways_to_move_a_parameter():
    error = error_of(NETWORK, *BATCH)
    k = parameter_index(NETWORK, "w5")
    assert central_difference(error, k, 1e-5) == pytest.approx(0.0821670406, abs=1e-10)
    assert complex_difference(error, k, 1e-200) == pytest.approx(0.0821670405642, abs=1e-13)


def test_a_saturated_output_is_moved_by_its_net():
    """The error log(1 + exp(-net)) of a net of -800 is 800, where out is 0 and has no logarithm."""
    network = Network([[[1.0]]], [[0.0]], "logistic", "cross-entropy")
    error = error_of(network, [[-800.0]], [[1.0]])
    assert (error(0, 0.0), error(1, 1.0)) == (800, 799)
    assert complex_difference(error, 1, 1e-200) == -1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gradient_table(example, *BATCH), TypeError, "network"),
        (lambda: gradient_table(NETWORK, *BATCH, [1, 2]), ValueError, "gradient: expected 12"),
        (lambda: gradient_table(NETWORK, *BATCH, step=0), ValueError, "step"),
        (
            lambda: gradient_table(NETWORK, *BATCH, step=1e300),
            ValueError,
            "step: expected a step from 1e-15 to 1, got 1e.300, which leaves the point",
        ),
        (
            lambda: gradient_table(NETWORK, *BATCH, step=1e-320),
            ValueError,
            "step: expected a step from 1e-15 to 1, .* is lost in rounding. Try 1e-6.",
        ),
        (
            lambda: step_sizes(NETWORK, *BATCH, "w5", [1e-3, 1e-320]),
            ValueError,
            r"steps\[1\]: expected a step from 1e-300 to 1",
        ),
        (
            lambda: gradient_table(NETWORK, *BATCH, [1j] * 12),
            TypeError,
            "gradient: expected 12 real numbers.*got complex ones",
        ),
        (
            lambda: gradient_table(COMPLEX, [[0, 1]], [[1]]),
            TypeError,
            "network: expected real weights and biases, got complex",
        ),
        (
            lambda: step_sizes(COMPLEX, [[0, 1]], [[1]], "w1"),
            TypeError,
            "network: expected real weights and biases, got complex",
        ),
        (lambda: gradient_table(NETWORK, [[0.1, np.nan]], BATCH[1]), ValueError, "nan at"),
        (lambda: step_sizes(NETWORK, *BATCH, "b1"), ValueError, "name: expected one of w1, w2"),
        (lambda: step_sizes(NETWORK, *BATCH, "w5", [1e-3, -1]), ValueError, r"steps\[1\]"),
        (
            lambda: step_sizes(example, *BATCH, "w5"),
            TypeError,
            "network: expected a Network, got Example",
        ),
        (lambda: parameter_index(NETWORK, 5), ValueError, "name: expected one of"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
