"""Settings for every test."""

import os

import pytest
from hypothesis import settings

# The same examples in every run, and no time limit for one: a busy machine is not a wrong formula.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")

if "MUTANT_UNDER_TEST" in os.environ:
    pytest_plugins = ["mutation_runs"]


@pytest.fixture(scope="module", autouse=True)
def no_loop_compiled_by_another_module():
    """Training takes a compiled loop where there is one, and another module may have made it."""
    # Here, so that a mutant with which the library cannot be imported makes tests fail.
    from backprop_lib.symbolic import generated_loop

    generated_loop._kept.cache_clear()
