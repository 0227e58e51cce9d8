"""How long training takes; each case is compared with the NumPy core before it is timed.

    python -m pytest benchmarks

writes results.md beside this file. What is not installed is skipped, and says so.
"""

import subprocess
import sys

import c_loop
import numpy as np
import object_per_neuron
import pytest

from backprop_lib import example, train
from backprop_lib.training.engines import prepare
from backprop_lib.symbolic.generated_loop import generated_loop
from backprop_lib.training.sweep import sweep

ROUNDS = 10_000
RATES = np.geomspace(0.01, 100, 200)
START = (example.network, example.inputs, example.targets)
PARAMETERS = tuple(float(example[name]) for name in generated_loop().parameters)
INPUTS, TARGETS = example.inputs.tolist(), example.targets.tolist()
PLAIN = (PARAMETERS, INPUTS, TARGETS, 0.5, ROUNDS)


# --- what the cases need


@pytest.fixture(scope="session")
def c_train(tmp_path_factory):
    if c_loop.compiler() is None:
        pytest.skip("no C compiler was found: install gcc or clang")
    return c_loop.build(tmp_path_factory.mktemp("c"))


@pytest.fixture(scope="session")
def compiled():
    pytest.importorskip("numba", reason="numba is not installed: pip install -e '.[fast]'")
    prepare(example.network)
    return generated_loop().compiled


@pytest.fixture(scope="session")
def torch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
    torch.set_num_threads(1)  # quicker than two for so small a network
    return torch


@pytest.fixture(scope="session")
def right_history():
    """A row of the outputs and E_total for each round, by the NumPy core."""
    return rows(train(*START, 0.5, ROUNDS, engine="numpy"))


@pytest.fixture(scope="session")
def right_ends():
    """E_total at the end for each rate, by one training after the other."""
    return np.array([train(*START, rate, ROUNDS, engine="generated").errors[-1] for rate in RATES])


@pytest.fixture
def timed(benchmark):
    """timed(group, case, function, right, repeat): compare once, then time."""

    def run(group, case, function, right, repeat, result=np.asarray):
        np.testing.assert_allclose(result(function()), right, rtol=0, atol=1e-12)
        benchmark.group = group
        benchmark.extra_info["case"] = case
        benchmark.pedantic(function, rounds=repeat, warmup_rounds=1)

    return run


def rows(training):
    """The history of a Training: a row of the outputs and E_total for each round."""
    return np.column_stack([training.outputs, training.errors])


def loop_alone(function, buffer):
    """A call of a generated loop, without the checks and the networks of ``train``."""
    history = buffer(3 * (ROUNDS + 1))
    function(PARAMETERS, (*INPUTS, *TARGETS), 0.5, ROUNDS, history, 0)
    return np.asarray(history).reshape(-1, 3)


# --- 10,000 rounds of the worked example


def bench_c(timed, right_history, c_train):
    timed("training", "C, -O3", lambda: c_train(*PLAIN), right_history, 300)


def bench_compiled_loop(timed, right_history, compiled):
    def run():
        return loop_alone(compiled, np.empty)

    timed("training", "generated loop, numba", run, right_history, 300)


def bench_compiled_train(timed, right_history, compiled):
    def run():
        return train(*START, 0.5, ROUNDS, engine="compiled")

    timed("training", "train(), numba", run, right_history, 300, rows)


def bench_generated_loop(timed, right_history):
    def run():
        return loop_alone(generated_loop().function, lambda size: [0.0] * size)

    timed("training", "generated loop, CPython", run, right_history, 50)


def bench_generated_train(timed, right_history):
    def run():
        return train(*START, 0.5, ROUNDS, engine="generated")

    timed("training", "train(), CPython", run, right_history, 50, rows)


def bench_object_per_neuron(timed, right_history):
    def run():
        return object_per_neuron.train(*PLAIN)

    timed("training", "an object for each neuron", run, right_history, 15)


def bench_numpy_core(timed, right_history):
    def run():
        return train(*START, 0.5, ROUNDS, engine="numpy")

    timed("training", "NumPy core", run, right_history, 3, rows)


def bench_pytorch(timed, right_history, torch):
    import with_pytorch

    timed("training", "PyTorch", lambda: with_pytorch.train(*PLAIN), right_history, 3)


# --- a sweep


def bench_c_sweep(timed, right_ends, c_train):
    def run():
        return [c_train(PARAMETERS, INPUTS, TARGETS, rate, ROUNDS)[-1, -1] for rate in RATES]

    timed("sweep", "C, -O3", run, right_ends, 10)


@pytest.mark.parametrize("engine", ["compiled", "generated"])
def bench_sweep(timed, right_ends, engine, request):
    if engine == "compiled":
        request.getfixturevalue("compiled")

    def run():
        return sweep(*START, RATES, ROUNDS, progress=False, engine=engine).errors

    case = {"compiled": "sweep(), numba", "generated": "sweep(), NumPy vectors"}[engine]
    timed("sweep", case, run, right_ends, 10)


# --- the first time in a fresh Python

FIRST_TIMES = {
    "import sympy": "import sympy",
    "first train(), loop generated": "train(*start, 0.5, 10_000)",
    "second train()": "train(*start, 0.5, 10_000)",
    "import numba": "import numba",
    "prepare(), loop compiled": "prepare(example.network)",
    "first train() after prepare()": "train(*start, 0.5, 10_000)",
}
IN_FRESH_PYTHON = f"""
import time
from backprop_lib import example, train
from backprop_lib.training.engines import prepare
start = (example.network, example.inputs, example.targets)
for case, statement in {FIRST_TIMES}.items():
    before = time.perf_counter()
    try:
        exec(statement)
    except ImportError:
        break
    print("seconds", time.perf_counter() - before, case)
"""


def bench_first_times(benchmark):
    runs = []

    def run():
        command = [sys.executable, "-c", IN_FRESH_PYTHON]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        lines = [line.split(maxsplit=2) for line in said.splitlines()]
        runs.append({line[2]: float(line[1]) for line in lines if line[0] == "seconds"})

    benchmark.pedantic(run, rounds=5)
    benchmark.extra_info["times"] = {case: [r[case] for r in runs] for case in runs[0]}
