"""What all labs share: a widget whose controls and pictures are plain dicts.

A page side (the lab's own .js, which imports lab.js) holds native controls and places for what
Python draws. What a hand changes arrives as ``controls``, a dict of text; the answer is ``view``, a
dict of texts and pictures. Nothing is computed or drawn on the page. Of a view only that is sent
which is not as it was in the one before (changes.py); a page that has just opened gets all of it.

Nothing is taken for granted on the way. A view says how many went before it, and which wishes of
the hand it answers; each wish has a number. A page that lacks a view or an answer says what it
wishes once more, and gets the whole view.
"""

import re
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

import anywidget
import traitlets

from backprop_lib.labs.changes import change_between
from backprop_lib.labs.still import still
from backprop_lib.pictures import theme

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "(\.[\w./]+)";$', re.M)
EXPORT = re.compile(r"^export (?=(?:const|function) (\w+))", re.M)
# The style sheets of the labs take their colours from here.
COLOURS = f".backprop-lab {{ --positive: {theme.POSITIVE}; --negative: {theme.NEGATIVE}; }}\n"
CLOSED = "This lab is closed. Run its cell to open it again."
# What a view brings once: a view that says the same again does not.
ONCE = ("open", "file", "film")
_open_labs = WeakValueDictionary()
_closed_on_a_page = []

T = TypeVar("T")


def page_side(name: str) -> tuple[traitlets.Unicode, ...]:
    """The module and the style sheet of a lab, the modules that it imports put in.

    >>> module, style = page_side("learning_rate/learning_rate")
    >>> "export default" in module.default_value, "import {" in module.default_value
    (True, False)
    """
    module = put_together(HERE / f"{name}.js")
    # A page has the style of each of its labs, lab.css with each: whichever came last, a lab's own
    # rules count for more.
    own = _read(name, "css").replace(".backprop-", ".backprop-lab.backprop-")
    style = COLOURS + _read("lab", "css") + own
    return tuple(traitlets.Unicode(text).tag(sync=True) for text in (module, style))


def put_together(path: Path) -> str:
    """The text of a module of ours, with what it imports in the place of its import lines.

    A widget's module arrives on the page as a text, and so has no folder to import from.
    """

    def in_a_scope(found):
        names, imported = found[1], put_together(path.parent / found[2])
        given = ", ".join(EXPORT.findall(imported))
        body = EXPORT.sub("", imported)
        return f"const {{ {names} }} = (() => {{\n{body}\nreturn {{ {given} }};\n}})();"

    return IMPORT.sub(in_a_scope, path.read_text("utf-8"))


def _read(name, kind):
    return (HERE / f"{name}.{kind}").read_text("utf-8")


def open_lab(lab_class: type[T], name: str, *arguments: object) -> T:
    """A new lab, after closing the one of the same class and name, if there is one.

    So a cell can be run again and leaves nothing behind.
    """
    key = lab_class.__name__, name
    before = _open_labs.get(key)
    lab = _open_labs[key] = lab_class(*arguments)
    # The new one is there first: JupyterLab takes the last widget's way to Python away with it,
    # and whatever opens at that moment would get no answer.
    if before is not None:
        before.close()
    for closed in [closed for closed in _closed_on_a_page if closed._pages <= 0]:
        _closed_on_a_page.remove(closed)
        closed._end()
    return lab


