"""A classroom on loopback for tests: hub, proxy, and real accounts, made and removed again.

The scripts of classroom/ are run as they are. What install would download is there already: the
packages of this environment, linked into one that every account may read, and the proxy by npm.
"""

import csv
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import requests

ROOT = Path(__file__).parent.parent.parent
PREFIX = "bptest"
CLEAN = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
INSTALL = (ROOT / "classroom/install").read_text("utf-8")
(PROXY,) = re.findall(r"configurable-http-proxy@[\d.]+", INSTALL)


def missing():
    """Why no classroom can be made here, and how to get what it needs; or nothing."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "the classroom's accounts can be made by root alone, and on Linux"
    try:
        import jupyterhub  # noqa: F401
    except ImportError:
        return "pip install -c constraints.txt -e '.[test,classroom]' brings JupyterHub"
    for tool in ("npm", "node", "git", "useradd", "runuser", "prlimit", "openssl"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    return "" if readable_python() else "there is no Python of this version that others may run"


def readable_python():
    """A Python of this version that an account without rights can run."""
    for python in (sys._base_executable, "/usr/bin/python3"):
        ask = [
            "runuser",
            "-u",
            "nobody",
            "--",
            python,
            "-c",
            "import sys; print(sys.version_info[:2])",
        ]
        answer = subprocess.run(ask, capture_output=True, text=True, cwd="/")
        if answer.stdout.strip() == str(sys.version_info[:2]):
            return python
    return None


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(holds, seconds=180, what=lambda: "what was waited for"):
    """Wait until something holds; what it returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {what()}")


