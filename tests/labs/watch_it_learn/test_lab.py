"""The lab without a page: do what a hand would do, read what would be shown."""

import ast
import gc
import itertools
import json
import re
import threading
import tracemalloc
import weakref
from dataclasses import replace

import pytest
from ipywidgets.widgets.widget import _instances as open_widgets

from backprop_lib import UpdateRule, example, forward_pass, train
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.logic_tables import LOGIC_TABLES, xor
from backprop_lib.core.numbers_as_text import digits_text, result_text
from backprop_lib.core.starting_weights import random_network
from backprop_lib.labs.changes import changed
from backprop_lib.labs.watch_it_learn import lab as room
from backprop_lib.labs.watch_it_learn import pace
from backprop_lib.labs.watch_it_learn.lab import SPEEDS, watch_it_learn
from backprop_lib.labs.watch_it_learn.live_training import MOST_MOMENTS, LiveTraining, advanced
from backprop_lib.labs.watch_it_learn.live_view import parameters, view_of
from backprop_lib.labs.watch_it_learn.saved_state import restored, saved
from backprop_lib.labs.watch_it_learn.texts import UNTIL_PAUSED
from backprop_lib.pictures.diagram.network_diagram import network_diagram


@pytest.fixture(autouse=True)
def a_machine_that_is_never_busy(monkeypatch):
    """A look at the clock takes a nanosecond, so that all rounds that are asked for fit."""
    looks = itertools.count()
    monkeypatch.setattr(room.WatchItLearn, "clock", staticmethod(lambda: next(looks) * 1e-9))


@pytest.fixture
def lab():
    lab = watch_it_learn(name="test")
    yield lab
    lab.close()


@pytest.fixture
def on_xor(lab):
    lab.do("data", data="XOR")
    return lab


def trained(rounds, rate=0.5, rule=UpdateRule()):  # noqa: B008 - it is frozen
    return train(example.network, example.inputs, example.targets, rate, rounds, rule)


def without_errors(lab):
    return lab.view["messages"] == {} and "stopped" not in lab.view


# Training ---------------------------------------------------------------------------------------


def test_it_opens_with_the_tutorials_example(lab):
    assert (lab.view["data"], lab.view["round"], lab.view["seed"]) == (room.TUTORIAL, "0", "")
    assert lab.view["error"] == result_text(trained(0).errors[0])
    assert lab.view["values"]["w5"] == "0.4"


@pytest.mark.parametrize("rounds", [1, 10, 137])
def test_rounds_are_the_librarys(lab, rounds):
    lab.do("go on", rounds=rounds)
    training = trained(rounds)
    assert lab.view["error"] == result_text(training.errors[-1])
    for name in ("w1", "w5", "w8"):
        assert lab.view["values"][name] == digits_text(training.network[name])
    assert f">net {training.final.net_h1:.4f}<" in lab.view["pictures"]["diagram"]
    assert f"net_h1 = {training.final.net_h1:.9f}" in "\n".join(lab.view["facts"]["diagram"])


def test_one_step_is_told_and_playing_is_not(lab):
    lab.do("go on", rounds=1)
    assert lab.view["status"] == "1 round on."
    assert lab.view["heard"] == f"Round 1, error {lab.view['error']}."
    said = []
    lab.observe(lambda change: said.append(change.new["status"]), "view")
    for n in range(5):
        lab.do("play", rounds=1, number=n + 1)
    assert said == ["Playing."] * 5
    lab.do("pause", seen=5)
    assert said[-1] == "Paused."
    assert lab.view["heard"] == f"Round 6, error {result_text(trained(6).errors[-1])}."


def test_while_it_plays_the_words_wait_for_the_pause(lab):
    lab.do("play", rounds=1, number=1)
    assert set(map(tuple, lab.view["facts"].values())) == {(UNTIL_PAUSED,)}
    lab.do("pause", seen=1)
    assert f"net_h1 = {trained(1).final.net_h1:.9f}" in "\n".join(lab.view["facts"]["diagram"])


def test_a_pause_goes_back_to_the_last_picture_that_was_seen(lab):
    for n in range(1, 8):
        lab.do("play", rounds=10, number=n)
    lab.do("pause", seen=6)
    assert lab.present.rounds == 60
    assert lab.present == advanced(watch_it_learn(name="judge").present, 60)
    lab.do("back")
    assert lab.present.rounds == 59


def test_as_far_ahead_as_the_page_asks_a_pause_goes_back_to_what_was_seen(lab):
    lab.do("go on", rounds=3)
    for number in (1, 1 + pace.PICTURES):
        lab.do("play", rounds=1, number=number, pictures=pace.PICTURES)
    lab.do("pause", seen=0)  # before the first picture was there
    assert lab.present.rounds == 3
    lab.do("edit", name="w5", text="1")
    first = 1 + 2 * pace.PICTURES
    for film in range(4):
        number = first + film * pace.PICTURES
        lab.do("play", rounds=1, number=number, pictures=pace.PICTURES)
    lab.do("pause", seen=first + 4 * pace.PICTURES - 1 - pace.AHEAD)
    assert lab.present.rounds == 3 + 4 * pace.PICTURES - pace.AHEAD
    assert lab.view["values"]["w5"] != digits_text(trained(lab.present.rounds).network["w5"])


