"""Exercises in which a learner writes a function.

=================  ==========================================  ==================================
exercise           the function takes                          and returns
=================  ==========================================  ==================================
forward_pass       W1, b1, W2, b2, x                           out_h, out_o
output_gradient    out_h, out_o, target                        dE_dW2
hidden_gradient    x, out_h, out_o, target, W2                 dE_dW1
update             W, dE_dW, eta                               the new W
training           W1, b1, W2, b2, x, target, eta, rounds      E_total after so many rounds
batch_gradients    X, outs_h, outs_o, T, W2                    dE_dW1, dE_dW2: means of a batch
=================  ==========================================  ==================================

All are NumPy arrays with a row for each neuron, those of a batch (X, outs_h, outs_o and T) with a
row for each example; the biases stay as they are. A function is run on the worked example and on
other networks, always on copies. What it returns is compared with the library, and a wrong result
is looked up in the catalogue of mistakes.
"""

from backprop_lib.core.validation import choice
from backprop_lib.exercises.batch_code_causes import of_a_batch
from backprop_lib.exercises.code_causes import by_catalogue, by_rounds, of_its_signature
from backprop_lib.exercises.code_exercise import CodeExercise, trials
from backprop_lib.exercises.code_habits import (
    of_another_order,
    of_the_worked_example,
    results_rounded,
)
from backprop_lib.exercises.code_runner import StoppedError, run, verdict_in_time
from backprop_lib.exercises.verdict import Verdict


def judge_code(name: str, function: object) -> Verdict:
    """The Verdict on a function that a learner wrote for an exercise.

    name: one of CODE_EXERCISES. Raises ValueError for another name; nothing that the function
    does is raised.

    >>> print(judge_code("update", lambda W, dE_dW, eta: W - dE_dW).words)
    The learning rate is missing. The step is the learning rate times the derivative. Tried on \
the worked example.
    >>> judge_code("update", lambda W, dE_dW, eta: W - eta * dE_dW).kind
    'right'
    """
    exercise = CODE_EXERCISES[choice("name", name, tuple(CODE_EXERCISES))]
    if function is None or function is ...:
        return Verdict("unanswered", f"Not answered yet: write {exercise.call}.")
    if not callable(function):
        return Verdict(
            "unreadable",
            f"A function is asked for, and this is of the type {type(function).__name__}. "
            "Give its name, without brackets.",
        )
    return verdict_in_time(exercise, lambda end: _verdict(exercise, function, end))


def _verdict(exercise, function, end):
    """The Verdict after all trials, which together have as long as a single call may take."""
    runs = []
    for trial in trials():
        try:
            runs.append(run(exercise, function, trial, end))
        except StoppedError as stopped:
            if not any(one.readings and not one.is_right(exercise) for one in runs):
                raise _tried_on(trial, stopped) from None
            break  # what went wrong before it says more
    wrong = [one for one in runs if not one.is_right(exercise)]
    if not wrong:
        notes = sorted({note for one in runs for note in one.notes})
        return Verdict("right", " ".join(["Right.", exercise.means, *notes, *_warning(runs)]))
    mistakes, words = _what_is_wrong(exercise, function, runs, wrong, end)
    return Verdict("wrong", words, mistakes)


def _tried_on(trial, stopped):
    said = StoppedError(f"{stopped} Tried on {trial}.")
    said.where = f"Tried on {trial}."
    return said


def _what_is_wrong(exercise, function, runs, wrong, end):
    """The mistakes that explain it, and words: what is the same in all runs before the rest."""
    first = wrong[0]
    if words := of_its_signature(exercise, function):
        return (), words
    if first.error:
        if words := of_another_order(exercise, function, runs, end):
            return (), words
        of_its_numbers = of_the_worked_example(exercise, function, runs, end)
        said = (of_its_numbers, str(first.error), f"Tried on {first.trial}.")
        return (), " ".join(filter(None, said))
    read = [one for one in wrong if one.readings is not None]
    if words := results_rounded(exercise, read):
        return (), words
    mistakes, words = exercise.wrong(exercise, read)
    if not mistakes:
        for explained in (of_the_worked_example, of_another_order):
            if found := explained(exercise, function, runs, end):
                return (), found
    return mistakes, " ".join([words, f"Tried on {first.trial}.", *_spoilt(mistakes, first)])


