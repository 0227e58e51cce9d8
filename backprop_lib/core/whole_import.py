"""Imports made whole: the stop button waits until what is being loaded has been loaded.

SymPy, numba and others load hundreds of modules. Stopped halfway, Python throws the outermost
away and keeps the rest, and the next import puts together what does not fit: "module 'sympy' has
no attribute 'external'", until the kernel is started again.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def whole_import() -> Iterator[None]:
    """Hold an interrupt back while the block imports; after it, it comes to whoever wants it.

    Where no interrupt can come, off the main thread and where there are no signals, it does
    nothing. Raises KeyboardInterrupt after the block, as Python would have inside it.

    >>> with whole_import():
    ...     import sympy
    """
    held = []
    before = _replaced_by(lambda *_: held.append(True))
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
        if held:
            signal.raise_signal(signal.SIGINT)


def _replaced_by(handler):
    """Put a handler of the interrupt in the place of another, and return that; None if it cannot.

    None as well where somebody else than Python handles it, who could not be put back.
    """
    if threading.current_thread() is not threading.main_thread():
        return None
    try:
        before = signal.getsignal(signal.SIGINT)
        if before is not None:
            signal.signal(signal.SIGINT, handler)
    except (AttributeError, OSError, ValueError):  # no signals here
        return None
    return before
