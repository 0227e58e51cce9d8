"""Commands for the terminal: ``python -m backprop_lib check``."""

import argparse
import sys

from backprop_lib.environment_check import main as check_environment


def main(arguments: "list[str] | None" = None) -> int:
    """Run one command and return its exit code: 0 when all is well, 1 when something is not."""
    parser = argparse.ArgumentParser(prog="python -m backprop_lib")
    commands = parser.add_subparsers(title="commands", dest="command", required=True)
    check = commands.add_parser("check", help="say whether the notebooks can run here")
    check.set_defaults(run=check_environment)
    return parser.parse_args(arguments).run()


if __name__ == "__main__":
    sys.exit(main())
