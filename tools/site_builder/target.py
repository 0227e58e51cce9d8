"""The folder that the site goes into: a new one, or an older site of ours, which it replaces."""

import shutil
from pathlib import Path

from .refusal import RefusalError

MARK = "backprop_site.json"  # stands in every site that this builder has made


def check_target(site: Path) -> None:
    """Raises RefusalError if something else than a site of ours is there."""
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        raise RefusalError(f"--output: {site} is no folder. Give the name of a new folder.")
    if site.exists() and any(site.iterdir()) and not (site / MARK).is_file():
        raise RefusalError(
            f"--output: {site} holds something else than a site of this builder, and nothing is "
            "overwritten. Give the name of a new folder."
        )


def put_in_place(built: Path, site: Path) -> None:
    """Move a site that is whole to its place; an older one goes only when the new one is there."""
    check_target(site)
    old = built.with_name("old")
    if site.exists():
        site.rename(old)
    try:
        built.rename(site)
    except BaseException:
        if old.exists():
            old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)
