"""What stands where a lab will stand, on a page on which nobody has run its cell."""

import re
from collections.abc import Iterable
from html import escape

from backprop_lib.pictures import theme
from backprop_lib.pictures.picture import image

_WIDTH = re.compile(r'viewBox="0 0 (\d+)')


def still(words: str, pictures: Iterable[str]) -> str:
    """The pictures of a lab as it opens, as HTML, and over them its words.

    pictures: what stands in the places of a lab's pictures; what is no SVG is left out.

    >>> print(still("A lab. Run this cell to open it.", []))
    <p><strong>A lab. Run this cell to open it.</strong></p>
    """
    places = "".join(
        f'<div style="flex:1 1 20em;max-width:{_width(svg)}px;overflow-x:auto">{image(svg)}</div>'
        for svg in pictures
        if svg.startswith("<svg")
    )
    row = f'<div style="display:flex;flex-wrap:wrap;gap:1em">{places}</div>' if places else ""
    return f"<p><strong>{escape(words)}</strong></p>{row}"


def _width(svg):
    return found[1] if (found := _WIDTH.search(svg)) else theme.NORMAL_WIDTH
