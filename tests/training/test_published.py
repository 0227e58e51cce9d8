import re
from decimal import Decimal

import pytest

from backprop_lib import UpdateRule, audit, backward_pass, example, forward_pass, train
from backprop_lib.training import published
from backprop_lib.training.published import HOW_IT_AROSE, figures, rounded

# Quantity, what the tutorial prints, the value under its stated rule, and whether they agree:
# copied from the collection of its figures that was made before this library was.
REFERENCE = [
    ("net_h1", "0.3775", "0.377500000000000", True),
    ("out_h1", "0.593269992", "0.593269992107187", True),
    ("out_h2", "0.596884378", "0.596884378259767", True),
    ("net_o1", "1.105905967", "1.105905967059770", True),
    ("out_o1", "0.75136507", "0.751365069552316", True),
    ("out_o2", "0.772928465", "0.772928465321463", True),
    ("E_o1", "0.274811083", "0.274811083176155", True),
    ("E_o2", "0.023560026", "0.023560025583848", True),
    ("E_total", "0.298371109", "0.298371108760003", True),
    ("dE_total_dout_o1", "0.74136507", "0.741365069552316", True),
    ("dout_o1_dnet_o1", "0.186815602", "0.186815601808959", True),
    ("dnet_o1_dw5", "0.593269992", "0.593269992107187", True),
    ("dE_total_dw5", "0.082167041", "0.082167040564231", True),
    ("w5_new", "0.35891648", "0.358916479717885", True),
    ("w6_new", "0.408666186", "0.408666186076233", True),
    ("w7_new", "0.511301270", "0.511301270238738", True),
    ("w8_new", "0.561370121", "0.561370121107989", True),
    ("dE_o1_dnet_o1", "0.138498562", "0.138498561628557", True),
    ("dnet_o1_dout_h1", "0.40", "0.400000000000000", True),
    ("dE_o1_dout_h1", "0.055399425", "0.055399424651423", True),
    ("dE_o2_dout_h1", "-0.019049119", "-0.019049118258278", False),
    ("dE_total_dout_h1", "0.036350306", "0.036350306393145", True),
    ("dout_h1_dnet_h1", "0.241300709", "0.241300708572325", True),
    ("dnet_h1_dw1", "0.05", "0.050000000000000", True),
    ("dE_total_dw1", "0.000438568", "0.000438567734474", True),
    ("w1_new", "0.149780716", "0.149780716132763", True),
    ("w2_new", "0.19956143", "0.199561432265526", True),
    ("w3_new", "0.24975114", "0.249751143632370", True),
    ("w4_new", "0.29950229", "0.299502287264739", True),
    ("E_total", "0.291027924", "0.291027773693599", False),
    ("E_total", "0.0000351085", "0.0000351018778", False),
    ("E_total", "0.000035085", "0.0000351018778", False),
    ("out_o1", "0.015912196", "0.015913620443551", False),
    ("out_o2", "0.984065734", "0.984064273514624", False),
]
# The six, by place in the list: the rule that made the figure, and more digits of what it gives.
EXPLAINED = {
    20: ("rounded factor", "-0.0190491185"),
    29: ("updated weights", "0.291027923905"),
    30: ("one round fewer", "0.00003510854812"),
    31: ("updated weights", "0.00003508478630"),
    32: ("updated weights", "0.015912196326034"),
    33: ("updated weights", "0.984065734485629"),
}
ROUNDS = [0] * 29 + [1] + [10_000] * 4

AUDIT = audit()
each_line = pytest.mark.parametrize("k", range(34), ids=lambda k: f"{k}-{REFERENCE[k][0]}")
each_of_the_six = pytest.mark.parametrize("k", EXPLAINED, ids=lambda k: f"{k}-{REFERENCE[k][0]}")


def decimals(text):
    return len(text.partition(".")[2])


def half_a_unit(text):
    return Decimal(5).scaleb(-decimals(text) - 1)


@each_line
def test_the_figure_is_written_down_as_printed(k):
    figure = figures()[k]
    assert (figure.quantity, figure.printed) == REFERENCE[k][:2]
    assert (figure.digits, figure.round) == (decimals(REFERENCE[k][1]), ROUNDS[k])


@each_line
def test_the_figure_is_recomputed(k):
    recomputed = REFERENCE[k][2]
    rounding = Decimal("2e-16")  # of a number near 1, which comes on top of the reference's own
    assert abs(Decimal(AUDIT[k].value) - Decimal(recomputed)) <= half_a_unit(recomputed) + rounding


@each_line
def test_the_verdict_is_decided_by_half_a_unit_in_the_last_digit(k):
    _, printed, recomputed, agrees = REFERENCE[k]
    assert AUDIT[k].agrees == agrees
    assert (abs(Decimal(printed) - Decimal(recomputed)) <= half_a_unit(printed)) == agrees


