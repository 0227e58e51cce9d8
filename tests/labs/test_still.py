"""What stands where a lab will stand: its pictures as it opens, and how to open it."""

import re
import xml.etree.ElementTree as ET
from html import unescape
from urllib.parse import unquote

import nbformat
import pytest

from backprop_lib import (
    example,
    landscape_lab,
    learning_rate_lab,
    walkthrough_lab,
    watch_it_learn,
)
from tools.lessons import NOTEBOOKS

LABS = [
    (walkthrough_lab, 1),
    (landscape_lab, 1),
    (learning_rate_lab, 2),
    (watch_it_learn, 2),
]
IMAGE = re.compile(r'<img alt="([^"]+)" src="data:image/svg\+xml,([^"]+)"')


def html_of(lab):
    data, _ = lab._repr_mimebundle_()
    return data["text/html"]


def drawings_of(html):
    """The name of each picture, and its drawing as the address of the image holds it."""
    return [(unescape(alt), unquote(address)) for alt, address in IMAGE.findall(html)]


@pytest.mark.parametrize(("open_it", "pictures"), LABS)
def test_a_lab_leaves_its_pictures_and_how_to_open_it(open_it, pictures):
    lab = open_it(example, name="a still")
    html = html_of(lab)
    assert f"<strong>{lab!r}</strong>" in html
    assert repr(lab).endswith("Run this cell to open it.")
    drawings = drawings_of(html)
    assert len(drawings) == html.count("<img") == pictures
    for name, drawing in drawings:
        assert name
        words = {"".join(text.itertext()) for text in ET.fromstring(drawing).iter() if text.text}
        live = "".join(lab.view["pictures"].values())
        assert words
        assert all(word in unescape(re.sub("<[^>]*>", "|", live)) for word in words if word)
    lab.close()


def test_every_lab_of_the_saved_notebooks_left_its_still():
    found = 0
    for path in NOTEBOOKS.glob("[0-9]*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if "lab" in cell.metadata.get("tags", []):
                (output,) = cell.outputs
                assert drawings_of(output.data["text/html"])
                found += 1
    assert found >= 7