class Lab(anywidget.AnyWidget):
    """A live lab. ``controls`` is what its controls hold, ``view`` what it shows.

    A lab sets ``_esm, _css = page_side("its_name")`` and says in ``_show`` what its controls mean.
    ``_hear`` gets what the page sends besides: {"kind": "shown"} once it stands there.
    """

    # What never changes: the choices of the controls, by their names.
    fixed = traitlets.Dict().tag(sync=True)
    # No echo: the page knows what it sent, and a late echo would turn a moving slider back.
    controls = traitlets.Dict().tag(sync=True, echo_update=False)
    # The page's number of the last change of the controls by hand; each has a larger one.
    moved = traitlets.Int().tag(sync=True, echo_update=False)
    view = traitlets.Dict().tag(sync=True)

    _views = 0  # sent so far
    _sent = None  # the last of them
    _pages = 0  # that show this lab now
    _asked = 0  # the page's number of the last message that is to be answered

    def __init__(self, fixed, controls):
        super().__init__(fixed=fixed, controls=controls)
        self._show()
        self._answered = self.controls
        self.observe(self._respond, "controls")
        self.observe(self._answer, "moved")
        self.on_msg(self._receive)

    @traitlets.validate("view")
    def _counted(self, proposal):
        # A view that is the same as before would not be sent, and the page waits for an answer.
        self._views += 1
        numbers = {"sent": self._views, "moved": self.moved, "asked": self._asked}
        return proposal["value"] | numbers

    def _should_send_property(self, key, value):
        if key != "view" or not value:
            return super()._should_send_property(key, value)
        before, self._sent = self._sent, {k: v for k, v in value.items() if k != "film"}
        if self._pages <= 0:
            return super()._should_send_property(key, value)
        self._send_changes(before, value)
        return False

    def _send_changes(self, before, view):
        """From one view to the next, over the pictures of its film, if it has one."""
        changes, shown = [], before
        for frame in view.get("film", ()):
            shown, last = self._sent | frame, shown
            changes.append(change_between(last, shown))
        changes.append(change_between(shown, self._sent))
        film = {"film": True} if "film" in view else {}
        self.send({"kind": "changes", "after": before["sent"], "changes": changes} | film)

    def _repr_mimebundle_(self, **kwargs):
        # Where the widget is shown, this is not: it is for a page that no kernel stands behind.
        data, metadata = super()._repr_mimebundle_(**kwargs)
        pictures, facts = (self.view.get(name, {}) for name in ("pictures", "facts"))
        return data | still(repr(self), pictures, facts), metadata

    def set(self, **controls: object) -> None:
        """Set controls by name, as a hand would: ``lab.set(rate="50", rounds="100")``."""
        self.controls = {**self.controls, **controls}

    def close(self) -> None:
        """Stop, and let go of everything.

        A page that still shows the lab, in another cell, says that it is closed. JupyterLab would
        empty the page with the widget, so an empty widget stays until the page is gone and
        another lab is opened.
        """
        if self.comm is None or "closed" in self.view:
            return
        self.unobserve_all()
        self.on_msg(self._receive, remove=True)
        self.view = {"closed": CLOSED}
        if self._pages > 0:
            self.on_msg(self._count_pages)
            _closed_on_a_page.append(self)
        else:
            self._end()

    def _end(self):
        self.on_msg(self._count_pages, remove=True)
        self.layout.close()
        super().close()

    def _count_pages(self, _widget, message, _buffers):
        self._pages += {"shown": 1, "gone": -1}.get(message.get("kind"), 0)

    def _show(self):
        raise NotImplementedError

    def _hear(self, message):
        """Nothing to answer, unless a lab says otherwise."""

    def _respond(self, _change):
        self._answered = self.controls
        self._guarded(self._show)

    def _answer(self, _change=None):
        """A wish that changes nothing is answered, too."""
        heard = {"moved": self.moved, "asked": self._asked}
        if self.controls == self._answered and not heard.items() <= self.view.items():
            self.view = {name: what for name, what in self.view.items() if name not in ONCE}

    def _receive(self, widget, message, buffers):
        self._count_pages(widget, message, buffers)
        kind = message.get("kind")
        if kind == "whole":
            self._catch_up(message)
        if kind in ("shown", "whole"):
            self.send_state("view")
        # A nudge only keeps the connection awake; lab.js says why.
        if kind not in ("nudge", "gone", "whole"):
            self._hear_once(message)

    def _catch_up(self, page):
        """Whatever the page wished that has not come here."""
        if page.get("moved", 0) > self.moved:
            self.set_state({"controls": page["controls"], "moved": page["moved"]})
        if page.get("asked"):
            self._hear_once(page["asked"])

    def _hear_once(self, message):
        what = {name: value for name, value in message.items() if name != "asked"}
        if "asked" in message:
            if message["asked"] == self._asked:
                return
            self._asked = message["asked"]
        self._guarded(self._hear, what)
        self._guarded(self._answer)

    def _guarded(self, action, *arguments):
        try:
            action(*arguments)
        except Exception as problem:
            # Nobody would see a traceback from here.
            self.view = self.view | {"status": f"That did not work. {problem}"}
