"""The figures of benchmarks/verdicts.py, of a few networks, are what they have to be."""

import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def verdicts():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import verdicts
    finally:
        sys.path.remove(str(BENCHMARKS))
    return verdicts


def shares(counts, row):
    """What was said of a row, as parts of one."""
    said = {column: n for (one, column), n in counts.items() if one == row}
    return {column: n / sum(said.values()) for column, n in said.items()}


def test_every_mistake_alone_is_named(verdicts):
    figures = verdicts.Figures()
    for example in verdicts.random_examples(3, seed=4):
        verdicts.measure_singles(example, figures, 9)
    said = shares(figures.singles, 9)
    assert said.get("missed", 0) < 0.002, figures.missed
    assert said["named"] > 0.97


def test_so_are_two_at_once_from_six_digits_on(verdicts):
    figures, rng = verdicts.Figures(), np.random.default_rng(5)
    for example in verdicts.random_examples(6, seed=5):
        verdicts.measure_pairs(example, figures, rng)
    for digits in (6, 9):
        said = shares(figures.pairs, digits)
        assert said.get("missed", 0) == 0
    assert said["named"] > 0.95  # at nine


@pytest.mark.parametrize("digits", [3, 4, 6, 9])
def test_hardly_a_number_made_up_is_given_a_cause(verdicts, digits, monkeypatch):
    monkeypatch.setattr(verdicts, "MADE_UP_EACH", 100)
    monkeypatch.setattr(verdicts, "DIGITS", (digits,))
    figures, rng = verdicts.Figures(), np.random.default_rng(6)
    for example in verdicts.random_examples(6, seed=6):
        verdicts.measure_made_up(example, figures, rng)
    assert figures.made_up[digits, "claimed"] <= 3  # of 600: 0.6 are expected at the most


def test_a_number_of_single_precision_is_never_said_to_be_rounded_too_early(verdicts):
    figures = verdicts.Figures()
    for example in verdicts.random_examples(20, seed=7):
        verdicts.measure_single_precision(example, figures)
    assert not any(said == "rounded too early" for _, said in figures.single_precision)
    assert not any(said == "wrong" for _, said in figures.single_precision)
    assert shares(figures.single_precision, "10 digits")["right"] > 0.95


def test_a_verdict_takes_no_more_than_a_moment(verdicts):
    figures = verdicts.Figures()
    verdicts.measure_time(figures, 6)
    # Four times what they are to be, because what else the machine does slows the processor down.
    assert np.median(figures.milliseconds["first wrong number"]) < 4 * 50
    assert np.median(figures.milliseconds["pairs tried"]) < 4 * 250
