"""What stands where a lab will stand, on a page on which nobody has run its cell."""

import re
from collections.abc import Mapping, Sequence
from html import escape

from backprop_lib.pictures import theme
from backprop_lib.pictures.picture import image, name_of, words_under

_WIDTH = re.compile(r'viewBox="0 0 (\d+)')


def still(
    words: str, pictures: Mapping[str, str], facts: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """The pictures of a lab as it opens and their words, as HTML and as plain text.

    words: say how to open it. pictures: by name, the drawings, and what else stands in their
    places, which is left out. facts: by the same names, lines in words.

    >>> svg = '<svg aria-label="A dot." viewBox="0 0 9 9"></svg>'
    >>> print(still("Run this cell.", {"a": svg, "b": ""}, {"a": ["It is at 1."]})["text/plain"])
    Run this cell.
    A dot.
    It is at 1.
    """
    drawings = {name: svg for name, svg in pictures.items() if svg.startswith("<svg")}
    places = "".join(_place(svg, facts.get(name, ())) for name, svg in drawings.items())
    row = f'<div style="display:flex;flex-wrap:wrap;gap:1em">{places}</div>' if places else ""
    lines = [words]
    for name, svg in drawings.items():
        lines += [name_of(svg), *facts.get(name, ())]
    html = f"<p><strong>{escape(words)}</strong></p>{row}"
    return {"text/html": html, "text/plain": "\n".join(lines)}


def _place(svg, facts):
    width = found[1] if (found := _WIDTH.search(svg)) else theme.NORMAL_WIDTH
    return (
        f'<div style="flex:1 1 20em;max-width:{width}px"><div style="overflow-x:auto">'
        f"{image(svg)}</div>{words_under(name_of(svg), facts)}</div>"
    )
