"""A browser's worth of one student, without a browser."""

import json
import uuid

import requests
import websocket

LONGEST = 180  # seconds for anything


class Student:
    """A browser's worth of one student: logged in, and with a token."""

    def __init__(self, classroom, name, password=None):
        self.classroom, self.name = classroom, name
        self.session = requests.Session()
        login = f"{classroom.url}/hub/login"
        self.session.get(login, timeout=LONGEST)
        form = {"username": name, "password": password or classroom.passwords[name]}
        self.answer = self.session.post(
            login, form | {"_xsrf": self.xsrf("/hub/")}, timeout=LONGEST, allow_redirects=False
        )
        self.token = ""
        if self.answer.status_code == 302:
            made = self.session.post(
                f"{classroom.url}/hub/api/users/{name}/tokens",
                json={},
                headers={"X-XSRFToken": self.xsrf("/hub/")},
                timeout=LONGEST,
            )
            self.token = made.json()["token"]

    def xsrf(self, path):
        return next(
            (c.value for c in self.session.cookies if (c.name, c.path) == ("_xsrf", path)), ""
        )

    def ask(self, method, path, of=None, **options):
        """Ask one's own server, or that of another, with one's own token."""
        headers = {"Authorization": f"token {self.token}"}
        address = f"{self.classroom.url}/user/{of or self.name}/{path}"
        return requests.request(
            method, address, headers=headers, timeout=LONGEST, allow_redirects=False, **options
        )

    def contents(self, path, of=None):
        return self.ask("GET", f"api/contents/backpropagation/{path}?content=1", of)

    def save(self, path, model):
        body = {"type": "notebook", "format": "json", "content": model}
        return self.ask("PUT", f"api/contents/backpropagation/{path}", json=body)

    def kernel(self, lesson="01_forward_pass"):
        """A kernel for a lesson; its id."""
        body = {
            "path": f"backpropagation/{lesson}.ipynb",
            "type": "notebook",
            "name": "",
            "kernel": {"name": "python3"},
        }
        answer = self.ask("POST", "api/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["kernel"]["id"]

    def channels(self, kernel, of=None, deflate=True):
        """The WebSocket of a kernel. deflate: offer compression, which run() cannot read."""
        address = self.classroom.url.replace("http", "ws", 1)
        offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
        return websocket.create_connection(
            f"{address}/user/{of or self.name}/api/kernels/{kernel}/channels",
            header=[f"Authorization: token {self.token}", *([offer] if deflate else [])],
            timeout=LONGEST,
        )

    def run(self, kernel, code):
        """What a cell prints, by the protocol that JupyterLab speaks."""
        message = {
            "header": {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "session": "s",
                       "username": "", "version": "5.3"},
            "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": [],
            "content": {"code": code, "silent": False},
        }  # fmt: skip
        said, channels = "", self.channels(kernel, deflate=False)
        channels.send(json.dumps(message))
        while True:
            heard = json.loads(channels.recv())
            if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            said += heard["content"].get("text", "")
            if heard["content"].get("execution_state") == "idle":
                channels.close()
                return said