def test_a_pause_never_takes_an_edit_back(lab):
    lab.do("play", rounds=10, number=1)
    lab.do("play", rounds=10, number=2)
    lab.do("edit", name="w5", text="2")
    lab.do("pause", seen=1)
    assert (lab.present.rounds, lab.view["values"]["w5"]) == (20, "2")


def test_on_a_slow_machine_playing_trains_few_rounds_a_picture_but_never_one_by_one(
    lab, monkeypatch
):
    monkeypatch.setattr(pace, "SECONDS_A_PICTURE", 1e-12)
    lab.do("play", rounds=1000, number=1)
    assert lab.present.rounds == pace.LEAST_ROUNDS
    lab.do("play", rounds=1000, number=2)
    assert lab.present.rounds == 2 * pace.LEAST_ROUNDS
    lab.do("go on", rounds=1000)
    assert lab.present.rounds == 2 * pace.LEAST_ROUNDS + 1000


@pytest.mark.parametrize("drawing, rounds", [(0.0, 100), (0.4, 60), (0.9, 30), (5.0, 30)])
def test_the_longer_it_takes_to_draw_the_less_is_trained_but_never_nothing(lab, drawing, rounds):
    lab._seconds_to_draw = drawing * pace.SECONDS_A_PICTURE
    lab._seconds_a_round = pace.SECONDS_A_PICTURE / 100.5
    assert pace.rounds_in_time(lab._seconds_a_round, lab._seconds_to_draw) == rounds


def test_the_speeds_go_from_one_round_a_second_to_a_thousand_a_picture():
    assert list(SPEEDS.values()) == [(1, 1000), (1, 200), (1, 0), (10, 0), (100, 0), (1000, 0)]


def test_back_takes_one_round_or_one_edit_away(lab):
    lab.do("go on", rounds=10)
    before = lab.present
    lab.do("edit", name="w1", text="1")
    lab.do("back")
    assert lab.present == before
    assert lab.view["status"].startswith("Undone: w1 = 1.")
    assert lab.view["heard"].startswith("Round 10,")
    lab.do("back")
    assert lab.view["error"] == result_text(trained(9).errors[-1])
    assert lab.view["status"].startswith("One round back.")
    assert lab.view["heard"].startswith("Round 9,")


def test_back_at_the_start_says_so(lab):
    lab.do("back")
    assert lab.view["status"] == "There is nothing before this."
    assert lab.view["heard"].startswith("Round 0,")


def test_the_same_question_twice_is_answered_twice(lab):
    answers = []
    lab.observe(lambda change: answers.append(change.new["status"]), "view")
    for _ in range(200):
        lab.do("back")
    assert len(answers) == 200


def test_reset_goes_to_the_starting_weights_and_can_be_undone(lab):
    lab.do("go on", rounds=10)
    lab.do("edit", name="eta", text="3")
    lab.do("reset")
    assert (lab.view["round"], lab.view["values"]["w5"]) == ("0", "0.4")
    assert lab.view["values"]["eta"] == "3"
    lab.do("back")
    assert lab.view["round"] == "10"


def test_a_rate_that_leads_to_infinity_stops_and_says_so(lab):
    lab.do("edit", name="target_o1", text="100000")
    lab.do("edit", name="eta", text="1e308")
    before = lab.present
    lab.do("play", rounds=10, number=1)
    assert lab.view["stopped"]
    assert (
        "nothing has changed. The reason: expected a rate that keeps every weight and bias"
        in (lab.view["status"])
    )
    assert lab.present is before


@pytest.mark.parametrize(
    ("kind", "what", "said"),
    [
        ("fly", {}, "kind: expected one of 'go on'"),
        ("go on", {"rounds": 0}, "rounds: expected a whole number, 1 or more"),
        ("data", {"data": "nonsense"}, "data: expected one of"),
    ],
)
def test_what_no_hand_can_do_is_refused_in_words(lab, kind, what, said):
    before = lab.present
    if kind == "fly":
        with pytest.raises(ValueError, match=said):
            lab.do(kind, **what)
    else:
        lab.do(kind, **what)
        assert said in lab.view["status"]
    assert lab.present is before


def test_a_film_is_the_pictures_one_after_another(on_xor, monkeypatch):
    monkeypatch.setattr(pace, "SECONDS_A_PICTURE", 1000.0)  # enough for all rounds on any machine
    on_xor.set(selected="w1")
    alone = []
    for number in range(1, 5):
        on_xor.do("play", rounds=5, number=number)
        alone.append(on_xor.view)
        assert on_xor.view["film"] == []
    on_xor.do("reset")
    on_xor.do("play", rounds=5, number=5, pictures=4)
    film = [*on_xor.view["film"], on_xor.view]
    assert [picture["number"] for picture in film] == [5, 6, 7, 8]
    for place in ("pictures", "facts", "round", "error", "values", "answers", "about"):
        assert [picture[place] for picture in film] == [picture[place] for picture in alone]
    for plot in ("diagram", "error", "regions", "weight"):
        assert len({picture["pictures"][plot] for picture in film}) == 4
    on_xor.do("pause", seen=6)
    assert "film" not in on_xor.view
    assert on_xor.view["pictures"] == view_of(on_xor.present, on_xor._look())["pictures"]
    assert on_xor.view["pictures"]["error"] == alone[1]["pictures"]["error"]


