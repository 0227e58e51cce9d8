"""A finished picture: its SVG, its name in one sentence, and its facts in words.

In a notebook stands the SVG, which takes its colours from the page, and under it the words, folded
away. A notebook that was just cloned is not trusted: JupyterLab takes ``<svg>`` and ``<style>``
out of what it saved. For such a page the same drawing comes a second time, as an ``<img>`` in ink
on white paper, which cannot know the page's colours. A style rule hides the ``<img>`` wherever the
SVG is; the rule is taken out together with the SVG.

>>> picture = Picture('<svg role="img" aria-label="A dot."></svg>', "A dot.", ("It is at 1.",))
>>> picture
A dot.
It is at 1.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import quote

from backprop_lib.pictures import theme

# The rule asks for an <svg> inside, because a cell that was run must hide no <img> of a cell that
# was not. On paper there is no scrolling: there the picture takes the page's width.
_STYLE = (
    "<style>.backprop-picture:has(> svg){display:block !important}"
    ".backprop-picture:has(> svg)+div{display:none}"
    "@media print{.backprop-picture{overflow:visible !important}"
    ".backprop-picture>svg{min-width:0 !important}}</style>"
)
_LEAST_WIDTH = re.compile(r"min-width:(\d+)px")
_LABEL = re.compile(r'aria-label="([^"]*)"')
_FALLBACK_FONT = "system-ui,Helvetica,Arial,sans-serif"
# Everything else in an SVG is written as it is in an address within double quotes.
_SAFE_IN_AN_ADDRESS = " /:=,;()'!*+?@$~"


@dataclass(frozen=True)
class Picture:
    """A picture and its text twin.

    svg: the drawing. label: one sentence, which a screen reader speaks in its place. facts: its
    numbers in words, a line each. width: the most that it takes on a page, in px; None for all.
    """

    svg: str
    label: str
    facts: tuple[str, ...] = ()
    width: int | None = theme.NORMAL_WIDTH

    @property
    def text(self) -> str:
        """The text twin: the label, then the facts."""
        return "\n".join((self.label, *self.facts))

    @property
    def least_width(self) -> int:
        """Px below which its type would be too small; a page with less room scrolls it."""
        return _least_width(self.svg)

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self._html(), "text/plain": self.text}

    def _html(self):
        # An untrusted page keeps the words inside an <svg> as loose text, so they are hidden
        # unless the rule shows them. hidden="hidden", because an attribute without a value is
        # taken out, too.
        room = f"overflow-x:auto;max-width:{f'{self.width}px' if self.width else '100%'}"
        return (
            f'{_STYLE}<div class="backprop-picture" hidden="hidden" style="{room}">{self.svg}</div>'
            f'<div style="{room}">{image(self.svg)}</div>'
            f"{words_under(self.label, self.facts)}"
        )


def words_under(label: str, facts: Iterable[str]) -> str:
    """The facts of a picture as HTML, to be opened; nothing where there are none."""
    items = "".join(f"<li>{escape(fact)}</li>" for fact in facts)
    if not items:
        return ""
    return (
        f"<details><summary>The picture in words: {escape(label)}</summary>"
        f"<ul>{items}</ul></details>"
    )


def name_of(svg: str) -> str:
    """The sentence that a screen reader speaks in place of a drawing."""
    return unescape(found[1]) if (found := _LABEL.search(svg)) else ""


def image(svg: str) -> str:
    """A drawing as an ``<img>`` with its name, for a page that shows no SVG of ours."""
    return (
        f'<img alt="{escape(name_of(svg))}" src="{_address(svg)}" '
        f'style="width:100%;min-width:{_least_width(svg)}px">'
    )


def _least_width(svg):
    return int(found[1]) if (found := _LEAST_WIDTH.search(svg)) else 0


def _address(svg):
    """The drawing as a data address.

    Percent signs stand only for the characters that need them: that is shorter than base64, and
    can be read in a difference.
    """
    svg = re.sub("<desc>.*?</desc>", "", svg, count=1, flags=re.S)
    svg = re.sub("<svg[^>]*>", _in_ink, svg, count=1).replace(theme.PAGE, theme.LIGHT_PAGE)
    return f"data:image/svg+xml,{quote(svg.replace(chr(34), chr(39)), _SAFE_IN_AN_ADDRESS)}"


def _in_ink(root):
    """The first tag of the drawing, for paper: its words stand in alt, its size in the <img>."""
    tag = re.sub(' (role|aria-label|style|font-family)="[^"]*"', "", root[0])[:-1]
    ink = f"color:{theme.LIGHT_TEXT};background:{theme.LIGHT_PAGE}"
    return f'{tag} font-family="{_FALLBACK_FONT}" style="{ink}">'
