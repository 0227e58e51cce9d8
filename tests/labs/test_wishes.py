"""Each wish of a hand is answered, and none is done twice."""

import pytest

from backprop_lib import example, learning_rate_lab, watch_it_learn


@pytest.fixture
def live_lab():
    lab = watch_it_learn(name="wishes")
    yield lab
    lab.close()


@pytest.fixture
def rate_lab():
    lab = learning_rate_lab(example, name="wishes")
    yield lab
    lab.close()


def answered(lab):
    """The numbers of the wishes that the view answers, and of the view."""
    return lab.view["moved"], lab.view["asked"], lab.view["sent"]


@pytest.mark.parametrize("names", [("controls", "moved"), ("moved", "controls")])
def test_a_movement_has_one_answer_even_if_it_changes_nothing(rate_lab, names):
    *_, sent = answered(rate_lab)
    for number in (7, 9):  # the second is there already
        new = {"controls": rate_lab.controls | {"rate": "0.63"}, "moved": number}
        rate_lab.set_state({name: new[name] for name in names})
        sent += 1
        assert answered(rate_lab) == (number, 0, sent)
        assert "rate 0.63:" in rate_lab.view["read_out"]


def test_what_is_asked_for_again_is_not_done_again(live_lab):
    step = {"kind": "go on", "rounds": 1, "asked": 5}
    page = {"kind": "whole", "moved": 0, "controls": live_lab.controls, "asked": step}
    for message in (step, page, page):
        live_lab._receive(live_lab, message, [])
        assert live_lab.view["round"] == "1"
        assert live_lab.view["asked"] == 5


def test_what_has_not_come_is_made_up_for(live_lab):
    step = {"kind": "go on", "rounds": 1, "asked": 5}
    controls = live_lab.controls | {"size": "projector"}
    page = {"kind": "whole", "moved": 6, "controls": controls, "asked": step}
    live_lab._receive(live_lab, page, [])
    assert (live_lab.view["round"], live_lab.controls) == ("1", controls)
    assert answered(live_lab)[:2] == (6, 5)


def test_an_answer_to_a_movement_that_changes_nothing_opens_nothing_again(live_lab):
    live_lab.do("data", data=live_lab.fixed["data"][-1])
    assert live_lab.view["open"] == "table"
    live_lab.set_state({"controls": dict(live_lab.controls), "moved": 3})
    assert live_lab.view["moved"] == 3 and "open" not in live_lab.view
