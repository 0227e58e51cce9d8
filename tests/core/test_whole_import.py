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
        "from backprop_lib.symbolic.chain_rule import chain_rule; chain_rule('E_o1', 'w5')",
    ),
    "train": (
        "from backprop_lib import example, train",
        f"assert train({START}, 0.5, 3).engine == 'generated'",
    ),
    "numba": (
        "import os, backprop_lib.generated_loop as g; loop = g.generated_loop((1, 1)); "
        "os.environ['NUMBA_DISABLE_JIT'] = '1'",  # what it compiles is not the question here
        "assert loop.compile()",
    ),
    "matplotlib": (
        "import backprop_lib",
        "from backprop_lib.pictures.figures import logistic_curve; logistic_curve({'h1': 0.1}).png",
    ),
}
MOMENTS = [
    *(("backprop_lib", 60), ("chain_rule", 300), ("train", 100)),
    *(("numba", 200), ("matplotlib", 60)),
]


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
from backprop_lib.symbolic.chain_rule import chain_rule
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


def test_the_stop_button_of_a_real_kernel_leaves_sympy_whole():
    manager, client = start_new_kernel(cwd=str(LIBRARY.parent))
    try:
        printed, error = said_by(client, IN_A_KERNEL, on_print=manager.interrupt_kernel)
        assert printed.strip() == "in the middle"
        assert error == "KeyboardInterrupt"
        again = "from backprop_lib.symbolic.chain_rule import chain_rule; print(chain_rule('E_o1', 'w5').of)"
        assert said_by(client, again) == ("E_o1\n", None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# Every import of what is heavy goes through the one door.

# `check` of the terminal has a process of its own, and has to run where nothing else does. What a
# learner is shown of PyTorch imports what _missing has loaded before.
ELSEWHERE = {"environment_check"}
SHOWN = {"pytorch_model", "pytorch_round", "pytorch_error", "_version"}
AT_HAND = sys.stdlib_module_names | {"backprop_lib"}


def imports_outside(node, inside=False, numpy_is_loaded=True):
    """Packages from elsewhere that a syntax tree imports without whole_import around them."""
    if isinstance(node, ast.FunctionDef) and node.name in SHOWN:
        return
    if isinstance(node, ast.With):
        inside |= any(ast.unparse(item.context_expr) == "whole_import()" for item in node.items)
    if isinstance(node, ast.Import | ast.ImportFrom) and not inside:
        names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        packages = {name.split(".")[0] for name in names} - AT_HAND
        yield from packages - ({"numpy"} if numpy_is_loaded else set())
    for child in ast.iter_child_nodes(node):
        yield from imports_outside(child, inside, numpy_is_loaded)


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda path: path.stem)
def test_everything_heavy_is_imported_whole(path):
    if path.stem not in ELSEWHERE:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        # NumPy is loaded, whole, by the library's own first lines, before any other module.
        assert not set(imports_outside(tree, numpy_is_loaded=path.stem != "__init__"))


def test_the_library_itself_is_imported_whole():
    tree = ast.parse((LIBRARY / "__init__.py").read_text(encoding="utf-8"))
    outside = [ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    assert outside == ["from backprop_lib.core.whole_import import whole_import"]


def test_an_import_outside_is_seen():
    tree = ast.parse("import numpy\ndef f():\n    import sympy.abc, os\nwith x(): import numba")
    assert set(imports_outside(tree)) == {"sympy", "numba"}
    assert set(imports_outside(tree, numpy_is_loaded=False)) == {"numpy", "sympy", "numba"}
