"""A saved training comes back as it was, to the last digit; anything else is refused in words."""

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from backprop_lib import UpdateRule
from backprop_lib.live_training import LiveTraining, advanced, edited
from backprop_lib.logic_tables import xor
from backprop_lib.saved_state import LARGEST_FILE, from_json, restored, saved, to_json
from backprop_lib.starting_weights import random_network


def training():
    rule = UpdateRule("updated weights", "one per neuron")
    start = LiveTraining(random_network((2, 3, 1), 5), xor.inputs, xor.targets, 1.7, rule, seed=5)
    return advanced(edited(advanced(start, 123), {"w3": 1 / 3}), 45)


def test_it_comes_back_equal_from_the_dict_from_its_repr_and_from_json():
    live = training()
    state = saved(live, row=2)
    assert restored(state) == live
    assert restored(ast.literal_eval(repr(state))) == live
    assert restored(from_json(to_json(state))) == live
    assert from_json(to_json(state))["shown"] == {"row": 2}


@given(examples())
def test_any_numbers_come_back_to_the_last_digit(example):
    live = LiveTraining(example.network, [example.inputs], [example.targets], example.learning_rate)
    assert restored(from_json(to_json(saved(live)))) == live
    assert restored(ast.literal_eval(repr(saved(live)))) == live


def test_what_comes_back_goes_on_as_what_was_saved():
    assert advanced(restored(saved(training())), 50) == advanced(training(), 50)


def test_the_file_can_be_read_by_people_a_part_to_a_line():
    text = to_json(saved(training()))
    assert len(text.splitlines()) == len(json.loads(text)) + 2
    assert text.endswith("}\n")


WITHOUT = object()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "a recipe"}, "This is no saved training: its kind is 'a recipe'"),
        ({"kind": WITHOUT}, "This is no saved training: its kind is None"),
        ({"version": 2}, "saved in version 2 of the format; this library reads version 1"),
        ({"weights": WITHOUT}, "not whole: weights is missing"),
        ({"weights": WITHOUT, "seed": WITHOUT}, "not whole: weights, seed is missing"),
        ({"colour": "red"}, "a part that is unknown: 'colour'"),
        ({"weights": [[[1, 2]], "x"]}, r"weights\[1\]: expected a matrix"),
        ({"weights": [[[1, float("nan")]]]}, "weights"),
        ({"weights": {"a": 1}}, "weights"),
        ({"biases": [[0, 0, 0], [10**400]]}, r"biases\[1\]"),
        ({"inputs": [[1, 2], [3]]}, "inputs: .* Give every row the same length"),
        ({"targets": []}, "targets"),
        ({"learning_rate": "fast"}, "learning_rate: expected one finite int or float"),
        ({"learning_rate": True}, "learning_rate"),
        ({"hidden_layers_use": "no weights"}, "hidden_layers_use: expected one of"),
        ({"biases_trained": None}, "biases: expected one of"),
        ({"rounds": 1.5}, "rounds: expected a whole number"),
        ({"seed": "5"}, "seed: expected a whole number"),
        ({"start": []}, "start: expected weights and biases"),
        (
            {"start": {"weights": [[[1.0]]], "biases": [[1.0]]}},
            "start: expected a network of layer",
        ),
        ({"curve": "flat"}, "curve: expected pairs"),
    ],
)
def test_what_is_wrong_with_a_saved_training_is_said(change, said):
    state = {k: v for k, v in (saved(training()) | change).items() if v is not WITHOUT}
    with pytest.raises((TypeError, ValueError), match=said) as problem:
        restored(state)
    assert len(str(problem.value)) < 300


@pytest.mark.parametrize("state", [None, 5, [], "x" * 1000, [{}]])
def test_what_is_no_dict_is_no_saved_training(state):
    with pytest.raises(TypeError, match="This is no saved training: expected a dict") as problem:
        restored(state)
    assert len(str(problem.value)) < 120


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "stops being JSON in line 1, column 1"),
        ("PK\x03\x04", "stops being JSON in line 1"),
        ('{"kind": ', "stops being JSON in line 1, column 10"),
        (to_json(saved(training()))[:-20], "stops being JSON in line"),
        ("[" * 100_000, "brackets go too deep"),
        (" " * (LARGEST_FILE + 1), "too large: more than 1,000,000 characters"),
    ],
)
def test_a_broken_file_is_refused_and_where_it_breaks_is_said(text, said):
    with pytest.raises(ValueError, match=said):
        from_json(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda s: st.lists(s) | st.dictionaries(st.text(), s),
        max_leaves=8,
    )
)
def test_nothing_foreign_is_taken_for_a_training(state):
    with pytest.raises((TypeError, ValueError), match="This is no saved training"):
        restored(state)


@given(
    st.sampled_from(sorted(saved(training()))),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda s: st.lists(s, max_size=3),
        max_leaves=8,
    ),
)
def test_any_part_that_is_damaged_is_either_refused_in_words_or_harmless(part, value):
    try:
        live = restored(saved(training()) | {part: value})
    except (TypeError, ValueError) as problem:
        assert str(problem)
    else:
        assert restored(saved(live)) == live


def test_only_a_training_is_saved():
    with pytest.raises(TypeError, match="live: expected a LiveTraining"):
        saved(5)
