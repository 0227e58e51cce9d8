"""A learner's function is stopped when its time is up, and nothing is left behind."""

import sys
import threading
from time import perf_counter

import pytest

from backprop_lib.time_limit import CatchesAllError, TooLongError, call_within, catches_all


def endless():
    n = 0
    while True:
        n += 1


def endless_and_stubborn():
    while True:
        try:
            len("")
        except Exception:
            return


def calls_endless():
    return [endless() for _ in range(2)]


@pytest.mark.parametrize("function", [endless, endless_and_stubborn, calls_endless])
def test_an_endless_loop_is_stopped(function):
    start, threads = perf_counter(), threading.active_count()
    with pytest.raises(TooLongError):
        call_within(function, (), seconds=0.3)
    assert perf_counter() - start < 3
    assert threading.active_count() == threads


def test_a_loop_is_stopped_by_its_lines_as_well():
    with pytest.raises(TooLongError):
        call_within(endless, (), seconds=1000, lines=10_000)


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


def test_a_function_that_could_not_be_stopped_is_not_started():
    assert not catches_all(named_except)
    for function in (bare_except, base_exception):
        assert catches_all(function)
        with pytest.raises(CatchesAllError):
            call_within(function, ())


@pytest.mark.parametrize("function", [max, print, type, eval("lambda: 1")])
def test_a_function_without_source_is_let_in(function):
    assert not catches_all(function)
