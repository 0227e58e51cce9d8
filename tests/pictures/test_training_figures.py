import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from nbval.plugin import get_sanitize_patterns

from backprop_lib import example
from backprop_lib.core.data_sets import held_out, two_moons
from backprop_lib.core.starting_weights import random_network
from backprop_lib.pictures.training_figures import (
    accuracy_by_epoch,
    error_by_epoch,
    step_size_chart,
)
from backprop_lib.training.batch_training import train_in_batches
from backprop_lib.training.gradient_table import step_sizes

LEARN, JUDGE = held_out(two_moons(40))
START = random_network((2, 3, 1), activations="logistic", error="cross-entropy", start="Glorot")
TRAINING = train_in_batches(
    START, LEARN.inputs, LEARN.targets, 0.5, 10, 8, held_out=(JUDGE.inputs, JUDGE.targets)
)


def points(picture):
    """How many points each curve has; a grid is drawn by <line>, not by <path>."""
    curves = ET.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}path")
    return [len(re.findall("[ML]", curve.get("d"))) for curve in curves]


@pytest.mark.parametrize("draw", [error_by_epoch, accuracy_by_epoch])
def test_two_curves_with_a_point_for_every_epoch(draw):
    picture = draw(TRAINING)
    assert points(picture) == [11, 11]
    assert "held out" in picture.svg and "learned from" in picture.svg
    assert [fact.split(":")[0] for fact in picture.facts] == ["Epoch 0", "Epoch 5", "Epoch 10"]


def test_the_facts_are_the_numbers():
    assert f"error {TRAINING.errors[5]:.4f}" in error_by_epoch(TRAINING).facts[1]
    assert f"held out {TRAINING.held_out_errors[10]:.4f}" in error_by_epoch(TRAINING).facts[2]
    assert f"held out {TRAINING.held_out_accuracies[10]:.1%}" in accuracy_by_epoch(TRAINING).text


def test_without_a_held_out_part_there_is_one_curve():
    training = train_in_batches(START, LEARN.inputs, LEARN.targets, 0.5, 0)
    assert "held out" not in error_by_epoch(training).text
    assert error_by_epoch(training).svg.count("<path") == 1


def test_step_sizes_as_a_picture_and_in_words():
    network = example.network
    picture = step_size_chart(step_sizes(network, [example.inputs], [example.targets], "w5"))
    assert points(picture) == [15, 15]
    assert picture.facts[1] == "Step 1e-02: central difference 2.9e-06, complex step 2.9e-06"
    assert picture.facts[-3:] == (
        "Central difference: below 1e-09 at its best",
        "Central difference: above 0.001 again with steps of 1e-12 and less",
        "Complex step: below 1e-12 with the smallest step, 1e-15",
    )


CONFIG = Path(__file__).parents[1].joinpath("nbval_sanitize.cfg").read_text(encoding="utf-8")


def compared(picture):
    """What nbval compares of a picture."""
    page = picture._repr_mimebundle_()["text/html"]
    for pattern, words in get_sanitize_patterns(CONFIG):
        page = re.sub(pattern, words, page)
    return page


@pytest.mark.parametrize("seed", range(20))
def test_what_rounding_draws_is_not_compared_and_all_else_is(seed):
    """Errors of small steps as another processor may round them: up to ten times as large."""
    network = example.network
    sizes = step_sizes(network, [example.inputs], [example.targets], "w5")
    factors = 10 ** np.random.default_rng(seed).uniform(-0.5, 1, size=(2, 15))
    rounded = sizes.steps < 1e-4
    other = replace(
        sizes,
        central=np.where(rounded, sizes.central * factors[0], sizes.central),
        complex_step=np.where(rounded, sizes.complex_step * factors[1], sizes.complex_step),
    )
    one, two = step_size_chart(sizes), step_size_chart(other)
    assert one.svg != two.svg and one.text == two.text
    assert compared(one) == compared(two)
    assert compared(one).count("<path") == compared(one).count('<path d="POINTS"') == 2
    assert compared(one).count('src="POINTS"') == 1
    elsewhere = step_sizes(network, [example.inputs], [example.targets], "w6")
    assert compared(step_size_chart(elsewhere)) != compared(one)


def test_nbval_compares_all_of_every_other_picture():
    for picture in (error_by_epoch(TRAINING), accuracy_by_epoch(TRAINING)):
        assert compared(picture) == picture._repr_mimebundle_()["text/html"]


def test_an_error_of_more_than_all_digits_is_drawn_at_the_top():
    sizes = step_sizes(START, LEARN.inputs, LEARN.targets, "w1")
    picture = step_size_chart(replace(sizes, central=np.full(15, 2.0)))
    axis = [line for line in picture.svg.split("<") if 'text-anchor="end"' in line]
    assert axis == [
        line for line in step_size_chart(sizes).svg.split("<") if 'text-anchor="end"' in line
    ]


def test_bad_input_is_named():
    for draw in (error_by_epoch, accuracy_by_epoch):
        with pytest.raises(TypeError, match="training: expected a BatchTraining"):
            draw([0.1, 0.2])
    with pytest.raises(TypeError, match="sizes: expected a StepSizes"):
        step_size_chart([1e-3])
    plain = train_in_batches(
        random_network((2, 1), activations="identity", start="Glorot"), [[0, 1]], [[1]], 0.1, 1
    )
    with pytest.raises(ValueError, match="training: expected outputs from 0 to 1"):
        accuracy_by_epoch(plain)
