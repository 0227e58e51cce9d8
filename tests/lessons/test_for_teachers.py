"""The teachers' guide: every wrong number in it is what the mistake beside it gives."""

import re
from functools import cache

import nbformat
import numpy as np
import pytest

from backprop_lib import UpdateRule, example, train
from backprop_lib.core.data_sets import held_out, two_moons
from backprop_lib.core.logic_tables import LOGIC_TABLES
from backprop_lib.core.starting_weights import random_network
from backprop_lib.exercises.catalogue import MISTAKES
from backprop_lib.exercises.judging import judge
from backprop_lib.exercises.made_bugs import gradient_with_a_bug
from backprop_lib.exercises.quantities import right_numbers
from backprop_lib.exercises.value_mistakes import WALKS
from backprop_lib.training.batch_passes import batch_backward, batch_forward
from backprop_lib.training.batch_training import train_in_batches
from backprop_lib.training.value import in_order, values_of
from tools.lessons import NOTEBOOKS

GUIDE = (NOTEBOOKS / "for_teachers.md").read_text("utf-8")
SECTIONS = {text[:2]: text for text in re.split(r"^## ", GUIDE, flags=re.M)[1:]}
ROWS = re.findall(r"^\| ([−\d.]+) \| `(\w+)` \| (.+) \|$", GUIDE, re.M)


def test_there_are_rows():
    assert len(ROWS) >= 20


@pytest.mark.parametrize("number, name, key", ROWS)
def test_a_mistake_of_the_guide_gives_its_number(number, name, key):
    verdict = judge(name, number, example)
    assert verdict.kind == "wrong"
    assert key in MISTAKES
    # So few digits as those of 0.0275 many numbers have: there it is said that it may be this.
    named = (*verdict.mistakes, *verdict.possible)
    assert key in [mistake.key for mistake in named]
    assert verdict.mistakes or len(number) < 8


# What is to be seen from 05 on: computed here, and compared with what the guide prints.

START = (example.network, example.inputs, example.targets)
AT_50 = example.replace(eta=50)
AT_2 = example.replace(eta=2)
EDITED = example.replace(w5=0.3)
XOR = LOGIC_TABLES["XOR"]
EVERY_BIAS = UpdateRule(biases="one per neuron")


def mistaken(name, number, one, key):
    """The number, if the catalogue knows the mistake that gives it."""
    assert key in [mistake.key for mistake in judge(name, number, one).mistakes]
    return number


def right(name, one=example):
    return right_numbers(name, one)


def error_on_xor(sizes, seed, rounds):
    network = random_network(sizes, seed)
    return train(network, XOR.inputs, XOR.targets, 2.0, rounds, rule=EVERY_BIAS).errors[-1]


def error_on_xor_by_batches(epochs, **settings):
    start = random_network((2, 5, 1), 0, start="Glorot")
    return train_in_batches(start, XOR.inputs, XOR.targets, 0.5, epochs, **settings).errors[-1]


@cache
def one_neuron_on_moons(seed=0):
    """The parts answered right of what it learned from, and of what was held out."""
    learn, judge = held_out(two_moons(seed=seed))
    held = judge.inputs, judge.targets
    start = random_network((2, 1), 1, start="Glorot")
    end = train_in_batches(start, learn.inputs, learn.targets, 8.0, 20, 16, held_out=held)
    return end.accuracies[-1], end.held_out_accuracies[-1]


def after_more_rounds(error):
    accident = train(*START, 200, rounds=1).network.replace(error=error)
    batch = example.inputs[None], example.targets[None]
    after = train_in_batches(accident, *batch, 10, 1000, biases="frozen").network
    return batch_forward(after, batch[0]).outputs[0, 0]


def slope_after(key, name):
    """The slope of a Value of the worked example after a walk back with a mistake."""
    values = values_of(example)
    dict(WALKS)[key](in_order(values["E_total"]))
    return values[name].slope


def one_sided(step):
    moved = example.replace(w5=example.w5 + step)
    return (right("E_total", moved) - right("E_total")) / step


RELU = example.replace(activations="ReLU", eta=5)
TEN = (2, *[10] * 9, 2)


def with_the_slope_of_the_logistic_function():
    one = example.replace(activations="tanh")
    out = right("out_o1", one)
    return (out - 0.01) * out * (1 - out) * right("out_h1", one)


def size_in_the_first_of_ten():
    """By the batch passes, whose slopes SymPy made: dE/db of a neuron is its delta."""
    forward = batch_forward(random_network(TEN, start="Glorot"), example.inputs[None])
    return np.abs(batch_backward(forward, example.targets[None]).dE_db[0]).mean()


def error_of_twins(rounds):
    start = random_network((2, 2, 1)).with_parameters(np.full(9, 0.5))
    return train(start, XOR.inputs, XOR.targets, 2.0, rounds, rule=EVERY_BIAS).errors[-1]


