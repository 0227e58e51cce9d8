"""The summary holds every name, formula and number, and stands alone."""

import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from html import unescape

import pytest

from backprop_lib import Network, example
from backprop_lib.core.example import Example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.teaching.pleasant_numbers import pleasant_examples
from backprop_lib.teaching.steps_by_hand import steps_by_hand
from backprop_lib.teaching.summary_page import summary_page, write_summary
from backprop_lib.training.published import figures

HTML = summary_page()


def rows(html):
    """Name -> (MathML, number) of every line of the summary."""
    found = re.findall(
        r'<th scope="row"><code>(\w+)</code></th><td>(.*?)</td><td class="number">(.*?)</td>', html
    )
    return {name: (formula, number.replace("−", "-")) for name, formula, number in found}


def test_every_step_has_its_name_formula_and_number():
    assert list(rows(HTML)) and set(rows(HTML)) == {step.name for step in steps_by_hand()}
    for formula, number in rows(HTML).values():
        assert {drawn.tag for drawn in ET.fromstring(f"<td>{unescape(formula)}</td>")} == {"math"}
        assert re.fullmatch(r"-?\d\.\d{9}", number)


@pytest.mark.parametrize("chosen", [example, pleasant_examples(3, 1)[0]], ids=["tutorial", "own"])
def test_the_derivatives_are_those_that_the_complex_step_finds(chosen):
    for name, (_, number) in rows(summary_page(chosen)).items():
        if name.startswith("dE_"):
            assert abs(float(number) - complex_step(name, chosen)) < 5.1e-10, name


def test_the_learning_rate_is_that_of_the_example():
    chosen = example.replace(eta=0.1)
    wanted = chosen.w5 - 0.1 * complex_step("dE_dw5", chosen)
    assert rows(summary_page(chosen))["w5_new"][1] == f"{wanted:.9f}"
    assert "eta = 0.1." in summary_page(chosen)


def test_the_tutorials_figures_of_one_round_stand_on_it():
    numbers = rows(HTML)
    first_round = [figure for figure in figures() if figure.round == 0]
    missing = set()
    for figure in first_round:
        name = figure.quantity.replace("dE_total_", "dE_")
        if name not in numbers:
            missing.add(name)
        elif figure.printed_by == "stated rule":
            shown, printed = Decimal(numbers[name][1]), Decimal(figure.printed)
            half_unit = Decimal(5).scaleb(printed.as_tuple().exponent - 1)
            assert abs(shown - printed) <= half_unit, figure
    # What comes in along a weight has a name already; dE_o1_dnet_o1 is dE_dnet_o1.
    assert missing == {"dnet_o1_dw5", "dnet_o1_dout_h1", "dnet_h1_dw1", "dE_o1_dnet_o1"}


@pytest.mark.parametrize(
    "chosen",
    [
        Example(
            Network([[[0.1, 0.2]] * 3, [[0.3] * 3] * 2], [[0.1] * 3, [0.2] * 2]), [1, 2], [3, 4], 1
        ),
        example.replace(b_h1=0.9),
    ],
)
def test_a_network_whose_steps_it_does_not_hold_is_refused(chosen):
    with pytest.raises(ValueError, match=r"example: expected (a network whose steps fit|one bias)"):
        summary_page(chosen)


def test_there_are_two_pictures_in_black():
    assert HTML.count("<svg") == 2
    assert "Backward, to w1" in HTML and "Learning rate: eta = 0.5." in HTML


def test_it_stands_alone():
    assert not re.search(r"<(script|link|img|iframe)|url\(|@import|https?://(?!www\.w3\.org)", HTML)


def test_it_is_written_once_and_is_always_the_same(tmp_path):
    path = write_summary(tmp_path / "summary.html")
    assert path.read_text(encoding="utf-8") == HTML == summary_page()
    with pytest.raises(FileExistsError, match="exists"):
        write_summary(path)