def _spoilt(mistakes, run):
    if run.changed and not mistakes:
        yield (
            f"It changed {' and '.join(sorted(run.changed))} in place, and whatever came after "
            "that was computed with the changed numbers: write out = out - step rather than "
            "out -= step."
        )


def _warning(runs):
    changed = sorted({name for one in runs for name in one.changed})
    if changed:
        yield (
            f"But it changed {' and '.join(changed)} in place, so whoever called it finds other "
            "numbers there: write W = W - step rather than W -= step."
        )


CODE_EXERCISES = {
    exercise.name: exercise
    for exercise in (
        CodeExercise(
            "forward_pass",
            ("W1", "b1", "W2", "b2", "x"),
            ("out_h", "out_o"),
            "It runs any network with one hidden layer forward.",
            (
                "Twice the same: multiply by the weights and add the biases, then squash.",
                "net_h = W1 @ x + b1, and out_h = 1 / (1 + exp(-net_h)); so for the outputs.",
                "In NumPy the exponential is np.exp. What goes into W2 is out_h. End with "
                "return out_h, out_o.",
            ),
            by_catalogue,
        ),
        CodeExercise(
            "output_gradient",
            ("out_h", "out_o", "target"),
            ("dE_dW2",),
            "It finds the derivative of every weight into the outputs at once.",
            (
                "The chain of w5 has three links. Two belong to the output, one to what comes in.",
                "delta_o = (out_o - target) * out_o * (1 - out_o); a weight's derivative is the "
                "delta of the neuron it goes into, times what comes in along it.",
                "Each delta with each input makes a matrix: np.outer(delta_o, out_h).",
            ),
            by_catalogue,
        ),
        CodeExercise(
            "hidden_gradient",
            ("x", "out_h", "out_o", "target", "W2"),
            ("dE_dW1",),
            "It carries the error back through W2, along all paths at once.",
            (
                "Take the deltas of the outputs, carry each back through its weight, add them up, "
                "and multiply by the slope.",
                "dE_dout_h = W2.T @ delta_o; delta_h = dE_dout_h * out_h * (1 - out_h).",
                "What comes in along W1 is x: np.outer(delta_h, x).",
            ),
            by_catalogue,
        ),
        CodeExercise(
            "update",
            ("W", "dE_dW", "eta"),
            ("W2_new",),
            "Every weight takes a step against its derivative.",
            (
                "A step against the derivative, as long as the learning rate says.",
                "W_new = W - eta * dE_dW",
                "NumPy does it for all weights at once. End with return and the new matrix.",
            ),
            by_catalogue,
            (
                "learning rate forgotten",
                "learning rate taken twice",
                "step added",
                "step not taken",
                "rows and columns swapped",
            ),
        ),
        CodeExercise(
            "training",
            ("W1", "b1", "W2", "b2", "x", "target", "eta", "rounds"),
            ("E_total",),
            "That is the whole of training.",
            (
                "Four functions that you have written, in a loop.",
                "In each round: forward pass, both gradients, both updates. After the last round: "
                "one more forward pass, and the error.",
                "Find both gradients before you update either. The error is "
                "np.sum((target - out_o)**2 / 2).",
            ),
            by_rounds,
        ),
        CodeExercise(
            "batch_gradients",
            ("X", "outs_h", "outs_o", "T", "W2"),
            ("dE_dW1", "dE_dW2"),
            "It goes back through a whole batch at once.",
            (
                "The four equations again, with a row for each example. Every error counts by the "
                "number of examples less, so divide the deltas of the outputs by it.",
                "deltas_o = (outs_o - T) * outs_o * (1 - outs_o) / len(X); "
                "deltas_h = (deltas_o @ W2) * outs_h * (1 - outs_h).",
                "deltas_o.T @ outs_h multiplies and adds up over the examples. What comes in along "
                "W1 is X. End with return dE_dW1, dE_dW2.",
            ),
            of_a_batch,
        ),
    )
}
