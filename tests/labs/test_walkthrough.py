"""The walkthrough without a page: set what a hand would set, read what would be shown."""

import gc
import json
import re
import statistics
import time
import weakref
from contextlib import suppress
from itertools import pairwise, product

import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances as open_widgets

from backprop_lib import UpdateRule, example
from backprop_lib.core.example import Example
from backprop_lib.core.network import Network
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE
from backprop_lib.labs import walkthrough as room
from backprop_lib.labs.walkthrough import given_numbers, walkthrough_lab
from backprop_lib.symbolic.walkthrough_steps import PARTS, walkthrough

RULES = [UpdateRule(*choices) for choices in product(HIDDEN_LAYERS_USE, BIASES)]
STEPS = walkthrough(example)
AT = {step.name: at for at, step in enumerate(STEPS)}
WRONG_NUMBERS = ["ten", "", "nan", "1,000", "<b>1</b>", "1e999", "inf"]


@pytest.fixture
def lab():
    lab = walkthrough_lab(example)
    yield lab
    lab.close()


def network_of(sizes):
    weights = [np.full((n, m), 0.3) for m, n in pairwise(sizes)]
    biases = [np.linspace(-0.2, 0.3, n) for n in sizes[1:]]
    return Example(Network(weights, biases), np.full(sizes[0], 0.7), np.full(sizes[-1], 0.2))


def words_of(html):
    """What can be read or heard of a piece of HTML or SVG: texts and labels, no coordinates."""
    labels = re.findall(r'(?:aria-label|title)="([^"]*)"', html)
    return " ".join([re.sub(r"<[^>]*>", " ", html), *labels])


def everything_readable(view):
    shown = (part for name, part in view.items() if name != "milliseconds")
    return " ".join(words_of(json.dumps(part, ensure_ascii=False)) for part in shown)


def tells(text, value):
    """Numbers of three or more digits in a text that are a value, rounded somewhere."""
    for number in re.findall(r"\d+\.\d+(?:e[-−]?\d+)?", text):
        digits = number.partition("e")[0].replace(".", "").lstrip("0")
        places = len(number.partition(".")[2])
        if len(digits) >= 3 and "e" not in number and f"{abs(value):.{places}f}" == number:
            yield number


def leaked(lab, step):
    """Numbers on the whole page that give a covered result away, and are no other number."""
    others = []
    for name in step.known:
        # Products of two names, and a bias that is not shared, have no value of that name.
        with suppress(ValueError):
            others.append(lab._update[name])
    others += [float(n) for n in re.findall(r"\d+\.\d+", step.numbers)] * (not step.is_one_number)
    found = set(tells(everything_readable(lab.view), step.value))
    return {n for n in found if not any(tuple(tells(n, other)) for other in others)}


# Steps -----------------------------------------------------------------------------------------


def test_it_begins_at_the_first_step_with_the_result_covered(lab):
    assert lab.view["place"] == "Step 1 of 44 · forward pass, 1 of 11"
    assert lab.view["covered"] and lab.view["headline"] == "net_h1 = <span>?</span>"
    assert lab.view["question"] == "What flows into h1?"


@pytest.mark.exhaustive
@pytest.mark.parametrize("at", range(len(STEPS)), ids=[s.name for s in STEPS])
def test_every_step_shows_its_four_views_once_it_is_revealed(lab, at):
    lab.go(at)
    lab.reveal()
    step, view = STEPS[at], lab.view
    assert f"Step {at + 1} of 44 · {step.part}" in view["place"]
    assert words_of(view["headline"]).split() == [step.name, "=", step.result]
    assert view["formula"] == step.mathml
    assert words_of(view["numbers"]).split() == step.with_numbers.split()
    assert words_of(view["code"]).split() == [*step.code.split(), "→", step.result]
    assert (step.check.text in view["check"]) if step.check else view["check"] == ""
    if step.name not in ("dnet_o1_dw5", "dnet_h1_dw1"):
        # The diagram writes these two, like the tutorial, as what flows in.
        assert any(tells(" ".join(view["facts"]["diagram"]), step.value))