class Classroom:
    """The whole of it. folder: an empty one that every account can read."""

    def __init__(self, folder, students=2):
        self.root, self.processes = folder, {}
        self.before = {name for name in ("students", "teachers") if has_group(name)}
        self.had_proxy = has_account("classroom-proxy")
        self.students = [f"{PREFIX}{n:02}" for n in range(1, students + 1)]
        self.teacher = f"{PREFIX}teacher"
        self.accounts = [*self.students, self.teacher]
        self.passwords, self.mounted = {}, []
        for name in filter(has_account, self.accounts):  # which is not ours to remove, maybe
            raise RuntimeError(
                f"expected no account {name}, and there is one. Of a run that was cut off? "
                f"Then: pkill -u {name}; userdel --remove {name}"
            )

    # Making it

    def packages(self):
        """What install does, without the network."""
        venv, site = self.root / "venv", Path(requests.__file__).parent.parent
        subprocess.run([readable_python(), "-m", "venv", "--without-pip", venv], check=True)
        (target,) = venv.glob("lib/python*/site-packages")
        left_out = shutil.ignore_patterns("__editable__*", "backprop_lib*", "rfc3987_syntax*")
        shutil.rmtree(target)
        shutil.copytree(site, target, ignore=left_out, copy_function=linked)
        shutil.copytree(ROOT / "backprop_lib", target / "backprop_lib")
        shutil.copytree(Path(sys.prefix) / "etc", venv / "etc", dirs_exist_ok=True)
        shutil.copytree(Path(sys.prefix) / "share", venv / "share", copy_function=linked)
        kernel = venv / "share/jupyter/kernels/python3/kernel.json"
        spec = json.loads(kernel.read_text())
        spec["argv"][0] = str(venv / "bin/python")
        kernel.unlink()
        kernel.write_text(json.dumps(spec))
        npm = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix"]
        subprocess.run([*npm, self.root / "proxy", PROXY], check=True)

    def set_up(self):
        names = ("PORT", "HUB_PORT", "PROXY_PORT")
        self.ports = {name: free_port() for name in names}
        settings = (ROOT / "classroom/classroom.env").read_text().splitlines()
        settings = [line for line in settings if line.split("=")[0] not in self.ports]
        settings += [f"{name}={port}" for name, port in self.ports.items()]
        (self.root / "classroom.env").write_text("\n".join(settings) + "\n")
        self.url = f"http://127.0.0.1:{self.ports['PORT']}"
        self.ran(ROOT / "classroom/set-up", CLASSROOM=str(self.root))
        for what in (
            ["--number", str(len(self.students)), "--prefix", PREFIX],
            ["--teacher", self.teacher],
        ):
            path = self.root / "state" / f"{what[0]}.csv"
            self.ran(self.root / "bin/add-students", *what, "--passwords", path)
            self.passwords |= dict(csv.reader(path.read_text().splitlines()))

    def ran(self, command, *arguments, check=True, **env):
        """Run one of the scripts; what it said."""
        done = subprocess.run(
            [command, *arguments],
            env=CLEAN | env,
            capture_output=True,
            text=True,
            cwd="/",
        )
        assert done.returncode == 0 or not check, done.stdout + done.stderr
        return done

    def start(self, name):
        """Start the hub or the proxy, as its unit does."""
        command = [self.root / f"bin/start-{name}"]
        if name == "proxy":
            command = ["runuser", "-u", "classroom-proxy", "--", *command]
        with open(self.root / "state" / f"{name}.log", "a") as log:
            self.processes[name] = subprocess.Popen(
                command, env=CLEAN, cwd="/", stdout=log, stderr=log, start_new_session=True,
                # What runs in the background of a shell would hand its deafness down to the culler,
                # and the hub wait half a minute for it.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )  # fmt: skip
        path = {"hub": f"http://127.0.0.1:{self.ports['HUB_PORT']}/hub/health"}
        path["proxy"] = f"http://127.0.0.1:{self.ports['PORT']}/"
        wait_for(lambda: answers(path[name]), what=lambda: f"{name}: {self.log(name)}")

    def stop(self, name):
        """End the hub or the proxy, and no server of a student."""
        process = self.processes.pop(name)
        with suppress(psutil.NoSuchProcess):
            own = psutil.Process(process.pid)
            # runuser, and what it runs; the hub ends its own.
            for one in [own, *own.children()] if name == "proxy" else [own]:
                one.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def log(self, name):
        return (self.root / "state" / f"{name}.log").read_text()[-2000:]

    def close(self):
        """Everything away. Each step is taken, whatever becomes of others; the last comes first."""
        with ExitStack() as steps:
            if not self.had_proxy:
                steps.callback(remove_account, "classroom-proxy")
            for name in {"students", "teachers"} - self.before:
                steps.callback(remove_group, name)
            for name in self.accounts:
                steps.callback(remove_account, name)
            for place in self.mounted:
                steps.callback(subprocess.run, ["umount", "--lazy", place], check=True)
            steps.callback(end_all, self.accounts)
            for name in ("proxy", "hub"):
                if name in self.processes:
                    steps.callback(self.stop, name)

    def hand_lessons_to(self, name):
        """Run start-student without the server at its end."""
        text = (self.root / "bin/start-student").read_text().split("# Not in the home")[0]
        place = self.root / "bin/start-nothing"
        place.write_text(text)
        done = self.as_user(name, "env", f"HOME={self.home(name)}", "sh", place)
        assert done.returncode == 0, done.stderr

    # Looking into it

    def home(self, name):
        return Path(f"~{name}").expanduser()

    def notebook(self, name, lesson="01_forward_pass"):
        return self.home(name) / "backpropagation" / f"{lesson}.ipynb"

    def of(self, name, words):
        """The processes of an account with these words in their command."""
        found = []
        for process in psutil.process_iter(["username", "cmdline"]):
            if process.info["username"] == name and words in " ".join(
                process.info["cmdline"] or ()
            ):
                found.append(process)
        return found

    def as_user(self, name, *command):
        """Run a command with the rights of an account."""
        command = ["runuser", "-u", name, "--", *map(str, command)]
        words = os.environ | {"LC_ALL": "C"}
        return subprocess.run(command, capture_output=True, text=True, cwd="/", env=words)


def linked(source, target):
    """The same file once more; a copy where the file system has no links for it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def answers(address, **options):
    try:
        return requests.get(address, timeout=5, allow_redirects=False, **options).status_code < 600
    except requests.RequestException:
        return False


def has_account(name):
    return subprocess.run(["getent", "passwd", name], capture_output=True).returncode == 0


def has_group(name):
    return subprocess.run(["getent", "group", name], capture_output=True).returncode == 0


def end_all(names):
    """End the processes of accounts that the test has made, and those they start meanwhile."""
    while own := [p for p in psutil.process_iter(["username", "status"]) if lives(p, names)]:
        for process in own:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(own, timeout=20)


def lives(process, names):
    """Whether it is one of these accounts' processes; what is dead may wait for its parent."""
    return process.info["username"] in names and process.info["status"] != psutil.STATUS_ZOMBIE


def remove_account(name):
    """The account, its home, and the folders that start-student has made for it."""
    if not has_account(name):
        return
    import pwd  # which Windows has not

    number = pwd.getpwnam(name).pw_uid
    for folder in Path("/tmp").glob("jupyter-*"):
        if folder.lstat().st_uid == number:
            shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["userdel", "--force", "--remove", name], check=True, capture_output=True)


def remove_group(name):
    if has_group(name):
        subprocess.run(["groupdel", name], check=True)