def test_a_film_that_cannot_be_played_changes_nothing(lab):
    lab.do("play", rounds=1, number=1)
    before = lab.present
    for wrong in ({"rounds": 0, "pictures": 2}, {"rounds": 1, "pictures": pace.PICTURES + 1}):
        lab.do("play", number=2, **wrong)
        assert "nothing has changed" in lab.view["status"] and lab.view["stopped"]
        assert lab.present is before and "film" not in lab.view


@pytest.mark.parametrize(
    "kind, what",
    [
        ("edit", {"name": "w5", "text": "1"}),
        ("step", {"name": "w5", "by": 1}),
        ("rule", {"biases": "one per neuron"}),
        ("go on", {"rounds": 1}),
        ("back", {}),
        ("save", {}),
        ("computed", {"name": "h1"}),
        ("stay", {}),
    ],
)
def test_what_a_hand_does_is_done_to_the_picture_that_was_seen(lab, kind, what):
    lab.do("play", rounds=10, number=1, pictures=3)
    lab.do(kind, seen=2, **what)
    other = watch_it_learn(name="judge")
    other.do("go on", rounds=20)
    other.do(kind, **what)
    assert lab.present == other.present
    assert lab.view["status"] == other.view["status"]
    lab.do("play", rounds=1, number=4)
    assert lab.present == advanced(other.present, 1)


# Edits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["w1", "w5", "w8", "b1", "b2", "i1", "target_o2"])
def test_an_edit_shows_the_librarys_values_at_once(lab, name):
    lab.do("edit", name=name, text="0.27")
    changed = example.replace(**{name: 0.27})
    judge = forward_pass(changed.network, changed.inputs, changed.targets)
    assert lab.view["error"] == result_text(judge.E_total)
    facts = "\n".join(lab.view["facts"]["diagram"])
    for quantity in ("net_h1", "out_h2", "out_o1", "E_o2", "E_total"):
        assert f"{quantity} = {judge[quantity]:.9f}" in facts
    assert without_errors(lab)


def test_what_an_edit_changes_gets_a_ring_and_the_rest_does_not(lab):
    lab.do("edit", name="w5", text="0.5")
    ringed = lab.view["facts"]["diagram"][-1]
    assert ringed == "Just changed: w5, net_o1, out_o1, E_o1, E_total"
    lab.do("go on", rounds=1)
    assert "Just changed" not in lab.view["facts"]["diagram"][-1]


def test_undoing_an_edit_marks_the_same(lab):
    lab.do("edit", name="w5", text="0.5")
    lab.do("back")
    assert lab.view["facts"]["diagram"][-1] == "Just changed: w5, net_o1, out_o1, E_o1, E_total"


def test_while_it_plays_an_edit_is_taken_up(lab):
    lab.do("play", rounds=10, number=1)
    lab.do("edit", name="w5", text="1")
    lab.do("play", rounds=10, number=2)
    judge = train(trained(10).network.replace(w5=1.0), example.inputs, example.targets, 0.5, 10)
    assert lab.view["error"] == result_text(judge.errors[-1])


def test_a_field_that_was_left_as_it_was_changes_nothing(lab):
    lab.do("go on", rounds=3)
    before = lab.present
    lab.do("edit", name="w1", text=lab.view["values"]["w1"])
    assert lab.present is before


def test_the_buttons_step_by_a_tenth_in_plain_decimals(lab):
    for _ in range(3):
        lab.do("step", name="w1", by=1)
    assert lab.view["values"]["w1"] == "0.45"
    assert float(lab.present.network.w1) == 0.45
    lab.do("step", name="eta", by=-1)
    assert lab.present.learning_rate == 0.4


@pytest.mark.parametrize("kind", ["rule", "undone"])
def test_the_update_rule_is_taken_up_from_the_next_round_on(lab, kind):
    lab.do("rule", hidden_layers_use="updated weights")
    lab.do("rule", biases="one per layer")
    rule = UpdateRule("updated weights", "one per layer")
    if kind == "undone":
        lab.do("back")
        rule = UpdateRule("updated weights")
    lab.do("go on", rounds=5)
    assert lab.view["error"] == result_text(trained(5, rule=rule).errors[-1])
    assert (lab.view["hidden_layers_use"], lab.view["biases"]) == (
        rule.hidden_layers_use,
        rule.biases,
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("w5", "many", "many is no number"),
        ("w5", "", "An empty field is no number"),
        ("w5", "nan", "nan is no number"),
        ("w5", "1e999", "1e999 is too large"),
        ("w5", "1,000", "1,000 could mean two numbers"),
        ("w1", "<b>1</b>", "<b>1</b> is no number"),
        ("w1", "9" * 400, "is too large"),
        ("eta", "-1", "-1 is not above zero"),
        ("eta", "0", "0 is not above zero"),
        ("target_o1", "1e200", "targets: expected numbers that make a finite error"),
        ("b1", "−", "is no number"),
    ],
)
def test_wrong_text_brings_a_message_to_its_field_and_changes_nothing(lab, name, text, said):
    lab.do("go on", rounds=3)
    before, view = lab.present, lab.view
    lab.do("edit", name=name, text=text, at="value")
    assert said in lab.view["messages"]["value"]
    assert lab.present is before
    for part in ("pictures", "values", "round", "error", "line"):
        assert lab.view[part] == view[part]
    lab.do("edit", name="w5", text="0.5", at="value")
    assert without_errors(lab)