@pytest.mark.exhaustive
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_covered_result_stands_nowhere_on_the_page(rule):
    lab = walkthrough_lab(example, rule=rule)
    for at, step in enumerate(walkthrough(example, rule)):
        lab.go(at)
        assert lab.view["covered"]
        assert leaked(lab, step) == set()
        if not step.is_one_number:
            assert step.result not in lab.view["numbers"] + lab.view["code"] + lab.view["check"]
    lab.close()


def test_the_search_for_it_can_find_it(lab):
    for at, step in enumerate(STEPS):
        lab.go(at)
        lab.reveal()
        if not step.is_one_number:
            assert step.result.lstrip("-") in leaked(lab, step)


SIZES = [(1, 1), (3, 2), (2, 2, 1), (2, 3, 2, 2)]
SIZES += [pytest.param((8, 8, 8), marks=pytest.mark.exhaustive)]


@pytest.mark.exhaustive
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_any_small_network_covered_and_revealed(sizes):
    other = network_of(sizes)
    lab = walkthrough_lab(other)
    steps = walkthrough(other)
    apart = max(7, len(steps) // 25)
    for at, step in enumerate(steps[::apart]):
        lab.go(apart * at)
        assert lab.view["covered"] and leaked(lab, step) == set()
        lab.reveal()
        assert step.result in lab.view["headline"]
        assert "<svg" in lab.view["pictures"]["diagram"]
    lab.close()


def test_a_network_too_large_for_a_page_is_met_in_words():
    with pytest.raises(ValueError, match="example: expected a network that fits a page"):
        walkthrough_lab(network_of((11, 11)))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_alone(part):
    lab = walkthrough_lab(example, part=part)
    count = sum(step.part == part for step in STEPS)
    assert lab.view["place"] == f"Step 1 of {count} · {part}, 1 of {count}"
    lab.go(10_000)
    assert lab.view["place"] == f"Step {count} of {count} · {part}, {count} of {count}"
    lab.close()


def test_a_part_that_the_network_does_not_have():
    with pytest.raises(ValueError, match="part: expected a part that this network has"):
        walkthrough_lab(network_of((2, 1)), part="hidden layer")


@pytest.mark.parametrize(("argument", "kind"), [("example", TypeError), (None, TypeError)])
def test_what_is_no_example(argument, kind):
    with pytest.raises(kind, match="example: expected an Example"):
        walkthrough_lab(argument)


def test_the_steps_to_jump_to_are_grouped_by_part(lab):
    assert [part for part, _ in lab.fixed["jump"]] == list(PARTS)
    offered = [(int(at), name) for _, steps in lab.fixed["jump"] for at, name in steps]
    assert offered == [(at, step.name) for at, step in enumerate(STEPS)]


def test_the_strip_is_filled_as_far_as_the_walk_has_come(lab):
    def filled():
        return [float(n) for n in re.findall(r"width:([\d.]+)%", lab.view["strip"])]

    lab.go(0)
    assert filled() == [9.09, 0, 0, 0]
    lab.go(AT["dE_dw6"])
    assert filled() == [100, 55.56, 0, 0]
    lab.go(43)
    assert filled() == [100, 100, 100, 100]


def test_what_has_been_found_stays_on_the_diagram(lab):
    lab.go(AT["E_total"])
    facts = " ".join(lab.view["facts"]["diagram"])
    assert "out_o1 = 0.751365070" in facts and "E_o2 = 0.023560026" in facts
    assert "E_total = " not in facts
    lab.go(AT["dE_dw1"])
    assert "dE_dout_h1 = +0.036350306" in " ".join(lab.view["facts"]["diagram"])


# Predictions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["0.0822", "0.08217", "0.082167041", "8.22e-2", "+0.0822"])
def test_a_right_prediction_uncovers(lab, answer):
    lab.go(AT["dE_dw5"])
    lab.set(answer=answer)
    assert not lab.view["covered"]
    assert lab.view["verdict_kind"] == "right" and "Right" in lab.view["verdict"]


@pytest.mark.parametrize(
    ("answer", "kind"), [("-0.0822", "sign"), ("0.4398", "missing"), ("0.822", "decimal point")]
)
def test_a_wrong_prediction_is_met_with_its_kind_and_stays_covered(lab, answer, kind):
    lab.go(AT["dE_dw5"])
    lab.set(answer=answer)
    assert lab.view["covered"] and lab.view["verdict_kind"] == "wrong"
    assert kind in lab.view["verdict"]
    assert leaked(lab, STEPS[AT["dE_dw5"]]) == set()


@pytest.mark.parametrize("answer", ["what?", "<b>0.0822</b>", "import os", "..."])
def test_what_is_no_number_uncovers_nothing(lab, answer):
    lab.go(AT["dE_dw5"])
    lab.set(answer=answer)
    assert lab.view["covered"] and lab.view["verdict_kind"] in ("unreadable", "unanswered")
    assert lab.view["verdict"] and "dots" not in lab.view["verdict"]


def test_an_empty_prediction_says_nothing(lab):
    lab.set(answer="  ")
    assert lab.view["verdict"] == "" and lab.view["covered"]


def test_a_prediction_is_for_one_step_alone(lab):
    lab.set(answer="0.3775")
    lab.go(1)
    assert lab.view["covered"] and lab.view["verdict"] == ""
    lab.go(0)
    assert not lab.view["covered"] and lab.view["verdict_kind"] == "right"


def test_covering_again_forgets_the_prediction(lab):
    lab.set(answer="0.3775")
    lab.cover()
    assert lab.view["covered"] and lab.view["verdict"] == ""
    assert lab.controls["answer"] == ""
    lab.set(answer="0.3775")
    assert not lab.view["covered"]


def test_covers_can_be_switched_off_and_on(lab):
    lab.set(cover="off")
    for at, step in enumerate(STEPS):
        lab.go(at)
        assert not lab.view["covered"] and step.result in lab.view["headline"]
    assert not lab.view["predicting"]
    lab.set(cover="on")
    assert lab.view["covered"]


def test_switched_on_again_the_covers_lie_on_everything(lab):
    lab.set(answer="0.3775")
    lab.set(cover="off")
    lab.set(cover="on")
    assert lab.view["covered"] and lab.view["verdict"] == ""
    lab.set(answer="0.37750")
    assert not lab.view["covered"]


def test_a_check_that_disagrees_says_so():
    lab = walkthrough_lab(example, rule=UpdateRule("updated weights"))
    names = [step.name for step in walkthrough(example, UpdateRule("updated weights"))]
    lab.go(names.index("dE_dw1"))
    lab.reveal()
    assert "0.000364723" in lab.view["headline"]
    assert "0.000438568" in lab.view["check"] and "not the same" in lab.view["check"]
    lab.close()


# The learner's own numbers ----------------------------------------------------------------------


def test_own_numbers_are_walked_through(lab):
    lab.set(w5="-0.4", i1="0.5", eta="2")
    assert lab.view["messages"] == {}
    mine = walkthrough(example.replace(w5=-0.4, i1=0.5, eta=2.0))
    for at, step in enumerate(mine):
        lab.go(at)
        lab.reveal()
        assert step.result in lab.view["headline"] and step.result in lab.view["code"]
    assert "your own numbers" in lab.view["own"]
    lab.set(**given_numbers(example))
    assert lab.view["own"] == "" and lab.view["headline"].startswith("w4_new")
    assert lab.view["covered"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["i2", "target_o1", "w7", "b1", "eta"])
@pytest.mark.parametrize("text", WRONG_NUMBERS)
def test_wrong_text_gets_a_message_and_changes_nothing(lab, name, text):
    lab.go(AT["E_total"])
    lab.reveal()
    before = lab.view
    lab.set(**{name: text, "w1": "3"})
    assert list(lab.view["messages"]) == [name]
    assert lab.view["messages"][name].startswith("An empty field" if text == "" else text[:20])
    for shown in ("headline", "numbers", "code", "pictures", "facts", "covered"):
        assert lab.view[shown] == before[shown]


@pytest.mark.parametrize("text", ["0", "-0.5", "−1"])
def test_a_learning_rate_has_to_be_above_zero(lab, text):
    lab.set(eta=text)
    assert "not above zero" in lab.view["messages"]["eta"]
    lab.set(eta="0.5", w5=text)
    assert not lab.view["messages"] and "your own numbers" in lab.view["own"]


def test_numbers_that_lead_beyond_what_a_computer_holds(lab):
    before = lab.view["pictures"]
    lab.set(w1="1e308", i1="1e308")
    assert set(lab.view["messages"]) == {"w1", "i1"}
    assert "finite" in lab.view["messages"]["w1"]
    assert lab.view["pictures"] == before and lab.view["status"] == ""


def test_own_numbers_cover_everything_again(lab):
    lab.set(answer="0.3775")
    lab.set(w1="0.25")
    assert lab.view["covered"] and lab.view["verdict"] == ""
    lab.set(answer="0.3775 ")
    assert lab.view["verdict"] == ""  # it was said of other numbers
    lab.set(answer="0.37750")
    assert lab.view["verdict_kind"] == "wrong"
    lab.set(answer="0.3825")
    assert lab.view["verdict_kind"] == "right"


def test_biases_that_differ_are_asked_for_one_by_one():
    other = network_of((2, 2, 1))
    assert {"b_h1", "b_h2", "b_o1"} <= given_numbers(other).keys()
    assert {"b1", "b2"} <= given_numbers(example).keys()


# The widget ------------------------------------------------------------------------------------


def test_a_rerun_closes_the_lab_before_and_leaves_nothing_behind():
    walkthrough_lab(example).close()
    before = set(open_widgets)
    first = weakref.ref(walkthrough_lab(example))
    second = walkthrough_lab(example)
    third = walkthrough_lab(example, name="another")
    assert first() is None or first().comm is None
    assert second.comm is not None and third.comm is not None
    second.close()
    third.close()
    del second, third
    gc.collect()
    assert set(open_widgets) == before
    assert first() is None


def test_what_goes_wrong_is_said_on_the_page(lab):
    lab.set(step="x")
    assert lab.view["status"].startswith("That did not work.")
    lab.go(1)
    assert lab.view["status"] == ""


def test_the_same_fault_twice_is_said_twice(lab, monkeypatch):
    def fail(*_):
        raise RuntimeError("out of ink")

    monkeypatch.setattr(room, "diagram_of", fail)
    seen = []
    lab.observe(lambda change: seen.append(change.new["status"]), "view")
    lab.go(1)
    lab.go(2)
    assert seen == ["That did not work. out of ink"] * 2  # or the page would wait in vain


def test_an_untrusted_page_shows_one_sentence(lab):
    assert repr(lab).startswith("Walkthrough: ") and repr(lab).endswith("Run this cell to open it.")


def test_a_step_takes_little_of_the_processor(lab):
    lab.go(0)
    seconds = []
    for at in range(len(STEPS)):
        before = time.process_time()
        lab.go(at)
        seconds.append(time.process_time() - before)
    assert statistics.median(seconds) < 0.25


# What is typed ----------------------------------------------------------------------------------


def test_a_prediction_may_be_a_sum_and_is_judged_by_what_it_comes_to():
    lab = walkthrough_lab(example, name="a sum")
    lab.set(answer="0.15*0.05+0.2*0.1+0.35")
    assert not lab.view["covered"] and lab.view["verdict_kind"] == "right"
    lab.close()


def test_a_wrong_sum_gets_the_words_of_its_number():
    lab, other = (walkthrough_lab(example, name=name) for name in ("a sum", "a number"))
    lab.set(answer="0.15*0.05+0.25*0.1+0.35")
    other.set(answer="0.3825")
    assert lab.view["covered"]
    assert lab.view["verdict"] == other.view["verdict"] != ""
    for each in (lab, other):
        each.close()


def test_clearing_the_field_clears_what_was_said_of_it():
    lab = walkthrough_lab(example, name="cleared")
    lab.set(answer="7")
    assert lab.view["verdict"]
    lab.set(answer="")
    assert lab.view["verdict"] == lab.view["verdict_kind"] == "" and lab.view["covered"]
    lab.set(answer="7")
    lab.go(1)
    lab.go(0)
    assert lab.view["verdict"]  # who comes back to a step finds what was said there
    lab.close()
