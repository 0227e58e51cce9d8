"""A saved training comes back as it was, to the last digit; anything else is refused in words."""

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from backprop_lib import UpdateRule
from backprop_lib.core.logic_tables import xor
from backprop_lib.core.starting_weights import random_network
from backprop_lib.core.validation import came
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining, advanced, edited
from backprop_lib.labs.watch_it_learn.saved_state import (
    LARGEST_FILE,
    LONGEST_TRAINING,
    from_json,
    restored,
    saved,
    to_json,
)


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


@pytest.mark.exhaustive
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
            "start: expected a Network of 2-3-1 neurons, got a Network of 1-1",
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


@pytest.mark.exhaustive
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


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


AWKWARD = {
    "5,001 digits": 10**5000,
    "below zero, 5,001 digits": -(10**5000),
    "401 digits": 10**400,
    "2**63": 2**63,
    "2**64": 2**64,
    "below zero": -1,
    "nan": float("nan"),
    "infinity": float("inf"),
    "as large as floats go": 1e308,
    "true": True,
    "deep": nested(900),
    "deeper than Python goes": nested(5000),
    "text": "x" * 100_000,
    "object": {"a": 10**5000},
}
# What Python and NumPy say of such a value, where nobody has looked at it.
PYTHONS = (
    "Exceeds the limit",
    "convert",
    "too large to",
    "object",
    "iterable",
    "subscript",
    "int()",
)


@pytest.mark.exhaustive
@pytest.mark.parametrize("value", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("part", sorted({*saved(training()), "new"}))
def test_what_no_training_has_is_refused_in_our_words_or_can_go_on(part, value):
    for placed in (value, [value], [[value]], [[0, value]], [[[value]]]):
        try:
            advanced(restored(saved(training()) | {part: placed}), 1)
        except (TypeError, ValueError) as problem:
            words = str(problem).replace(f"({type(placed).__name__})", "")
            assert not any(said in words for said in PYTHONS)
            assert len(words) < 400


@pytest.mark.parametrize("rounds", [2**63 - 1, 2**63, 2**53, 10**12 + 1, 10**5000, -1], ids=came)
def test_rounds_beyond_counting_are_refused_when_the_file_is_read(rounds):
    with pytest.raises(ValueError, match="rounds: expected a whole number from 0 to 10000000"):
        restored(saved(training()) | {"rounds": rounds})


def test_the_longest_training_can_go_on():
    live = restored(saved(training()) | {"rounds": LONGEST_TRAINING})
    assert advanced(live, 30).rounds == LONGEST_TRAINING + 30


@pytest.mark.parametrize("seed", [2**63, 10**5000, -1], ids=came)
def test_a_seed_beyond_all_seeds_is_refused(seed):
    with pytest.raises(ValueError, match="seed: expected a whole number from 0 to"):
        restored(saved(training()) | {"seed": seed})


@pytest.mark.parametrize("digits", [401, 5000, 900_000])
def test_a_number_of_too_many_digits_is_refused_in_our_words(digits):
    text = to_json(saved(training())).replace('"rounds": 168', f'"rounds": {"7" * digits}')
    with pytest.raises(ValueError, match=f"a whole number of {digits:,} digits, and 400 are"):
        from_json(text)


def test_a_part_without_a_readable_name_is_unknown():
    with pytest.raises(ValueError, match="a part that is unknown: a whole number of about 5,001"):
        restored(saved(training()) | {10**5000: 1})


def test_only_a_training_is_saved():
    with pytest.raises(TypeError, match="live: expected a LiveTraining"):
        saved(5)
