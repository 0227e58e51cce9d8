"""The site, built once for a worker, and served on loopback."""

import functools
import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.browser.conftest import chromium  # noqa: F401 - a fixture

from .pyodide_release import get_pyodide, npm_is_here

ROOT = Path(__file__).parent.parent.parent


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Folder of a site that was built by the command of the README."""
    if not npm_is_here():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Pyodide comes by npm: install npm")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "tools/build_site.py", "--pyodide", get_pyodide(folder)]
    command += ["--output", folder / "out"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return folder / "out"


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served; ends with a slash."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
