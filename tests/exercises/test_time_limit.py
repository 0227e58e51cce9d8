"""A learner's function is stopped when its time is up, and nothing is left behind."""

import sys
import textwrap
import threading
import time
from bdb import Bdb
from fractions import Fraction
from time import process_time

import numpy as np
import pytest

from backprop_lib.exercises.time_limit import (
    CatchesAllError,
    TooLongError,
    a_debugger_is_at_work,
    call_within,
    catches_all,
)


def endless():
    n = 0
    while True:
        n += 1


def endless_on_one_line():
    while True: pass  # fmt: skip  # noqa: E701


def endless_without_a_step():
    while True:
        continue


def endless_on_one_line_inside():
    def inner():
        while 1: ...  # fmt: skip

    inner()


def endless_and_stubborn():
    while True:
        try:
            len("")
        except Exception:
            return


def endless_with_slow_lines():
    while True:
        time.sleep(0.05)


def endless_with_ever_slower_lines():
    n = 3
    while True:
        n = n * n


def many_products_on_one_line():
    a = np.ones((600, 600))
    return sum((a @ a)[0, 0] for _ in range(10_000))


def calls_endless():
    return [endless() for _ in range(2)]


@pytest.mark.parametrize(
    "function",
    [
        *(endless, endless_and_stubborn, calls_endless),
        *(endless_on_one_line, endless_without_a_step, endless_on_one_line_inside),
        *(endless_with_slow_lines, endless_with_ever_slower_lines, many_products_on_one_line),
    ],
)
def test_an_endless_loop_is_stopped(function):
    start, threads = process_time(), threading.active_count()
    with pytest.raises(TooLongError):
        call_within(function, (), seconds=0.3)
    assert process_time() - start < 3
    assert threading.active_count() == threads


def test_a_loop_is_stopped_by_its_lines_as_well():
    with pytest.raises(TooLongError):
        call_within(endless, (), seconds=1000, lines=10_000)


def test_what_comes_back_too_late_is_not_taken():
    with pytest.raises(TooLongError):
        call_within(time.sleep, (0.2,), seconds=0.1)


def test_looking_at_the_clock_costs_little():
    def work():
        n = 0
        for _ in range(20_000):
            n += 1
        return n

    start = process_time()
    assert call_within(work, ()) == 20_000
    assert process_time() - start < 1  # 40,000 lines; about 0.03 s here


def test_what_is_done_in_time_is_returned():
    assert call_within(lambda a, b: a + b, (1, 2)) == 3


def test_the_earlier_trace_is_there_again_whatever_happens():
    def earlier(frame, event, argument):
        return None

    before = sys.gettrace()
    for function in (endless, lambda: 1 / 0, lambda: 1):
        sys.settrace(earlier)
        try:
            call_within(function, (), seconds=0.1)
        except (TooLongError, ZeroDivisionError):
            pass
        finally:
            after = sys.gettrace()
            sys.settrace(before)
        assert after is earlier


def test_whoever_holds_the_trace_keeps_it_and_a_clock_ends_the_loop():
    lines = []

    def earlier(frame, event, argument):
        lines.append(frame.f_lineno)
        return earlier

    def learner_s():
        return 3

    before = sys.gettrace()
    threads = threading.active_count()
    sys.settrace(earlier)
    try:
        assert call_within(learner_s, ()) == 3
        during = sys.gettrace()
        with pytest.raises(TooLongError):
            call_within(endless_with_slow_lines, (), seconds=0.2)
    finally:
        sys.settrace(before)
    assert during is earlier
    assert learner_s.__code__.co_firstlineno + 1 in lines  # where a breakpoint would have been
    assert threading.active_count() == threads


def test_with_a_debugger_nothing_is_traced_and_nothing_stopped(monkeypatch):
    taken = []
    monkeypatch.setattr(sys, "settrace", lambda function: taken.append(function))
    assert a_debugger_is_at_work()
    assert call_within(time.sleep, (0.2,), seconds=0.1) is None
    assert taken == []


def test_the_debugger_of_python_is_seen():
    assert not a_debugger_is_at_work()
    before, debugger = sys.gettrace(), Bdb()
    debugger.reset()
    sys.settrace(debugger.trace_dispatch)
    try:
        seen = a_debugger_is_at_work()
    finally:
        sys.settrace(before)
    assert seen


def test_lines_of_a_library_are_not_counted():
    def prints():
        return len(textwrap.dedent("  a\n" * 50)) + len([repr(Fraction(1, 3)) for _ in range(500)])

    assert call_within(prints, (), lines=2000) > 500


def named_except():
    try:
        return 1
    except ValueError:
        return 2


def bare_except():
    while True:
        try:
            len("")
        except:  # noqa: E722
            continue


def base_exception():
    try:
        return 1
    except (ValueError, BaseException):
        return 2


def jump_out_of_finally():
    while True:
        try:
            len("")
        finally:
            continue  # noqa: B012


def calm_finally():
    try:
        return 1
    finally:
        len("")


def calls_bare_except():
    try:
        return bare_except()
    except Exception:
        return 0


@pytest.mark.parametrize("function", [bare_except, base_exception, jump_out_of_finally])
def test_a_function_that_could_not_be_stopped_is_not_started(function):
    assert catches_all(function)
    with pytest.raises(CatchesAllError):
        call_within(function, ())


def test_nor_is_one_that_a_function_calls():
    assert not catches_all(calls_bare_except)
    with pytest.raises(CatchesAllError):
        call_within(calls_bare_except, ())


@pytest.mark.parametrize("function", [named_except, calm_finally])
def test_a_function_that_lets_its_end_through_is_let_in(function):
    assert not catches_all(function)
    assert call_within(function, ()) == 1


@pytest.mark.parametrize("function", [max, print, type, eval("lambda: 1")])
def test_a_function_without_source_is_let_in(function):
    assert not catches_all(function)
