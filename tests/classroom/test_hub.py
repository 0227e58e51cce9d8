"""A class of two on loopback: its start, what goes wrong in a lesson, and a break-in."""

import errno
import json
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import requests
import websocket

from .hub import wait_for
from .student import Student

pytestmark = pytest.mark.exhaustive
LESSON = "01_forward_pass.ipynb"
SECRET = "a number that nobody else may see"


@pytest.fixture(scope="module")
def classroom(bare):
    """The same with its proxy, its hub, and a server for each student."""
    bare.start("proxy")
    bare.start("hub")
    said = bare.ran(bare.root / "bin/ask-hub", "start")
    assert said.stdout.startswith("2 of 2 started"), said
    return bare


@pytest.fixture(scope="module")
def students(classroom):
    return [Student(classroom, name) for name in classroom.students]


def answered(student, words):
    """Save an answer, as JupyterLab does."""
    notebook = student.contents(LESSON).json()["content"]
    notebook["cells"][1]["source"] = words
    answer = student.save(LESSON, notebook)
    assert answer.status_code == 200, answer.text


def on_disk(classroom, name):
    """The saved answer."""
    return "".join(json.loads(classroom.notebook(name).read_text())["cells"][1]["source"])


def works(student):
    """Whether a student's server answers, by way of the proxy."""
    return student.ask("GET", "api/status").status_code == 200


# The start


def test_the_page_of_a_student_opens(students):
    session = students[0].session
    page = session.get(f"{students[0].classroom.url}/user/{students[0].name}/lab", timeout=180)
    assert page.status_code == 200 and "jupyter-config-data" in page.text
    config = json.loads(
        page.text.split('id="jupyter-config-data" type="application/json">')[1].split("</script>")[
            0
        ]
    )
    assert "@jupyterlab/apputils-extension:announcements" in json.dumps(
        config["disabledExtensions"]
    )
    assert config.get("terminalsAvailable") is not True


def test_a_wrong_password_and_an_account_of_no_class_are_sent_away(classroom):
    assert Student(classroom, classroom.students[0], "guess").token == ""
    subprocess.run(["gpasswd", "-d", classroom.students[1], "students"], check=True)
    try:
        assert Student(classroom, classroom.students[1]).token == ""
    finally:
        subprocess.run(["gpasswd", "-a", classroom.students[1], "students"], check=True)


def test_a_kernel_answers_over_files_and_compressed(classroom, students):
    kernel = students[0].kernel()
    assert students[0].run(kernel, "print(6 * 7)") == "42\n"
    channels = students[0].channels(kernel)
    assert "permessage-deflate" in channels.headers.get("sec-websocket-extensions", "")
    channels.close()
    (process,) = classroom.of(students[0].name, "ipykernel_launcher")
    connection = json.loads(Path(process.cmdline()[-1]).read_text())
    assert connection["transport"] == "ipc"
    limits = "from resource import *; print(getrlimit(RLIMIT_DATA)[0], getrlimit(RLIMIT_NPROC)[0])"
    assert students[0].run(kernel, limits) == f"{2 * 2**30} 256\n"
    assert students[0].run(kernel, "import shutil; print(shutil.which('node'))") == "None\n"
    too_much = "try:\n    bytearray(3 * 2**30)\nexcept MemoryError:\n    print('no')"
    assert students[0].run(kernel, too_much) == "no\n"
    assert students[0].run(kernel, "import os; print(oct(os.umask(0o77)))") == "0o77\n"


def test_there_are_no_terminals(students):
    assert students[0].ask("POST", "api/terminals", json={}).status_code in (403, 404)


def test_a_teacher_opens_a_student_s_server(classroom, students):
    teacher = Student(classroom, classroom.teacher)
    assert teacher.ask("GET", "api/contents", of=students[0].name).status_code == 200


# The break-in: the second student has a valid account, and wants what is the first one's.


@pytest.fixture(scope="module")
def owner(students):
    answered(students[0], SECRET)
    return students[0]


@pytest.fixture(scope="module")
def thief(students):
    return students[1]


