"""Settings for every test."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, and no time limit for one: a busy machine is not a wrong formula.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")

ROOT = Path(__file__).parent.parent

if "MUTANT_UNDER_TEST" in os.environ:
    pytest_plugins = ["mutation_runs"]


@pytest.fixture(scope="module", autouse=True)
def no_loop_compiled_by_another_module():
    """Training takes a compiled loop where there is one, and another module may have made it."""
    # Here, so that a mutant with which the library cannot be imported makes tests fail.
    from backprop_lib.symbolic import generated_loop

    generated_loop._kept.cache_clear()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """A wheel of the library, built from a copy: what an older build left would be packed too."""
    copy, built = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(
        ROOT / "backprop_lib", copy / "backprop_lib", ignore=shutil.ignore_patterns("__pycache__")
    )
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", built, copy]
    subprocess.run(build, check=True)
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of a worker that need one: there can be no second Playwright."""
    from browser.jupyter_lab import CHROMIUM, HOW_TO_GET_A_BROWSER, find_browser
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None and os.environ.get("CI"):
            pytest.fail(f"browser tests are never skipped in CI, and {HOW_TO_GET_A_BROWSER}")
        if path is None:
            pytest.skip(f"browser tests need a browser; {HOW_TO_GET_A_BROWSER}")
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()
