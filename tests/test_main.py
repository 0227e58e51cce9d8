"""The commands: what they write, what they say, and the exit codes 0, 1 and 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backprop_lib import __main__ as commands
from backprop_lib.__main__ import main
from backprop_lib.teaching.pleasant_numbers import MOST_STUDENTS

LIBRARY = Path(commands.__file__).parent.parent
EVERY = ("check", "fresh", "solutions", "worksheet", "slides", "present", "summary", "class-report")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(f"    {name} " in said for name in EVERY)
    assert "No command overwrites a file." in said


@pytest.mark.parametrize("name", EVERY)
def test_every_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"python -m backprop_lib {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required: command"),
        (["frsh"], "invalid choice: 'frsh'"),
        (["fresh"], "required: DIR"),
        (["worksheet", "--students", "3"], "required: --seed"),
        (
            ["worksheet", "--seed", "x", "--students", "3"],
            "a whole number, from 0 to",
        ),
        (["worksheet", "--seed", "7" * 5000, "--students", "3"], "got '77777777777777777777'..."),
        (["worksheet", "--seed", "1000000000", "--students", "3"], "from 0 to 999999999, got"),
        (["worksheet", "--seed", "-1", "--students", "3"], "--seed: expected"),
        (["worksheet", "--seed", "1", "--students", "0"], "from 1 to 500, got '0'"),
        (["worksheet", "--seed", "1", "--students", "501"], "from 1 to 500, got '501'"),
        (["worksheet", "--seed", "1", "--students", "²"], "from 1 to 500, got '²'"),
    ],
)
def test_a_command_that_is_not_understood_is_two(arguments, words, capsys, elsewhere):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--layers", "2"], "layer_sizes: expected two or more whole numbers"),
        (["--layers", "2", "3", "2"], "which takes 8 and 27. Take fewer neurons."),
        (["--activations", "relu"], "expected one of 'logistic', 'tanh', 'ReLU'"),
        (["--error", "absolute"], "error: expected one of 'half squared'"),
    ],
)
def test_sheets_that_cannot_be_made_are_one_line(options, words, capsys, elsewhere):
    assert main(["worksheet", "--seed", "1", "--students", "1", *options]) == 1
    said = capsys.readouterr()
    assert said.out == "" and words in said.err and said.err.count("\n") == 1
    assert list(elsewhere.iterdir()) == []


def test_as_many_students_as_the_numbers_are_made_for():
    assert commands.MOST_STUDENTS == MOST_STUDENTS


def test_check_runs_the_checks(monkeypatch):
    monkeypatch.setattr(commands, "check_environment", lambda: 1)
    assert main(["check"]) == 1
    monkeypatch.setattr(commands, "check_environment", lambda: 0)
    assert main(["check"]) == 0


ONE_SHEET = "--seed", "5", "--students", "1"


@pytest.mark.parametrize(
    ("arguments", "made", "last"),
    [
        (["solutions", "done"], "done/03_hidden_layer_derivatives_solutions.ipynb", None),
        (
            ["worksheet", "--seed", "5", "--students", "2"],
            "worksheet_5/sheet_002.ipynb",
            "Print worksheet_5/sheets_to_print.html from a browser, on both sides of the paper.",
        ),
        (["worksheet", *ONE_SHEET, "--to", "w"], "w/answer_key.csv", None),
        (
            [
                "worksheet",
                "--seed",
                "5",
                "--students",
                "1",
                "--layers",
                "3",
                "2",
                "1",
                "--activations",
                "tanh",
                "logistic",
            ],
            "worksheet_5/sheet_001.ipynb",
            None,
        ),
        (["summary"], "summary.html", "wrote summary.html"),
        (["summary", "--to", "new/page.html"], "new/page.html", "wrote new/page.html"),
    ],
)
def test_a_command_writes_says_what_and_never_overwrites(arguments, made, last, capsys, elsewhere):
    assert main(arguments) == 0
    said = capsys.readouterr().out.splitlines()
    assert f"wrote {Path(made)}" in said
    assert last is None or said[-1] == last
    before = {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()}
    assert before[elsewhere / made]
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert "Nothing was written, because nothing is overwritten." in error
    assert {p: p.read_bytes() for p in elsewhere.rglob("*") if p.is_file()} == before


def test_fresh_adds_what_is_missing_and_leaves_what_is_there(capsys, elsewhere):
    assert main(["fresh", "mine"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Open them with: jupyter lab mine"
    edited, missing = (
        elsewhere / "mine/00_start_here.ipynb",
        elsewhere / "mine/03_hidden_layer_derivatives.ipynb",
    )
    edited.write_text("mine", encoding="utf-8")
    missing.unlink()
    assert main(["fresh", "mine"]) == 0
    assert edited.read_text("utf-8") == "mine" and missing.is_file()


def test_a_class_report_is_made_once_and_of_a_class_only(capsys, elsewhere):
    assert main(["class-report", "class"]) == 1
    assert capsys.readouterr().err.startswith("class is not a folder. Give one that has a folder")
    (elsewhere / "class/anna").mkdir(parents=True)
    assert main(["class-report", "class", "--output", "report"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "Open report/class_report.html in a browser."
    assert main(["class-report", "class", "--output", "report"]) == 1
    assert "nothing is overwritten" in capsys.readouterr().err


def test_slides_without_their_assets_say_how_to_get_them(capsys, elsewhere):
    assert main(["slides", "--local", "nowhere"]) == 1
    assert "run 'npm install --prefix assets " in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


@pytest.mark.exhaustive
def test_slides_are_made_of_every_lesson(capsys, elsewhere):
    assert main(["slides", "--to", "decks"]) == 0
    lessons = {path.stem for path in (LIBRARY / "notebooks").glob("*.ipynb")}
    assert {p.name for p in (elsewhere / "decks").glob("*.html")} == {
        f"{lesson}.slides.html" for lesson in lessons
    }
    assert "Open a deck of decks in a browser." in capsys.readouterr().out


WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None
from backprop_lib import __main__ as commands
commands.check_environment = lambda: print("checked") or 0
sys.exit(commands.main(sys.argv[1:]))
"""


