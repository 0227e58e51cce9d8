"""Classes and labels: which outputs are wanted of a class, and which answers are right."""

import numpy as np

from backprop_lib.validation import any_numbers, count, frozen


def one_hot(labels, classes):
    """Targets for labels: a row for each label, 1 at its class and 0 elsewhere.

    labels: whole numbers from 0 to classes - 1. Raises TypeError or ValueError for any other, and
    says which and where.

    >>> one_hot([2, 0], classes=3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    classes = count("classes", classes, least=2)
    expected = f"a list of whole numbers from 0 to {classes - 1}"
    labels = any_numbers("labels", labels, expected)
    if labels.ndim != 1 or labels.size == 0:
        raise ValueError(f"labels: expected {expected}, got the shape {labels.shape}.")
    outside = np.flatnonzero(~np.isin(labels, np.arange(classes)))
    if outside.size:
        raise ValueError(
            f"labels: expected {expected}, got {labels[outside[0]]:g} at place {outside[0]}"
            f"{_and_others(outside.size)}. Classes count from 0; mend the label or give more "
            "classes."
        )
    return frozen(np.eye(classes)[labels.astype(int)])


def right(outputs, targets):
    """Whether each example is answered right: shape (examples,).

    outputs, targets: shape (examples, outputs). The answer is the largest output; with a single
    output it is whether that is above one half.

    >>> right(np.array([[0.9], [0.2]]), np.array([[1.0], [1.0]])).tolist()
    [True, False]
    """
    if targets.shape[-1] == 1:
        return ((outputs > 0.5) == (targets > 0.5))[:, 0]
    return outputs.argmax(axis=-1) == targets.argmax(axis=-1)


def _and_others(how_many):
    return f" and {how_many - 1} more" if how_many > 1 else ""
