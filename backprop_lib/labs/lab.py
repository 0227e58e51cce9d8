"""What all labs share: a widget whose controls and pictures are plain dicts.

A page side (lab.js and the lab's own .js) holds native controls and places for what Python draws.
What a hand changes arrives as ``controls``, a dict of text; the answer is ``view``, a dict of
texts and pictures. Nothing is computed or drawn on the page.
"""

from pathlib import Path
from weakref import WeakValueDictionary

import anywidget
import traitlets

HERE = Path(__file__).parent
_open_labs = WeakValueDictionary()


def page_side(name):
    """The module and the style sheet of a lab, each with what all labs share before it.

    >>> module, style = page_side("learning_rate")
    >>> "export default" in module.default_value
    True
    """
    return tuple(
        traitlets.Unicode(_read("lab", kind) + _read(name, kind)).tag(sync=True)
        for kind in ("js", "css")
    )


def _read(name, kind):
    return (HERE / f"{name}.{kind}").read_text("utf-8")


def open_lab(lab_class, name, *arguments):
    """A new lab, after closing the one of the same class and name, if there is one.

    So a cell can be run again and leaves nothing behind.
    """
    key = lab_class.__name__, name
    if key in _open_labs:
        _open_labs[key].close()
    lab = _open_labs[key] = lab_class(*arguments)
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
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, fixed, controls):
        super().__init__(fixed=fixed, controls=controls)
        self._show()
        self.observe(self._respond, "controls")
        self.on_msg(self._receive)

    def set(self, **controls):
        """Set controls by name, as a hand would: ``lab.set(rate="50", rounds="100")``."""
        self.controls = {**self.controls, **controls}

    def close(self):
        """Take the lab off the page and let go of everything it holds."""
        if self.comm is not None:
            # A page that still shows it, in another cell, would seem to work.
            self.view = self.view | {"status": "This lab is closed. Run its cell to open it again."}
        self.unobserve_all()
        self.on_msg(self._receive, remove=True)
        self.layout.close()
        super().close()

    def _show(self):
        raise NotImplementedError

    def _hear(self, message):
        """Nothing to answer, unless a lab says otherwise."""

    def _respond(self, _change):
        self._guarded(self._show)

    def _receive(self, _widget, message, _buffers):
        # A nudge only keeps the connection awake; lab.js says why.
        if message != {"kind": "nudge"}:
            self._guarded(self._hear, message)

    def _guarded(self, action, *arguments):
        try:
            action(*arguments)
        except Exception as problem:
            # Nobody would see a traceback from here.
            self.view = self.view | {"status": f"That did not work. {problem}"}
