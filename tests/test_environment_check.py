"""Every check of ``python -m backprop_lib check`` can say OK, and can say what is wrong."""

import json
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

import pytest

from backprop_lib import environment_check
from backprop_lib.__main__ import main

ROOT = Path(__file__).parent.parent
PACKAGES = (
    "jupyterlab",
    "ipywidgets",
    "matplotlib",
    "numpy",
    "sympy",
    "anywidget",
    "tqdm",
)


@pytest.fixture(autouse=True)
def pip_is_here(monkeypatch):
    """The tests may run in an environment that uv made, which has no pip."""
    monkeypatch.setattr(environment_check, "has_pip", lambda: True)


def only_line(check):
    (line,) = check()
    return line


def first_line(check):
    return next(check())


def write_kernel(monkeypatch, folder, text):
    """Put a kernel named python3 in front of every other one."""
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(text)
    monkeypatch.setenv("JUPYTER_PATH", str(folder))
    return kernel


def kernel_json(*argv, **more):
    return json.dumps({"argv": argv, "display_name": "x", "language": "python", **more})


def write_widget_part(prefix, version, part="@jupyter-widgets/jupyterlab-manager"):
    folder = prefix / "share/jupyter/labextensions" / part
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(version)


@pytest.fixture
def other_lab(monkeypatch, tmp_path):
    """An environment elsewhere whose jupyter-lab is the only one to be found."""
    scripts = tmp_path / "bin"
    scripts.mkdir()
    (scripts / "jupyter-lab").touch(mode=0o755)
    (scripts / "python").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(scripts))
    monkeypatch.setattr(environment_check.sysconfig, "get_path", lambda name: str(tmp_path / "no"))
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *names: [])
    return tmp_path


def test_this_python_is_new_enough():
    line = only_line(environment_check.check_python)
    assert line.ok and sys.executable in line.text


def test_a_python_that_is_too_old_is_told_so(monkeypatch):
    monkeypatch.setattr(environment_check, "OLDEST_PYTHON", (3, 99))
    line = only_line(environment_check.check_python)
    assert not line.ok and "is too old; 3.99 or newer is needed. Mend: delete .venv" in line.text


def test_the_packages_are_named_with_their_versions():
    lines = list(environment_check.check_packages())
    assert all(line.ok for line in lines), lines
    for name in PACKAGES:
        (text,) = [line.text for line in lines if line.text.startswith(f"{name} ")]
        assert metadata.version(name) in text
    assert len(lines) == len(PACKAGES)


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("no-such-package<2,>=1", "no-such-package is missing; >=1,<2 is needed. Mend: in the"),
        ("numpy>=99", f"numpy {metadata.version('numpy')} is here; >=99 is needed. Mend: in the"),
    ],
)
def test_a_package_that_is_missing_or_of_the_wrong_version(monkeypatch, requirement, expected):
    monkeypatch.setattr(metadata, "requires", lambda name: [requirement])
    line = only_line(environment_check.check_packages)
    assert not line.ok and line.text.startswith(expected)
    assert line.text.endswith("install -c constraints.txt -e .")


def test_a_version_that_cannot_be_compared(monkeypatch):
    monkeypatch.setitem(sys.modules, "packaging.specifiers", None)
    line = environment_check.check_package("numpy>=1.26")
    assert not line.ok and line.text.endswith("install packaging")


