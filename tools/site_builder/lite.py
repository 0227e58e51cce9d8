"""JupyterLab's page without a server, as jupyterlite makes it."""

import json
import subprocess
import sys
from pathlib import Path

from .refusal import RefusalError

KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
# By these names the kernel looks whether it must install them itself, one after the other.
KERNEL_NEEDS = ("ipykernel", "comm", "pyodide_kernel", "ipython", "sqlite3")
# The same, but nobody needs them: completion by Jedi, encrypted connections, an installer. Each
# stands for our own small wheel.
STOOD_IN_FOR = ("micropip", "piplite", "ssl", "jedi")
STORE = "backprop_lib"  # of the browser, in which a learner's work is kept
APP_NAME = "Backpropagation, step by step"
# Where the kernel's worker stands, in the site.
WORKER = "extensions/@jupyterlite/pyodide-kernel-extension/static"


def build_lite(work: Path, contents: Path, site: Path) -> None:
    """Make the page into the folder ``site``. work: an empty folder. contents: what it opens.

    Raises RefusalError if jupyterlite does not do it.
    """
    settings = {
        "contents": [str(contents)],
        "output_dir": str(site),
        "apps": ["lab", "notebooks", "tree"],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
    (work / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": settings}))
    command = [sys.executable, "-m", "jupyterlite_core", "build", f"--lite-dir={work}"]
    answer = subprocess.run(command, cwd=work, capture_output=True, text=True)
    if answer.returncode:
        raise RefusalError(f"jupyterlite did not build the page:\n{answer.stdout}{answer.stderr}")


def add_settings(path: Path, packages: list[str], pyodide: str) -> None:
    """Add to the jupyter-lite.json of a built page what our kernel needs.

    packages: what is loaded before the first cell. pyodide: the address
    of its pyodide.js.
    """
    settings = json.loads(path.read_text("utf-8"))
    data = settings["jupyter-config-data"]
    data |= {
        "appName": APP_NAME,
        "exposeAppInBrowser": True,
        "contentsStorageName": STORE,
        "settingsOverrides": {
            "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 10},  # seconds
            "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
        },
    }
    data.setdefault("litePluginSettings", {})[KERNEL] = {
        "pyodideUrl": pyodide,
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": packages},
    }
    path.write_text(json.dumps(settings, indent=1), "utf-8")
