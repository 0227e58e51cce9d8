"""What an exercise with a function is: what it takes and returns, and what it is tried on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from backprop_lib.core.example import Example
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.core.weight_update import TUTORIAL_RULE, UpdateRule
from backprop_lib.core.worked_example import example as worked_example
from backprop_lib.exercises.judging import random_example
from backprop_lib.exercises.quantities import right_numbers
from backprop_lib.training.training import Training, train

# Another network of the same sizes tells what was written for its numbers from what was written
# for its sizes.
TRIED_SIZES = ((2, 2, 2), (3, 2, 1), (2, 3, 2), (1, 4, 3))
ROUNDS = (2, 3, 2, 5, 4)  # never so few that the errors of all rounds look like those of outputs
EXAMPLES = 3  # of a batch


@dataclass(frozen=True)
class CodeExercise:
    """A function to write.

    takes: names of its arguments. returns: names of the quantities that it returns.
    means: one sentence to say when it is right. hints: three, each stronger than the one before.
    wrong(exercise, runs): what explains the wrong ones among the Runs; returns a tuple of Mistakes,
    and words. mistakes: keys of the only mistakes that can be made there; all of the catalogue if
    there are none.
    """

    name: str
    takes: tuple[str, ...]
    returns: tuple[str, ...]
    means: str
    hints: tuple[str, str, str]
    wrong: Callable
    mistakes: tuple[str, ...] = ()

    @property
    def own_name(self) -> str:
        """What the learner's function is called; the library's own has the name without "my_"."""
        return f"my_{self.name}"

    @property
    def call(self) -> str:
        """How the function is called: ``my_update(W, dE_dW, eta)``."""
        return f"{self.own_name}({', '.join(self.takes)})"

    @property
    def takes_a_batch(self) -> bool:
        """Whether it is about many examples at once, of which it finds the mean."""
        return "X" in self.takes


@dataclass(frozen=True)
class Trial:
    """One run: an example, and how many rounds to train it."""

    example: Example
    rounds: int

    def arguments(self, takes: Iterable[str]) -> list:
        """New copies of what a function takes."""
        network = self.example.network
        forward = forward_pass(network, self.example.inputs, self.example.targets)
        named = {
            "W1": network.weights[0],
            "b1": network.biases[0],
            "W2": network.weights[1],
            "b2": network.biases[1],
            "x": self.example.inputs,
            "target": self.example.targets,
            "out_h": forward.outs[0],
            "out_o": forward.outs[1],
            "W": network.weights[1],
            "dE_dW": right_numbers("dE_dW2", self.example),
            "eta": self.example.learning_rate,
            "rounds": self.rounds,
        }
        if "X" in takes:
            named |= self._of_the_batch()
        return [np.array(named[t]) if isinstance(named[t], np.ndarray) else named[t] for t in takes]

    def right(self, exercise: CodeExercise) -> list[np.ndarray]:
        """The right numbers for everything that a function returns."""
        if exercise.name == "training":
            return [np.asarray(errors_of(self, TUTORIAL_RULE)[-1])]
        if exercise.takes_a_batch:
            return [
                np.mean([right_numbers(name, one) for one in batch_of(self)], axis=0)
                for name in exercise.returns
            ]
        return [right_numbers(name, self.example) for name in exercise.returns]

    def _of_the_batch(self):
        """Matrices with a row for each example."""
        batch = batch_of(self)
        forwards = [forward_pass(one) for one in batch]
        return {
            "X": np.array([one.inputs for one in batch]),
            "T": np.array([one.targets for one in batch]),
            "outs_h": np.array([forward.outs[0] for forward in forwards]),
            "outs_o": np.array([forward.outs[1] for forward in forwards]),
        }

    def __str__(self):
        if self.example is worked_example:
            return "the worked example"
        return f"a network of {'-'.join(map(str, self.example.layer_sizes))} neurons"


@lru_cache(maxsize=1)
def trials() -> tuple[Trial, ...]:
    """What every function is tried on: the worked example first, then other networks."""
    rng = np.random.default_rng(5)
    examples = [worked_example, *(random_example(rng, sizes) for sizes in TRIED_SIZES)]
    return tuple(Trial(*pair) for pair in zip(examples, ROUNDS, strict=True))


@lru_cache(maxsize=16)
def batch_of(trial: Trial) -> tuple[Example, ...]:
    """The examples of a trial's batch: its own first, then others for the same network."""
    rng = np.random.default_rng(trial.rounds)
    inputs, _, outputs = trial.example.layer_sizes
    others = [
        Example(trial.example.network, rng.uniform(0.1, 1, inputs), rng.uniform(0.1, 1, outputs))
        for _ in range(EXAMPLES - 1)
    ]
    return trial.example, *others


def errors_of(trial: Trial, rule: UpdateRule, more: int = 0) -> np.ndarray:
    """The errors before the first round and after each."""
    return trained(trial, rule, more).errors


@lru_cache(maxsize=256)
def trained(trial: Trial, rule: UpdateRule, more: int = 0) -> Training:
    """The library's own training of a trial, with more rounds or fewer."""
    example = trial.example
    return train(
        example.network,
        example.inputs,
        example.targets,
        example.learning_rate,
        trial.rounds + more,
        rule,
        engine="numpy",
    )
