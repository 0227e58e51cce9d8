import numpy as np
import pytest

from backprop_lib.core.data_sets import held_out, two_moons


def test_moons_without_noise_lie_on_their_half_circles():
    moons = two_moons(200, noise=0)
    x, y = moons.inputs.T
    lower = moons.targets[:, 0] == 1
    np.testing.assert_allclose(np.hypot(x, y)[~lower], 1, rtol=1e-12)
    np.testing.assert_allclose(np.hypot(x - 1, y - 0.5)[lower], 1, rtol=1e-12)
    assert (y[~lower] >= -1e-12).all() and (y[lower] <= 0.5 + 1e-12).all()
    assert lower.sum() == 100
    assert np.ptp(x[~lower]) == pytest.approx(2) and np.ptp(x[lower]) == pytest.approx(2)


def test_moons_come_from_their_seed_alone():
    assert two_moons(50, seed=1) == two_moons(50, seed=1) != two_moons(50, seed=2)
    clean, noisy = two_moons(4000, noise=0, seed=3), two_moons(4000, noise=0.2, seed=3)
    assert two_moons(7).inputs.shape == (7, 2)
    spread = noisy.inputs[noisy.targets[:, 0] == 0].var(axis=0)
    spread = spread - clean.inputs[clean.targets[:, 0] == 0].var(axis=0)
    np.testing.assert_allclose(spread, 0.04, rtol=0.3)


def test_what_is_held_out_and_what_is_not_are_all_rows_once():
    moons = two_moons(10)
    learn, judge = held_out(moons, every=3)
    assert (len(learn.inputs), len(judge.inputs)) == (7, 3)
    together = np.vstack([learn.inputs, judge.inputs])
    assert {tuple(row) for row in together.tolist()} == {tuple(r) for r in moons.inputs.tolist()}


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: two_moons(1), ValueError, "examples: expected a whole number from 2 to 1000000"),
        (lambda: two_moons(2.5), TypeError, "examples"),
        (lambda: two_moons(noise=-1), ValueError, "noise"),
        (lambda: two_moons(noise=float("nan")), ValueError, "noise"),
        (lambda: two_moons(seed="a"), TypeError, "seed"),
        (lambda: two_moons(10**12), ValueError, "examples: .* from 2 to 1000000, got 10000000000"),
        (lambda: two_moons(noise=1e308), ValueError, "noise: .* from 0 to 1000, got 1e.308"),
        (lambda: held_out(two_moons(4), every=1), ValueError, "every"),
        (lambda: held_out(two_moons(4), every=9), ValueError, "every: expected at most 4"),
        (lambda: held_out([1, 2]), TypeError, "data: expected a DataTable"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_what_is_not_said():
    assert two_moons() == two_moons(400, 0.15, 0)
    assert held_out(two_moons(20)) == held_out(two_moons(20), 4)


def test_of_an_odd_number_the_upper_moon_has_one_more():
    moons = two_moons(5, noise=0)
    upper, lower = (moons.inputs[moons.targets[:, 0] == moon] for moon in (0, 1))
    np.testing.assert_allclose(sorted(upper.tolist()), [[-1, 0], [0, 1], [1, 0]], atol=1e-15)
    np.testing.assert_allclose(sorted(lower.tolist()), [[0, 0.5], [1, -0.5]], atol=1e-15)


def test_the_scatter_is_that_of_numpys_generator_and_may_be_as_large_as_the_limit():
    rng = np.random.default_rng(3)
    scatter, order = rng.standard_normal((50, 2)), rng.permutation(50)
    off = two_moons(50, noise=1000, seed=3).inputs - two_moons(50, noise=0, seed=3).inputs
    np.testing.assert_allclose(off, 1000 * scatter[order])
