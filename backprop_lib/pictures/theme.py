"""The one set of colours, lines and type sizes for every diagram, figure and lab.

Text and neutral lines take the colour of the page (``currentColor``), so they fit the light and
the dark theme without knowing which one is on. Only what carries a meaning has a colour of its
own, and no meaning is carried by colour alone:

=============  ==================  ======================  =========================
meaning        colour              line                    and besides
=============  ==================  ======================  =========================
positive       blue                no dots                 a + on the label
negative       orange              dots                    a − on the label
forward        of the weight       solid, or only dots     arrowhead on the right
backward       of the derivative   long dashes             arrowhead on the left
just changed   pink                a ring                  named in the text twin
lit            of the page         thick, and bold type    named in the text twin
=============  ==================  ======================  =========================
"""

# Blue and orange stay apart for every common kind of colour blindness. Both are mid-tones: at
# least 3:1 against white and against the #111111 of the dark theme (WCAG 1.4.11).
POSITIVE = "#2f7ed8"
NEGATIVE = "#d2640f"
# Between the two in hue and lighter or darker than neither; used for rings only.
CHANGED = "#c2489d"
# Whatever has neither sign nor news: the colour of the text around it.
NEUTRAL = "currentColor"
# Behind labels, so that a line never runs through a number. JupyterLab sets the variable;
# elsewhere the browser knows its own page colour.
PAGE = "var(--jp-layout-color0, Canvas)"
# What PAGE is in the two themes; the tests compute every contrast against both.
LIGHT_PAGE = "#ffffff"
DARK_PAGE = "#111111"
# The text colours that JupyterLab's two themes use on those pages.
LIGHT_TEXT = "#212121"
DARK_TEXT = "#ffffff"

# Not in play: faint, but text keeps 4.5:1 and lines keep 3:1.
FAINT_TEXT_OPACITY = 0.68
FAINT_LINE_OPACITY = 0.55
# The inside of a lit box: enough to be seen from the back row, too little to hurt the text.
LIT_FILL_OPACITY = 0.12

FAINT_LINE = 1.25
PLAIN_LINE = 2.0
LIT_LINE = 3.5
RING_LINE = 3.0
THICKEST_LINE = 7.0
# Nothing is seen of it: so far around a line a click is meant for it.
TOUCH_LINE = 20.0

FONT = "var(--jp-ui-font-family, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif)"

# What a picture may be made for: a page beside others, or a projector, in large type.
SIZES = ("normal", "projector")
# No type smaller than this on a screen; smaller screens scroll the picture instead.
SMALLEST_TYPE = 12
# A picture stops growing here: its type is then as large as planned.
NORMAL_WIDTH = 960
# A projector picture takes the whole width, but never more height than can be seen at once.
PROJECTOR_HEIGHT = "84vh"


def least_width(page: float, type_size: float) -> int:
    """The least px for a picture of ``page`` units with this type: then no type gets too small.

    >>> least_width(900, 13)
    831
    """
    return round(page * SMALLEST_TYPE / type_size)


def sign_colour(value: float | None) -> str:
    """Blue for positive, orange for negative, the colour of the text for zero or unknown.

    >>> sign_colour(0.4), sign_colour(-0.4), sign_colour(None)
    ('#2f7ed8', '#d2640f', 'currentColor')
    """
    if not value:
        return NEUTRAL
    return POSITIVE if value > 0 else NEGATIVE


def line_width(value: float) -> float:
    """Thickness for a size: it grows with the size, but never beyond ``THICKEST_LINE``.

    The scale is the same in every picture, so thick means large across a whole lesson.

    >>> [f"{line_width(v):.2f}" for v in (0.0, 0.4, -0.4, 1000.0)]
    ['1.80', '3.29', '3.29', '6.99']
    """
    size = abs(value)
    return 1.8 + (THICKEST_LINE - 1.8) * size / (1 + size)


def dash_pattern(width: float, negative: bool = False, backward: bool = False) -> str:
    """SVG dash pattern in which negative always means dots and backward always long dashes.

    >>> dash_pattern(2), dash_pattern(2, negative=True)
    ('', '0 5')
    >>> dash_pattern(2, backward=True), dash_pattern(2, negative=True, backward=True)
    ('13 6.5', '13 5.5 0 5.5')
    """
    # Round line ends lengthen every dash by the line's width, so gaps grow with it.
    gap = width + 4.5
    if backward:
        return f"13 {gap - 1:g} 0 {gap - 1:g}" if negative else f"13 {gap:g}"
    return f"0 {width + 3:g}" if negative else ""