REFUSED = (302, 401, 403, 404, 405)
WAYS = {
    "her notebook": ("GET", "api/contents/backpropagation/" + LESSON),
    "her notebook as a file": ("GET", "files/backpropagation/" + LESSON),
    "writing into it": ("PUT", "api/contents/backpropagation/" + LESSON),
    "deleting it": ("DELETE", "api/contents/backpropagation/" + LESSON),
    "her Lab": ("GET", "lab"),
    "her kernels": ("GET", "api/kernels"),
    "a kernel of hers": ("POST", "api/kernels"),
    "a session of hers": ("POST", "api/sessions"),
    "a terminal of hers": ("POST", "api/terminals"),
    "her server's end": ("POST", "api/shutdown"),
    "a pull into her folder": ("GET", "git-pull?repo=x"),
}


@pytest.mark.parametrize("way", WAYS)
def test_another_student_s_server_is_closed(owner, thief, way):
    method, path = WAYS[way]
    assert method != "GET" or owner.ask(method, path).status_code == 200
    answer = thief.ask(method, path, owner.name, json={} if method != "GET" else None)
    assert answer.status_code in REFUSED and SECRET not in answer.text
    # By cookies, as a browser would, to the end of all redirects.
    shown = thief.session.request(
        method, f"{thief.classroom.url}/user/{owner.name}/{path}", timeout=180
    )
    assert shown.status_code in REFUSED and SECRET not in shown.text
    assert on_disk(owner.classroom, owner.name) == SECRET