def test_twenty_eight_of_thirty_four_agree():
    assert len(AUDIT) == len(figures()) == len(REFERENCE) == 34
    assert [k for k in range(34) if not AUDIT[k].agrees] == list(EXPLAINED)
    assert str(AUDIT).splitlines()[-1].startswith("28 of 34 agree")


@each_of_the_six
def test_what_differs_is_reproduced_exactly_by_the_rule_that_made_it(k):
    rule, digits = EXPLAINED[k]
    assert figures()[k].printed_by == rule
    assert rounded(AUDIT[k].reproduced, decimals(digits)) == digits
    assert rounded(AUDIT[k].reproduced, figures()[k].digits) == REFERENCE[k][1]
    assert AUDIT[k].explained
    assert HOW_IT_AROSE[rule] in str(AUDIT[k])


@each_of_the_six
def test_the_stated_rule_does_not_reproduce_it(k):
    assert rounded(AUDIT[k].value, figures()[k].digits) != REFERENCE[k][1]


def test_what_agrees_needs_no_other_rule():
    for k in set(range(34)) - set(EXPLAINED):
        assert figures()[k].printed_by == "stated rule"
        assert AUDIT[k].reproduced is None and AUDIT[k].explained


def test_the_rounded_factor():
    backward = backward_pass(forward_pass(example.network, example.inputs, example.targets))
    assert f"{backward.dE_o2_dnet_o2:.9f}" == "-0.038098237"
    assert Decimal("-0.038098237") * Decimal("0.5") == AUDIT[20].reproduced


@pytest.mark.parametrize(
    ("rule", "rounds", "printed"),
    [
        ("updated weights", 1, "0.291027924"),
        ("original weights", 9_999, "0.0000351085"),
        ("updated weights", 10_000, "0.000035085"),
    ],
)
def test_a_training_by_that_rule_ends_in_the_printed_error(rule, rounds, printed):
    rule = UpdateRule(hidden_layers_use=rule)
    training = train(example.network, example.inputs, example.targets, 0.5, rounds, rule)
    assert rounded(training.errors[-1], decimals(printed)) == printed


def test_the_audit_of_one_step():
    steps = {figure.step: None for figure in figures()}
    parts = [verdict for step in steps for verdict in audit(step)]
    assert sorted(v.figure.printed for v in parts) == sorted(row[1] for row in REFERENCE)
    assert {v.figure.step for v in audit("output layer")} == {"output layer"}
    assert len(audit("output layer")) == 8


def test_the_printed_audit_has_a_line_for_every_figure():
    lines = str(AUDIT).splitlines()
    assert sum(line.endswith("   agrees") for line in lines) == 28
    assert sum("differs: " in line for line in lines) == 6
    assert all(any(printed in line for line in lines) for _, printed, _, _ in REFERENCE)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("0.0000350850", 9, "0.000035085"),
        ("0.25", 1, "0.3"),
        ("0.00000000049", 9, "0.000000000"),
        ("511301270238738e-15", 9, "0.511301270"),
        ("0.12345678901234567890", 20, "0.12345678901234567890"),
    ],
)
def test_rounding_is_that_of_paper(value, digits, text):
    assert rounded(Decimal(value), digits) == text
    assert rounded(value, digits) == text


@pytest.mark.parametrize(
    ("value", "error"),
    [
        *((value, TypeError) for value in (None, [1], 1j)),
        *(
            (value, ValueError)
            for value in ("abc", "", "nan", float("inf"), Decimal("nan"), 10**400)
        ),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_what_cannot_be_rounded_is_quoted(value, error):
    words = (
        f"value: expected a finite number or the text of one, got {value!r}. Try rounded(0.5, 2)."
    )
    with pytest.raises(error, match=f"^{re.escape(words)}$") as refused:
        rounded(value, 2)
    assert type(refused.value) is error


def test_so_many_digits_can_be_asked_for():
    assert rounded("1", 25) == "1." + "0" * 25
    for digits in (-1, 26):
        with pytest.raises(ValueError, match=f"^digits: expected .* from 0 to 25, got {digits}"):
            rounded("1", digits)


@pytest.mark.parametrize("units, agrees", [(0.49, True), (0.5, True), (0.51, False), (0.55, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_half_a_unit_in_the_last_digit_is_the_boundary(units, agrees, sign, monkeypatch):
    figure = next(figure for figure in figures() if figure.quantity == "out_h1")
    off = Decimal(sign * units).scaleb(-figure.digits)
    monkeypatch.setattr(published, "_value", lambda *_: Decimal(figure.printed) + off)
    assert published._verdict(figure).agrees is agrees


def test_the_columns_of_the_audit_are_named():
    heading = str(audit()).splitlines()[0]
    assert heading.split() == ["quantity", "stated", "rule", "printed", "verdict"]
