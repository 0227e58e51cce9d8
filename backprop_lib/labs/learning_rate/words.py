"""What the learning-rate lab says of a training: in sentences, in a table, and to a guess."""

from collections.abc import Mapping
from functools import partial

from backprop_lib.core.numbers_as_text import result_text
from backprop_lib.labs.learning_rate.runs import Run
from backprop_lib.labs.learning_rate.settings import TUTORIAL, counted
from backprop_lib.labs.rate_slider import RATES
from backprop_lib.training.engines import NUMBA_IS_MISSING
from backprop_lib.training.published import figures

error_text = partial(result_text, decimals=10)  # as the tutorial prints its last error
WITHOUT_NUMBA = (
    "the training loop in plain Python. With the package numba it would be quicker, and the "
    "numbers would be the same"
)


def read_out(run: Run) -> str:
    """The final numbers, and what they mean, in three sentences."""
    settings = run.settings
    answers = " and ".join(
        f"{name} answers {result_text(out)} (target {run.targets[name]:g})"
        for name, out in run.ends.items()
    )
    return (
        f"Learning rate {settings.rate:g}: after {counted(settings.rounds)} the error is "
        f"{error_text(run.error)}. "
        f"{answers}. {_verdict(run)}"
    )


def _verdict(run):
    if run.overshot or run.lost:
        return f"{_where_stuck(run)} No slope, no step: the error stalls{_whether_it_rose(run)}."
    if run.rose:
        return f"The error did not only fall{_whether_it_rose(run)}."
    if run.error < 1e-24:
        return "That is as near to the targets as the computer's digits go."
    if run.still_falling and run.error > 1e-3:
        return "The steps are small: the outputs are still far from their targets."
    if run.still_falling:
        return "The error is still falling: more rounds would lower it further."
    return "The error hardly moves."


def _where_stuck(run):
    parts = []
    if run.overshot:
        targets = "their targets" if len(run.overshot) > 1 else "its target"
        parts.append(f"{' and '.join(run.overshot)} jumped past {targets}")
    if run.lost:
        were = "were" if len(run.lost) > 1 else "was"
        parts.append(f"{' and '.join(run.lost)} {were} thrown to the wrong end")
    return f"{', and '.join(parts)}: there the logistic curve is flat."


def _whether_it_rose(run):
    if run.rose is None:
        return ", though it never rose"
    k, before, after = run.rose
    return f"; it rose from {error_text(before)} to {error_text(after)} in round {k:,}"


def what_next(run: Run, pinned: Run | None) -> str:
    """The one thing to try now."""
    if run.overshot:
        return (
            "Look at the outputs: which went past its target? "
            "Then find the largest rate at which none does."
        )
    if run.error < 1e-20 and pinned is None:
        return "Pin this curve, then move on to 200 and to 400."
    if run.error < 1e-20:
        return "Move on to 200, then to 400. What do the outputs do?"
    if run.settings.rate > float(RATES[-1]):
        return "Go back to a smaller rate, where the error moves."
    return (
        "Move the slider to the right. Watch the dot on the curve of all rates: where does it turn?"
    )


def printed_by_the_tutorial() -> dict[str, str]:
    """What the tutorial prints for the end of its training: a dict from a quantity to digits.

    >>> printed_by_the_tutorial()["E_total"]
    '0.0000351085'
    """
    step = f"after {int(TUTORIAL['rounds']):,} rounds"
    return {figure.quantity: figure.printed for figure in figures() if figure.step == step}


def numbers_table(run: Run, pinned: Run | None) -> str:
    """The final numbers as an HTML table, beside the pinned ones and what the tutorial printed."""
    printed = printed_by_the_tutorial()
    columns = {run.settings.label: run}
    if pinned is not None:
        columns[f"pinned: {pinned.settings.label}"] = pinned
    heads = "".join(f'<th scope="col">{head}</th>' for head in (*columns, "the tutorial printed"))
    rows = [("E_total", [error_text(r.error) for r in columns.values()])]
    for name in run.ends:
        rows.append((f"out_{name}", [result_text(r.ends[name]) for r in columns.values()]))
    body = ""
    for quantity, values in rows:
        cells = "".join(f"<td>{value}</td>" for value in (*values, printed.get(quantity, "")))
        body += f'<tr><th scope="row">{quantity}</th>{cells}</tr>'
    return (
        f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>"
        "<p>The tutorial took rate 0.5 and 10,000 rounds. Its last digits come from other programs "
        "than its text describes; notebook 04 shows which.</p>"
    )


def engine_text(run: Run) -> str:
    """What did the training, after "Computed by", and what would do it quicker."""
    if run.engine == "compiled":
        return "the training loop, which numba has made machine code of"
    if run.engine == "numpy":
        return f"NumPy, layer by layer ({run.engine_reason})"
    is_missing = run.engine_reason.endswith(NUMBA_IS_MISSING)
    return WITHOUT_NUMBA if is_missing else "the training loop in plain Python"


def answer_to(guess: str, runs: Mapping[str, Run]) -> str:
    """What became of a guess. runs: a dict from each of GUESSES to its Run."""
    best = min(runs, key=lambda rate: runs[rate].error)
    ends = ", ".join(f"{rate} ends at {error_text(r.error)}" for rate, r in runs.items())
    if guess == best:
        return f"You said {guess}, and so it is: {ends}. Now find out why."
    return f"You said {guess}; it is {best}: {ends}. Now find out why."
