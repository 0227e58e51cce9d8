"""The steps of a build, in their order. Nothing is written before everything given is checked."""

import json
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from . import bytecode
from .contents import site_files, site_lessons
from .front_page import add_to_the_pages, front_page_files
from .lite import KERNEL_NEEDS, STOOD_IN_FOR, WORKER, add_settings, build_lite
from .lock import edition, wheel_entry, with_other_file
from .pyodide_files import (
    LOCK,
    PUBLIC_ADDRESS,
    STANDARD_LIBRARY,
    WANTED,
    PyodideFiles,
    normalised,
    pyodide_files,
)
from .target import MARK, check_target, put_in_place
from .wheels import INSTALLER, KERNEL_SIDE, build_our_wheel, download_wheels, write_kernel_side

OUR_PACKAGE = "backprop-lib"
OURS = "static/pyodide"
LATE = ("sympy", "matplotlib", "tqdm")  # what our library needs only now and then
KERNEL_WHEELS = f"{WORKER}/pypi"
TO_THE_SITE = "/".join([".."] * len(WORKER.split("/")))
TAKEN_WITH_THE_KERNEL = ("ipykernel-*", "pyodide_kernel-*", "widgetsnbextension-4*")


def build_site(
    site: Path,
    pyodide: Path | None = None,
    python: str | None = None,
    report: Callable[[str], object] = print,
) -> None:
    """Make the site. report: called with a line for each step. Raises RefusalError."""
    site = Path(site).absolute()
    check_target(site)
    files = pyodide_files(pyodide) if pyodide else None
    if files is None:
        report(
            f"Without --pyodide, the page takes Pyodide from {PUBLIC_ADDRESS} when it is opened."
        )
    compiler = bytecode.find_python(python)
    if compiler is None:
        report(
            "There is no Python 3.12 here to compile for the page: its first start takes longer."
        )
    site.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place, so that it can be moved there whole.
    with tempfile.TemporaryDirectory(dir=site.parent, prefix=".site-") as work:
        built = Path(work) / "site"
        _build(Path(work), built, files, compiler, report)
        put_in_place(built, site)
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    report(f"wrote {site}: {size / 1e6:.0f} MB")


def _build(work, built, files, compiler, report):
    report("The lessons ...")
    contents = work / "contents"
    for name, text in site_files():
        write(contents / name, text)
    report("JupyterLab's page ...")
    lite = work / "lite"
    lite.mkdir()
    build_lite(lite, contents, built)
    report("The wheels ...")
    wheels = work / "wheels"
    wheels.mkdir()
    download_wheels(wheels)
    build_our_wheel(wheels)
    write_kernel_side(wheels, installs=files is None)
    for pattern in TAKEN_WITH_THE_KERNEL if files else ():
        (wheel,) = (built / KERNEL_WHEELS).glob(pattern)
        wheel.rename(wheels / wheel.name)
    report("Compiling them ..." if compiler else "Packing them ...")
    lock = _pyodide_folder(work, built / OURS, files, wheels, compiler)
    # Another content, another address: so a browser may keep the files for good.
    place = f"{OURS}-{edition(lock)}"
    (built / OURS).rename(built / place)
    pyodide = f"./{place}/" if files else PUBLIC_ADDRESS
    packages = _loaded_first(lock, files, f"{TO_THE_SITE}/{place}")
    add_settings(built / "jupyter-lite.json", packages, f"{pyodide}pyodide.js")
    for name, text in front_page_files(list(site_lessons())):
        write(built / name, text)
    add_to_the_pages(built)
    _write_json(
        built / MARK, {"made by": "tools/build_site.py", "backprop-lib": version(OUR_PACKAGE)}
    )


def _pyodide_folder(work, folder, files: PyodideFiles | None, wheels, compiler):
    """Write the wheels, and Pyodide where it is at hand, and the lock of all of them."""
    folder.mkdir(parents=True)
    known = {normalised(wheel.name.split("-")[0]) for wheel in wheels.iterdir()}
    known |= set(files.packages) if files else set(map(normalised, WANTED))
    lock = {}
    if files:
        lock = dict(files.packages)
        for name, content in files.contents.items():
            _pyodide_file(work / "as_released" / name, content, folder / name, compiler)
        for name, entry in files.packages.items():
            lock[name] = with_other_file(entry, folder / entry["file_name"])
    for wheel in sorted(wheels.iterdir()):
        ours = normalised(wheel.name.split("-")[0]) == OUR_PACKAGE
        bytecode.repacked(wheel, folder / wheel.name, compiler, ours, _is_no_use)
        name, entry = wheel_entry(folder / wheel.name, known)
        lock[name] = entry
    if files:
        stand_in = lock[normalised(KERNEL_SIDE)]
        lock |= {name: stand_in | {"name": name, "imports": []} for name in STOOD_IN_FOR}
        lock[OUR_PACKAGE]["depends"] = [n for n in lock[OUR_PACKAGE]["depends"] if n not in LATE]
        _write_json(folder / LOCK, {"info": files.info, "packages": lock})
    return lock


def _pyodide_file(kept, content, target, compiler):
    kept.parent.mkdir(exist_ok=True)
    if target.suffix == ".whl" or target.name == STANDARD_LIBRARY:
        kept.write_bytes(content)
        bytecode.repacked(kept, target, compiler, left_out=_is_no_use)
    else:
        target.write_bytes(content)


def _is_no_use(name):
    """Whether nobody needs a file of a wheel: tests, and JupyterLab's side of a widget."""
    return "/tests/" in name or ".data/data/share/" in name


def _loaded_first(lock, files, from_the_worker):
    """What is loaded before the first cell: the packages of the kernel, and ours."""
    if files:
        return [*KERNEL_NEEDS, *STOOD_IN_FOR, KERNEL_SIDE, OUR_PACKAGE]
    # The official lock knows nothing of our wheels: they are named by their addresses. The kernel
    # installs its own.
    wheels = [f"{from_the_worker}/{entry['file_name']}" for entry in lock.values()]
    return [*WANTED, *(name for name in STOOD_IN_FOR if name != INSTALLER), "sqlite3", *wheels]


def write(path: Path, text: str) -> None:
    """Write a text into a file, and make its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _write_json(path, content):
    path.write_text(json.dumps(content, indent=1), "utf-8")
