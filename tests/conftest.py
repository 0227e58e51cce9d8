"""Settings for every test."""

import pytest
from hypothesis import settings

from backprop_lib import generated_loop

# The same examples in every run, and no time limit for one: a busy machine is not a wrong formula.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")


@pytest.fixture(scope="module", autouse=True)
def no_loop_compiled_by_another_module():
    """Training takes a compiled loop where there is one, and another module may have made it."""
    generated_loop._kept.cache_clear()
