"""The teachers' guide: every wrong number in it is what the mistake beside it gives."""

import re

import nbformat
import pytest

from backprop_lib import UpdateRule, example, train
from backprop_lib.core.logic_tables import LOGIC_TABLES
from backprop_lib.core.starting_weights import random_network
from backprop_lib.exercises.catalogue import MISTAKES
from backprop_lib.exercises.judging import judge
from backprop_lib.exercises.made_bugs import gradient_with_a_bug
from backprop_lib.exercises.quantities import right_numbers
from backprop_lib.exercises.value_mistakes import WALKS
from backprop_lib.training.batch_passes import batch_forward
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


# What is to be seen in 05 to 07: computed here, and compared with what the guide prints.

START = (example.network, example.inputs, example.targets)
AT_50 = example.replace(eta=50)
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


def slope_forgotten_on_a_batch():
    source = (NOTEBOOKS / "07_any_network.ipynb").read_text("utf-8")
    assert "here the slope of the hidden neurons is forgotten" in source
    return float(re.search(r"w1 +\+([\d.]+) .*7\.7e-01 +WRONG", source)[1])


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


(W2, B2), OUT_H = (example.network.weights[1], example.network.biases[1]), right("out_h")
ON_ITS_SIDE = "rows and columns swapped"
SEEN = {
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
    ("07", "0.019590416"): slope_forgotten_on_a_batch,
    ("07", "0.00000001"): lambda: after_more_rounds("half squared"),
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
    for lesson in ("05", "06", "07", "10")
    for number in re.findall(r"^\| ([−\d.]+) \| ", SECTIONS[lesson], re.M)
]


def test_everything_to_be_seen_in_the_later_lessons_is_computed_here():
    assert sorted(PRINTED) == sorted(SEEN)


@pytest.mark.parametrize("lesson, number", PRINTED)
def test_what_is_to_be_seen_is_what_happens(lesson, number):
    decimals = len(number.split(".")[1])
    assert f"{SEEN[lesson, number]():.{decimals}f}".replace("-", "−") == number


def test_the_last_row_of_the_guide_is_about_the_error_function():
    assert round(after_more_rounds("cross-entropy"), 6) == 0.01


def test_what_is_called_wrong_in_them_is_not_right_there():
    for name, number, one in [
        ("w5_new", 0.35891648, AT_50),
        ("E_total", 0.298371109, EDITED),
        ("E_total", 0.290154405, EDITED),
    ]:
        assert judge(name, number, one).kind != "right"


def test_the_minutes_of_the_guide_are_those_at_the_top_of_the_lesson():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        top = nbformat.read(path, as_version=4).cells[0].source
        minutes = re.search(r"\*\*Time\.\*\* (\d+) minutes", top)[1]
        assert f"**Time:** {minutes} minutes in class" in SECTIONS[path.stem[:2]], path.stem


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
