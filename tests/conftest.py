"""Settings for every test."""

from hypothesis import settings

# The same examples in every run, and no time limit for one: a busy machine is not a wrong formula.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")
