"""Tables of data as text: read, written, and refused in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lib.core.data_table import MOST_ROWS, DataTable, read_table

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw):
    n_inputs, n_targets, rows = (draw(st.integers(1, 4)) for _ in range(3))
    row = st.lists(NUMBERS, min_size=n_inputs, max_size=n_inputs)
    target = st.lists(NUMBERS, min_size=n_targets, max_size=n_targets)
    return DataTable(
        draw(st.lists(row, min_size=rows, max_size=rows)),
        draw(st.lists(target, min_size=rows, max_size=rows)),
    )


@given(tables())
def test_a_table_is_read_back_from_its_text_to_the_last_digit(table):
    assert read_table(repr(table)) == table


@pytest.mark.parametrize(
    "text", ["0 1 -> 1", "0, 1 -> 1", " 0;1→1 ", "\n\n0 1->1\n", "0.0 1e0 -> 1.0"]
)
def test_a_row_may_be_written_in_many_ways(text):
    assert read_table(text) == DataTable([[0, 1]], [[1]])


def test_a_minus_may_be_a_real_one():
    assert read_table("−0.5 -> −1") == DataTable([[-0.5]], [[-1]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The table is empty"),
        (" \n ", "The table is empty"),
        ("0 1 1", "Line 1: no arrow"),
        ("0 -> 1 -> 1", "Line 1: more than one arrow"),
        ("0 1 -> 1\n-> 1", "Line 2: no inputs"),
        ("0 1 -> 1\n\n0 1 ->", "Line 3: no targets"),
        ("0 1 -> one", "Line 1: 'one' is no number"),
        ("0 nan -> 1", "Line 1: 'nan' cannot be computed with"),
        ("0 1 -> 1e999", "Line 1: '1e999' cannot be computed with"),
        ("0 1 -> 1\n0 -> 1", "Line 2: 1 input, but line 1 has 2 inputs"),
        ("0 -> 1\n0 -> 1 0", "Line 2: 2 targets, but line 1 has 1 target"),
        (" ".join("0" * 11) + " -> 1", "Line 1: 11 inputs. Give 1 to 10"),
        ("\n".join(["0 -> 1"] * (MOST_ROWS + 1)), f"{MOST_ROWS + 1} rows; take {MOST_ROWS}"),
        ("<b>x</b>" * 20 + " -> 1", "is no number"),
    ],
)
def test_a_text_that_is_no_table_is_refused_and_the_line_is_named(text, said):
    with pytest.raises(ValueError, match=said) as problem:
        read_table(text)
    assert len(str(problem.value)) < 120


def test_a_table_needs_as_many_targets_as_inputs():
    with pytest.raises(ValueError, match="targets: expected a row for each of the 2 rows"):
        DataTable([[0], [1]], [[1]])


@pytest.mark.parametrize("inputs", [5, [1, 2], [["a"]], [[]], [[np.inf]], [[1], [1, 2]]])
def test_a_table_is_rows_of_finite_numbers(inputs):
    with pytest.raises((TypeError, ValueError), match="inputs"):
        DataTable(inputs, [[1]])


def test_tables_with_the_same_numbers_are_the_same():
    assert DataTable([[0, 1]], [[1]]) == DataTable([[0.0, 1.0]], [[1.0]])
    assert DataTable([[0, 1]], [[1]]) != DataTable([[0, 1]], [[0]])
    assert DataTable([[0, 1]], [[1]]) != "0 1 -> 1"
    assert len({DataTable([[0, 1]], [[1]]), DataTable([[0, 1]], [[1]])}) == 1


def test_the_two_zeros_are_one():
    assert hash(DataTable([[0.0]], [[-0.0]])) == hash(DataTable([[-0.0]], [[0.0]]))


def test_a_row_that_is_no_list_of_rows_is_said_to_be_so():
    with pytest.raises(ValueError, match="inputs: expected a list of rows of numbers, got"):
        DataTable([0, 1], [1])


def test_a_number_that_is_missing_in_a_large_table_is_named_by_its_place():
    inputs = np.zeros((400, 3))
    inputs[217, 1] = inputs[300, 2] = float("nan")
    with pytest.raises(ValueError, match=r"inputs: .* nan at \[217, 1\] and 1 more\. NaN and"):
        DataTable(inputs, np.zeros((400, 1)))


def test_a_table_cannot_be_changed_by_accident():
    table = DataTable([[0, 1]], [[1]])
    with pytest.raises(ValueError, match="read-only"):
        table.inputs[0, 0] = 5
