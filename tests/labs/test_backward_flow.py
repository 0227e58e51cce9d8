"""What the labs send of the backward flow: words and numbers, and why there may be none."""

import re

import pytest

from backprop_lib import UpdateRule, example, random_network, walkthrough_lab, watch_it_learn
from backprop_lib.core.numbers_as_text import number_text, with_minus
from backprop_lib.core.weight_update import one_round
from backprop_lib.labs.backward_flow import MOST_HOPS, flow_view
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining
from backprop_lib.symbolic.error_flow import error_flow
from backprop_lib.symbolic.walkthrough_steps import walkthrough

UPDATE = one_round(example)
STEPS = walkthrough(example)
AT = {step.name: at for at, step in enumerate(STEPS)}


@pytest.fixture
def lab():
    lab = walkthrough_lab(example, name="flow")
    yield lab
    lab.close()


@pytest.fixture
def live():
    lab = watch_it_learn(name="flow")
    yield lab
    lab.close()


def goes_to(flow):
    return re.search(r"That is dE_d(\w+)\.$", flow["hops"][-1]["words"])[1]


def test_the_words_hold_every_factor_and_every_product():
    hops = error_flow(UPDATE, "w1")
    for hop, shown in zip(hops, flow_view(UPDATE, "w1", ["normal"])["hops"], strict=True):
        assert f"d{hop.of}/d{hop.by} = " in shown["words"]
        assert f"makes {number_text(hop.share)}." in shown["words"]
        assert shown["moving"] == with_minus(number_text(hop.share, signed=True))
        arrived = hop.share if hop.whole is None else hop.whole
        assert shown["arrived"] == with_minus(number_text(arrived, signed=True))
        assert shown["sign"] == ("negative" if hop.share < 0 else "positive")


def test_where_shares_meet_the_words_say_so():
    words = [hop["words"] for hop in flow_view(UPDATE, "w1", ["normal"])["hops"]]
    assert words[2].endswith("makes 0.055399425. It waits at out_h1 for what is still to come.")
    assert words[5].endswith(
        "At out_h1 the shares are added: 0.055399425 + (-0.019049118) = 0.036350306."
    )
    assert words[7].endswith("makes 0.000438568. That is dE_dw1.")


@pytest.mark.parametrize("covered", [False, True])
def test_the_walkthrough_has_a_flow_where_a_derivative_of_the_error_is_told(lab, covered):
    lab.set(cover="on" if covered else "off")
    for step in STEPS:
        lab.go(AT[step.name])
        flow = lab.view["flow"]
        if step.name.startswith("dE_d") or step.part == "update":
            assert bool(flow["hops"]) is not covered
            assert covered or goes_to(flow) == step.name.removeprefix("dE_d").removesuffix("_new")
        else:
            assert flow["hops"] == []
        # Whoever asks is told why nothing flows.
        assert bool(flow["why"]) is not bool(flow["hops"])


def test_the_walkthroughs_flow_is_that_of_its_own_numbers_and_rule():
    lab = walkthrough_lab(example, rule=UpdateRule("updated weights"), name="flow")
    lab.set(cover="off", w1="0.9")
    at = next(at for at, step in enumerate(lab._steps) if step.name == "dE_dw1")
    lab.go(at)
    result = one_round(example.replace(w1=0.9), UpdateRule("updated weights"))["dE_dw1"]
    assert f"makes {number_text(result)}." in lab.view["flow"]["hops"][-1]["words"]
    lab.close()


def test_the_live_labs_flow_goes_to_what_is_selected_or_to_the_largest_derivative(live):
    names = example.names.all_weights
    largest = max(names, key=lambda name: abs(UPDATE[f"dE_d{name}"]))
    for selected, to in (("", largest), ("h1", largest), ("w1", "w1"), ("b2", "b2")):
        live.set(selected=selected)
        assert goes_to(live.view["flow"]) == to
    live.do("go on", rounds=3)
    assert number_text(live.present.derivative("b2")) in live.view["flow"]["hops"][-1]["words"]


def test_of_several_rows_the_flow_is_that_of_the_row_that_is_shown(live):
    live.do("data", data="XOR")
    live.set(selected="w1")
    for row in range(4):
        live.set(row=str(row))
        derivative = float(live.present.backwards[row]["dE_dw1"])
        assert f"makes {number_text(derivative)}." in live.view["flow"]["hops"][-1]["words"]


def test_while_it_plays_nothing_flows(live):
    live.do("play", rounds=1, number=1)
    assert live.view["flow"]["hops"] == [] and "Pause first" in live.view["flow"]["why"]
    live.do("pause", seen=1)
    assert live.view["flow"]["hops"]


def test_more_hops_than_can_be_followed_are_refused_in_words():
    network = random_network((10,) * 6, 0)
    live = LiveTraining(network, [[0.5] * 10], [[0.5] * 10])
    flow = flow_view(live.backwards[0], "w1", ["normal"])
    assert flow["hops"] == [] and f"more than the {MOST_HOPS}" in flow["why"]
    last = network.names.all_weights[-1]
    assert goes_to(flow_view(live.backwards[0], last, ["normal"])) == last