def test_a_real_minus_is_read(lab):
    lab.do("edit", name="w5", text="−0.5")
    assert lab.present.network.w5 == -0.5


def test_what_the_page_would_never_send_is_not_answered(lab):
    before = lab.view
    lab._receive(lab, {"kind": "dance"}, [])
    assert lab.view is before


def test_a_fault_that_nobody_foresaw_is_shown_and_not_raised(lab, monkeypatch):
    def fail(*_):
        raise RuntimeError("out of ink")

    monkeypatch.setattr(room, "view_of", fail)
    lab._receive(lab, {"kind": "reset"}, [])
    assert lab.view["status"] == "That did not work. out of ink"
    seen = []
    lab.observe(lambda change: seen.append(change.new["status"]), "view")
    lab._receive(lab, {"kind": "reset"}, [])
    assert seen == ["That did not work. out of ink"]  # or the page would wait in vain


# Looking ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["w1", "w6", "b2"])
def test_a_selected_weight_lights_its_paths_and_each_has_its_contribution(lab, name):
    lab.set(selected=name)
    slope = complex_step(f"dE_d{name}", example)
    rows = re.findall(r"<td>(E_total ← [^<]+)</td><td>([+-][\d.]+)</td>", lab.view["about"])
    assert sum(float(contribution) for _, contribution in rows) == pytest.approx(slope, abs=2e-9)
    assert f"together dE/d{name}</th><td>{slope:+.9f}" in lab.view["about"]
    assert len(rows) == (2 if name in ("w1", "b2") else 1)
    lit = next(fact for fact in lab.view["facts"]["diagram"] if fact.startswith("Lit: "))
    assert set(rows[0][0].split(" ← ")) <= set(re.split(r"[ ,:]+", lit))
    assert "tangent" in lab.view["pictures"]["weight"]


def test_gradients_are_shown_on_the_diagram(lab):
    lab.set(show="gradients")
    facts = "\n".join(lab.view["facts"]["diagram"])
    assert f"dE_dw5 = {complex_step('dE_dw5', example):+.9f}" in facts
    assert "Direction: backward" in facts


def test_a_neuron_says_what_it_is_made_of_and_cannot_be_edited(lab):
    lab.set(selected="h2")
    assert "w3, w4 or its bias" in lab.view["about"]
    assert not lab.view["can_be_edited"]
    assert lab.view["pictures"]["weight"] == ""


@pytest.mark.parametrize("name", ["h1", "o2", "E_total"])
def test_what_is_computed_says_so_and_leaves_the_selection(lab, name):
    lab.set(selected="w5")
    lab.do("computed", name=name)
    assert lab.view["status"] == f"{name} is computed: change what it is made of."
    assert lab.view["selected"] == "w5" and name in lab.view["computed"]
    assert without_errors(lab)


def test_only_what_is_computed_is_said_to_be(lab):
    lab.do("computed", name="w5")
    assert "name: expected one of 'h1'" in lab.view["status"]


def test_the_learning_rate_is_on_the_diagram_and_can_be_changed_there(lab):
    assert 'data-name="eta"' in lab.view["pictures"]["diagram"]
    assert ">eta 0.50<" in lab.view["pictures"]["diagram"]
    lab.set(selected="eta")
    assert lab.view["can_be_edited"] and lab.view["selected"] == "eta"
    lab.do("edit", name="eta", text="0.25", at="value")
    assert lab.present.learning_rate == 0.25
    assert lab.view["status"] == "eta = 0.25, from the next round on."
    assert ">eta 0.25<" in lab.view["pictures"]["diagram"]
    assert lab.view["facts"]["diagram"][-1] == "Just changed: eta"


def test_an_input_and_a_target_can_be_edited_but_have_no_curve(lab):
    for name in ("i1", "target_o1"):
        lab.set(selected=name)
        assert lab.view["can_be_edited"] and lab.view["pictures"]["weight"] == ""


def test_the_example_shown_is_the_row_that_is_edited(on_xor):
    on_xor.set(row="2")
    assert on_xor.view["values"]["i1"] == "1"
    on_xor.do("edit", name="i1", text="0.5")
    assert on_xor.present.inputs.tolist() == [[0, 0], [0, 1], [0.5, 0], [1, 1]]
    assert 'aria-current="true"><td>0.5</td>' in on_xor.view["answers"]