def without_numpy(*arguments):
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMPY, *arguments],
        cwd=LIBRARY,
        capture_output=True,
        text=True,
    )


def test_without_numpy_check_runs_and_the_rest_sends_you_to_it(tmp_path):
    assert without_numpy("check").stdout == "checked\n"
    answer = without_numpy(
        "worksheet", "--seed", "1", "--students", "1", "--to", str(tmp_path / "w")
    )
    assert answer.returncode == 1
    assert "Run 'python -m backprop_lib check': it says how to mend it." in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_folder_that_cannot_be_made_is_one_line(capsys, elsewhere):
    (elsewhere / "file").touch()
    assert main(["fresh", "file/in"]) == 1
    error = capsys.readouterr().err
    assert "file" in error and len(error.splitlines()) == 1


def test_importing_the_commands_loads_nothing_heavy():
    ask = "import sys, backprop_lib.__main__; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", ask], cwd=LIBRARY, capture_output=True, text=True, check=True
    )
    assert not {"sympy", "nbformat", "nbconvert", "IPython"} & set(answer.stdout.split())


def in_a_terminal(*arguments, before="", **of):
    """What a command says in a process of its own, where the locale knows no letter but ASCII."""
    plain = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    code = f"{before}\nimport sys; from backprop_lib.__main__ import main; sys.exit(main())"
    # In such a locale Python does not find what is installed from a folder with an umlaut.
    found = {"PYTHONPATH": str(LIBRARY)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**plain, **found, "PYTHONIOENCODING": "", **of},
        capture_output=True,
    )


@pytest.mark.exhaustive
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8", ""])
@pytest.mark.parametrize(
    "arguments",
    [
        ("fresh", "frü ∂"),
        ("summary", "--to", "frü ∂.html"),
        ("frü ∂",),
        ("slides", "--local", "ü∂"),
    ],
    ids=" ".join,
)
def test_whatever_the_locale_a_command_says_what_it_did(arguments, encoding, elsewhere):
    answer = in_a_terminal(*arguments, PYTHONIOENCODING=encoding)
    assert b"Traceback" not in answer.stderr and b"UnicodeEncodeError" not in answer.stderr
    done = arguments[0] in ("fresh", "summary")
    assert answer.returncode == (0 if done else 1 if arguments[0] == "slides" else 2)
    assert bool(answer.stdout) == done
    assert ("frü ∂" in {path.stem for path in elsewhere.iterdir()}) == done


@pytest.mark.exhaustive
def test_a_reader_who_leaves_ends_a_command_without_a_traceback(elsewhere):
    """The reading end of the pipe is closed before anything is written."""
    leave = "import os; r, w = os.pipe(); os.close(r); os.dup2(w, 1)"
    answer = in_a_terminal("fresh", "mine", before=leave)
    assert (answer.returncode, answer.stderr) == (1, b"")
    assert list(elsewhere.iterdir()) == []


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no largest file of a process")
@pytest.mark.parametrize(
    "arguments", [("summary", "--to", "new/page.html"), ("fresh", "mine")], ids=" ".join
)
def test_on_a_full_disk_nothing_half_made_stays(arguments, elsewhere):
    full = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (2000, r.RLIM_INFINITY))"
    answer = in_a_terminal(*arguments, before=full, PYTHONDONTWRITEBYTECODE="1")
    assert answer.returncode == 1
    assert b"File too large" in answer.stderr and b"Traceback" not in answer.stderr
    assert list(elsewhere.iterdir()) == []
    assert in_a_terminal(*arguments).returncode == 0
