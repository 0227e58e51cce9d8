"""The site, built once for a worker, and served on loopback."""

import os
import subprocess
import venv
from pathlib import Path

import pytest

from .handed_out import handed_out
from .pyodide_release import get_pyodide, npm_is_here

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Folder of a site that was built by the two commands of the README, in a new environment."""
    if not npm_is_here():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Pyodide comes by npm: install npm")
    folder = tmp_path_factory.mktemp("site")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    ran(python, "-m", "pip", "install", "-q", "-c", "constraints.txt", "-e", ".[site]")
    pyodide = get_pyodide(folder, python)
    ran(python, "tools/build_site.py", "--pyodide", pyodide, "--output", folder / "out")
    return folder / "out"


def ran(*command):
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served; ends with a slash."""
    with handed_out(site) as address:
        yield address
