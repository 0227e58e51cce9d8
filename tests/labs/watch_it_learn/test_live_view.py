"""What is shown of a live training, against the library and the complex step."""

import re

import pytest

from backprop_lib import UpdateRule, example, forward_pass, random_network
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.logic_tables import xor
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining, advanced, edited, with_rule
from backprop_lib.labs.watch_it_learn.live_view import (
    MOST_PATHS_LISTED,
    SHOW,
    Look,
    about,
    answers_table,
    changes,
    diagram,
    editable,
    error_curve,
    parameters,
    values,
    view_of,
)
from backprop_lib.pictures.diagram.network_diagram import network_diagram

ONE_PER_NEURON = UpdateRule(biases="one per neuron")
TUTORIAL = LiveTraining(example.network, [example.inputs], [example.targets], 0.5)


def on_xor(hidden=2, seed=3):
    network = random_network((2, hidden, 1) if hidden else (2, 1), seed)
    return LiveTraining(network, xor.inputs, xor.targets, 2.0, ONE_PER_NEURON, seed=seed)


def rows_of(html):
    """The cells of every row of a table, without their marks."""
    rows = re.findall("<tr[^>]*>(.*?)</tr>", html)
    return [re.findall("<t[dh][^>]*>(.*?)</t[dh]>", row) for row in rows]


@pytest.mark.parametrize("name", [w for row in example.names.weights for ws in row for w in ws])
def test_the_paths_that_are_told_add_up_to_the_derivative(name):
    *paths, (_, total) = rows_of(about(TUTORIAL, name))
    assert float(total) == pytest.approx(complex_step(f"dE_d{name}", example), abs=1e-9)
    assert sum(float(value) for _, value in paths) == pytest.approx(float(total), abs=3e-9)
    assert all(words.startswith("E_total ←") and words.endswith(name) for words, _ in paths)


def test_of_many_paths_the_first_are_told_and_the_rest_counted():
    live = LiveTraining(random_network((1, 1, 4, 3, 1), 0), [[0.5]], [[0.1]])
    *paths, (more, _), (_, total) = rows_of(about(live, "w1"))
    assert len(paths) == MOST_PATHS_LISTED and more == "and 2 more"
    slope = complex_step("dE_dw1", live.example(0))
    assert float(total) == pytest.approx(slope, abs=1e-9)


def test_the_table_holds_what_the_network_answers_to_every_row():
    live = advanced(on_xor(), 40)
    head, *rows = rows_of(answers_table(live, 2))
    assert head == ["i1", "i2", "target_o1", "out_o1", "says"]
    for row, inputs, (target,) in zip(rows, xor.inputs, xor.targets, strict=True):
        out = forward_pass(live.network, inputs, [target]).outputs[0]
        says = "1" if out > 0.5 else "0"
        verdict = "right" if says == f"{target:g}" else "wrong"
        assert row[2:] == [f"{target:g}", f"{out:.4f}", f"{says}, {verdict}"]
    marked = re.findall('<tr aria-current="true">(.*?)</tr>', answers_table(live, 2))
    assert [rows_of(f"<tr>{row}</tr>")[0] for row in marked] == [rows[2]]


def test_numbers_that_are_no_bits_are_not_judged():
    assert rows_of(answers_table(TUTORIAL, 0))[0][-1] == "out_o2"


@pytest.mark.parametrize(
    ("name", "untouched"),
    [
        ("w5", {"net_o2", "E_o2", "net_h1", "w6"}),
        ("w1", {"net_h2", "w2", "i1"}),
        ("target_o1", {"net_o1", "out_o1", "E_o2"}),
    ],
)
def test_what_has_changed_is_what_the_library_computes_anew(name, untouched):
    after = edited(TUTORIAL, {name: 0.7}, 0)
    old = forward_pass(example.network, example.inputs, example.targets)
    changed = example.replace(**{name: 0.7})
    new = forward_pass(changed.network, changed.inputs, changed.targets)
    found = set(changes(TUTORIAL, after, 0))
    nodes = [f"{kind}_{n}" for kind in ("net", "out") for n in ("h1", "h2", "o1", "o2")]
    for quantity in (*nodes, "E_o1", "E_o2", "E_total"):
        assert (quantity in found) == (old[quantity] != new[quantity]), quantity
    assert name in found and not found & untouched


