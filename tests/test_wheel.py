"""A wheel in an empty environment, without the checkout: every command of the README works."""

import os
import subprocess
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The Python of an environment that holds the wheel and what it requires, and nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pins = ["-c", ROOT / "constraints.txt"]
    subprocess.run([python, "-m", "pip", "install", "-q", *pins, wheel], check=True)
    return python


@pytest.mark.exhaustive
def test_every_command_works_from_an_installed_wheel(python, tmp_path):
    def command(*words):
        answer = subprocess.run(
            [python, "-I", "-m", "backprop_lib", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    assert "WRONG" not in command("check")
    for words, made in (
        (("fresh", "my_lessons"), "my_lessons/00_start_here.ipynb"),
        (("solutions", "solved"), "solved/07_matrices_and_batches_solutions.ipynb"),
        (("worksheet", "--seed", "1", "--students", "2"), "worksheet_1/sheets_to_print.html"),
        (("slides", "00"), "slides/00_start_here.slides.html"),
        (("summary",), "summary.html"),
    ):
        command(*words)
        assert (tmp_path / made).is_file(), sorted(tmp_path.rglob("*"))
    lesson = tmp_path / "my_lessons" / "00_start_here.ipynb"
    execute = ("nbconvert", "--to", "notebook", "--execute", "--stdout", "--log-level", "ERROR")
    ran = subprocess.run([python, "-m", *execute, lesson], cwd=tmp_path, capture_output=True)
    assert ran.returncode == 0 and b"0.298371109" in ran.stdout
    version = subprocess.run([python, "-m", "jupyter", "lab", "--version"], capture_output=True)
    assert version.returncode == 0
