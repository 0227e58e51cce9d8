"""environment.yml, constraints.txt and pyproject.toml describe one and the same environment."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from backprop_lib.environment_check import OLDEST_PYTHON

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA_TEXT = (ROOT / "environment.yml").read_text("utf-8")
CONSTRAINTS_TEXT = (ROOT / "constraints.txt").read_text("utf-8")

FIVE = {"jupyterlab", "ipywidgets", "matplotlib", "numpy", "sympy"}
FOR_THE_LABS = {"anywidget", "tqdm"}  # pyproject.toml says what each of them earns

# A conda match spec as strict as conda allows: a lower and an upper bound, and no blanks, which
# would start a build string.
CONDA_SPEC = re.compile(r"([a-z][a-z0-9_-]*)(>=\d+(?:\.\d+)*,<\d+(?:\.\d+)*)")


def ranges(requirements):
    """Names and ranges of the pyproject.toml requirements that hold on this system."""
    parsed = [Requirement(text) for text in requirements]
    return {r.name: r.specifier for r in parsed if r.marker is None or r.marker.evaluate()}


def conda_dependencies(text):
    return yaml.safe_load(text)["dependencies"]


def conda_ranges(text):
    """Names and ranges of the packages in environment.yml, without python and pip."""
    specs = [entry for entry in conda_dependencies(text) if isinstance(entry, str)]
    packages = [spec for spec in specs if not spec.startswith("python=") and spec != "pip"]
    matches = {spec: CONDA_SPEC.fullmatch(spec) for spec in packages}
    unread = [spec for spec, match in matches.items() if match is None]
    assert not unread, f"environment.yml: {unread} should read like numpy>=2.0,<3"
    return {match[1]: SpecifierSet(match[2]) for match in matches.values()}


def constraint_faults(text, wanted):
    """What is wrong with a constraints file: its form, and its pins against the wanted ranges."""
    faults = []
    pinned = {}
    for line in text.splitlines():
        if not re.match(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*( ; |$)", line):
            faults.append(f"{line!r} is not of the form name==version")
            continue
        pin = Requirement(line)
        if pin.name in pinned:
            faults.append(f"{pin.name} is pinned twice")
        pinned[pin.name] = next(iter(pin.specifier)).version
    for name, specifier in wanted.items():
        if name not in pinned:
            faults.append(f"{name} is not pinned")
        elif pinned[name] not in specifier:
            faults.append(f"{name}=={pinned[name]} is outside {specifier}")
    return faults


def test_the_packages_are_few_and_have_a_lower_and_an_upper_bound():
    needed = ranges(PROJECT["dependencies"])
    assert set(needed) == FIVE | FOR_THE_LABS
    for name, specifier in needed.items():
        assert sorted(one.operator for one in specifier) == ["<", ">="], name


def test_conda_and_pip_get_the_same_packages_in_the_same_ranges():
    # A learner does not run the tests; a conda environment can, with this one package more.
    nbval = ranges(PROJECT["optional-dependencies"]["test"])["nbval"]
    assert conda_ranges(CONDA_TEXT) == ranges(PROJECT["dependencies"]) | {"nbval": nbval}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("numpy>=2.0,<3", "numpy>=2.1,<3"),
        ("numpy>=2.0,<3", "numpy>=2.0,<4"),
        ("numpy>=2.0,<3", "numpi>=2.0,<3"),
        ("  - numpy>=2.0,<3\n", ""),
        ("  - pip\n", "  - pip\n  - numba>=0.60,<1\n"),
    ],
)
def test_a_drift_between_conda_and_pip_is_seen(was, becomes):
    drifted = CONDA_TEXT.replace(was, becomes)
    assert drifted != CONDA_TEXT, f"environment.yml no longer holds {was!r}; mend this test"
    assert conda_ranges(drifted) != ranges(PROJECT["dependencies"])


@pytest.mark.parametrize("spec", ["numpy", "numpy >=2.0,<3", "numpy>=2.0", "numpy>=2.0, <3"])
def test_a_loose_conda_spec_is_seen(spec):
    with pytest.raises(AssertionError, match="should read like"):
        conda_ranges(CONDA_TEXT.replace("numpy>=2.0,<3", spec))


def test_conda_reads_conda_forge_alone():
    assert yaml.safe_load(CONDA_TEXT)["channels"] == ["conda-forge", "nodefaults"]


def test_conda_states_a_python_that_the_suite_supports():
    stated = [spec for spec in conda_dependencies(CONDA_TEXT) if str(spec).startswith("python=")]
    # Binder reads the version behind one "=", and nothing else.
    assert len(stated) == 1 and re.fullmatch(r"python=3\.\d+", stated[0]), stated
    assert stated[0].removeprefix("python=") in SpecifierSet(PROJECT["requires-python"])


def test_conda_installs_the_checkout_with_pip():
    *_, pip, from_pip = conda_dependencies(CONDA_TEXT)
    assert pip == "pip"
    assert from_pip == {"pip": ["-e ."]}


def test_the_check_knows_the_oldest_python():
    assert PROJECT["requires-python"] == ">=" + ".".join(map(str, OLDEST_PYTHON))


def test_constraints_pin_every_package_inside_its_range():
    wanted = ranges(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"])
    assert constraint_faults(CONSTRAINTS_TEXT, wanted) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("--index-url https://example.org/simple", "not of the form"),
        ("odd @ https://example.org/odd.whl", "not of the form"),
        ("odd>=1", "not of the form"),
        ("odd==1.*", "not of the form"),
        ("numpy==1.0", "outside"),
        ("", "not pinned"),
    ],
)
def test_a_faulty_constraint_is_seen(line, fault):
    faults = constraint_faults(line, {"numpy": SpecifierSet(">=1.26,<3")})
    assert any(fault in text for text in faults), faults


def test_a_constraint_given_twice_is_seen():
    assert constraint_faults("odd==1.0\nodd==1.1", {}) == ["odd is pinned twice"]