def test_another_student_s_server_is_closed_beside_the_proxy(owner, thief):
    """The port of the server itself, on the same machine."""
    (process,) = owner.classroom.of(owner.name, "jupyterhub.singleuser")
    ports = [c.laddr for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert ports and all(address.ip == "127.0.0.1" for address in ports)
    for address in ports:
        url = f"http://127.0.0.1:{address.port}/user/{owner.name}/api/contents/backpropagation"
        for headers in ({}, {"Authorization": f"token {thief.token}"}):
            answer = requests.get(url, headers=headers, timeout=180, allow_redirects=False)
            assert answer.status_code in (302, 403) and LESSON not in answer.text


def test_another_student_s_kernel_is_not_to_be_heard(owner, thief):
    kernel = owner.kernel()
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        thief.channels(kernel, of=owner.name)
    assert refused.value.status_code in (302, 403, 404)
    # Not from the machine either: its sockets are files in a closed folder.
    paths = set()
    for process in owner.classroom.of(owner.name, "ipykernel_launcher"):
        paths |= {c.laddr for c in process.net_connections("unix") if c.laddr}
    assert paths and all(path.startswith("/") for path in paths)
    connect = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    python = owner.classroom.root / "venv/bin/python"
    for path in paths:
        tried = owner.classroom.as_user(thief.name, python, "-c", connect, path)
        assert "PermissionError" in tried.stderr
        own = owner.classroom.as_user(owner.name, python, "-c", connect, path)
        assert own.returncode == 0, own.stderr


HEAR = """
import sys, zmq
heard = zmq.Context().socket(zmq.SUB)
heard.subscribe(b"")
for port in sys.argv[1:]:
    heard.connect(f"tcp://127.0.0.1:{port}")
print("listening", flush=True)
sys.stdin.read()
print(heard.recv_multipart() if heard.poll(1000) else "nothing")
"""


def test_what_a_kernel_listens_on_besides_tells_nothing(owner, thief):
    """ipykernel opens one port of its own, into which its forked processes write."""
    kernel, room = owner.kernel(), owner.classroom
    ports = {
        connection.laddr.port
        for process in room.of(owner.name, "ipykernel_launcher")
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    thief_s = ["runuser", "-u", thief.name, "--", room.root / "venv/bin/python", "-c", HEAR]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    ear = subprocess.Popen([*thief_s, *map(str, ports)], cwd="/", **pipes)
    assert ear.stdout.readline() == "listening\n"
    assert owner.run(kernel, f"print({SECRET!r})") == f"{SECRET}\n"
    assert ear.communicate(timeout=180)[0] == "nothing\n"


def test_another_student_s_home_and_processes_are_closed(owner, thief):
    room = owner.classroom
    assert room.as_user(thief.name, "cat", room.notebook(thief.name)).returncode == 0
    (process,) = room.of(owner.name, "jupyterhub.singleuser")
    for command in [
        ("cat", room.notebook(owner.name)),
        ("ls", room.home(owner.name)),
        ("cp", room.notebook(thief.name), room.notebook(owner.name)),
        ("cat", f"/proc/{process.pid}/environ"),
        ("ls", f"/proc/{process.pid}/fd"),
        ("sh", "-c", f"kill -9 {process.pid}"),
        ("cat", room.root / "state/class_token"),
        ("cat", room.root / "state/jupyterhub.sqlite"),
        ("cat", room.root / "proxy_token"),
        ("touch", room.root / "bin/start-student"),
        ("touch", room.root / "lessons.git/x"),
    ]:
        tried = room.as_user(thief.name, *command)
        assert tried.returncode != 0 and SECRET not in tried.stdout, command
        assert "ermi" in tried.stderr, tried.stderr  # permission denied, or not permitted
    assert process.is_running() and on_disk(room, owner.name) == SECRET


def test_a_student_s_own_server_leads_to_no_other_home(owner, thief):
    room = owner.classroom
    link = room.notebook(thief.name, "link")
    assert room.as_user(thief.name, "ln", "-s", room.notebook(owner.name), link).returncode == 0
    up = "..%2F" * 8
    for path in (
        "backpropagation/link.ipynb",
        str(room.notebook(owner.name)),
        up + str(room.notebook(owner.name))[1:].replace("/", "%2F"),
        f"..%2F{owner.name}%2Fbackpropagation%2F{LESSON}",
    ):
        for door in ("api/contents", "files"):
            answer = thief.ask("GET", f"{door}/{path.lstrip('/')}")
            assert answer.status_code >= 400 and SECRET not in answer.text, path
    hers = str(room.notebook(owner.name))
    read = f"try:\n    open({hers!r})\nexcept OSError as no:\n    print(no.errno)"
    assert thief.run(thief.kernel(), read) == f"{errno.EACCES}\n"


HUB_WAYS = {
    "her account": ("GET", "users/{0}"),
    "a token of hers": ("POST", "users/{0}/tokens"),
    "the start of her server": ("POST", "users/{0}/server"),
    "the end of her server": ("DELETE", "users/{0}/server"),
    "rights of a teacher": ("PATCH", "users/{1}"),
    "the names of all": ("GET", "users"),
    "the routes of the proxy": ("GET", "proxy"),
    "the end of the hub": ("POST", "shutdown"),
}


@pytest.mark.parametrize("way", HUB_WAYS)
def test_the_hub_gives_a_student_nothing_of_others(owner, thief, way):
    method, path = HUB_WAYS[way]
    answer = requests.request(
        method,
        f"{thief.classroom.url}/hub/api/{path.format(owner.name, thief.name)}",
        headers={"Authorization": f"token {thief.token}"},
        json={"admin": True} if method == "PATCH" else None,
        timeout=180,
    )
    # Of the list a student gets the one name that is known anyway.
    named = [user["name"] for user in answer.json()] if path == "users" and answer.ok else []
    assert answer.status_code in (403, 404) or named == [thief.name], answer.text
    assert works(owner)


def test_the_proxy_s_own_door_wants_its_token(thief):
    routes = f"http://127.0.0.1:{thief.classroom.ports['PROXY_PORT']}/api/routes"
    for token in ("", thief.token):
        answer = requests.get(routes, headers={"Authorization": f"token {token}"}, timeout=180)
        assert answer.status_code == 403


def test_a_page_of_somebody_else_s_can_do_nothing_with_a_student_s_cookies(owner):
    """Without the XSRF token that only our own pages know."""
    base = f"{owner.classroom.url}/user/{owner.name}"
    owner.session.get(f"{base}/lab", timeout=180)
    for path in ("api/kernels", "api/contents"):
        answer = owner.session.post(f"{base}/{path}", json={}, timeout=180)
        assert answer.status_code == 403
    answer = owner.session.post(
        f"{owner.classroom.url}/hub/api/users/{owner.name}/tokens", json={}, timeout=180
    )
    assert answer.status_code == 403


# What goes wrong in a lesson. No saved answer is lost.


def test_a_kernel_that_is_killed_comes_back(classroom, students):
    answered(students[0], "before the kernel")
    kernel = students[0].kernel()
    killed = classroom.of(students[0].name, "ipykernel_launcher")
    for process in killed:
        process.kill()
    wait_for(lambda: set(classroom.of(students[0].name, "ipykernel_launcher")) - set(killed))
    assert students[0].run(kernel, "print(1)") == "1\n"
    assert on_disk(classroom, students[0].name) == "before the kernel"


def test_a_server_that_is_killed_can_be_started_again(classroom, students):
    name = students[1].name
    answered(students[1], "before the server")
    for process in classroom.of(name, "jupyterhub.singleuser"):
        process.kill()
    wait_for(lambda: not works(students[1]))
    page = students[1].session.get(f"{classroom.url}/user/{name}/lab", timeout=180)
    assert page.status_code in (424, 503) and "server" in page.text  # and a button that starts it
    wait_for(lambda: classroom.ran(classroom.root / "bin/ask-hub", "start", name, check=False)
             .returncode == 0 and works(students[1]))  # fmt: skip
    assert on_disk(classroom, name) == "before the server"
    assert (
        students[1].contents(LESSON).json()["content"]["cells"][1]["source"] == "before the server"
    )


def test_a_restart_of_the_hub_cuts_nobody_off(classroom, students):
    student = Student(classroom, students[0].name)  # whose token a server knows for five minutes
    kernel = student.kernel()
    student.run(kernel, "kept = 41")
    classroom.stop("hub")
    assert works(student)
    answered(student, "while the hub was away")
    classroom.start("hub")
    assert student.run(kernel, "print(kept + 1)") == "42\n"
    assert on_disk(classroom, student.name) == "while the hub was away"
    assert Student(classroom, student.name).token


def test_a_restart_of_the_proxy_brings_its_routes_back(classroom, students):
    kernel = students[0].kernel()
    students[0].run(kernel, "kept = 41")
    answered(students[0], "before the proxy")
    classroom.stop("proxy")
    classroom.start("proxy")
    wait_for(lambda: works(students[0]))  # by itself
    assert students[0].run(kernel, "print(kept + 1)") == "42\n"
    answered(students[0], "after the proxy")
    assert on_disk(classroom, students[0].name) == "after the proxy"


def test_on_a_full_disk_the_last_saved_answer_stays(classroom, students):
    """The home of the second student is filled to the last byte while the server runs."""
    student, home = students[1], classroom.home(students[1].name)
    classroom.ran(classroom.root / "bin/ask-hub", "stop", student.name)
    kept, own = classroom.root / "kept", home.stat()
    subprocess.run(["cp", "-a", home, kept], check=True)
    options = f"size=4m,mode=700,uid={own.st_uid},gid={own.st_gid}"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", home]
    if subprocess.run(mount, capture_output=True).returncode:
        classroom.ran(classroom.root / "bin/ask-hub", "start", student.name)
        pytest.skip("no small disk can be mounted here")
    classroom.mounted.append(home)
    subprocess.run(["cp", "-a", f"{kept}/.", home], check=True)
    classroom.ran(classroom.root / "bin/ask-hub", "start", student.name)
    answered(student, "while there was room")
    with open(home / "full", "wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(b"x" * 4096)
    os.chown(home / "full", own.st_uid, own.st_gid)
    notebook = student.contents(LESSON).json()["content"]
    notebook["cells"][1]["source"] = "x" * 300_000
    refused = student.save(LESSON, notebook)
    assert refused.status_code == 500 and "No space left on device" in refused.text
    assert on_disk(classroom, student.name) == "while there was room"
    # A kernel starts all the same, and what is deleted makes room.
    assert student.run(student.kernel(), "print(2)") == "2\n"
    assert student.ask("DELETE", "api/contents/full").status_code == 204
    answered(student, "there is room again")
    assert on_disk(classroom, student.name) == "there is room again"


# In mid-term


def test_nothing_is_written_over_by_a_new_start(classroom, students):
    name = students[0].name
    answered(students[0], "mine")
    classroom.ran(classroom.root / "bin/publish-lessons")
    said = classroom.ran(classroom.root / "bin/ask-hub", "stop", name).stdout
    assert said.startswith("1 of 1 stopped")
    assert not classroom.of(name, "jupyterhub.singleuser")
    classroom.ran(classroom.root / "bin/ask-hub", "start", name)
    assert on_disk(classroom, name) == "mine"


def test_no_process_of_the_class_listens_beyond_the_machine(classroom):
    ours = ("jupyterhub", "configurable-http-proxy", "ipykernel")
    beyond = set()
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or ())
        if str(classroom.root) in words and any(name in words for name in ours):
            with suppress(psutil.NoSuchProcess):
                listening = process.net_connections("inet")
                beyond |= {c.laddr.ip for c in listening if c.status == psutil.CONN_LISTEN}
    assert beyond == {"127.0.0.1"}
