import numpy as np
import pytest

from backprop_lib.core import class_labels
from backprop_lib.core.class_labels import answered_right, one_hot


def test_one_row_for_each_label():
    np.testing.assert_array_equal(one_hot([1, 0, 2, 1], 3) @ [0, 1, 2], [1, 0, 2, 1])
    assert one_hot([1, 0], 3).sum() == 2


def test_memory_is_that_of_the_targets():
    """No square of the number of classes on the way, which would be 20 GB here."""
    targets = one_hot([49_999, 3], 50_000)
    assert targets.shape == (2, 50_000) and targets.sum() == 2
    assert targets[0, 49_999] == targets[1, 3] == 1


def test_what_is_right_of_one_and_of_several_outputs():
    one = answered_right(np.array([[0.6], [0.4], [0.1]]), np.array([[1.0], [1.0], [0.0]]))
    assert one.tolist() == [True, False, True]
    outputs = np.array([[0.1, 0.5, 0.4], [0.3, 0.3, 0.4]])
    assert answered_right(outputs, one_hot([1, 0], 3)).tolist() == [True, False]
    assert answered_right(outputs, one_hot([1, 2], 3)).tolist() == [True, True]


def test_one_half_is_not_above_one_half():
    half = np.array([[0.5]])
    for other, alike in ((0.0, True), (1.0, False)):
        assert answered_right(half, np.array([[other]])).tolist() == [alike]
        assert answered_right(np.array([[other]]), half).tolist() == [alike]


@pytest.mark.parametrize(
    ("labels", "classes", "error", "words"),
    [
        ([0, 3], 3, ValueError, "whole numbers from 0 to 2, got 3 at place 1"),
        ([0, -1, 7], 3, ValueError, "got -1 at place 1 and 1 more"),
        ([0, 0.5], 3, ValueError, "got 0.5 at place 1"),
        ([0, float("nan")], 3, ValueError, "got nan at place 1"),
        ([[0, 1]], 3, ValueError, r"got the shape \(1, 2\)"),
        ([], 3, ValueError, "labels"),
        (
            [0, 1j],
            3,
            TypeError,
            "labels: expected a list of whole numbers from 0 to 2, got complex",
        ),
        ([0, 1 + 0j], 3, TypeError, "labels: .*got complex"),
        (["cat"], 3, TypeError, "labels: expected a list of whole numbers"),
        ([0], 1, ValueError, "classes"),
        ([0], 10**12, ValueError, "classes: expected at most 100,000,000 for 1 labels, got 1,000"),
    ],
)
def test_bad_labels_are_named(labels, classes, error, words):
    with pytest.raises(error, match=words):
        one_hot(labels, classes)


def test_there_may_be_as_many_targets_as_the_limit_and_two_classes(monkeypatch):
    monkeypatch.setattr(class_labels, "MOST_TARGETS", 6)
    assert one_hot([0, 1, 1], 2).tolist() == [[1, 0], [0, 1], [0, 1]]
    with pytest.raises(ValueError, match=r"^classes: expected at most 2 for 3 labels, got 3"):
        one_hot([0, 1, 1], 3)
