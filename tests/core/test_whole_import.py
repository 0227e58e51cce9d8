"""The stop button while something is imported: it works, and nothing stays half loaded."""

import ast
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel
from test_structure import LIBRARY

from backprop_lib.core.whole_import import whole_import

INTERRUPT = signal.SIGINT


@pytest.fixture(autouse=True)
def handler():
    """Python's own handler of the interrupt, as in a kernel; afterwards what was there before."""
    before = signal.signal(INTERRUPT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(INTERRUPT, before)


def test_an_interrupt_comes_when_the_import_is_done(handler):
    done = []
    with pytest.raises(KeyboardInterrupt), whole_import():
        signal.raise_signal(INTERRUPT)
        signal.raise_signal(INTERRUPT)
        done.append("all of it")
    assert done == ["all of it"]
    assert signal.getsignal(INTERRUPT) is handler


def test_without_an_interrupt_nothing_is_raised(handler):
    with whole_import():
        pass
    assert signal.getsignal(INTERRUPT) is handler


def test_what_an_import_raises_is_raised_and_the_interrupt_is_not_lost(handler):
    with pytest.raises(ModuleNotFoundError), whole_import():
        import not_there_at_all
    with pytest.raises(KeyboardInterrupt) as stopped, whole_import():
        signal.raise_signal(INTERRUPT)
        import not_there_at_all  # noqa: F401
    assert isinstance(stopped.value.__context__, ModuleNotFoundError)
    assert signal.getsignal(INTERRUPT) is handler


def test_one_import_inside_another_waits_for_the_outer_one():
    done = []
    with pytest.raises(KeyboardInterrupt), whole_import():
        with whole_import():
            signal.raise_signal(INTERRUPT)
        done.append("the outer one")
    assert done == ["the outer one"]


def test_an_interrupt_goes_to_whoever_handles_it():
    came = []
    signal.signal(INTERRUPT, lambda number, frame: came.append(number))
    with whole_import():
        signal.raise_signal(INTERRUPT)
        assert came == []
    assert came == [INTERRUPT]


def test_an_interrupt_that_is_ignored_stays_ignored():
    signal.signal(INTERRUPT, signal.SIG_IGN)
    with whole_import():
        signal.raise_signal(INTERRUPT)
    assert signal.getsignal(INTERRUPT) is signal.SIG_IGN


def test_off_the_main_thread_the_import_goes_on_and_no_handler_is_touched(handler):
    seen = queue.Queue()

    def importing():
        try:
            with whole_import():
                seen.put(signal.getsignal(INTERRUPT))
        except BaseException as problem:
            seen.put(problem)

    thread = threading.Thread(target=importing)
    thread.start()
    thread.join()
    assert seen.get_nowait() is handler


@pytest.mark.parametrize("problem", [ValueError, OSError, AttributeError])
def test_where_there_are_no_signals_the_import_goes_on(monkeypatch, problem):
    def no_signals(*_):
        raise problem

    monkeypatch.setattr(signal, "signal", no_signals)
    done = []
    with whole_import():
        done.append(1)
    assert done == [1]


def test_a_handler_that_could_not_be_put_back_is_left_alone(monkeypatch, handler):
    monkeypatch.setattr(signal, "getsignal", lambda _: None)
    with pytest.raises(KeyboardInterrupt), whole_import():
        signal.raise_signal(INTERRUPT)
    monkeypatch.undo()
    assert signal.getsignal(INTERRUPT) is handler


# The packages themselves. Python asks for one module after the other; at one of them the interrupt
# is raised, so that it comes in the middle however slow the machine is.

INTERRUPTED = """
import signal, sys

class At:
    left = int(sys.argv[1])
    def find_spec(self, name, path=None, target=None):
        At.left -= 1
        if At.left == 0:
            signal.raise_signal(signal.SIGINT)

def run():
{code}

{before}
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, At())
try:
    run()
except KeyboardInterrupt:
    print("stopped")
run()
print("works", At.left < 0)
"""
START = "example.network, example.inputs, example.targets"
LOADED = {
    "backprop_lib": ("", "from backprop_lib import check; assert check('dE_dw5', 0.0822)"),
    "chain_rule": (
        "",
        "from backprop_lib import chain_rule; chain_rule('E_o1', 'w5')",
    ),
    "train": (
        "from backprop_lib import example, train",
        f"assert train({START}, 0.5, 3).engine == 'generated'",
    ),
    "numba": (
        "import os; from backprop_lib import generated_loop; loop = generated_loop((1, 1)); "
        "os.environ['NUMBA_DISABLE_JIT'] = '1'",  # what it compiles is not the question here
        "assert loop.compile()",
    ),
    "matplotlib": (
        "import backprop_lib",
        "from backprop_lib import logistic_curve; logistic_curve({'h1': 0.1}).svg",
    ),
}
MOMENTS = [
    *(("backprop_lib", 60), ("chain_rule", 300), ("train", 100)),
    *(("numba", 200), ("matplotlib", 60)),
]


@pytest.mark.exhaustive
@pytest.mark.parametrize("what, moment", MOMENTS, ids=[f"{w}-{m}" for w, m in MOMENTS])
def test_after_the_stop_button_the_next_try_works(what, moment):
    before, code = LOADED[what]
    program = INTERRUPTED.format(before=before, code=f"    {code}")
    answer = subprocess.run(
        [sys.executable, "-c", program, str(moment)],
        cwd=LIBRARY.parent,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.split() == ["stopped", "works", "True"], answer.stderr


IN_A_KERNEL = """
import os, select, signal, sys

class AtPolys:  # in the middle of SymPy
    met = False
    def find_spec(self, name, path=None, target=None):
        if name == "sympy.polys" and not self.met:
            self.met = True
            heard, told = os.pipe()
            os.set_blocking(told, False)
            before = signal.set_wakeup_fd(told)
            print("in the middle", flush=True)
            try:
                select.select([heard], [], [], 60)  # until the interrupt has come
            finally:
                signal.set_wakeup_fd(before)

sys.meta_path.insert(0, AtPolys())
from backprop_lib import chain_rule
"""


def said_by(client, code, on_print=lambda: None):
    """All that a cell printed, and the name of the error that it ended with."""
    message, printed, error = client.execute(code), "", None
    while True:
        answer = client.get_iopub_msg(timeout=120)
        if answer["parent_header"].get("msg_id") != message:
            continue
        kind, content = answer["msg_type"], answer["content"]
        if kind == "stream":
            printed += content["text"]
            on_print()
        elif kind == "error":
            error = content["ename"]
        elif kind == "status" and content["execution_state"] == "idle":
            return printed, error


@pytest.mark.exhaustive
def test_the_stop_button_of_a_real_kernel_leaves_sympy_whole():
    manager, client = start_new_kernel(cwd=str(LIBRARY.parent))
    try:
        printed, error = said_by(client, IN_A_KERNEL, on_print=manager.interrupt_kernel)
        assert printed.strip() == "in the middle"
        assert error == "KeyboardInterrupt"
        again = "from backprop_lib import chain_rule; print(chain_rule('E_o1', 'w5').of)"
        assert said_by(client, again) == ("E_o1\n", None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# What a lesson imports comes through the door, which loads it whole. What a function imports later
# does so for itself.

# The commands have a process of their own, and `check` has to run where nothing else does. What a
# learner is shown of PyTorch imports what _missing has loaded before.
ELSEWHERE = {"environment_check", "__main__"}
SHOWN = {"pytorch_model", "learn_once", "pytorch_round", "pytorch_error", "_version"}


def imports_outside(node, in_function=False, inside=False):
    """Modules that a function imports without whole_import around it, but for Python's own."""
    if isinstance(node, ast.FunctionDef):
        if node.name in SHOWN:
            return
        in_function = True
    if isinstance(node, ast.With):
        inside |= any(ast.unparse(item.context_expr) == "whole_import()" for item in node.items)
    if isinstance(node, ast.Import | ast.ImportFrom) and in_function and not inside:
        names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        yield from {name.split(".")[0] for name in names} - sys.stdlib_module_names
    for child in ast.iter_child_nodes(node):
        yield from imports_outside(child, in_function, inside)


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda path: path.stem)
def test_what_a_function_imports_is_imported_whole(path):
    if path.stem not in ELSEWHERE:
        assert not set(imports_outside(ast.parse(Path(path).read_text(encoding="utf-8"))))


def test_the_door_imports_nothing_but_the_shield():
    tree = ast.parse((LIBRARY / "__init__.py").read_text(encoding="utf-8"))
    at_the_top = [ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    assert at_the_top == [
        "from importlib import import_module",
        "from backprop_lib.core.whole_import import whole_import",
    ]
    loads = [n for n in ast.walk(tree) if isinstance(n, ast.With)]
    assert ["import_module(" in ast.unparse(block) for block in loads] == [True]


def test_an_import_outside_is_seen():
    tree = ast.parse(
        "import numpy\ndef f():\n    import sympy.abc, os\n    from backprop_lib import check\n"
        "    with whole_import():\n        import numba"
    )
    assert set(imports_outside(tree)) == {"sympy", "backprop_lib"}
