"""A limit on how long a function of a learner's may run, in the same thread.

Python calls a trace function before every line that it runs. Ours counts the lines and looks
at the clock, and raises TooLongError when it is enough. That works on every system and in a
browser, where there are no signals, and leaves no thread behind. Out of its reach: a single
call that runs for long in compiled code, and a loop that catches every exception, which is
why such a loop is not let in at all.
"""

import ast
import inspect
import sys
import textwrap
import time

SECONDS = 5.0
LINES = 2_000_000
LINES_BETWEEN_LOOKS = 500  # at the clock


class TooLongError(BaseException):
    """The time is up. No Exception, so that ``except Exception`` lets it through."""


class CatchesAllError(Exception):
    """The function has an ``except`` that would catch the end of its time as well."""


def call_within(function, arguments, seconds=SECONDS, lines=LINES):
    """function(*arguments), if it is done in time.

    Raises TooLongError if not, CatchesAllError for a function that could not be stopped, and
    whatever the function raises. The trace function that was there before is there again after.

    >>> call_within(max, (1, 2))
    2
    """
    if catches_all(function):
        raise CatchesAllError
    run = 0
    end = time.monotonic() + seconds

    def trace(frame, event, argument):
        nonlocal run
        if event == "line":
            run += 1
            if run > lines or (run % LINES_BETWEEN_LOOKS == 0 and time.monotonic() > end):
                raise TooLongError
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return function(*arguments)
    finally:
        sys.settrace(before)


def catches_all(function):
    """Whether a function's source has ``except:`` or ``except BaseException:``."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):  # no source to look at
        return False
    return any(
        isinstance(node, ast.ExceptHandler)
        and (node.type is None or "BaseException" in ast.unparse(node.type))
        for node in ast.walk(tree)
    )
