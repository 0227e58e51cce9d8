"""A line through fewer points is the same line to the eye."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backprop_lib.pictures.polyline import TOLERANCE, visible

HEIGHTS = st.lists(st.floats(0, 300), min_size=2, max_size=60)


def distances(x, y, chosen):
    """How far each point is from the piece of the line that passes it."""
    ends = np.searchsorted(chosen, np.arange(len(x)), side="left").clip(1)
    starts, ends = np.array(chosen)[ends - 1], np.array(chosen)[ends]
    x, y = np.array(x), np.array(y)
    along, up = x[ends] - x[starts], y[ends] - y[starts]
    return np.abs(along * (y - y[starts]) - up * (x - x[starts])) / np.hypot(along, up)


@given(HEIGHTS)
def test_no_point_is_farther_from_the_line_than_can_be_seen(y):
    x = [1.5 * n for n in range(len(y))]
    chosen = visible(x, y)
    assert chosen[0] == 0 and chosen[-1] == len(y) - 1
    assert distances(x, y, chosen).max() <= 1.2 * TOLERANCE


def test_a_straight_line_has_two_ends_and_a_corner_stays():
    x = np.linspace(0, 100, 50).tolist()
    assert visible(x, [3 * value for value in x]) == [0, 49]
    assert visible(x, [abs(value - x[20]) for value in x]) == [0, 20, 49]
    rounded = len(visible(x, [value**2 / 100 for value in x]))
    assert 5 < rounded < 25


def test_where_x_goes_back_or_stays_every_point_is_drawn():
    assert visible([0, 1, 1, 2], [0, 1, 2, 3]) == [0, 1, 2, 3]
    assert visible([0, 2, 1], [0, 0, 0]) == [0, 1, 2]
    assert visible([], []) == []