def test_on_several_rows_paths_and_error_are_summed(on_xor):
    on_xor.set(selected="w3")
    slope = sum(complex_step("dE_dw3", on_xor.present.example(row)) for row in range(4))
    assert f"together dE/dw3</th><td>{slope:+.9f}" in on_xor.view["about"]
    total = sum(on_xor.present.forwards[row].E_total for row in range(4))
    assert on_xor.view["error"] == result_text(total)
    assert on_xor.view["error_of"] == "Error of all rows"
    assert "<caption>1 path from the error to w3, summed over 4 rows<" in on_xor.view["about"]
    on_xor.do("start", hidden="0", seed="3")
    on_xor.set(selected="w2")
    assert "1 path from the error to w2, summed" in on_xor.view["about"]


@pytest.mark.parametrize(
    ("clicked", "rule", "selected"),
    [
        ("b1", "frozen", "b1"),
        ("b_h2", "frozen", "b1"),
        ("b1", "one per neuron", "b_h1"),
        ("b_h2", "one per neuron", "b_h2"),
        ("w99", "frozen", ""),
    ],
)
def test_a_bias_is_selected_as_the_rule_has_it(lab, clicked, rule, selected):
    lab.do("rule", biases=rule)
    lab.set(selected=clicked)
    assert lab.view["selected"] == selected


@pytest.mark.parametrize("control", [{"size": "projector"}, {"room": "600"}])
def test_large_type_and_little_room_take_the_diagram_with_fewer_digits(lab, control):
    shown = re.compile('viewBox="[^"]+"|>net [^<]+<')
    for change, size in (({}, "normal"), (control, "projector")):
        lab.set(**change)
        judge = network_diagram(lab.present.backwards[0], size=size).svg
        assert shown.findall(lab.view["pictures"]["diagram"]) == shown.findall(judge)


@pytest.mark.exhaustive
@pytest.mark.parametrize("hidden", range(11))
def test_large_type_can_be_worked_with_whatever_the_network(on_xor, hidden):
    on_xor.set(size="projector")
    on_xor.do("start", hidden=str(hidden), seed="0")
    on_xor.do("go on", rounds=3)
    assert on_xor.view["status"].startswith("3 rounds on.") and without_errors(on_xor)
    assert on_xor.view["hidden"] == str(hidden)
    on_xor.set(show="gradients", selected="w1")
    assert "That did not work" not in on_xor.view["status"]


def test_every_picture_has_a_name_and_a_twin_in_words(on_xor):
    on_xor.do("go on", rounds=10)
    on_xor.set(selected="w1")
    for name, svg in on_xor.view["pictures"].items():
        assert 'role="img" aria-label="' in svg
        assert len(on_xor.view["facts"][name]) >= 2, name


# Data -------------------------------------------------------------------------------------------


def answers(lab):
    rows = re.findall("<tr[^>]*>(<td>.*?)</tr>", lab.view["answers"])
    return [re.findall("<td>(.*?)</td>", row)[-1] for row in rows]


def test_xor_is_played_to_a_solution(on_xor):
    assert "1, wrong" in answers(on_xor)
    for n in range(20):
        on_xor.do("play", rounds=100, number=n)
    assert answers(on_xor) == ["0, right", "1, right", "1, right", "0, right"]
    assert "4 of 4 rows on the right side" in on_xor.view["pictures"]["regions"]


def test_xor_without_hidden_neurons_stays_at_one_half(on_xor):
    on_xor.do("start", hidden="0", seed="0")
    assert on_xor.present.layer_sizes == (2, 1)
    on_xor.do("go on", rounds=2000)
    assert on_xor.view["error"] == "0.500000000"


@pytest.mark.parametrize("seed", ["11", "12"])
def test_xor_may_stall_in_a_local_minimum(on_xor, seed):
    on_xor.do("start", hidden="2", seed=seed)
    on_xor.do("go on", rounds=2000)
    assert on_xor.view["error"].startswith("0.25")
    assert "wrong" in " ".join(answers(on_xor))


@pytest.mark.exhaustive
@pytest.mark.parametrize("data", LOGIC_TABLES)
@pytest.mark.parametrize("hidden", range(11))
def test_every_operator_on_every_number_of_hidden_neurons(lab, data, hidden):
    lab.do("data", data=data)
    lab.do("start", hidden=str(hidden), seed="4")
    assert lab.present.layer_sizes == ((2, hidden, 1) if hidden else (2, 1))
    assert (lab.view["data"], lab.view["hidden"], lab.view["seed"]) == (data, str(hidden), "4")
    judge = LiveTraining(
        random_network(lab.present.layer_sizes, 4),
        LOGIC_TABLES[data].inputs,
        LOGIC_TABLES[data].targets,
        room.LOGIC_RATE,
        room.LOGIC_RULE,
        seed=4,
    )
    assert lab.present == judge
    lab.do("go on", rounds=3)
    assert without_errors(lab)


def test_the_tutorials_example_can_be_had_back(on_xor):
    on_xor.do("data", data=room.TUTORIAL)
    assert on_xor.present == watch_it_learn(name="judge").present
    on_xor.do("back")
    assert on_xor.view["data"] == "XOR"


