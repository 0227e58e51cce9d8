"""One classroom for all tests of a module that ask for it."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from .hub import Classroom, missing


@pytest.fixture(scope="module")
def bare():
    """A classroom with accounts and lessons, in which nothing runs."""
    if why := missing():
        pytest.skip(f"no classroom here: {why}")
    import fcntl  # which Windows has not

    # Two workers would take each other's accounts away.
    with open(Path(tempfile.gettempdir()) / "classroom.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = Path(tempfile.mkdtemp(prefix="classroom_"))
        os.chmod(folder, 0o755)  # every account reads the packages
        made = Classroom(folder)
        try:
            made.packages()
            made.set_up()
            yield made
        finally:
            made.close()
            shutil.rmtree(folder)
