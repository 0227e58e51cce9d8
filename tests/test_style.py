"""The code keeps to ruff's rules and layout; pyproject.toml says which."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = [ROOT / name for name in ("backprop_lib", "tests", "tools", "notebooks")]


def ruff(*arguments):
    command = [sys.executable, "-m", "ruff", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_no_rule_is_broken():
    answer = ruff("check", *FOLDERS)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_layout_is_ruffs():
    answer = ruff("format", "--check", *FOLDERS)
    assert answer.returncode == 0, f"run 'ruff format'\n{answer.stdout}{answer.stderr}"


def test_a_fault_is_seen(tmp_path):
    """The two tests above can fail: the same commands see an unused import and a bad layout."""
    (tmp_path / "tests").mkdir()
    fault = tmp_path / "tests" / "fault.py"
    fault.write_text("import os\nx=1\n")
    config = ("--config", ROOT / "pyproject.toml", "--no-cache")
    assert "F401" in ruff("check", *config, fault).stdout
    assert "1 file would be reformatted" in ruff("format", "--check", *config, fault).stdout


def test_notebooks_are_looked_at():
    assert ".ipynb" in ruff("check", "--show-files", *FOLDERS).stdout
