"""A class that uses a lab: N students, without browsers, through the proxy.

    python benchmarks/class_load.py passwords.csv --students 30 --seconds 60 [--lab live]

passwords.csv is what classroom/add-students wrote. Each student logs in, opens a kernel, and moves
the slider of the learning-rate lab once a second, by the protocol that JupyterLab speaks. Measured
is the time from a move to its picture, and what it takes on the wire. With --lab live each watches
the tutorial's network learn, and measured is how many pictures come in a second. Their servers have
to run: classroom/ask-hub start. Only for a hub of one's own, on this machine.
"""

import argparse
import asyncio
import csv
import json
import random
import statistics
import struct
import sys
import time
import uuid

import requests
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from backprop_lib.labs.changes import changed

PICTURES_A_SECOND = 60  # at most, as in a page
LONGEST = 120  # seconds for anything


def token_of(hub, name, password):
    """A token of a student, by the password."""
    browser = requests.Session()
    browser.get(f"{hub}/hub/login", timeout=LONGEST)

    def xsrf():
        return next(c.value for c in browser.cookies if (c.name, c.path) == ("_xsrf", "/hub/"))

    form = {"username": name, "password": password, "_xsrf": xsrf()}
    browser.post(f"{hub}/hub/login", form, allow_redirects=False, timeout=LONGEST)
    made = browser.post(
        f"{hub}/hub/api/users/{name}/tokens",
        json={},
        headers={"X-XSRFToken": xsrf()},
        timeout=LONGEST,
    )
    made.raise_for_status()
    return made.json()["token"]


