"""Build the suite as a web page: a folder of files that any web server can hand out.

    python tools/build_site.py --pyodide FOLDER --output SITE

FOLDER holds an unpacked release of Pyodide; with it, no request leaves the server. Without it the
page takes Pyodide from its public address. An older SITE of this builder is replaced; any other
folder that is not empty is left alone.
"""

import argparse
import sys
from pathlib import Path

from site_builder.build import build_site
from site_builder.refusal import RefusalError


def main(arguments=None):
    """Build, and return the exit code."""
    parser = argparse.ArgumentParser(description="Build the suite as a web page.")
    parser.add_argument("--output", type=Path, required=True, metavar="SITE", help="the new folder")
    parser.add_argument(
        "--pyodide", type=Path, metavar="FOLDER", help="an unpacked Pyodide release"
    )
    parser.add_argument("--python", help="a Python 3.12, to compile with, if none is found")
    chosen = parser.parse_args(arguments)
    try:
        build_site(
            chosen.output, chosen.pyodide, chosen.python, lambda line: print(line, flush=True)
        )
    except RefusalError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
