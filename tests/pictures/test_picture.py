"""A picture on a page: whole where it is trusted, as an image where not, always with its words."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from backprop_lib import example, logistic_curve, network_diagram
from backprop_lib.core.logic_tables import xor
from backprop_lib.core.starting_weights import random_network
from backprop_lib.pictures import theme
from backprop_lib.pictures.decision_regions import decision_regions
from backprop_lib.pictures.line_plot import Curve, line_plot, linear_axis
from backprop_lib.pictures.picture import Picture

AXIS = linear_axis("x", 0, 1, (0, 1))
NAMED = "<b>\"mine\"</b> & 'yours' 100% #1 −½"
PICTURES = {
    "diagram": network_diagram(example, lit=["w5"], title=NAMED),
    "static plot": logistic_curve({NAMED: 0.3}, slopes=True),
    "line plot": line_plot(NAMED, AXIS, AXIS, [Curve(NAMED, [0, 1], [0, 1])], facts=[NAMED]),
    "regions": decision_regions(random_network((2, 2, 1), seed=0), xor.inputs, xor.targets),
}
each_picture = pytest.mark.parametrize("picture", PICTURES.values(), ids=list(PICTURES))
SVG = "{http://www.w3.org/2000/svg}"


class Page(HTMLParser):
    """The tags of a page with their attributes, and the words between them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words.append(data)

    def attributes(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def page(picture):
    return Page(picture._repr_mimebundle_()["text/html"])


def image(picture):
    """The drawing that an untrusted page shows."""
    (img,) = page(picture).attributes("img")
    kind, address = img["src"].split(",", 1)
    assert kind == "data:image/svg+xml"
    return ET.fromstring(unquote(address))


@each_picture
def test_name_and_words_are_on_the_page_and_in_the_plain_text(picture):
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == picture.text == repr(picture)
    assert picture.text == "\n".join((picture.label, *picture.facts))
    assert [img["alt"] for img in page(picture).attributes("img")] == [picture.label]
    assert ET.fromstring(picture.svg).get("aria-label") == picture.label
    assert ET.fromstring(picture.svg).get("role") == "img"
    assert set(picture.facts) <= set(page(picture).words)


@each_picture
def test_the_image_draws_what_the_svg_draws(picture):
    """In ink: shapes, places and texts are the same; the page's colours are not there."""

    def drawn(root):
        return [
            (
                e.tag,
                e.text,
                {**e.attrib, "style": e.get("style", "").replace(theme.PAGE, "#ffffff")},
            )
            for e in list(root.iter())[1:]
            if e.tag != f"{SVG}desc"
        ]

    inline, ink = ET.fromstring(picture.svg), image(picture)
    shown = [
        (tag, text, {k: v.replace(theme.PAGE, "#ffffff") for k, v in attributes.items()})
        for tag, text, attributes in drawn(inline)
    ]
    assert drawn(ink) == shown
    assert ink.get("viewBox") == inline.get("viewBox")
    assert ink.get("style") == f"color:{theme.LIGHT_TEXT};background:{theme.LIGHT_PAGE}"


@each_picture
def test_the_address_of_the_image_needs_no_escaping(picture):
    html = picture._repr_mimebundle_()["text/html"]
    (address,) = re.findall('src="([^"]*)"', html)
    assert re.fullmatch(r"[ -~]*", address) and not re.search(r"[<>\"&#`\\^{}|]", address)


@each_picture
def test_no_ids_and_no_script_so_that_many_live_on_one_page(picture):
    tags = page(picture).tags
    assert not [tag for tag, attributes in tags if "id" in attributes or tag == "script"]


@each_picture
def test_the_picture_costs_a_page_little(picture):
    """Nothing is there three times: SVG, image and words."""
    html = picture._repr_mimebundle_()["text/html"]
    assert len(html) < 2.6 * len(picture.svg) + 1200


def test_a_picture_without_facts_has_nothing_to_open():
    bundle = Picture('<svg role="img" aria-label="A dot."></svg>', "A dot.")._repr_mimebundle_()
    assert "<details>" not in bundle["text/html"] and bundle["text/plain"] == "A dot."


@pytest.mark.parametrize(("width", "words"), [(640, "max-width:640px"), (None, "max-width:100%")])
def test_a_picture_is_as_wide_as_it_is_told(width, words):
    shown = page(Picture("<svg></svg>", "A dot.", width=width))
    styles = [div["style"] for div in shown.attributes("div")]
    assert styles == [f"overflow-x:auto;{words}"] * 2


@each_picture
def test_the_image_is_never_narrower_than_the_svg(picture):
    (img,) = page(picture).attributes("img")
    least = re.findall(r"min-width:(\d+)px", ET.fromstring(picture.svg).get("style"))
    assert img["style"] == f"width:100%;min-width:{(*least, 0)[0]}px"
    assert picture.least_width == int((*least, 0)[0])