def test_other_starting_weights_keep_data_rate_and_rule(lab):
    lab.do("edit", name="eta", text="3")
    lab.do("start", hidden="4", seed="7")
    live = lab.present
    assert (live.layer_sizes, live.learning_rate, live.seed) == ((2, 4, 2), 3.0, 7)
    assert live.rule == UpdateRule() and live.data == watch_it_learn(name="judge").present.data


@pytest.mark.parametrize(
    ("hidden", "seed"), [("11", "0"), ("-1", "0"), ("two", "0"), ("2", "-1"), ("2", "x"), ("2", "")]
)
def test_a_wrong_seed_or_number_of_neurons_changes_nothing(on_xor, hidden, seed):
    before = on_xor.present
    on_xor.do("start", hidden=hidden, seed=seed, at="seed")
    assert "will not do. Type a whole number from 0 to" in on_xor.view["messages"]["seed"]
    assert on_xor.present is before


def test_ones_own_table_is_learned(lab):
    lab.do("start", hidden="3", seed="1")
    lab.do("table", text="0 0 1 -> 0 1\n1 0 1 -> 1 0\n")
    assert lab.present.layer_sizes == (3, 3, 2)
    assert lab.view["data"] == room.OWN
    assert lab.view["rows"] == ["1: 0 0 1 → 0 1", "2: 1 0 1 → 1 0"]
    assert lab.view["pictures"]["regions"] == ""
    lab.do("go on", rounds=500)
    assert lab.present.error < 0.1


def test_a_table_that_means_nothing_names_its_line_and_changes_nothing(on_xor):
    before = on_xor.present
    on_xor.do("table", text="0 1 -> 1\n0 1 1", at="table")
    assert on_xor.view["messages"]["table"].startswith("Line 2: no arrow")
    assert on_xor.present is before


def test_a_row_that_is_gone_is_no_longer_shown(on_xor):
    on_xor.set(row="3", selected="w6")
    on_xor.do("table", text="0 -> 1")
    assert (on_xor.view["row"], on_xor.view["selected"]) == (0, "")


# Away and back ----------------------------------------------------------------------------------


def shown(lab):
    view = dict(lab.view)
    for passing in ("milliseconds", "sent", "status", "file", "number", "playing"):
        view.pop(passing, None)
    return view


@pytest.fixture
def busy_lab(on_xor):
    on_xor.do("start", hidden="3", seed="9")
    on_xor.do("go on", rounds=123)
    on_xor.do("edit", name="w5", text="0.1234567890123")
    on_xor.do("rule", biases="one per layer")
    on_xor.do("go on", rounds=77)
    on_xor.set(row="1", show="gradients", selected="w2")
    return on_xor


def test_the_line_of_python_recreates_exactly_what_is_shown(busy_lab):
    busy_lab.set(size="projector", speed="10 rounds a picture")
    line = busy_lab.line
    assert busy_lab.view["line"] == line and "\n" not in line
    again = opened_by(line)
    assert again.controls == busy_lab.controls
    assert again.present == busy_lab.present
    assert shown(again) == shown(busy_lab)
    again.close()


def opened_by(line):
    """The lab of a line that is run where nothing is known yet."""
    named = line.replace("watch_it_learn({", "watch_it_learn(name='again', example_or_state={")
    imports, call = ast.parse(named).body
    fresh = {}
    exec(ast.unparse(imports), fresh)
    return eval(ast.unparse(call), fresh)


def test_a_file_that_says_nothing_of_speed_and_size_leaves_them(lab):
    lab.set(speed="10 rounds a picture", size="projector", show="gradients")
    lab.do("load", text=a_saved(shown={"row": 1}), at="load")
    assert without_errors(lab)
    shown = {name: lab.controls[name] for name in ("speed", "size", "show", "row")}
    assert shown == {
        "speed": "10 rounds a picture",
        "size": "projector",
        "show": "values",
        "row": "1",
    }


def test_a_file_that_says_them_sets_them(lab):
    lab.do("load", text=a_saved(shown={"size": "projector", "speed": "1 round a second"}))
    assert (lab.controls["size"], lab.controls["speed"]) == ("projector", "1 round a second")


def test_a_saved_file_brings_everything_back_and_back_undoes_it(busy_lab):
    busy_lab.do("save")
    file, before = busy_lab.view["file"], shown(busy_lab)
    assert file["name"] == "watch_it_learn_round_200.json"
    assert restored(json.loads(file["text"])) == busy_lab.present
    busy_lab.do("data", data="AND")
    busy_lab.set(row="3", show="values", selected="")
    busy_lab.do("load", text=file["text"])
    assert shown(busy_lab) == before
    busy_lab.do("back")
    assert busy_lab.view["data"] == "AND"


def test_the_file_is_in_the_view_only_once(busy_lab):
    busy_lab.do("save")
    first = busy_lab.view["file"]["number"]
    busy_lab.set(show="values")
    assert "file" not in busy_lab.view
    busy_lab.do("go on", rounds=1)
    assert "file" not in busy_lab.view
    busy_lab.do("save")
    assert busy_lab.view["file"]["number"] == first + 1


