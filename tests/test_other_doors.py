"""Files for places that no test reaches: their form, and that they say what the README says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.test_readme import SITE_LINE, TEST_LINE
from tools.site_builder.pyodide_files import VERSION

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CONTAINER = ROOT / ".devcontainer" / "devcontainer.json"


def run_lines(workflow):
    """Every command of a workflow."""
    jobs = yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def check(schema, path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, path]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
@pytest.mark.exhaustive
def test_a_workflow_fits_the_schema(workflow):
    answer = check("vendor.github-workflows", workflow)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.exhaustive
def test_a_workflow_that_does_not_fit_is_seen(tmp_path):
    (tmp_path / "odd.yml").write_text("on: push\njobs:\n  a:\n    runs-on: 7\n")
    assert check("vendor.github-workflows", tmp_path / "odd.yml").returncode == 1


def test_the_workflows_say_what_the_readme_says():
    tests, web_page = map(run_lines, WORKFLOWS)
    assert TEST_LINE in tests
    assert SITE_LINE in web_page
    assert any(VERSION in line for line in web_page)
    assert ".venv/bin/python tools/build_site.py --pyodide pyodide --output site" in web_page


def test_every_supported_python_is_tested_on_every_system():
    matrix = yaml.safe_load(WORKFLOWS[0].read_text("utf-8"))["jobs"]["readme"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert [system.split("-")[0] for system in matrix["system"]] == ["ubuntu", "macos", "windows"]


def test_the_container_installs_and_gives_copies_of_ones_own():
    container = json.loads(CONTAINER.read_text("utf-8"))
    assert container["postCreateCommand"].endswith("python -m backprop_lib fresh my_lessons")
    assert "pip install -q -c constraints.txt -e ." in container["postCreateCommand"]
