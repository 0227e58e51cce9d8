"""One JupyterLab and one Chromium for all browser tests of a worker."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from .jupyter_lab import CHROMIUM, HOW_TO_GET_A_BROWSER, find_browser, jupyter_lab

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
# Two workers, each with a browser, a server and kernels, share a small machine, which may be busy.
PATIENCE = 90_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None and os.environ.get("CI"):
            pytest.fail(f"browser tests are never skipped in CI, and {HOW_TO_GET_A_BROWSER}")
        if path is None:
            pytest.skip(f"browser tests need a browser; {HOW_TO_GET_A_BROWSER}")
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def jupyter(chromium, tmp_path_factory):
    """Address of a JupyterLab that serves a copy of the notebooks."""
    folder = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(NOTEBOOKS, folder / "notebooks")
    with jupyter_lab(folder, folder / "notebooks") as address:
        yield address


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(PATIENCE)
    yield page
    page.close()


@pytest.fixture
def plain(chromium):
    """A page without JupyterLab, for plain_page.show; what went wrong on it is seen at the end."""
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(PATIENCE)
    yield page
    assert page.evaluate("faults") == []
    page.close()
