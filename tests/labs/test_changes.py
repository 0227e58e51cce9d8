"""A view is, from the last one and the change, the very view that it was."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lib.labs.changes import change_between, changed

TEXTS = st.text("ab<>😀\ud7ff\uffee", max_size=12)
VIEWS = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | TEXTS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3),
    max_leaves=8,
)


@given(VIEWS, VIEWS)
def test_a_change_makes_the_one_of_the_other(before, after):
    change = json.loads(json.dumps(change_between(before, after)))
    made = changed(before, change)
    assert json.dumps(made, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert change_between(after, after) == {}


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1, "b": 2}, {"a": 2}, {"a": [2], "b": []}),
        ("E = 0.2983711", "E = 0.2983744", [11, 0, "44"]),
        ("<b>1</b><i>2</i>", "<b>1</b><i>3</i>", {"3": ["i>3"]}),
        ("<b>1</b>", "none", ["none"]),
        (["round 1: 0.5", 7], ("round 1: 0.6", 7), {"0": [11, 0, "6"]}),
        ([1], [1, 2], [[1, 2]]),
        ("a long text 😀", "a long text 😁", ["a long text 😁"]),  # the page counts it as two
    ],
)
def test_only_what_is_new_is_in_it(before, after, change):
    assert change_between(before, after) == change
    assert changed(before, change) == (list(after) if isinstance(after, tuple) else after)
