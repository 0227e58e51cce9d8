"""The builder refuses what it cannot use, in words, and before it writes anything."""

import doctest
import hashlib
import importlib
import json
import re
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tools.site_builder import build, bytecode, pyodide_files, target, wheels
from tools.site_builder.contents import site_files, site_lessons
from tools.site_builder.front_page import front_page
from tools.site_builder.lock import edition, wheel_entry
from tools.site_builder.refusal import RefusalError

ROOT = Path(__file__).parent.parent.parent


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def release(tmp_path):
    """A folder with a small Pyodide, and the sha256 that its release would state."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    files = {"pyodide.js": b"core", "a-1.whl": b"package a", "b-1.whl": b"package b"}
    packages = {
        "a": {"file_name": "a-1.whl", "sha256": sha256(files["a-1.whl"]), "depends": ["B"]},
        "b": {"file_name": "b-1.whl", "sha256": sha256(files["b-1.whl"]), "depends": []},
        "c": {"file_name": "absent.whl", "sha256": "0", "depends": []},
    }
    lock = {"info": {"version": pyodide_files.VERSION}, "packages": packages}
    files["pyodide-lock.json"] = json.dumps(lock).encode()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder, {name: sha256(files[name]) for name in ("pyodide-lock.json", "pyodide.js")}


def read(release, wanted=("a",)):
    folder, stated = release
    return pyodide_files.pyodide_files(folder, stated, wanted)


def test_a_package_comes_with_what_it_depends_on_and_nothing_else(release):
    found = read(release)
    assert list(found.packages) == ["a", "b"]
    assert found.contents == {
        "pyodide.js": b"core",
        "a-1.whl": b"package a",
        "b-1.whl": b"package b",
    }


@pytest.mark.parametrize("name", ["pyodide.js", "a-1.whl", "b-1.whl", "pyodide-lock.json"])
def test_a_file_with_another_content_is_refused(release, name):
    path = release[0] / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(RefusalError, match=rf"{re.escape(str(path))} is not the file of Pyodide"):
        read(release)


@pytest.mark.parametrize("name", ["pyodide.js", "b-1.whl"])
def test_a_missing_file_is_refused(release, name):
    (release[0] / name).unlink()
    with pytest.raises(RefusalError, match=f"{name} is missing"):
        read(release)


@pytest.mark.parametrize("version", ["0.28.0", "0.27.6", "314.0.0"])
def test_another_release_is_refused(release, version):
    lock = release[0] / "pyodide-lock.json"
    lock.write_text(json.dumps({"info": {"version": version}}))
    with pytest.raises(
        RefusalError, match=f"is Pyodide {version}, and the kernel works with 0.27.7"
    ):
        read(release)


@pytest.mark.parametrize("text", ["", "[]", "{}", "not JSON"])
def test_a_broken_lock_is_refused(release, text):
    (release[0] / "pyodide-lock.json").write_text(text)
    with pytest.raises(RefusalError, match="cannot be read"):
        read(release)


def test_a_folder_without_pyodide_is_refused(tmp_path):
    with pytest.raises(RefusalError, match="holds no pyodide-lock"):
        pyodide_files.pyodide_files(tmp_path)
    with pytest.raises(RefusalError, match="is no folder"):
        pyodide_files.pyodide_files(tmp_path / "absent")


def everything_below(folder):
    return sorted((path, path.is_file() and path.read_bytes()) for path in folder.rglob("*"))


def test_nothing_is_written_before_everything_is_checked(tmp_path):
    (tmp_path / "pyodide").mkdir()
    before = everything_below(tmp_path)
    with pytest.raises(RefusalError):
        build.build_site(tmp_path / "new" / "site", tmp_path / "pyodide", report=lambda line: None)
    assert everything_below(tmp_path) == before


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_is_not_ours_is_left_alone(tmp_path, kind):
    site = tmp_path / "site"
    if kind == "folder":
        site.mkdir()
        (site / "index.html").write_text("someone's")
    elif kind == "file":
        site.write_text("someone's")
    else:
        site.symlink_to(tmp_path / "nothing")
    before = everything_below(tmp_path)
    with pytest.raises(RefusalError, match="--output"):
        build.build_site(site, report=lambda line: None)
    assert everything_below(tmp_path) == before


def test_an_older_site_of_ours_is_replaced_whole(tmp_path):
    site, built = tmp_path / "site", tmp_path / "work" / "site"
    for folder, name in ((site, "old.html"), (built, "new.html")):
        folder.mkdir(parents=True)
        (folder / target.MARK).write_text("{}")
        (folder / name).write_text("")
    target.put_in_place(built, site)
    assert {path.name for path in site.iterdir()} == {target.MARK, "new.html"}
    assert not built.exists()


def test_the_command_says_it_in_words(tmp_path, capsys, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    main = importlib.import_module("build_site").main
    assert main(["--output", str(tmp_path / "x"), "--pyodide", str(tmp_path / "none")]) == 1
    assert "is no folder" in capsys.readouterr().err


# Wheels and the lock ---------------------------------------------------------------------------


def test_every_wheel_is_pinned_to_the_version_of_the_tests_by_its_hash():
    constraints = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    versions = {Requirement(line).name.lower(): Requirement(line) for line in constraints}
    lines = wheels.PINNED.read_text("utf-8").splitlines()
    assert lines
    for line in lines:
        pin, _, digest = line.partition(" --hash=sha256:")
        name = Requirement(pin).name
        assert len(digest) == 64
        assert Requirement(pin).specifier == versions[name].specifier, name


def make_wheel(path, name, files, requires=()):
    with zipfile.ZipFile(path, "w") as wheel:
        for inside, text in files.items():
            wheel.writestr(inside, text)
        lines = [f"Requires-Dist: {requirement}" for requirement in requires]
        metadata = "\n".join([f"Name: {name}", "Version: 1.0", *lines, "", ""])
        wheel.writestr(f"{name}-1.0.dist-info/METADATA", metadata)
    return path


def test_the_entry_of_a_wheel_says_what_it_holds_and_needs(tmp_path):
    requires = [
        "numpy>=2",
        "jupyterlab>=4; sys_platform != 'emscripten'",
        "torch; extra == 'torch'",
        "Typing_Extensions; python_version < '3.13'",
        "unknown",
    ]
    files = {"odd_name/__init__.py": "", "lone.pyc": "", "odd-1.0.data/data/x.py": ""}
    wheel = make_wheel(tmp_path / "Odd_Name-1.0-py3-none-any.whl", "Odd_Name", files, requires)
    known = {"numpy", "jupyterlab", "torch", "typing-extensions"}
    name, entry = wheel_entry(wheel, known)
    assert name == "odd-name"
    assert entry["depends"] == ["numpy", "typing-extensions"]
    assert entry["imports"] == ["lone", "odd_name"]
    assert entry["sha256"] == sha256(wheel.read_bytes())


def test_another_lock_has_another_edition():
    one = {"a": {"sha256": "1", "name": "a"}}
    assert edition(one) == edition({"a": {"name": "a", "sha256": "1"}})
    assert edition(one) != edition({"a": {"sha256": "2", "name": "a"}})


PYTHON = bytecode.find_python()
needs_python = pytest.mark.skipif(PYTHON is None, reason="there is no Python 3.12 here")


@needs_python
@pytest.mark.parametrize("with_sources", [True, False])
def test_a_repacked_wheel_is_imported_from_its_bytecode(tmp_path, with_sources):
    files = {
        "odd/__init__.py": "x = 1\n",
        "odd/template.py": "{{ not Python",
        "odd/t/test.py": "",
    }
    old = make_wheel(tmp_path / "odd-1.0-py3-none-any.whl", "odd", files)
    new = [tmp_path / name for name in ("one.zip", "two.zip")]
    for path in new:
        bytecode.repacked(old, path, PYTHON, with_sources, lambda name: "/t/" in name)
    assert new[0].read_bytes() == new[1].read_bytes()
    names = set(zipfile.ZipFile(new[0]).namelist())
    compiled = "odd/__pycache__/__init__.cpython-312.pyc" if with_sources else "odd/__init__.pyc"
    sources = {"odd/__init__.py"} if with_sources else set()
    assert names == {compiled, "odd/template.py", "odd-1.0.dist-info/METADATA"} | sources
    content = zipfile.ZipFile(new[0]).read(compiled)
    assert content[4:8] == b"\x01\x00\x00\x00"  # by a hash that is not checked


def test_without_a_compiler_the_sources_stay(tmp_path):
    old = make_wheel(tmp_path / "odd-1.0-py3-none-any.whl", "odd", {"odd/__init__.py": "x = 1\n"})
    bytecode.repacked(old, tmp_path / "new.zip", None)
    assert "odd/__init__.py" in zipfile.ZipFile(tmp_path / "new.zip").namelist()


def test_a_python_of_another_release_does_not_compile():
    found = bytecode.find_python(sys.executable)
    assert (found is None) == (sys.version_info[:2] != bytecode.PYTHON)
    assert bytecode.find_python("/no/such/python") is None


# What is in the page ---------------------------------------------------------------------------


def test_the_page_holds_clean_lessons_their_solutions_and_what_a_teacher_needs():
    files = dict(site_files())
    lessons = {path.name for path in (ROOT / "backprop_lib" / "lessons").glob("*.ipynb")}
    assert lessons < set(files)
    assert {f"solutions/{name[:-6]}_solutions.ipynb" for name in lessons} < set(files)
    assert {"for_teachers.md", "summary.html"} < set(files)
    for name in lessons:
        cells = json.loads(files[name])["cells"]
        assert all(not cell.get("outputs") and "solution" not in cell["metadata"] for cell in cells)


def test_the_contents_are_the_same_each_time():
    assert dict(site_files()) == dict(site_files())


def test_an_edition_stands_in_each_lesson():
    for lesson in site_lessons():
        assert json.loads(lesson.text)["metadata"]["backprop_lib"]["edition"] == lesson.edition


def test_the_front_page_lists_every_lesson_with_its_question_and_time():
    lessons = list(site_lessons())
    page = front_page(lessons)
    assert "@" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.S)
    assert len(lessons) == 11
    for lesson in lessons:
        assert page.count(f'data-lesson="{lesson.name}.ipynb"') >= 1
    assert "by how much?" in page and "10 minutes" in page and "<code>w5</code>" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("module", ["bytecode", "front_page", "pyodide_files"])
def test_the_examples_in_docstrings(module):
    found = doctest.testmod(importlib.import_module(f"tools.site_builder.{module}"))
    assert found.attempted and not found.failed
