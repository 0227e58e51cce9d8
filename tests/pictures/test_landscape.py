"""The landscape: its words against its path, its lines against the error."""

import numpy as np
import pytest

from backprop_lib import error_landscape, example
from backprop_lib.training.descent import descent


def test_the_words_say_where_the_path_went():
    picture = error_landscape(example, "w5", "w7", rounds=20)
    assert picture.label.endswith("with the path of 20 rounds at a learning rate of 0.5.")
    assert [fact.split(":")[0] for fact in picture.facts[:-1]] == [
        "Round 0",
        "Round 1",
        "Round 10",
        "Round 20",
    ]
    end = descent(example, ("w5", "w7"), 20)[-1]
    assert (
        picture.facts[3]
        == f"Round 20: w5 = {end[0]:.2f}, w7 = {end[1]:.2f}, E_total = {end[2]:.6f}"
    )
    levels = [float(level) for level in picture.facts[-1].split(" = ")[1].split(", ")]
    assert len(levels) >= 5
    np.testing.assert_allclose(np.diff(levels), levels[1] - levels[0])


def test_two_weights_are_asked_for_and_rounds():
    with pytest.raises(ValueError, match="upwards: expected another weight than 'w5'"):
        error_landscape(example, "w5", "w5")
    with pytest.raises(ValueError, match="unknown name 'w9'"):
        error_landscape(example, "w5", "w9")
    with pytest.raises(ValueError, match="rounds: "):
        error_landscape(example, "w5", "w7", rounds=0)
    with pytest.raises(TypeError, match="example: expected an Example"):
        error_landscape(example.network, "w5", "w7")