def test_the_table_is_opened_only_once(lab):
    lab.do("data", data="your own table")
    assert lab.view["open"] == "table"
    lab.set(show="gradients")
    assert "open" not in lab.view


def a_saved(**changes):
    network = random_network((2, 2, 1), 0)
    live = LiveTraining(network, xor.inputs, xor.targets)
    return json.dumps(saved(live, row=0, show="values", selected="") | changes)


def of_sizes(*sizes):
    live = LiveTraining(random_network(sizes, 0), [[0] * sizes[0]], [[0] * sizes[-1]])
    return json.dumps(saved(live))


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "broken: it stops being JSON in line 1"),
        ("\x89PNG", "broken"),
        ("[]", "This is no saved training"),
        ('{"nbformat": 4, "cells": []}', "This is no saved training: its kind is None"),
        (a_saved()[:-30], "broken"),
        (a_saved(version=2), "version 2"),
        (a_saved(weights=[[[1, 2, 3]]]), "weights"),
        (a_saved(shown={"row": 4}), "row: expected one of 4 rows"),
        (a_saved(shown={"row": -1}), "row: expected a whole number"),
        (a_saved(shown={"show": "nothing"}), "show: expected one of"),
        (a_saved(shown={"selected": "w99"}), "has no 'w99'"),
        (a_saved(shown={"selected": ["w1"]}), "selected"),
        (a_saved(shown={"size": "huge"}), "size: expected one of 'normal', 'projector'"),
        (a_saved(shown={"speed": "fast"}), "speed: expected one of '1 round a second'"),
        (a_saved(shown={"speed": 5}), "speed: expected one of"),
        (a_saved(rounds=2**63), "rounds: expected a whole number from 0 to"),
        (a_saved(seed=2**63), "seed: expected a whole number from 0 to"),
        (a_saved(rounds="N").replace('"N"', "9" * 5000), "a whole number of 5,000 digits"),
        (a_saved(shown={"room": 600}), "shown: expected row, show, selected, size, speed"),
        (a_saved(shown=5), "shown: expected row, show, selected, size, speed"),
        (a_saved(weights=[[[1e308, 1e308]] * 2, [[1, 1]]]), "1e+308 is too large"),
        (of_sizes(11, 1), "has layers of 11-1"),
        (of_sizes(1, 1, 1, 1, 1, 1, 1), "layers of 1-1-1-1-1-1-1"),
    ],
)
def test_a_broken_or_foreign_file_brings_a_message_and_changes_nothing(busy_lab, text, said):
    before, view = busy_lab.present, shown(busy_lab)
    busy_lab.do("load", text=text, at="load")
    assert said in busy_lab.view["messages"]["load"]
    assert busy_lab.present is before
    messages = busy_lab.view["messages"]
    assert shown(busy_lab) == view | {"messages": messages, "stopped": True}


def test_it_opens_with_an_example_a_training_or_a_saved_state():
    mine = example.replace(w5=0.9, eta=0.25)
    live = LiveTraining(random_network((2, 3, 1), 4), xor.inputs, xor.targets, seed=4)
    for what, judge in ((mine, 0.25), (live, 0.5), (saved(live), 0.5)):
        lab = watch_it_learn(what, name="opened")
        assert lab.present.learning_rate == judge
        lab.close()


@pytest.mark.parametrize(
    ("what", "error", "said"),
    [
        (5, TypeError, "example_or_state: expected an Example, a LiveTraining or a dict, got 5"),
        ({}, ValueError, "This is no saved training"),
        (example.network, TypeError, "example_or_state"),
    ],
)
def test_nothing_else_opens_it(what, error, said):
    with pytest.raises(error, match=said):
        watch_it_learn(what, name="wrong")


# Nothing is left behind -------------------------------------------------------------------------


def test_no_thread_and_no_timer_runs_whatever_is_played(lab):
    threads = threading.active_count()
    for n in range(50):
        lab.do("play", rounds=10, number=n)
    assert threading.active_count() == threads
    before = lab.view
    gc.collect()
    assert lab.view is before


@pytest.mark.exhaustive
def test_a_long_play_keeps_no_more_than_a_short_one(on_xor):
    def kept_after(pictures):
        for n in range(pictures):
            on_xor.do("play", rounds=10, number=n)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    gc.collect()
    tracemalloc.start()
    try:
        short, long = kept_after(120), kept_after(240)
    finally:
        tracemalloc.stop()
    # 240 pictures of 20 kB would be 4.8 MB.
    assert long - short < 1_500_000
    assert len(on_xor._played) <= pace.AHEAD + 1
    assert len(on_xor._history.moments) <= MOST_MOMENTS


def test_a_closed_lab_leaves_nothing_behind():
    before = set(open_widgets)
    lab = watch_it_learn(name="closed in a test")
    lab.do("go on", rounds=5)
    assert set(open_widgets) != before
    lab.close()
    assert lab.view["closed"].startswith("This lab is closed.")
    assert set(open_widgets) == before
    gone = weakref.ref(lab)
    del lab
    gc.collect()
    assert gone() is None


