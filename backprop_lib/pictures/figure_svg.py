"""A figure of matplotlib as SVG in the house's manner: small, and the same everywhere.

Matplotlib says what is drawn where. Its own SVG would differ from version to version, with its
fonts, its ids and its six decimals, so that no saved picture could be compared. Here coordinates
have one decimal, text is text in the page's font, black is the colour of the page's text, and
there are no ids, so that many pictures live on one page.

>>> from matplotlib.figure import Figure
>>> figure = Figure(figsize=(1, 1), dpi=72, facecolor="none")
>>> _ = figure.text(0.5, 0.5, "net_h1", fontsize=14)
>>> print(figure_svg(figure, "A name.").split("<text")[1])
 x="36.0" y="36.0" text-anchor="start" font-size="14">net_h1</text></g></svg>
"""

from html import escape
from itertools import pairwise
from typing import Any

from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.path import Path

from backprop_lib.pictures import theme
from backprop_lib.pictures.coordinates import placed, point
from backprop_lib.pictures.svg import picture_svg, text_width

_LETTERS = {
    Path.MOVETO: "M",
    Path.LINETO: "L",
    Path.CURVE3: "Q",
    Path.CURVE4: "C",
    Path.CLOSEPOLY: "Z",
}
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
# From where a text is placed down to its baseline, in type sizes: capitals are 0.72 high.
_DOWN = {"baseline": 0, "bottom": -0.22, "center": 0.36, "center_baseline": 0.36, "top": 0.76}
# A curve has no more points than can be seen: so far apart, in units of the viewBox.
_NEAR = 2.0


def figure_svg(figure: Figure, label: str) -> str:
    """The SVG of a figure with 72 dots per inch. label: what a screen reader speaks."""
    width, height = (round(length) for length in figure.bbox.size)
    renderer = _Renderer(width, height)
    figure.draw(renderer)
    halo = f"paint-order:stroke;stroke:{theme.PAGE};stroke-width:4px;stroke-linejoin:round"
    body = f'{"".join(renderer.shapes)}<g style="{halo}">{"".join(renderer.words)}</g>'
    least = theme.least_width(width, min(renderer.type_sizes))
    return picture_svg(label, width, height, body, style=f"height:auto;min-width:{least}px")


class _Renderer(RendererBase):
    """Writes down what matplotlib draws. Lengths are in points, which are units of the viewBox."""

    def __init__(self, width, height):
        super().__init__()
        self.width, self.height = width, height
        self.shapes, self.words, self.type_sizes = [], [], []

    def flipy(self):
        return True

    def get_canvas_width_height(self):
        return self.width, self.height

    def points_to_pixels(self, points):
        return points

    def get_text_width_height_descent(self, s, prop, ismath):
        px = prop.get_size_in_points()
        return text_width(s, px), px, 0.2 * px

    def draw_path(self, gc, path, transform, rgbFace=None):
        clip = gc.get_clip_rectangle()
        pieces = [
            (_LETTERS[code], [(x, self.height - y) for x, y in vertices.reshape(-1, 2)])
            for vertices, code in path.iter_segments(
                transform,
                # Matplotlib cuts one unit further out than it is told; but what lies on the edge
                # itself must not hang on the last bit of a number.
                clip=clip.padded(-0.9).extents if clip and rgbFace is None else None,
                simplify=False,
                snap=False,
            )
        ]
        look = f"{_fill(rgbFace)}{_stroke(gc)}"
        if pieces and look != ' fill="none"':
            self.shapes.append(_shape(pieces, look))

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext: Any = None):
        px = prop.get_size_in_points()
        self.type_sizes.append(px)
        x, y = mtext.get_transform().transform(mtext.get_unitless_position())
        at = placed(x=x, y=self.height - y + _DOWN[mtext.get_va()] * px)
        anchor = _ANCHORS[mtext.get_ha()]
        bold = ' font-weight="700"' if prop.get_weight() == "bold" else ""
        self.words.append(
            f'<text {at} text-anchor="{anchor}" font-size="{px:g}"{bold}>{escape(s)}</text>'
        )


def _shape(pieces, look):
    if [letter for letter, _ in pieces] == ["M", "L"]:
        (x1, y1), (x2, y2) = (points[0] for _, points in pieces)
        return f"<line {placed(x1=x1, y1=y1, x2=x2, y2=y2)}{look}/>"
    data = "".join(
        letter if letter == "Z" else letter + " ".join(point(*xy) for xy in points)
        for letter, points in _seen(pieces)
    )
    return f'<path d="{data}"{look}/>'


def _seen(pieces):
    """The pieces of a path without the points of a curve that lie on the one before."""
    last = (0.0, 0.0)
    for (letter, points), (following, _) in pairwise([*pieces, ("", ())]):
        x, y = points[-1] if points else last
        near = abs(x - last[0]) + abs(y - last[1]) < _NEAR
        if letter != "L" or following != "L" or not near:
            last = (x, y)
            yield letter, points


def _fill(colour):
    return ' fill="none"' if colour is None else _paint("fill", colour)


def _stroke(gc):
    width, (_, dashes) = gc.get_linewidth(), gc.get_dashes()
    if not width or not gc.get_rgb()[3]:
        return ""
    dash = " ".join(f"{length:g}" for length in dashes or ())
    return (
        _paint("stroke", gc.get_rgb())
        + f' stroke-width="{width:g}"'
        + (f' stroke-dasharray="{dash}"' if dash else "")
    )


def _paint(part, colour):
    """Black is what the page writes with."""
    name = theme.NEUTRAL if to_hex(colour) == "#000000" else to_hex(colour)
    opacity = colour[3] if len(colour) > 3 else 1
    return f' {part}="{name}"' + (f' {part}-opacity="{opacity:g}"' if opacity < 1 else "")
