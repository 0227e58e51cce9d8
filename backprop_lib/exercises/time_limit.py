"""A limit on how long a function of a learner's may run, in the same thread.

Python calls a trace function before every line that it runs. Ours counts the lines and looks
at the clock each time, and raises TooLongError when it is enough. That works on every system
and in a browser, where there are no signals, and leaves no thread behind. A single call into
compiled code cannot be cut short, but when it comes back its time is up. Out of reach is a loop
that catches every exception, which is why such a function is not let in at all, nor one that it
calls.

There is one trace function. A debugger that has it keeps it, so that its breakpoints work; then
nothing is stopped, because a person who looks at a line takes their time, and can end the loop
themselves. Any other holder, such as a tool that measures which lines a test runs, keeps it too;
then a clock in another thread ends what takes too long.
"""

import ast
import dis
import inspect
import sys
import textwrap
import threading
from bdb import Bdb
from collections.abc import Callable, Iterable
from functools import lru_cache
from time import monotonic
from types import BuiltinFunctionType, CodeType

SECONDS = 20.0  # by the clock: a machine that serves a class may be slow; LINES end a loop before
LINES = 2_000_000  # of the learner's own


class TooLongError(BaseException):
    """The time is up. No Exception, so that ``except Exception`` lets it through."""


class CatchesAllError(BaseException):
    """A function has an ``except`` or ``finally`` that would swallow the end of its time as well.

    No Exception, for the same reason.
    """


def call_within(
    function: Callable,
    arguments: Iterable,
    seconds: float = SECONDS,
    lines: int = LINES,
    then: Callable | None = None,
) -> object:
    """function(*arguments), if it is done in time.

    Whoever tries a function several times gives each call what is left of the seconds. then: what
    is made of the result, within the same time.
    Raises TooLongError if not, CatchesAllError for a function that could not be stopped, and
    whatever the function raises. The trace function that was there before is there again after.

    >>> call_within(max, (1, 2))
    2
    """
    if catches_all(function):
        raise CatchesAllError
    end = monotonic() + seconds

    def work():
        result = function(*arguments)
        return then(result) if then else result

    if a_debugger_is_at_work():
        return work()
    if sys.gettrace() is not None:
        result = _by_a_clock(work, seconds)
    else:
        result = _by_counting(work, function, end, lines)
    if monotonic() > end:  # the last line took too long
        raise TooLongError
    return result


def a_debugger_is_at_work() -> bool:
    """Whether a debugger waits for its breakpoints."""
    if not isinstance(sys.settrace, BuiltinFunctionType):  # pydevd, which warns of another tracer
        return True
    monitoring = getattr(sys, "monitoring", None)  # of Python 3.12 and later
    if monitoring and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None:
        return True
    tracer = sys.gettrace()
    owner = getattr(tracer, "__self__", tracer)
    return isinstance(owner, Bdb) or "pydevd" in (getattr(type(owner), "__module__", "") or "")


def _by_counting(work, function, end, lines):
    """What work() returns, while each line is counted and the clock looked at."""
    # What the learner wrote besides; a library may catch what it likes.
    home = getattr(function, "__globals__", None)
    run = 0

    def trace(frame, event, argument):
        nonlocal run
        if event == "call":
            if frame.f_globals.get("__name__", "").startswith("backprop_lib."):
                return None  # ours comes to an end
            if frame.f_globals is home and catches_all(frame.f_code):
                raise CatchesAllError
            frame.f_trace_opcodes = _stands_still(frame.f_code)
        if event in ("line", "opcode") and (home is None or frame.f_globals is home):
            run += 1
        if run > lines or monotonic() > end:
            raise TooLongError
        return trace

    sys.settrace(trace)
    try:
        return work()
    finally:
        sys.settrace(None)


def _by_a_clock(work, seconds):
    """What work() returns; a clock in another thread raises TooLongError in this one."""
    import ctypes  # only here: not every Python in a web page has it

    here = ctypes.c_ulong(threading.get_ident())
    state = threading.Lock()
    done = False

    def too_long():
        with state:
            if not done:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(here, ctypes.py_object(TooLongError))

    clock = threading.Timer(max(seconds, 0), too_long)
    clock.daemon = True
    clock.start()
    try:
        return work()
    finally:
        with state:
            done = True
        clock.cancel()
        clock.join()


@lru_cache(maxsize=256)
def _stands_still(code):
    """Whether a loop of one instruction is in it, as in ``while True: pass``.

    Python 3.11 sees no new line begin there, so that only each instruction can be counted.
    """
    jumps = {*dis.hasjrel, *dis.hasjabs}
    return any(i.opcode in jumps and i.argval == i.offset for i in dis.get_instructions(code))


def source_tree(function: Callable | CodeType) -> ast.Module | None:
    """The syntax tree of a function (or of its code), or None if there is no source to look at."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return None


def catches_all(function: Callable | CodeType) -> bool:
    """Whether a function (or its code) would swallow the end of its time.

    That is what ``except:``, ``except BaseException:`` and a jump out of ``finally`` do.
    """
    code = getattr(function, "__code__", function)
    return isinstance(code, CodeType) and _catches_all(code)


@lru_cache(maxsize=256)
def _catches_all(code):
    tree = source_tree(code)
    return tree is not None and any(map(_swallows, ast.walk(tree)))


def _swallows(node):
    if isinstance(node, ast.ExceptHandler):
        return node.type is None
    if isinstance(node, ast.Try):
        jumps = (ast.Break, ast.Continue, ast.Return)
        return any(isinstance(n, jumps) for last in node.finalbody for n in ast.walk(last))
    return isinstance(node, ast.Name) and node.id == "BaseException"