def test_running_the_cell_again_closes_the_lab_before():
    before = set(open_widgets)
    labs = [watch_it_learn(name="run in a test") for _ in range(3)]
    assert [lab.comm is None for lab in labs] == [True, True, False]
    labs[-1].close()
    assert set(open_widgets) == before


def test_the_text_of_the_lab_is_the_same_every_time(lab):
    bundle, _ = lab._repr_mimebundle_()
    assert bundle["text/plain"].splitlines()[0] == repr(lab)
    assert repr(lab).startswith("Watch it learn: ") and "0x" not in repr(lab)


def test_the_names_in_the_fields_are_all_there_is_to_edit(lab):
    assert set(lab.view["names"]) == {
        *parameters(lab.present),
        "i1",
        "i2",
        "target_o1",
        "target_o2",
        "eta",
    }
    assert set(lab.view["values"]) == set(lab.view["names"])
    deeper = replace(lab.present, network=random_network((2, 3, 2, 2), 0), start=None)
    other = watch_it_learn(deeper, name="deeper")
    assert "b_h5" in other.view["names"] or "b2" in other.view["names"]
    other.do("edit", name="w15", text="0.25")
    assert other.view["values"]["w15"] == "0.25"
    other.close()


# What odd hands have found -----------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1e200", "-1e200", "1e10"])
def test_a_number_that_no_plot_has_room_for_is_refused_in_words(lab, text):
    lab.set(selected="w5")
    before = lab.present
    lab.do("edit", name="w5", text=text, at="value")
    assert (
        "is too large: the pictures have room for numbers up to 1e+09"
        in lab.view["messages"]["value"]
    )
    assert lab.present is before
    lab.do("edit", name="w5", text="1e9", at="value")
    assert lab.view["messages"] == {} and lab.view["pictures"]["weight"]


def test_a_table_of_huge_numbers_brings_no_nan_into_a_picture(lab):
    lab.do("table", text="1e300 0 -> 1\n0 1 -> 0", at="table")
    assert "is too large" in lab.view["messages"]["table"]
    lab.do("table", text="1e9 0 -> 1\n0 1 -> 0", at="table")
    assert lab.view["messages"] == {}
    assert not any("nan" in svg for svg in lab.view["pictures"].values())


def test_what_was_said_goes_with_what_was_selected(lab):
    lab.set(selected="w5")
    lab.do("edit", name="w5", text="0.5")
    assert lab.view["status"].startswith("w5 = 0.5")
    lab.set(show="gradients")
    assert lab.view["status"].startswith("w5 = 0.5")
    lab.set(selected="w1")
    assert lab.view["status"] == ""


def test_what_is_said_of_a_click_stays_when_the_selection_arrives_after_it(lab):
    lab.set(selected="w5")
    lab.do("computed", name="o2")
    lab.set(selected="o2")
    assert lab.view["status"] == "o2 is computed: change what it is made of."
    lab.set(selected="w1")
    assert lab.view["status"] == ""


def test_a_seed_can_be_taken_back(lab):
    start = lab.present.network
    lab.do("edit", name="eta", text="0.7")
    lab.do("start", hidden="2", seed="3", at="seed")
    assert lab.view["seed"] == "3" and lab.present.network != start
    lab.do("start", hidden="2", seed=" ", at="seed")
    assert lab.view["seed"] == "" and lab.present.network == start
    assert lab.present.learning_rate == 0.7
    lab.do("start", hidden="3", seed="", at="hidden")
    assert "An empty field will not do" in lab.view["messages"]["hidden"]


def test_while_it_plays_little_is_sent_and_it_is_the_very_film(lab, monkeypatch):
    lab._receive(lab, {"kind": "shown"}, [])
    page, sent, seen = json.loads(json.dumps(lab.view)), [], []

    def send(content, buffers=None):
        nonlocal page
        content = json.loads(json.dumps(content))
        assert content["film"] and content["after"] == page["sent"]
        sent.append(len(json.dumps(content, ensure_ascii=False).encode()) / pace.PICTURES)
        for change in content["changes"]:
            page = changed(page, change)
            seen.append(page["number"])

    with monkeypatch.context() as patched:
        patched.setattr(lab, "send", send)
        for number in (1, 7, 13, 19):
            lab.do("play", rounds=1, number=number, pictures=pace.PICTURES)
            last = {name: value for name, value in lab.view.items() if name != "film"}
            assert page == json.loads(json.dumps(last))
    assert seen == list(range(1, 25))
    # It was 17 kB. The first stretch says once what is not said while it plays.
    assert max(sent[1:]) <= 1200


def test_the_list_of_all_numbers_moves_while_it_plays_if_it_is_unfolded(lab):
    lab.do("play", rounds=1, number=1)
    assert set(lab.view["values"]) == {"eta"}
    lab.set(numbers="unfolded")
    lab.do("play", rounds=1, number=2)
    assert {"eta", "w1", "w8"} <= set(lab.view["values"])
    lab.do("pause", seen=2)
    lab.set(numbers="folded")
    assert {"eta", "w1", "w8"} <= set(lab.view["values"])
