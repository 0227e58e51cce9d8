"""A bug made on purpose is the one that its name says, and nothing besides."""

import numpy as np
import pytest

from backprop_lib import backward_pass, example, forward_pass
from backprop_lib.exercises.made_bugs import BUGS, gradient_with_a_bug

NAMES = example.network.parameter_names
BACKWARD = backward_pass(forward_pass(example))
RIGHT = np.array([BACKWARD[f"dE_d{name}"] for name in NAMES])
SLOPE_H1, SLOPE_H2 = 0.593269992 * (1 - 0.593269992), 0.596884378 * (1 - 0.596884378)
INTO_H1, INTO_H2 = ([NAMES.index(name) for name in names] for names in (
    ("w1", "w2", "b_h1"), ("w3", "w4", "b_h2")
))  # fmt: skip
FACTORS = {
    "slope of the hidden neurons forgotten": (1 / SLOPE_H1, 1 / SLOPE_H2),
    "slopes of the hidden neurons exchanged": (SLOPE_H2 / SLOPE_H1, SLOPE_H1 / SLOPE_H2),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_what_it_is_called(bug):
    wanted = RIGHT.copy()
    wanted[INTO_H1] *= FACTORS[bug][0]
    wanted[INTO_H2] *= FACTORS[bug][1]
    np.testing.assert_allclose(gradient_with_a_bug(example, bug), wanted, rtol=1e-8)


def test_another_bug_is_named():
    with pytest.raises(ValueError, match=r"^bug: expected one of 'slope of the hidden"):
        gradient_with_a_bug(example, "sign flipped")
    with pytest.raises(TypeError, match=r"^example: "):
        gradient_with_a_bug(3, next(iter(BUGS)))
