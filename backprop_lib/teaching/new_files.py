"""Writing files that were not there before: nothing is ever overwritten, and nothing half made.

A file is written beside its place, under a name of its own, and put there when it is whole. The
standard library is enough here, so that a command can complain before it loads the rest.
"""

import os
import secrets
from collections.abc import Callable, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path


def free_folder(folder: str | Path) -> Path:
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


def write_new(
    folder: str | Path,
    files: Iterable[tuple[str, str | bytes]],
    report: Callable[[str], object] = print,
) -> list[Path]:
    """Write files into a new or empty folder and return their paths; all of them or none.

    files: pairs of a relative path and its content (text or bytes), made one by one.
    report: called with a line for each file as it is written.
    Raises FileExistsError if the folder is not free, OSError if the disk takes no more. After any
    error nothing is left behind.
    """
    folder = free_folder(folder)
    written = []
    with _all_or_none() as made:
        for name, content in files:
            written.append(_write(folder / name, content, made))
            report(f"wrote {written[-1]}")
    return written


def add_missing(
    folder: str | Path,
    files: Iterable[tuple[str, str | bytes]],
    report: Callable[[str], object] = print,
) -> list[Path]:
    """Write those files into a folder that are not in it yet, and return their paths.

    The rest is as in ``write_new``, but that what is in the folder stays, as it is.
    """
    folder = Path(folder)
    written = []
    with _all_or_none() as made:
        for name, content in files:
            if not os.path.lexists(folder / name):
                written.append(_write(folder / name, content, made))
                report(f"wrote {written[-1]}")
    return written


def write_new_file(path: str | Path, content: str | bytes) -> Path:
    """Write one file (text or bytes) that was not there before, and return its path.

    Raises FileExistsError, in words, if it was, and OSError if the disk takes no more. After any
    error nothing is left behind.
    """
    with _all_or_none() as made:
        return _write(Path(path), content, made)


@contextmanager
def _all_or_none():
    """A list for the paths that are made; after an error they are removed, the last one first."""
    made = []
    try:
        yield made
    except BaseException:
        for path in reversed(made):
            # What somebody else has put into a new folder stays, and so does the folder.
            with suppress(OSError):
                path.unlink() if path.is_file() else path.rmdir()
        raise


def _write(path, content, made):
    """Write one file, and the folders above it; add what is new to the list ``made``."""
    if os.path.lexists(path):
        raise _exists(path)
    _make_folders(path.parent, made)
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(beside, "xb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        _put_in_place(beside, path)
        made.append(path)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as problem:
        raise OSError(
            problem.errno,
            f"{problem.strerror}. Nothing was kept. Make room, or name another place",
            str(path),
        ) from None
    finally:
        beside.unlink(missing_ok=True)
    return path


def _put_in_place(beside, path):
    """Give a file its own name, unless something of that name has appeared.

    Raises FileExistsError if it has.
    """
    try:
        os.link(beside, path)  # which, other than a renaming, overwrites nothing
    except FileExistsError:
        raise
    except (OSError, AttributeError, NotImplementedError):  # no links here, as on a memory stick
        open(path, "xb").close()  # takes the name, if it is free
        try:
            os.replace(beside, path)
        except BaseException:
            path.unlink()
            raise


def _exists(path):
    return FileExistsError(
        f"{path} exists. Nothing was written, because nothing is overwritten. Give a new name."
    )


def _make_folders(folder, made):
    """Make a folder and those above it; add the new ones to the list ``made``, outermost first."""
    for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        with suppress(FileExistsError):  # another program has just made it
            path.mkdir()
            made.append(path)
