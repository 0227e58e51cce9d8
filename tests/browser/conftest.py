"""One JupyterLab for all browser tests of a worker."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .jupyter_lab import jupyter_lab

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
# Two workers, each with a browser, a server and kernels, share a small machine, which may be busy.
PATIENCE = 90_000
expect.set_options(timeout=PATIENCE)


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
