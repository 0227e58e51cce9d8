"""A picture of a lab is redrawn where it has changed, and is then the very picture it should be."""

import pytest

from backprop_lib import example, random_network
from backprop_lib.core.logic_tables import xor
from backprop_lib.labs.lab import HERE, put_together
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining, advanced, edited
from backprop_lib.labs.watch_it_learn.live_view import Look, view_of

# A picture after the others, and of its elements the part that was there before.
REDRAW = """pictures => {
    const place = document.createElement("div"), wanted = document.createElement("div");
    const now = pictures.pop();
    for (const before of pictures) redraw(place, before);
    const kept = new Set(place.querySelectorAll("*"));
    redraw(place, now);
    wanted.innerHTML = now;
    const all = [...place.querySelectorAll("*")];
    return [place.isEqualNode(wanted), all.filter(e => kept.has(e)).length / (all.length || 1)];
}"""


@pytest.fixture(scope="module")
def blank(page):
    page.set_content("<p></p>")
    module = put_together(HERE / "lab.js")
    page.add_script_tag(type="module", content=f"{module}\nwindow.redraw = redraw;")
    page.wait_for_function("'redraw' in window")
    return page


def moments():
    """Pictures of the lab as it is used: played, edited, looked at, and opened on other data."""
    start = LiveTraining(example.network, [example.inputs], [example.targets])
    learned = LiveTraining(random_network((2, 2, 1), 3), xor.inputs, xor.targets, 2.0)
    yield view_of(start, Look())
    yield view_of(advanced(start, 1), Look())
    yield view_of(advanced(start, 200), Look(selected="w1"))
    yield view_of(edited(start, {"w5": -3.0}), Look(selected="w5", changed=("w5", "net_o1")))
    yield view_of(start, Look(show="gradients"))
    yield view_of(learned, Look())
    yield view_of(advanced(learned, 300), Look(row=2, size="projector"))
    yield view_of(start, Look())


MOMENTS = list(moments())


@pytest.mark.parametrize("picture", ["diagram", "error", "regions", "weight"])
def test_after_redrawing_it_is_the_new_picture(blank, picture):
    svgs = [view["pictures"][picture] for view in MOMENTS]
    for many in range(1, len(svgs) + 1):
        assert blank.evaluate(REDRAW, svgs[:many])[0]


def test_while_it_plays_most_of_the_diagram_stays(blank):
    svgs = [view["pictures"]["diagram"] for view in MOMENTS[:2]]
    same, kept = blank.evaluate(REDRAW, svgs)
    assert same and kept > 0.9


@pytest.mark.parametrize(
    "before, now",
    [
        ("<svg><text>1</text></svg>", "<svg><text>&lt;b&gt; &amp; &quot;2&quot;</text></svg>"),
        ('<svg><path d="M0 0" class="a"/></svg>', '<svg><path d="M1 1" fill="red"/></svg>'),
        ('<svg><g id="a"><path/></g></svg>', '<svg><g id="b"><path/></g></svg>'),
        ("<svg><text>1</text></svg>", "<svg><text></text></svg>"),
        ("<svg><text>1</text>\n</svg>", "<svg><text>2</text> </svg>"),
        ("<svg><path/><rect/></svg>", "<svg><rect/><path/></svg>"),
        ("<svg><g></g><path/></svg>", "<svg><g><path/></g></svg>"),
        ("<svg></svg>", ""),
    ],
)
def test_whatever_changes_it_is_the_new_picture(blank, before, now):
    for pictures in ([before, now], [now, before], [before, now, before]):
        assert blank.evaluate(REDRAW, pictures)[0]
