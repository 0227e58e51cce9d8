"""Classes and labels: which outputs are wanted of a class, and which answers are right."""

import numpy as np
from numpy.typing import ArrayLike

from backprop_lib.core.validation import any_numbers, count, frozen

# 800 MB; as many labels and classes are a slip of the pen.
MOST_TARGETS = 100_000_000


def one_hot(labels: ArrayLike, classes: int) -> np.ndarray:
    """Targets for labels: a row for each label, 1 at its class and 0 elsewhere.

    labels: whole numbers from 0 to classes - 1. Returns shape (labels, classes). Raises TypeError
    or ValueError for any other label, and says which and where, and for more than 100 million
    targets.

    >>> one_hot([2, 0], classes=3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    classes = count("classes", classes, least=2)
    expected = f"a list of whole numbers from 0 to {classes - 1}"
    labels = any_numbers("labels", labels, expected)
    if np.iscomplexobj(labels):
        raise TypeError(f"labels: expected {expected}, got complex numbers. Use labels such as 0.")
    if labels.ndim != 1 or labels.size == 0:
        raise ValueError(
            f"labels: expected {expected}, got the shape {labels.shape}. Put one label for each "
            "example into a single list."
        )
    outside = np.flatnonzero(~((labels >= 0) & (labels < classes) & (labels % 1 == 0)))
    if outside.size:
        raise ValueError(
            f"labels: expected {expected}, got {labels[outside[0]]:g} at place {outside[0]}"
            f"{_and_others(outside.size)}. Classes count from 0; mend the label or give more "
            "classes."
        )
    if classes * labels.size > MOST_TARGETS:
        raise ValueError(
            f"classes: expected at most {MOST_TARGETS // labels.size:,} for {labels.size:,} "
            f"labels, got {classes:,}. Every label has a target for each class."
        )
    targets = np.zeros((labels.size, classes))
    targets[np.arange(labels.size), labels.astype(int)] = 1
    return frozen(targets)


def answered_right(outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Whether each example is answered right: shape (examples,).

    outputs, targets: shape (examples, outputs). The answer is the largest output; with a single
    output it is whether that is above one half.

    >>> answered_right(np.array([[0.9], [0.2]]), np.array([[1.0], [1.0]])).tolist()
    [True, False]
    """
    if targets.shape[1] == 1:
        return ((outputs > 0.5) == (targets > 0.5))[:, 0]
    return outputs.argmax(axis=1) == targets.argmax(axis=1)


def _and_others(how_many):
    return f" and {how_many - 1} more" if how_many > 1 else ""
