"""Commands for the terminal: ``python -m backprop_lib check``, and what a teacher needs.

This module imports nothing heavy, and reads on Pythons older than the suite needs: ``check`` has
to run where nothing else does.
"""

import argparse
import os
import sys
from collections.abc import Callable

from backprop_lib.environment_check import main as check_environment

MOST_STUDENTS = 500
MOST_SEED = 999_999_999  # it stands in the name of a folder


def main(arguments: "list[str] | None" = None) -> int:
    """Run one command and return its exit code.

    0: all is well. 1: something is wrong, and the last line says what. 2: the command was not
    understood.
    """
    say_whatever_the_locale()
    chosen = command_line().parse_args(arguments)
    try:
        return chosen.run(chosen)
    except BrokenPipeError:  # whoever read along has gone; nor may Python write at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ImportError as missing:
        return fault(f"{missing}. Run 'python -m backprop_lib check': it says how to mend it.")
    except OSError as wrong:
        return fault(wrong)


def say_whatever_the_locale() -> None:
    """What a terminal cannot show, such as an umlaut in the name of a folder, is spelled out."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a stream of somebody else's may have none
            stream.reconfigure(errors="backslashreplace")


def command_line() -> argparse.ArgumentParser:
    """Every command with its options."""
    parser = argparse.ArgumentParser(
        prog="python -m backprop_lib",
        description="What the notebooks of this suite need around them.",
        epilog="No command overwrites a file.",
    )
    commands = parser.add_subparsers(title="commands", dest="command", required=True)

    check = commands.add_parser("check", help="say whether the notebooks can run here")
    check.set_defaults(run=lambda chosen: check_environment())

    fresh = command(
        commands, "fresh", fresh_copy, "copy the notebooks, all clean, into a folder of your own"
    )
    fresh.add_argument(
        "folder",
        metavar="DIR",
        help="a new folder, or one that has lessons: it gets the missing ones",
    )

    solutions = command(
        commands, "solutions", solutions_copy, "write the notebooks, all solved, into a new folder"
    )
    solutions.add_argument("folder", metavar="DIR", help="a new folder")

    sheets = command(
        commands, "worksheet", worksheets, "make a worksheet for each student, and the answer key"
    )
    sheets.add_argument(
        "--seed",
        type=whole_number(0, MOST_SEED),
        required=True,
        help="the same number, the same sheets",
    )
    sheets.add_argument(
        "--students", type=whole_number(1, MOST_STUDENTS), required=True, help="how many sheets"
    )
    sheets.add_argument(
        "--layers",
        type=whole_number(1, 9),
        nargs="+",
        metavar="N",
        default=[2, 2, 2],
        help="inputs, then the neurons of each layer (2 2 2)",
    )
    sheets.add_argument(
        "--activations",
        nargs="+",
        metavar="NAME",
        default=["logistic"],
        help="logistic, tanh, ReLU, identity, softmax: one for all layers, or one for each",
    )
    sheets.add_argument(
        "--error",
        default="half squared",
        help="'half squared', 'squared', 'mean squared' or 'cross-entropy' (half squared)",
    )
    sheets.add_argument("--to", metavar="DIR", help="a new folder (default: worksheet_SEED)")

    decks = command(commands, "slides", slides, "make a deck of slides of each lesson")
    decks.add_argument("lesson", nargs="*", help="its number, such as 03 (default: all)")
    decks.add_argument("--to", metavar="DIR", default="slides", help="a new folder (%(default)s)")
    decks.add_argument(
        "--local",
        metavar="ASSETS",
        help="a folder of scripts, for a room without a network; the README says how to get it",
    )

    live = command(commands, "present", present, "show decks of slides with their labs live")
    live.add_argument(
        "folder", metavar="DIR", nargs="?", default="slides", help="of the decks (%(default)s)"
    )

    page = command(commands, "summary", summary, "make the one-page summary of the backward pass")
    page.add_argument(
        "--to", metavar="FILE", default="summary.html", help="a new file (%(default)s)"
    )

    of_class = command(
        commands, "class-report", class_report, "say what a class has right, and where it is stuck"
    )
    of_class.add_argument(
        "folder", metavar="FOLDER", help="has a folder for each student, with notebooks in it"
    )
    of_class.add_argument(
        "--output", metavar="DIR", default="class_report", help="a new folder (%(default)s)"
    )
    return parser


def command(
    commands: "argparse._SubParsersAction",
    name: str,
    run: "Callable[[argparse.Namespace], int]",
    words: str,
) -> argparse.ArgumentParser:
    """One more command; its own help says what the list of commands says."""
    added = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    added.set_defaults(run=run)
    return added


def whole_number(least: int, most: int) -> "Callable[[str], int]":
    """A reader for argparse of a whole number in a range."""

    def read(text):
        # Python reads no number of thousands of digits; the longest that fits is soon told.
        in_range = text.isdecimal() and len(text) <= 20 and least <= int(text) <= most
        if not in_range:
            came = repr(text) if len(text) <= 40 else f"{text[:20]!r}... ({len(text):,} characters)"
            raise argparse.ArgumentTypeError(
                f"expected a whole number, from {least} to {most}, got {came}"
            )
        return int(text)

    return read


def fault(words: object) -> int:
    print(words, file=sys.stderr)
    return 1


def say(line: str) -> None:
    """Progress: a line that is seen at once."""
    print(line, flush=True)


def fresh_copy(chosen: argparse.Namespace) -> int:
    from backprop_lib.teaching.lesson_copies import fresh_copy

    fresh_copy(chosen.folder, report=say)
    say(f"Open them with: jupyter lab {chosen.folder}")
    return 0


def solutions_copy(chosen: argparse.Namespace) -> int:
    from backprop_lib.teaching.lesson_copies import solutions_copy

    solutions_copy(chosen.folder, report=say)
    say(f"Open them with: jupyter lab {chosen.folder}")
    return 0


def worksheets(chosen: argparse.Namespace) -> int:
    from backprop_lib.core.starting_weights import random_network
    from backprop_lib.teaching.worksheet import write_worksheets

    folder = chosen.to or f"worksheet_{chosen.seed}"
    kinds = chosen.activations if len(chosen.activations) > 1 else chosen.activations[0]
    try:
        network = random_network(chosen.layers, activations=kinds, error=chosen.error)
        write_worksheets(folder, chosen.seed, chosen.students, network.architecture, report=say)
    except ValueError as refused:
        return fault(refused)
    say(f"Print {folder}/sheets_to_print.html from a browser, on both sides of the paper.")
    return 0


def slides(chosen: argparse.Namespace) -> int:
    from backprop_lib.teaching.slides import write_slides

    write_slides(chosen.to, chosen.local, say, chosen.lesson)
    say(f"Open a deck of {chosen.to} in a browser. Space goes on, S opens the speaker's window.")
    return 0


def present(chosen: argparse.Namespace) -> int:
    from backprop_lib.teaching.live_slides import present

    present(chosen.folder, report=say)
    return 0


def summary(chosen: argparse.Namespace) -> int:
    from backprop_lib.teaching.summary_page import write_summary

    say(f"wrote {write_summary(chosen.to)}")
    return 0


def class_report(chosen: argparse.Namespace) -> int:
    from backprop_lib.teaching.class_report import write_class_report

    write_class_report(chosen.folder, chosen.output, report=say)
    say(f"Open {chosen.output}/class_report.html in a browser.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