class Student:
    """One student: a kernel with a lab open. code: that of the cell which opens it."""

    code = ""

    def __init__(self, hub, name, token):
        self.address, self.token = f"{hub}/user/{name}", token
        self.session, self.random = uuid.uuid4().hex, random.Random(name)
        self.idle, self.lab, self.view, self.wire = {}, None, {}, []

    async def open(self):
        """A kernel, a WebSocket that is compressed, and the lab."""
        head = {"Authorization": f"token {self.token}"}
        request = HTTPRequest(
            f"{self.address}/api/kernels", "POST", head, json.dumps({"name": "python3"}),
            request_timeout=LONGEST,
        )  # fmt: skip
        kernel = json.loads((await AsyncHTTPClient().fetch(request)).body)["id"]
        address = self.address.replace("http", "ws", 1)
        request = HTTPRequest(
            f"{address}/api/kernels/{kernel}/channels?session_id={self.session}",
            headers=head,
            connect_timeout=LONGEST,
        )
        self.socket = await websocket_connect(
            request,
            subprotocols=["v1.kernel.websocket.jupyter.org"],
            compression_options={},
            max_message_size=2**26,
        )
        self.reader = asyncio.ensure_future(self.read())
        cell = {"code": self.code, "silent": False, "store_history": False, "allow_stdin": False}
        await asyncio.wait_for(self.send("execute_request", cell), LONGEST)
        await self.ask("shown")

    def send(self, kind, content):
        """Send a message; a future that is done when the kernel is idle again."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self.session,
            "username": "",
            "version": "5.3",
        }
        parts = [b"shell", *(json.dumps(part).encode() for part in (header, {}, {}, content))]
        offsets = [8 * (len(parts) + 2)]
        for part in parts:
            offsets.append(offsets[-1] + len(part))
        head = struct.pack(f"<Q{len(offsets)}Q", len(offsets), *offsets)
        self.socket.write_message(head + b"".join(parts), binary=True)
        self.idle[header["msg_id"]] = asyncio.get_running_loop().create_future()
        return self.idle[header["msg_id"]]

    async def comm(self, data):
        await asyncio.wait_for(self.send("comm_msg", {"comm_id": self.lab, "data": data}), LONGEST)

    async def ask(self, kind, **what):
        await self.comm({"method": "custom", "content": {"kind": kind} | what})

    @property
    def received(self):
        """Bytes that came on the wire."""
        return self.socket.protocol._wire_bytes_in

    async def read(self):
        while (raw := await self.socket.read_message()) is not None:
            (many,) = struct.unpack("<Q", raw[:8])
            at = struct.unpack(f"<{many}Q", raw[8 : 8 + 8 * many])
            header, parent, content = (json.loads(raw[at[n] : at[n + 1]]) for n in (1, 2, 4))
            if content.get("execution_state") == "idle":
                done = self.idle.pop(parent.get("msg_id"), None)
                if done and not done.done():
                    done.set_result(None)
            elif header["msg_type"] in ("comm_open", "comm_msg"):
                self.hear(content["comm_id"], content["data"])

    def hear(self, comm, data):
        """What a page does with a message: a view comes whole, or what has changed in it."""
        state, said = data.get("state") or {}, data.get("content") or {}
        if state.get("fixed"):
            self.lab, self.controls, self.fixed = comm, state["controls"], state["fixed"]
        if comm == self.lab:
            self.view = state.get("view", self.view)
            for change in said.get("changes", ()):
                self.view = changed(self.view, change)
            self.see()

    def see(self):
        """What a student does who has seen a view."""


class Moves(Student):
    """Moves the slider of the learning rate once a second: the milliseconds to each picture."""

    code = "from backprop_lib import example, learning_rate_lab\nlearning_rate_lab(example)"

    def __init__(self, *account):
        super().__init__(*account)
        self.waits, self.milliseconds, self.lost = None, [], 0

    async def open(self):
        await super().open()
        await self.change(guess="50")
        while self.view["sweeping"] == "on":
            await self.ask("sweep")

    async def change(self, **controls):
        self.controls = self.controls | controls
        state = {"controls": self.controls}
        await self.comm({"method": "update", "state": state, "buffer_paths": []})

    def see(self):
        if self.waits and not self.waits.done():
            if float(self.view["drawn"]["rate"]) == float(self.controls["rate"]):
                self.waits.set_result(time.perf_counter())

    async def use(self, seconds):
        """A move a second, each to a rate that is not far; begun at any moment of the second."""
        await asyncio.sleep(self.random.random())
        rates = self.fixed["rates"]
        place, due = len(rates) // 2, time.perf_counter()
        for _ in range(seconds):
            place = min(max(place + self.random.choice((-3, -2, -1, 1, 2, 3)), 0), len(rates) - 1)
            if rates[place] == self.controls["rate"]:
                place += 1 if place == 0 else -1
            self.waits = asyncio.get_running_loop().create_future()
            before, began = self.received, time.perf_counter()
            done = asyncio.ensure_future(self.change(rate=rates[place]))
            try:
                seen = await asyncio.wait_for(self.waits, 30)
                self.milliseconds.append(1000 * (seen - began))
                await done
                self.wire.append(self.received - before)
            except TimeoutError:
                self.lost += 1
            due += 1
            await asyncio.sleep(max(0, due - time.perf_counter()))
        self.socket.close()

    @staticmethod
    def said(students):
        times = sorted(one for student in students for one in student.milliseconds)
        if not times:
            sys.exit("No move came back as a picture within 30 s. Is the hub's machine busy?")
        p95 = times[int(0.95 * len(times))]
        return (
            f"{len(times)} moves, {sum(student.lost for student in students)} lost: from move to "
            f"picture median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, at most "
            f"{times[-1]:.0f} ms"
        )


class Watches(Student):
    """Watches the tutorial's network learn: pictures a second."""

    code = "from backprop_lib import example, watch_it_learn\nwatch_it_learn(example)"

    async def use(self, seconds):
        """Asks ahead for pictures as a page does, and for no more than a page can show."""
        await asyncio.sleep(self.random.random())
        many, ahead = self.fixed["pictures"], self.fixed["ahead"]
        asked, coming = 0, []
        before, began = self.received, time.perf_counter()
        due = began
        while time.perf_counter() < began + seconds:
            ask = self.ask("play", rounds=1, number=asked + 1, pictures=many)
            coming.append(asyncio.ensure_future(ask))
            asked += many
            if len(coming) * many > ahead - many:
                await coming.pop(0)
            due = max(due + many / PICTURES_A_SECOND, time.perf_counter())
            await asyncio.sleep(due - time.perf_counter())
        await asyncio.gather(*coming)
        self.a_second = self.view["number"] / (time.perf_counter() - began)
        self.wire.append((self.received - before) / asked)
        self.socket.close()

    @staticmethod
    def said(students):
        a_second = sorted(student.a_second for student in students)
        return (
            f"pictures a second for each: median {statistics.median(a_second):.0f}, at least "
            f"{a_second[0]:.0f}"
        )


async def load(hub, accounts, seconds, kind):
    AsyncHTTPClient.configure(None, max_clients=200)
    students = [kind(hub, name, token_of(hub, name, word)) for name, word in accounts]
    began = time.perf_counter()
    await asyncio.gather(*(student.open() for student in students))
    print(f"{len(students)} labs open after {time.perf_counter() - began:.1f} s")
    await asyncio.gather(*(student.use(seconds) for student in students))
    wire = statistics.median(one for student in students for one in student.wire)
    print(f"{kind.said(students)}; {wire / 1000:.1f} kB each on the wire")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("passwords")
    parser.add_argument("--hub", default="http://127.0.0.1:8000")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--lab", choices=("rate", "live"), default="rate")
    chosen = parser.parse_args()
    if not chosen.hub.startswith("http://127.0.0.1:"):
        sys.exit("--hub: expected one on this machine, http://127.0.0.1:PORT. No load elsewhere.")
    with open(chosen.passwords, newline="") as file:
        accounts = list(csv.reader(file))[: chosen.students]
    kind = {"rate": Moves, "live": Watches}[chosen.lab]
    asyncio.run(load(chosen.hub, accounts, chosen.seconds, kind))


if __name__ == "__main__":
    main()
