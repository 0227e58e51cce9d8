"""``python -m backprop_lib present``: slides in which the labs are live.

Voilà serves the decks and, in a frame of its own, each lab with a kernel behind it. A lab's kernel
takes what the lab sends and no code, on this machine alone.
"""

import logging
import os
import re
import socket
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from backprop_lib.core.whole_import import whole_import

DECKS = "*.slides.html"
TEMPLATES = Path(__file__).parent / "jupyter"  # has voila/templates/lab_on_the_wall in it
PORT = 8866  # Voilà's own


def present(folder: str | Path, report: Callable[[str], object] = print) -> None:
    """Serve the decks of a folder with their labs live, until Ctrl+C.

    report: called with a line for the address of each deck. Raises FileNotFoundError for a folder
    without decks, and where Voilà is not installed.
    """
    folder = Path(folder).resolve()
    decks = sorted(folder.glob(DECKS))
    if not decks:
        raise FileNotFoundError(
            f"{folder} holds no decks. "
            f"'python -m backprop_lib slides --to {folder.name}' makes them."
        )
    if not find_spec("voila"):
        raise FileNotFoundError(
            "Live slides need Voilà: python -m pip install 'backprop-lib[live-slides]'. "
            "The decks open without it too, in a browser: each lab is a still then."
        )
    with whole_import():  # not for every command, nor in every installation
        from voila.app import Voila

    served, port = folders_served(folder, decks), free_port()
    root = Path(os.path.commonpath(served))
    for deck in decks:
        report(f"http://127.0.0.1:{port}/voila/files/{quote(deck.relative_to(root).as_posix())}")
    report("Open one in a browser. In a lab, Escape gives the keys back to the slides.")
    report("Ctrl+C here ends it.")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(jupyter_path())
    logging.disable(logging.WARNING)  # of what a browser asks for in vain
    Voila.launch_instance(options(root, served, port))


def folders_served(folder: Path, decks: list[Path]) -> list[Path]:
    """That of the decks, and those where they find their scripts without a network."""
    of_scripts = re.compile(r'href="([^":]+)/reveal\.js/dist/reveal\.css"')
    ways = {way for deck in decks for way in of_scripts.findall(deck.read_text(encoding="utf-8"))}
    return [folder, *sorted((folder / way).resolve() for way in ways)]


def options(root: Path, served: list[Path], port: int) -> list[str]:
    """What Voilà is told: nothing but these folders, and for this machine alone."""
    ways = [re.escape(str(path.relative_to(root))) for path in served]
    allowed = [".*" if way == r"\." else f"{way}{re.escape(os.sep)}.*" for way in ways]
    return [
        *(str(root), "--no-browser", "--template=lab_on_the_wall"),
        *("--Voila.ip=127.0.0.1", f"--port={port}", "--Voila.port_retries=0"),
        *(f"--VoilaConfiguration.file_allowlist={way}" for way in allowed),
        # Voilà refuses the word of a page that is closed, and its kernel would stay.
        *("--MappingKernelManager.cull_idle_timeout=60", "--MappingKernelManager.cull_interval=20"),
        *(["--KernelManager.transport=ipc"] if os.name == "posix" else []),  # nobody can listen
    ]


def jupyter_path() -> list[str]:
    """Where Voilà looks for templates: here, and where it was told to."""
    return [str(TEMPLATES), *filter(None, [os.environ.get("JUPYTER_PATH")])]


def free_port() -> int:
    """PORT, or another if somebody has that one."""
    for wanted in (PORT, 0):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return tried.getsockname()[1]
    raise OSError("This machine has no free port.")
