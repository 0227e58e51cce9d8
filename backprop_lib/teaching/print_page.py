"""The frame of a page for the printer: HTML that stands alone, black on white, for A4 and Letter.

A page loads nothing: no script, no font, no picture from elsewhere.
"""

from html import escape

from backprop_lib.pictures import theme
from backprop_lib.pictures.picture import Picture

PAGE_WIDTH = 190  # mm, inside the margins of A4; Letter is wider, and shorter
MARGIN = 10  # mm

STYLE = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: %(width)dmm; background: #fff; color: #000;
  font: 10.5pt/1.35 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
h1 { font-size: 15pt; margin: 0 0 1.5mm; }
h2 { font-size: 11.5pt; margin: 3mm 0 1mm; border-bottom: 0.4mm solid #000; }
p { margin: 1mm 0; }
table { border-collapse: collapse; }
th, td { padding: 0.4mm 2mm; text-align: left; }
.side { break-before: page; padding-top: 1mm; }
.side:first-of-type { break-before: auto; }
.columns { display: grid; grid-template-columns: 1fr 1fr; column-gap: 6mm; }
code, .number { font-family: ui-monospace, "Cascadia Mono", Menlo, "DejaVu Sans Mono", monospace; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%% !important; min-width: 0 !important; height: auto; }
@media screen { body { padding: 8mm; } .side { border-top: 0.3mm dashed #777; } }
@page { margin: %(margin)dmm; }
""" % {"width": PAGE_WIDTH, "margin": MARGIN}  # noqa: UP031 - CSS is full of braces


def page(title: str, body: str, style: str = "") -> str:
    """A whole HTML page. title: plain text. body: HTML. style: CSS after the common one."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def in_black(picture: Picture) -> str:
    """The SVG of a Picture for a page without colours: signs stay in the labels and the dashes."""
    svg = picture.svg
    for colour in (theme.POSITIVE, theme.NEGATIVE, theme.CHANGED):
        svg = svg.replace(colour, "#000")
    return svg
