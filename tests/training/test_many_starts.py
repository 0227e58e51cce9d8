"""Many starts side by side come to what each of them comes to alone."""

import numpy as np
import pytest

from backprop_lib import UpdateRule, errors_by_seed, random_network, train, xor

EVERY_BIAS = UpdateRule(biases="one per neuron")
TASK = (xor.inputs, xor.targets, 2.0)


@pytest.mark.parametrize(
    "rounds, rule", [(0, EVERY_BIAS), (1, UpdateRule()), (100, EVERY_BIAS), (230, EVERY_BIAS)]
)
def test_each_start_ends_where_it_ends_alone(rounds, rule):
    seeds = [11, 3, 64]
    errors = errors_by_seed((2, 2, 1), *TASK, rounds, seeds, rule)
    alone = [
        train(random_network((2, 2, 1), seed), *TASK, rounds, rule, engine="numpy").errors[-1]
        for seed in seeds
    ]
    np.testing.assert_allclose(errors, alone, rtol=1e-9)
    assert not errors.flags.writeable


def test_what_cannot_be_trained_is_refused():
    with pytest.raises(ValueError, match="seeds: expected at least one seed"):
        errors_by_seed((2, 2, 1), *TASK, 1, [])
    with pytest.raises(ValueError, match="learning_rate: "):
        errors_by_seed((2, 2, 1), xor.inputs, xor.targets, 0.0, 1, [1])
    with pytest.raises(ValueError, match="seed: "):
        errors_by_seed((2, 2, 1), *TASK, 1, [-1])
    with pytest.raises(ValueError, match="rounds: "):
        errors_by_seed((2, 2, 1), *TASK, -1, [1])
