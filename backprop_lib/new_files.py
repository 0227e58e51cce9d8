"""Writing files that were not there before: nothing is ever overwritten.

The standard library is enough here, so that a command can complain before it loads the rest.
"""

import os
from pathlib import Path


def free_folder(folder):
    """The path of a folder to write into, which is new or empty.

    Raises FileExistsError, in words, if something stands there already.
    """
    folder = Path(folder)
    if folder.is_symlink() and not folder.exists():
        raise FileExistsError(f"{folder} is a link to nothing. Give the name of a new folder.")
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file, not a folder. Give the name of a new folder.")
    found = min(folder.iterdir(), default=None) if folder.exists() else None
    if found:
        raise FileExistsError(
            f"{folder} is not empty: {found.name} is in it. Nothing was written, because nothing "
            "is overwritten. Give the name of a new folder."
        )
    return folder


def write_new(folder, files, report=print):
    """Write files into a new or empty folder and return their paths; all of them or none.

    files: pairs of a relative path and its content (text or bytes), made one by one.
    report: called with a line for each file as it is written.
    Raises FileExistsError if the folder is not free. After any error nothing is left behind.
    """
    folder = free_folder(folder)
    written, made = [], []
    try:
        for name, content in files:
            path = folder / name
            made += make_folders(path.parent)
            with open(path, "xb") as file:
                written.append(path)
                file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
            report(f"wrote {path}")
    except BaseException:
        for path in written:
            path.unlink()
        for path in reversed(made):
            path.rmdir()
        raise
    return written


def write_new_file(path, content):
    """Write one text file that was not there before, whole, and return its path.

    It is written beside its place and then put there, so that a full disk or an interrupt leaves
    nothing half made. Raises FileExistsError, in words, if there was such a file already.
    """
    path = Path(path)
    made = make_folders(path.parent)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(beside, "x", encoding="utf-8", newline="\n") as file:
            file.write(content)
        _put_in_place(beside, path)
    except BaseException as problem:
        beside.unlink(missing_ok=True)
        for folder in reversed(made):
            folder.rmdir()
        if isinstance(problem, FileExistsError):
            raise FileExistsError(
                f"{path} exists. Nothing was written, because nothing is overwritten. "
                "Give a new name."
            ) from None
        raise
    beside.unlink(missing_ok=True)
    return path


def _put_in_place(beside, path):
    """Give a file its name. Raises FileExistsError if something has that name by now."""
    try:
        os.link(beside, path)  # unlike a rename, it never takes the place of another file
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        os.rename(beside, path)


def make_folders(folder):
    """Make a folder and those above it; return the new ones, outermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir()
    return missing[::-1]