(W2, B2), OUT_H = (example.network.weights[1], example.network.biases[1]), right("out_h")
ON_ITS_SIDE = "rows and columns swapped"
SEEN = {
    ("04", "0.358916480"): lambda: right("w5_new"),
    ("04", "0.564334081"): lambda: mistaken(
        "w5_new", 0.4 + 2 * right("dE_dw5"), AT_2, "step added"
    ),
    ("05", "0.317832959"): lambda: mistaken(
        "w5_new", 0.4 - right("dE_dw5"), AT_50, "learning rate forgotten"
    ),
    ("05", "4.508352028"): lambda: mistaken(
        "w5_new", 0.4 + 50 * right("dE_dw5"), AT_50, "step added"
    ),
    ("05", "0.358916480"): lambda: right("w5_new"),
    ("05", "0.00000001"): lambda: train(*START, 200, rounds=1).outputs[-1, 0],
    ("05", "0.00005"): lambda: train(*START, 200, rounds=10_000).errors[-1],
    ("05", "0.490100"): lambda: train(
        *START, 200, rounds=1, rule=UpdateRule(biases="one per layer")
    ).errors[-1],
    ("06", "0.298371109"): lambda: right("E_total"),
    ("06", "0.290154405"): lambda: right("E_total") - 0.1 * right("dE_dw5"),
    ("06", "0.5000"): lambda: error_on_xor((2, 1), 1, 3000),
    ("06", "0.2506"): lambda: error_on_xor((2, 2, 1), 11, 3000),
    ("06", "0.2501"): lambda: error_on_xor((2, 2, 1), 11, 30_000),
    ("07", "1.135750186"): lambda: mistaken("net_o", W2.T @ OUT_H + B2, example, ON_ITS_SIDE)[0],
    ("07", "−0.022602540"): lambda: mistaken("dE_dW2", right("dE_dW2").T, example, ON_ITS_SIDE)[
        0, 1
    ],
    ("07", "0.041083520"): lambda: mistaken(
        "dE_dW2", right("dE_dW2") / 2, example, "one half or two"
    )[0, 0],
    ("07", "0.3825"): lambda: (example.inputs @ example.network.weights[0])[0] + example.b1,
    ("07", "0.1250"): lambda: error_on_xor((2, 2, 1), 3, 0) / 4,
    ("07", "0.0427"): lambda: error_on_xor_by_batches(2500, batch_size=4, biases="frozen"),
    ("07", "0.93"): lambda: one_neuron_on_moons()[1],
    ("08", "0.593269992"): lambda: right("out_h1"),
    ("08", "0.051514225"): with_the_slope_of_the_logistic_function,
    ("08", "0.138498562"): lambda: right("delta_o1"),
    ("08", "0.046051702"): lambda: -0.01 * np.log(0.01),
    ("08", "0.00000001"): lambda: after_more_rounds("half squared"),
    ("09", "0.036350306"): lambda: mistaken(
        "delta_h1", right("dE_dout_h1"), example, "slope forgotten"
    ),
    ("09", "0.00000013"): size_in_the_first_of_ten,
    ("09", "2.13202"): lambda: mistaken(
        "w5_new", 0.4 + 5 * right("dE_dw5", RELU), RELU, "step added"
    ),
    ("09", "−1.332017"): lambda: train(RELU.network, *START[1:], 5, 1000).network.w5,
    ("09", "0.3345"): lambda: error_of_twins(3000),
    ("10", "0.041083520"): lambda: slope_after("overwritten", "w5"),
    ("10", "0.000334198"): lambda: slope_after("overwritten", "w1"),
    ("10", "0.000000000"): lambda: slope_after("walked forwards", "w5"),
    ("10", "0.081532247"): lambda: one_sided(0.1),
    ("10", "0.001817515"): lambda: gradient_with_a_bug(
        example, "slope of the hidden neurons forgotten"
    )[0],
}
PRINTED = [
    (lesson, number)
    for lesson in ("04", "05", "06", "07", "08", "09", "10")
    for number, row in re.findall(r"^\| ([−\d.]+) \| (.+)$", SECTIONS[lesson], re.M)
    if lesson != "04" or " at a rate of 2 " in row  # the others are ROWS
]


def test_everything_to_be_seen_in_the_later_lessons_is_computed_here():
    assert sorted(PRINTED) == sorted(SEEN)


@pytest.mark.parametrize("lesson, number", PRINTED)
def test_what_is_to_be_seen_is_what_happens(lesson, number):
    decimals = len(number.split(".")[1])
    assert f"{SEEN[lesson, number]():.{decimals}f}".replace("-", "−") == number


def test_what_the_guide_says_beside_its_rows_on_batches_is_so():
    assert round(error_on_xor((2, 2, 1), 3, 0), 4) == 0.4999
    assert round(one_neuron_on_moons()[0], 2) == 0.85
    on_others = [one_neuron_on_moons(seed) for seed in range(20)]
    assert [round(sum(part) / 20, 2) for part in zip(*on_others, strict=True)] == [0.87, 0.87]


def test_what_is_called_wrong_in_them_is_not_right_there():
    for name, number, one in [
        ("w5_new", 0.35891648, AT_2),
        ("w5_new", 0.35891648, AT_50),
        ("E_total", 0.298371109, EDITED),
        ("E_total", 0.290154405, EDITED),
        ("out_h1", 0.593269992, example.replace(activations="tanh")),
        ("dE_dw5", 0.051514225, example.replace(activations="tanh")),
        ("delta_o1", 0.138498562, example.replace(error="cross-entropy")),
    ]:
        assert judge(name, number, one).kind != "right"


def test_the_minutes_of_the_guide_are_those_at_the_top_of_the_lesson():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        top = nbformat.read(path, as_version=4).cells[0].source
        minutes = re.search(r"\*\*Time\.\*\* (\d+ minutes)(?: in class(, \d+ alone))?", top)
        said = f"**Time:** {minutes[1]} in class{minutes[2] or ''}"
        assert said in SECTIONS[path.stem[:2]], path.stem


def test_every_lesson_has_its_section_with_aim_and_time():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        section = SECTIONS[path.stem[:2]]
        assert "**Aim:**" in section and "**Time:**" in section and "*Ask before" in section


def test_the_minutes_of_a_plan_add_up():
    for total in (50, 90):
        plan = GUIDE.split(f"**{total} minutes")[1].split("\n\n")[1]
        spans = re.findall(r"^\| (\d+)–(\d+) \|", plan, re.M)
        assert [start for start, _ in spans] == ["0", *(end for _, end in spans[:-1])]
        assert spans[-1][1] == str(total)