def test_a_suite_that_is_not_installed(monkeypatch):
    def not_installed(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", not_installed)
    line = only_line(environment_check.check_packages)
    assert not line.ok and line.text.startswith("backprop_lib is not installed in")


@pytest.mark.exhaustive
def test_the_kernel_is_this_python():
    line = only_line(environment_check.check_kernel)
    assert line.ok, line
    assert f"starts {sys.executable}, which imports ipykernel, backprop_lib, numpy" in line.text


@pytest.mark.exhaustive
def test_a_kernel_that_says_just_python_is_this_python(monkeypatch, tmp_path):
    write_kernel(monkeypatch, tmp_path, kernel_json("python", "-m", "ipykernel_launcher"))
    line = only_line(environment_check.check_kernel)
    assert line.ok and f"starts {sys.executable}, " in line.text


def test_a_kernel_whose_python_is_gone(monkeypatch, tmp_path):
    text = kernel_json("/no/such/python", "-m", "ipykernel_launcher")
    kernel = write_kernel(monkeypatch, tmp_path, text)
    line = only_line(environment_check.check_kernel)
    assert not line.ok and "starts /no/such/python, which does not run" in line.text
    assert f"Mend: remove the folder {kernel}" in line.text


def test_a_kernel_of_another_environment(monkeypatch, tmp_path):
    venv.create(tmp_path / "other", with_pip=False)
    other = Path(sys.executable).relative_to(sys.prefix)
    write_kernel(monkeypatch, tmp_path, kernel_json(str(tmp_path / "other" / other), "-m", "x"))
    line = only_line(environment_check.check_kernel)
    assert not line.ok and f", of {tmp_path / 'other'}, not {sys.prefix}." in line.text


def test_a_kernel_that_cannot_import_what_it_needs(monkeypatch, tmp_path):
    (tmp_path / "sympy.py").write_text("raise ImportError('sympy is broken here')")
    text = kernel_json(sys.executable, "-m", "x", env={"PYTHONPATH": str(tmp_path)})
    write_kernel(monkeypatch, tmp_path, text)
    line = only_line(environment_check.check_kernel)
    assert not line.ok and "(ImportError: sympy is broken here). Mend: in the" in line.text


@pytest.mark.exhaustive
def test_the_folder_that_the_check_runs_in_proves_nothing(monkeypatch, tmp_path):
    """In the checkout, backprop_lib would be found even where it is not installed."""
    (tmp_path / "sympy.py").write_text("raise ImportError('a file of the current folder')")
    monkeypatch.chdir(tmp_path)
    assert only_line(environment_check.check_kernel).ok


def test_a_kernel_that_cannot_be_read(monkeypatch, tmp_path):
    write_kernel(monkeypatch, tmp_path, "{not json")
    line = only_line(environment_check.check_kernel)
    assert not line.ok and "kernel: python3 cannot be read" in line.text


def test_no_kernel_at_all(monkeypatch):
    monkeypatch.setattr("jupyter_client.kernelspec.jupyter_path", lambda *names: [])
    monkeypatch.setitem(sys.modules, "ipykernel.kernelspec", None)
    line = only_line(environment_check.check_kernel)
    assert not line.ok and "finds no kernel named python3. Mend: in the checkout" in line.text


def test_no_jupyter_at_all(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyter_client.kernelspec", None)
    line = only_line(environment_check.check_kernel)
    assert not line.ok and "jupyter_client is missing" in line.text


def test_a_wrong_kernel_in_our_own_folder_is_written_anew():
    ours = Path(sys.prefix, "share", "jupyter", "kernels", "python3")
    assert environment_check.replace_kernel(ours) == environment_check.install_kernel()


def test_the_widgets_are_where_lab_is_served():
    line = first_line(environment_check.check_widgets)
    assert line.ok and f"is present in {Path(sys.prefix).resolve()}, which serves Lab" in line.text


def test_widgets_are_missing_where_lab_is_served(other_lab):
    line = first_line(environment_check.check_widgets)
    assert not line.ok and f"is missing in {other_lab}, which serves Lab" in line.text
    assert f'Mend: "{other_lab}/bin/python" -m pip install' in line.text
    assert line.text.endswith("jupyterlab_widgets")


@pytest.mark.parametrize(
    ("package_json", "ok", "expected"),
    [
        ('{"version": "5.0.16"}', True, "5.0.16 is present in"),
        ('{"version": "3.1.11"}', False, "3.1.11 is in"),
        ("{not json", False, "is missing in"),
    ],
)
def test_widgets_of_another_lab(other_lab, package_json, ok, expected):
    write_widget_part(other_lab, package_json)
    line = first_line(environment_check.check_widgets)
    assert line.ok == ok and expected in line.text


def test_the_labs_part_is_where_lab_is_served():
    _, line = environment_check.check_widgets()
    assert line.ok and f"is present in {Path(sys.prefix).resolve()}, which serves Lab" in line.text


def test_the_labs_part_is_missing_where_lab_has_that_of_the_widgets(other_lab):
    write_widget_part(other_lab, '{"version": "5.0.15"}')
    widgets, labs = environment_check.check_widgets()
    assert widgets.ok and not labs.ok
    assert f"anywidget's JupyterLab part is missing in {other_lab}, which serves Lab" in labs.text
    assert "Failed to load model class" in labs.text
    assert f'Mend: "{other_lab}/bin/python" -m pip install' in labs.text
    assert labs.text.endswith(f"anywidget=={metadata.version('anywidget')}")


@pytest.mark.parametrize(
    ("lab", "kernel", "ok", "expected"),
    [
        ("0.11.0", "0.11.0", True, "0.11.0 is present in"),
        ("0.11.0", "0.11.3", True, "0.11.0 is present in"),
        ("0.9.21", "0.11.0", False, "0.9.21 is in"),
        ("0.1.0", "0.11.0", False, "the kernel's anywidget is 0.11.0, which it does not fit"),
        ("1.11.0", "0.11.0", False, "which it does not fit. Mend: "),
        ("0.11.0", None, True, "0.11.0 is present in"),  # that it is missing is another line
    ],
)
def test_the_labs_part_fits_the_anywidget_of_the_kernel(
    other_lab, monkeypatch, lab, kernel, ok, expected
):
    write_widget_part(other_lab, json.dumps({"version": lab}), "anywidget")
    monkeypatch.setattr(environment_check, "installed_version", lambda name: kernel)
    _, line = environment_check.check_widgets()
    assert line.ok == ok and expected in line.text


def test_a_part_is_taken_from_the_first_folder_that_has_it(other_lab, monkeypatch):
    write_widget_part(other_lab / "first", '{"version": "0.9.0"}', "anywidget")
    write_widget_part(other_lab, '{"version": "0.11.0"}', "anywidget")
    shared = str(other_lab / "first/share/jupyter/labextensions")
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *names: [shared])
    assert environment_check.part_version(environment_check.LABS_PART, other_lab) == "0.9.0"


def test_no_lab_at_all(other_lab):
    (other_lab / "bin" / "jupyter-lab").unlink()
    line = only_line(environment_check.check_widgets)
    assert not line.ok and "jupyter-lab is not found. Mend: in the checkout" in line.text


def test_a_uv_environment_without_pip_is_mended_with_uv(monkeypatch):
    monkeypatch.setattr(environment_check, "has_pip", lambda: False)
    assert environment_check.pip_install("x").startswith("uv pip install --python")


def test_a_fault_that_nobody_foresaw_is_a_line():
    def check_moon():
        yield environment_check.fine("the moon is up")
        raise RuntimeError("clouds")

    first, second = environment_check.guarded(check_moon)
    assert first.ok
    assert not second.ok and "check_moon could not finish (RuntimeError: clouds)" in second.text


def test_the_command_prints_a_line_each(capsys):
    assert main(["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(PACKAGES) + 4 and all(line.startswith("OK ") for line in lines), lines


def test_one_wrong_line_fails_the_command(monkeypatch, tmp_path, capsys):
    write_kernel(monkeypatch, tmp_path, "{not json")
    assert main(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("WRONG ")] == ["kernel:"]


def test_the_check_speaks_where_no_package_is_installed(tmp_path):
    """-S hides every installed package: what is left is Python and the checkout."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        "from backprop_lib.__main__ import main; sys.exit(main(['check']))"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert answer.returncode == 1
    assert answer.stderr == ""
    assert "kernel: the package jupyter_client is missing" in answer.stdout


# In a web page ---------------------------------------------------------------------------------


def test_in_a_web_page_no_program_is_started_and_the_advice_fits(monkeypatch):
    monkeypatch.setattr(environment_check, "IN_A_WEB_PAGE", True)
    monkeypatch.setattr(environment_check.subprocess, "run", None)
    lines = list(environment_check.all_lines())
    assert lines[0].text.endswith("(in this web page)")
    assert "numba and PyTorch do not run in it" in lines[-1].text
    assert "load the page anew" in environment_check.install_suite()


def test_a_requirement_for_another_system_is_not_looked_for(monkeypatch):
    requires = ["absent>=1; sys_platform == 'odd'", "numpy>=2; sys_platform != 'odd'"]
    monkeypatch.setattr(environment_check.metadata, "requires", lambda name: requires)
    (line,) = environment_check.check_packages()
    assert line.ok and "numpy" in line.text
    monkeypatch.setattr(environment_check.sys, "platform", "odd")
    (line,) = environment_check.check_packages()
    assert not line.ok and "absent is missing" in line.text