def test_between_networks_of_different_sizes_nothing_is_marked():
    assert changes(on_xor(2), on_xor(3), 0) == ()
    assert changes(TUTORIAL, on_xor(2), 0) == ()


def test_a_shared_bias_is_one_number_and_others_are_one_to_a_neuron():
    assert parameters(TUTORIAL)[-2:] == ("b1", "b2")
    assert parameters(on_xor())[-3:] == ("b_h1", "b_h2", "b_o1")
    apart = edited(on_xor(), {"b_h1": 0.1, "b_h2": 0.9, "b_o1": 0.3})
    assert parameters(with_rule(apart, UpdateRule()))[-3:] == ("b_h1", "b_h2", "b2")
    assert {"i1", "target_o2", "w8", "b2", "eta"} <= values(TUTORIAL, 0).keys()


def test_the_curve_tells_the_first_the_last_and_every_edit():
    live = edited(advanced(TUTORIAL, 3), {"w5": 0.1}, 0)
    curve = error_curve(advanced(live, 4))
    assert "edited in round 3" in curve.label
    for k, error in ((0, TUTORIAL.error), (3, live.error), (7, advanced(live, 4).error)):
        assert f"round {k}: {error:.6g}" in curve.text.splitlines()
    assert f"from {TUTORIAL.error:.6g} to {advanced(live, 4).error:.6g} in" in curve.label


def test_the_curve_ends_where_the_training_is_also_between_the_rounds_it_keeps():
    live = advanced(TUTORIAL, 1003)
    assert live.curve[-1][0] < 1003
    assert error_curve(live).text.splitlines()[-1] == f"round 1,003: {live.error:.6g}"


def test_a_plane_is_drawn_for_two_inputs_and_one_output_alone():
    assert view_of(on_xor(), Look())["pictures"]["regions"]
    assert not view_of(TUTORIAL, Look())["pictures"]["regions"]


@pytest.mark.parametrize("wrong", [{"row": -1}, {"show": "all"}, {"size": "huge"}])
def test_what_cannot_be_looked_at(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Look(**wrong)


@pytest.mark.exhaustive
@pytest.mark.parametrize("hidden", range(11))
@pytest.mark.parametrize("size", ["normal", "projector"])
@pytest.mark.parametrize("room", [0, 585, 837, 2000])
def test_the_diagram_takes_no_more_room_than_there_is_if_fewer_digits_help(hidden, size, room):
    live = on_xor(hidden)
    for show in SHOW:
        least = least_width(diagram(live, Look(show=show, size=size, room=room)))
        few_digits = least_width(diagram(live, Look(show=show, size="projector")))
        assert least <= max(room, few_digits)
        if size == "projector":
            assert least == few_digits


def least_width(picture):
    return int(re.search(r"min-width:(\d+)px", picture.svg)[1])


def test_the_diagram_knows_the_learning_rate_and_is_else_that_of_the_backward_pass():
    live = edited(TUTORIAL, {"eta": 0.25})
    picture = diagram(live, Look(show="gradients", selected="w1"))
    judge = network_diagram(live.backwards[0], ["dE_dw1"], backward=True)
    assert "Learning rate: eta = 0.25" in picture.text
    lines = [line for line in picture.text.splitlines() if "Learning rate" not in line]
    assert lines == judge.text.splitlines()


def test_a_changed_learning_rate_is_marked_and_nothing_else():
    assert changes(TUTORIAL, edited(TUTORIAL, {"eta": 0.25}), 0) == ("eta",)


def test_everything_that_can_be_changed_has_a_value():
    for live in (TUTORIAL, on_xor(0), on_xor(3)):
        assert set(editable(live)) == set(values(live, 0))


def test_a_row_that_is_not_there_cannot_be_looked_at():
    with pytest.raises(ValueError, match="row: expected a whole number from 0 to 0, got 3"):
        view_of(TUTORIAL, Look(row=3))
