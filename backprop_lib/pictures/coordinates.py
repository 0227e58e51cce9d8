"""How a picture writes a coordinate: to a tenth of its unit, the same on every machine.

The last bit of a number differs between versions of Python and of NumPy, and between processors.
Half way between two tenths, where many a place lies, that bit would decide which is written.

>>> coordinate(656.15), coordinate(656.1499999999999)
('656.2', '656.2')
>>> point(1, 2.25), placed(cx=1, r=2.25)
('1.0 2.3', 'cx="1.0" r="2.3"')
"""

# Lengths are halves, thirds and hundredths of a unit; with this much more, none lies half way.
OFF_HALF_WAY = 1 / 3000


def coordinate(x: float, decimals: int = 1) -> str:
    """A place or a length for an SVG, in units of its viewBox.

    >>> coordinate(-1e-17), coordinate(465.5, decimals=0)
    ('0.0', '466')
    """
    return f"{x + OFF_HALF_WAY:z.{decimals}f}"  # z: no sign before a zero


def point(x: float, y: float, between: str = " ") -> str:
    """A point of a path; of a polygon or a polyline with "," between."""
    return f"{coordinate(x)}{between}{coordinate(y)}"


def placed(**lengths: float) -> str:
    """Attributes of a shape that are coordinates: x, y, width, r and so on."""
    return " ".join(f'{name}="{coordinate(x)}"' for name, x in lengths.items())
