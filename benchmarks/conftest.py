"""Writes results.md from the timings of one run."""

import os
import platform
from pathlib import Path
from statistics import median

import numpy

RESULTS = Path(__file__).with_name("results.md")
C, OBJECTS = "C, -O3", "an object for each neuron"


def pytest_sessionfinish(session, exitstatus):
    benchmarks = session.config._benchmarksession.benchmarks
    timed = [bench for bench in benchmarks if bench.stats.data]
    if exitstatus == 0 and timed:
        RESULTS.write_text("\n".join(lines(timed)) + "\n", encoding="utf-8")


def lines(timed):
    yield "# Benchmarks"
    yield ""
    yield "Written by `python -m pytest benchmarks`. Ratios are of the quickest runs, which other"
    yield "work disturbs least. Every case is compared before it is timed: results agree to 1e-12."
    yield ""
    yield machine()
    training, sweep = (times_of(timed, group) for group in ("training", "sweep"))
    yield from table("10,000 rounds, with every round's outputs and error", training, [C, OBJECTS])
    yield from table("A sweep: 200 learning rates, 10,000 rounds each", sweep, [C])
    for bench in timed:
        if "times" in bench.extra_info:
            yield from table(
                "In a fresh Python, one after the other", bench.extra_info["times"], []
            )


def times_of(timed, group):
    """Seconds of every run of each case, the quickest case first."""
    cases = sorted((b for b in timed if b.group == group), key=lambda bench: bench.stats.min)
    return {bench.extra_info["case"]: bench.stats.data for bench in cases}


def machine():
    parts = [f"{platform.machine()}, {os.cpu_count()} cores", f"Python {platform.python_version()}"]
    parts.append(f"NumPy {numpy.__version__}")
    for package in ("sympy", "numba", "torch"):
        try:
            parts.append(f"{package} {__import__(package).__version__}")
        except ImportError:
            parts.append(f"no {package}")
    return "; ".join(parts) + "."


def table(title, times, yardsticks):
    """Markdown for a dict from each case to the seconds of its runs."""
    yardsticks = [case for case in yardsticks if case in times]
    yield from ("", f"## {title}", "")
    yield row("case", "quickest", "median", *(f"time / {case}" for case in yardsticks))
    yield row("---", *["---:"] * (2 + len(yardsticks)))
    for case, seconds in times.items():
        ratios = (f"{min(seconds) / min(times[yardstick]):.3g}" for yardstick in yardsticks)
        yield row(case, milliseconds(min(seconds)), milliseconds(median(seconds)), *ratios)


def row(*cells):
    return f"| {' | '.join(cells)} |"


def milliseconds(seconds):
    return f"{seconds * 1000:,.2f} ms"
