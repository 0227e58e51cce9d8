"""What is done for a class while nothing runs: accounts, lessons, corrections, copies, the door."""

import json
import os
import shutil
import stat
import subprocess

import nbformat
import pytest

from backprop_lib.teaching.class_work import class_work
from backprop_lib.teaching.lesson_copies import learners_copy, lessons

from .hub import answers, free_port, wait_for

pytestmark = pytest.mark.exhaustive
LESSON = "01_forward_pass.ipynb"


@pytest.fixture(scope="module")
def begun(bare):
    """The lessons handed out, as they are when a server starts."""
    for name in bare.students:
        bare.hand_lessons_to(name)
    return bare


def answered(room, name, words):
    """Save an answer with the rights of a student."""
    path = room.notebook(name)
    notebook = json.loads(path.read_text())
    notebook["cells"][1]["source"] = words
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    write = ["runuser", "-u", name, "--", "tee", path]
    subprocess.run(write, input=text, text=True, check=True, stdout=subprocess.DEVNULL)


def test_each_gets_clean_lessons_in_a_closed_home(begun):
    for name in begun.students:
        home, folder = begun.home(name), begun.home(name) / "backpropagation"
        for lesson, notebook in lessons():
            text = (folder / f"{lesson}.ipynb").read_text("utf-8")
            assert text == nbformat.writes(learners_copy(notebook)) + "\n"
        for path in (home, folder, folder / LESSON):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
            assert path.owner() == name


def test_what_is_there_is_not_written_over(begun):
    name = begun.students[1]
    answered(begun, name, "mine")
    begun.ran(begun.root / "bin/publish-lessons")
    begun.hand_lessons_to(name)
    assert json.loads(begun.notebook(name).read_text())["cells"][1]["source"] == "mine"


def test_a_correction_reaches_a_lesson_that_was_begun_and_keeps_its_answers(begun):
    name = begun.students[0]
    answered(begun, name, "my answer")
    (source,) = begun.root.glob("venv/lib/python*/site-packages/backprop_lib/lessons/" + LESSON)
    lesson = nbformat.read(source, as_version=4)
    lesson.cells[0].source += "\n\nCorrected."
    nbformat.write(lesson, source)
    begun.ran(begun.root / "bin/publish-lessons")
    assert "Corrected." not in begun.notebook(name).read_text("utf-8")
    said = begun.ran(begun.root / "bin/hand-out")
    assert f"{name}: done" in said.stdout
    notebook = nbformat.read(begun.notebook(name), as_version=4)
    assert notebook.cells[0].source.endswith("\n\nCorrected.")
    assert notebook.cells[1].source == "my answer"
    assert stat.S_IMODE(begun.notebook(name).stat().st_mode) & 0o077 == 0


def test_a_teacher_collects_what_is_the_students_and_no_more(begun):
    answered(begun, begun.students[0], "collected")
    private = begun.home(begun.teacher) / "grades.ipynb"
    private.write_text("of the teacher alone")
    os.chmod(private, 0o600)
    trap = begun.home(begun.students[1]) / "backpropagation/trap.ipynb"
    trap.symlink_to(private)
    folder = begun.home(begun.teacher) / "collected"
    done = begun.ran(begun.root / "bin/collect", begun.teacher, folder)
    assert done.stderr == ""
    assert (folder / begun.students[0] / "backpropagation" / LESSON).owner() == begun.teacher
    assert list(folder.rglob("trap.ipynb")) == []
    work = class_work(folder)
    assert [student.name for student in work.students] == begun.students
    assert {lesson.name for lesson in work.lessons} >= {"01_forward_pass"}


def test_accounts_that_are_there_stay_as_they_are(begun, tmp_path):
    add, new = begun.root / "bin/add-students", tmp_path / "passwords.csv"
    said = begun.ran(add, "--number", "2", "--prefix", "bptest", "--passwords", new)
    assert said.stdout.startswith("0 new, 2 there already") and not new.exists()
    names = tmp_path / "names.txt"
    names.write_text("anna Ben")
    refused = begun.ran(add, "--names", names, "--passwords", new, check=False)
    assert refused.returncode == 1 and "'Ben' cannot be the name" in refused.stderr
    assert not new.exists()


def test_without_tls_the_proxy_does_not_listen_beyond_the_machine(begun):
    settings = begun.root / "classroom.env"
    was = settings.read_text()
    settings.write_text(was.replace("ADDRESS=127.0.0.1", "ADDRESS=0.0.0.0"))
    try:
        refused = begun.ran(begun.root / "bin/start-proxy", check=False)
    finally:
        settings.write_text(was)
    assert refused.returncode == 1
    assert "passwords would cross the network in the clear" in refused.stderr


def test_with_a_certificate_it_speaks_tls(begun):
    """A second proxy, on this machine all the same."""
    other = begun.root / "with_tls"
    (other / "bin").mkdir(parents=True)
    shutil.copy(begun.root / "bin/start-proxy", other / "bin")
    shutil.copy(begun.root / "proxy_token", other)
    (other / "proxy").symlink_to(begun.root / "proxy")
    key, certificate = other / "key.pem", other / "cert.pem"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    make += f" -addext subjectAltName=DNS:localhost -keyout {key} -out {certificate}"
    subprocess.run(make.split(), check=True, capture_output=True)
    port = free_port()
    lines = ["ADDRESS=127.0.0.1", f"PORT={port}", f"PROXY_PORT={free_port()}"]
    lines += [f"HUB_PORT={free_port()}", f"TLS_KEY={key}", f"TLS_CERT={certificate}"]
    (other / "classroom.env").write_text("\n".join(lines) + "\n")
    proxy = subprocess.Popen([other / "bin/start-proxy"], stderr=subprocess.DEVNULL, cwd="/")
    try:
        address = f"https://localhost:{port}/"
        wait_for(lambda: answers(address, verify=str(certificate)))
        assert not answers(f"http://localhost:{port}/")
    finally:
        proxy.terminate()
        proxy.wait(30)
