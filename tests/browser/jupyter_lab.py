"""JupyterLab on loopback, for tests and benchmarks: its own folders, its own port, own process."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat

NOTEBOOK = "lab.ipynb"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
CHROMIUM += ["--disable-background-networking", "--disable-component-update"]
HOW_TO_GET_A_BROWSER = (
    "no Chromium was found: 'sudo apt install chromium' or 'python -m playwright install chromium'"
)


def find_browser(playwright):
    """Path of Chromium: the system's, or the one that Playwright has installed, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextmanager
def jupyter_lab(folder, notebooks, dark=False):
    """Address of a JupyterLab that serves ``notebooks``; it ends with the ``with`` block.

    folder: an empty folder for everything that JupyterLab wants to keep.
    """
    folder = Path(folder)
    _settings(folder, "apputils-extension", "themes", {"theme": f"JupyterLab {_theme(dark)}"})
    _settings(folder, "docmanager-extension", "plugin", {"autosave": False})
    news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    _write(folder / "config" / "labconfig" / "page_config.json", news)
    port = _free_port()
    with open(folder / "log.txt", "wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
                *("--IdentityProvider.token=", f"--ServerApp.root_dir={notebooks}"),
            ],
            env=os.environ
            | {
                "JUPYTER_CONFIG_DIR": str(folder / "config"),
                "JUPYTER_DATA_DIR": str(folder / "data"),
                "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
                "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
                "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
                "IPYTHONDIR": str(folder / "ipython"),
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, process, folder / "log.txt")
            yield address
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:  # seen: one that was busy never came to an end
                process.kill()
                process.wait()


@contextmanager
def served(folder, *cells):
    """Address of a JupyterLab that serves one notebook, NOTEBOOK, with these cells."""
    (folder / "notebooks").mkdir()
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "notebooks" / NOTEBOOK)
    with jupyter_lab(folder, folder / "notebooks") as address:
        yield address


def address_of(address, name=NOTEBOOK):
    """Where a notebook opens alone, without those that other tests have left open.

    JupyterLab opens them all again, and asks for a kernel where one has gone meanwhile.
    """
    return f"{address}/lab/tree/{name}?reset"


def open_notebook(page, address, name=NOTEBOOK):
    """Open a notebook and run all its cells."""
    page.goto(address_of(address, name))
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=180_000)
    # Cells run before the kernel is there are not run at all.
    page.wait_for_selector("#jp-main-statusbar >> text=/\\| Idle$/", timeout=180_000)
    page.keyboard.press("Control+b")  # the file list takes a quarter of a small screen
    run_all(page)


def wait_until_done(page, address):
    """Wait until the kernels have nothing left to do: JupyterLab moves the focus until then.

    Before the first cell is on its way they have nothing to do either, so that an idle kernel
    counts for less until it was seen busy.
    """
    was_busy, quiet = False, 0
    while quiet < (10 if was_busy else 50):
        kernels = page.request.get(f"{address}/api/kernels").json()
        idle = all(kernel["execution_state"] == "idle" for kernel in kernels)
        was_busy = was_busy or not idle
        quiet = quiet + 1 if idle else 0
        page.wait_for_timeout(100)


def restart_kernel(page):
    """Restart the kernel, by the menu."""
    page.click('.lm-MenuBar-itemLabel:text-is("Kernel")')
    page.click('[data-command="kernelmenu:restart"]')
    page.click(".jp-Dialog .jp-mod-accept.jp-mod-warn")


def run_in_new_cell(page, cell, source):
    """Run a line in a new cell below one; return the new one."""
    cell.locator(".cm-content").click()
    for key in ("Escape", "b", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type(source)
    new = page.locator(".jp-CodeCell.jp-mod-active")
    index = new.get_attribute("data-windowed-list-index")
    page.keyboard.press("Control+Enter")
    return page.locator(f'.jp-CodeCell[data-windowed-list-index="{index}"]')


@contextmanager
def held_kernel(page, cell):
    """The kernel of the notebook is stopped for a while, as one is that has too much to do."""
    shown = run_in_new_cell(page, cell, "__import__('os').getpid()").locator(
        ".jp-OutputArea-output"
    )
    process = int(shown.inner_text(timeout=180_000))
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def run_all(page):
    """Run all cells, by the menu; again, as long as there is no kernel yet that would run one."""
    running = page.locator(".jp-Notebook .jp-InputPrompt", has_text=re.compile(r"\[(\*|\d+)\]"))
    for _ in range(30):
        page.click('.lm-MenuBar-itemLabel:text-is("Run")')
        page.click('[data-command="runmenu:run-all"]')
        # Without a kernel every number in brackets goes and none comes.
        page.wait_for_timeout(1000)
        if running.count():
            return
    raise AssertionError("Run All runs no cell.")


def _settings(folder, extension, plugin, settings):
    path = folder / "settings" / "@jupyterlab" / extension / f"{plugin}.jupyterlab-settings"
    _write(path, settings)


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")


def _theme(dark):
    return "Dark" if dark else "Light"


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_for(address, process, log):
    for _ in range(900):
        if process.poll() is not None:
            raise RuntimeError(f"JupyterLab ended at once:\n{log.read_text('utf-8')}")
        try:
            urllib.request.urlopen(f"{address}/api/status").close()
            return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab does not answer:\n{log.read_text('utf-8')}")


def switch_theme(page, theme):
    """theme: "JupyterLab Light" or "JupyterLab Dark"."""
    page.click('.lm-MenuBar-itemLabel:text-is("Settings")')
    page.hover('.lm-Menu-itemLabel:text-is("Theme")')
    page.click(f'.lm-Menu-itemLabel:text-is("{theme}")')
    is_light = str(theme != "JupyterLab Dark").lower()
    page.wait_for_selector(f'body[data-jp-theme-light="{is_light}"]', state="attached")
