"""What the tests of several labs need."""

import json
from types import SimpleNamespace

import pytest

from backprop_lib.labs.changes import changed


@pytest.fixture
def page_of(monkeypatch):
    """A lab as its page has it: the bytes of each message, and the view that is made of them."""

    def opened(lab):
        page = SimpleNamespace(view=None, bytes=[])

        def send(content, buffers=None):
            content = json.loads(json.dumps(content))
            assert content["after"] == page.view["sent"]
            page.bytes.append(len(json.dumps(content, ensure_ascii=False).encode()))
            for change in content["changes"]:
                page.view = changed(page.view, change)

        lab._receive(lab, {"kind": "shown"}, [])
        page.view = json.loads(json.dumps(lab.view))
        monkeypatch.setattr(lab, "send", send)
        return page

    return opened
