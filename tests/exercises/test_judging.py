"""An answer is judged by the digits it was given with, and never raises."""

import math
from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction
from time import process_time

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop_lib import UpdateRule, example, nudge
from backprop_lib.exercises.catalogue import MISTAKES
from backprop_lib.exercises.distance import CUT_OFF
from backprop_lib.exercises.judging import judge, random_example
from backprop_lib.exercises.quantities import right_numbers
from backprop_lib.exercises.verdict import KINDS, Verdict
from backprop_lib.symbolic.chain_rule import chain_rule
from exercises.test_catalogue import NETWORKS, by_hand, each_example, thought_of
from exercises.test_mistaken_round import named

# Any network.


@given(one=NETWORKS, data=st.data())
def test_the_right_number_is_always_accepted(one, data):
    name = data.draw(st.sampled_from(list(named(one))))
    right = float(right_numbers(name, one))
    assert judge(name, right, one).kind == "right"
    assert judge(name, repr(right), one).kind == "right"
    assert judge(name, right * (1 + 1e-15), one).kind == "right"  # added in another order


@given(one=NETWORKS, k=st.integers(1, 12), data=st.data())
def test_the_right_number_is_accepted_when_it_is_rounded(one, k, data):
    name = data.draw(st.sampled_from([n for n in named(one) if not n.endswith("_new")]))
    right = float(right_numbers(name, one))
    assume(abs(right) > 1e-250)
    rounded = f"{right:.{k - 1}e}"
    assert judge(name, rounded, one).kind == "right"
    if not float(rounded).is_integer():  # a float shows 2 as 2.0, which has a digit more
        assert judge(name, float(rounded), one).kind == "right"


@given(one=NETWORKS, k=st.integers(2, 12), data=st.data())
def test_a_new_weight_is_accepted_when_its_digits_show_the_step(one, k, data):
    name = data.draw(st.sampled_from([n for n in named(one) if n.endswith("_new")]))
    right, old = float(right_numbers(name, one)), float(one[name.removesuffix("_new")])
    assume(abs(right) > 1e-250)
    given_text = f"{right:.{k - 1}e}"
    half_a_unit = Decimal(5).scaleb(Decimal(given_text).as_tuple().exponent - 1)
    off = abs(Decimal(old) - Decimal(given_text))
    verdict = judge(name, given_text, one)
    if abs(off - half_a_unit) < Decimal("1e-14"):
        return
    if off > half_a_unit or abs(right - old) <= 1e-15 + 1e-12 * abs(old):
        assert verdict.kind == "right"
    else:
        assert verdict.kind == "rounded"


@pytest.mark.exhaustive
@given(
    one=NETWORKS,
    off=st.floats(1e-6, 1e3),
    up=st.booleans(),
    data=st.data(),
)
def test_another_number_is_never_right(one, off, up, data):
    name = data.draw(st.sampled_from(list(named(one))))
    right = float(right_numbers(name, one))
    assume(abs(right) > 1e-12)
    other = right * (1 + off if up else 1 - off)
    assume(len(repr(other).strip("-0.").replace(".", "")) > 12)
    assert judge(name, other, one).kind in ("wrong", "rounded")


@pytest.mark.exhaustive
@given(
    one=NETWORKS,
    k=st.integers(2, 9),
    units=st.integers(2, 10**6),
    up=st.booleans(),
    data=st.data(),
)
def test_a_number_that_is_units_off_in_its_last_digit_is_never_right(one, k, units, up, data):
    name = data.draw(st.sampled_from(list(named(one))))
    right = float(right_numbers(name, one))
    assume(abs(right) > 1e-12)
    rounded = Decimal(f"{right:.{k - 1}e}")
    unit = Decimal(1).scaleb(rounded.as_tuple().exponent)
    assert judge(name, str(rounded + (units if up else -units) * unit), one).kind != "right"


@pytest.mark.exhaustive
def test_a_random_number_is_seldom_taken_for_one_that_was_rounded():
    rng = np.random.default_rng(3)
    kinds = []
    for name in ("dE_dw5", "dE_dw1", "dE_dout_h1", "E_total"):
        right = float(right_numbers(name, example))
        for off in rng.uniform(0.02, 0.6, 25) * rng.choice([-1, 1], 25):
            kinds.append(judge(name, f"{right * (1 + off):.3e}", example).kind)
    assert kinds.count("rounded") <= 2
    assert "right" not in kinds


# Judging by digits.


@pytest.mark.parametrize(
    "answer",
    [
        "0.08", "0.082", "0.0822", "0,08217", "8.2167e-2", "8.2167 x 10^-2", "+0.0821670406",
        " = 0.0822 ", 0.08, 0.0822, Decimal("0.08217"), np.float32(0.08216704),
        np.array(0.0822), [0.0822], np.array([[0.0822]]), sp.Float("0.0822"),
        sp.Rational(822, 10000),
        Fraction(8216704056, 10**11), 0.082167040564,
    ],
    ids=repr,
)  # fmt: skip
def test_an_answer_counts_with_the_digits_it_was_given_with(answer):
    assert judge("dE_dw5", answer, example).kind == "right"


@pytest.mark.parametrize(
    "answer",
    [
        "0.081", "0.0821", "0.0823", "0.08220", "0.0821670405", 0.081, 0.0821, "8.3e-2", 1,
        "0.08216704050",
        0.0822001, Fraction(822, 10000), np.float32(0.0823), sp.Rational(1, 12), Decimal("0.08220"),
    ],
    ids=repr,
)  # fmt: skip
def test_an_answer_is_not_right_by_digits_that_it_does_not_have(answer):
    assert judge("dE_dw5", answer, example).kind in ("wrong", "rounded")


def test_one_digit_is_right_as_far_as_it_goes():
    verdict = judge("dE_dw5", "0.1", example)
    assert verdict.kind == "right"
    assert "one digit" in verdict.words
    # Where one digit is all there is, nothing is left to ask for.
    assert judge("dnet_o1_dout_h1", 0.4, example).words == "Right."


@pytest.mark.parametrize("name", ["dE_db1", "dE_db2", "w5_new", "dE_dw5"])
@pytest.mark.parametrize("zero", [0, 0.0, "0", np.float64(0)], ids=repr)
def test_a_zero_for_a_number_that_is_not_small_is_wrong(name, zero):
    verdict = judge(name, zero, example)
    assert verdict.kind == "wrong"
    named = MISTAKES["bias derivative taken as zero"] in verdict.mistakes
    assert named == name.startswith("dE_db")


@pytest.mark.parametrize("zero", [0, 0.0, "0", "0.000", "-0.0", np.float64(0)], ids=repr)
def test_a_zero_holds_no_digit_of_a_small_number(zero):
    verdict = judge("dE_dw1", zero, example)
    assert verdict.kind == "rounded"
    assert "no digit is left" in verdict.words


@pytest.mark.parametrize("tiny", [5e-324, 1e-310, 1e-200])
def test_a_network_with_numbers_next_to_nothing_is_judged_as_well(tiny):
    one = example.replace(w1=0, w2=0, b_h1=tiny)
    assert judge("net_h1", tiny, one).kind == "right"
    assert judge("net_h1", 0.3, one).kind == "wrong"
    assert judge("dE_dw5", "0.0123", one).kind == "wrong"


def test_a_zero_is_right_where_nothing_is():
    still = example.replace(i1=0.0)
    assert judge("dE_dw1", 0, still).kind == "right"
    assert judge("dE_dw1", "0.000", still).kind == "right"
    assert judge("dE_dw1", 0.0004, still).kind == "wrong"


@pytest.mark.parametrize("answer", ["0.15", "0.150", 0.15])
def test_a_new_weight_has_to_be_told_from_the_old_one(answer):
    verdict = judge("w1_new", answer, example)
    assert verdict.kind == "rounded"
    assert "cannot be told from the old one" in verdict.words
    assert judge("w1_new", "0.1498", example).kind == "right"


@pytest.mark.parametrize("answer", ["0.0821", 0.08216, "0.08216704"])
def test_an_answer_that_was_cut_off_is_told_so(answer):
    name = "dE_dw5" if str(answer) != "0.08216704" else "dE_dw6"
    right = f"{float(right_numbers(name, example)):.12f}"
    answer = answer if name == "dE_dw5" else right[:8]
    verdict = judge(name, answer, example)
    assert verdict.kind == "rounded"
    assert thought_of(verdict) == (CUT_OFF,)
    assert "cut off" in verdict.words
    assert "Rounded too early" not in verdict.words


def test_a_last_digit_that_is_one_too_high_was_not_cut_off():
    verdict = judge("dE_dw5", "0.0823", example)
    assert (verdict.kind, verdict.mistakes) == ("rounded", ())
    assert verdict.words == "Only the last digit is off."


def test_a_number_that_rounding_on_the_way_leads_to_is_told_so():
    # 0.74 * 0.187 * 0.593
    verdict = judge("dE_dw5", f"{0.74136507 * 0.19 * 0.5932699921:.6f}", example)
    assert (verdict.kind, verdict.mistakes) == ("rounded", (MISTAKES["rounded too early"],))


@pytest.mark.parametrize("name, answer", [("out_o1", "0.73"), ("E_total", "0.31")])
def test_one_that_is_a_few_units_off_and_that_no_rounding_leads_to_is_not_said_to_be_rounded(
    name, answer
):
    verdict = judge(name, answer, example)
    assert (verdict.kind, verdict.mistakes) == ("rounded", ())
    assert "Rounded too early" not in verdict.words
    assert judge(name, "0.9" + answer[3:], example).kind == "wrong"


def test_of_a_number_that_was_cut_off_no_more_is_said():
    # -0.0226 cut off after two digits happens to be what a forgotten bias gives as well.
    verdict = judge("dE_dw7", "-0.022", example)
    assert (verdict.kind, thought_of(verdict)) == ("rounded", (CUT_OFF,))


def test_a_step_too_short_for_sixteen_digits_to_show_it_is_accepted():
    tiny = example.replace(i1=1e-10)
    new = float(right_numbers("w1_new", tiny))
    assert 0 < abs(new - tiny.w1) < 1e-11
    assert judge("w1_new", new, tiny).kind == "right"


def test_a_number_that_belongs_elsewhere_is_recognized():
    words = judge("dE_dw6", "0.0821670406", example).words
    assert "It is also dE_dw5." in words
    assert judge("dE_dw1", "0.741365070", example).words == (
        "This is dE_dout_o1, and dE_dw1 is asked for."
    )
    # With so few digits it may be something else.
    assert (
        "This may be dE_dw5, and dE_dw6 is asked for." in judge("dE_dw6", "0.0822", example).words
    )


def test_what_else_a_wrong_number_is_is_said_besides_the_mistake():
    # i2 is twice i1 here.
    words = judge("dE_dw1", right_numbers("dE_dw2", example), example).words
    assert "The half and the 2 got mixed up." in words
    assert words.endswith(" It is also dE_dw2.")
    assert "It is also" not in judge("dE_dw1", "0.0009", example).words  # too few digits to know
    assert "It is also" not in judge("dE_dw5", 0.4398, example).words
    formula = chain_rule("E_total", "w2").product
    assert "dE_dw2" in judge("dE_dw1", formula, example).words


@pytest.mark.parametrize("huge", [np.zeros((2000, 2000)), [0.5] * 10**6], ids=["array", "list"])
@pytest.mark.parametrize("name", ["dE_dw5", "dE_dW2"])
def test_a_huge_answer_is_judged_by_its_size(name, huge):
    start = process_time()
    verdict = judge(name, huge, example)
    assert process_time() - start < 2
    assert verdict.kind == "wrong"
    assert verdict.words.startswith("The answer has ")


class Unreadable:
    """What is not asked for its numbers cannot complain."""

    def __init__(self, size):
        self.size = size

    def __array__(self, *rest, **named):
        return np.full(self.size, "no number", dtype=object)


def test_more_than_a_thousand_numbers_are_counted_and_not_read():
    assert judge("dE_dw5", Unreadable(1000), example).kind == "unreadable"
    assert judge("dE_dw5", Unreadable(1001), example).kind == "wrong"


@pytest.mark.parametrize(
    "name, answer, wanted, came",
    [
        ("dE_dw5", [1, 2, 3], "one number", "3 numbers"),
        ("net_h", 1, "2 numbers", "one number"),
        ("dE_dW2", [[1, 2, 3]], "2 by 2 numbers", "1 by 3 numbers"),
        ("dE_dW2", [0.5] * 1001, "2 by 2 numbers", "1001 numbers"),
    ],
)
def test_what_is_missing_or_too_much_is_counted(name, answer, wanted, came):
    assert judge(name, answer, example).words == (
        f"The answer has {wanted}, and this has {came}. Mend the brackets, or give what is missing."
    )


@pytest.mark.parametrize("answer", [None, ..., "", "...", "…", "?", "up or down?", [..., 1], []])
def test_an_open_answer_is_unanswered(answer):
    verdict = judge("dE_dw5", answer, example)
    assert verdict.kind == "unanswered"
    assert "Not answered yet" in verdict.words


class Nasty:
    def __array__(self, *rest, **named):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "answer",
    [
        "abc", "0.1.2", "1e999", 10**400, math.nan, math.inf, "nan", "inf", True, 1j,
        print, {}, {1: 2}, set(), object(), object, b"0.1", [[1], [1, 2]], sp.Symbol("x"), sp.zoo,
        sp.Eq(sp.Symbol("w5"), 1), sp.nan, np.array(["a", "b"]), np.datetime64("2020"), Nasty(),
    ],
    ids=lambda answer: type(answer).__name__,
)  # fmt: skip
def test_what_is_no_number_is_said_to_be_unreadable(answer):
    verdict = judge("dE_dw5", answer, example)
    assert verdict.kind == "unreadable"
    assert verdict.words


@pytest.mark.parametrize("answer", [math.nan, -math.inf, "nan", "Infinity", Decimal("-inf")])
def test_what_is_not_finite_is_said_to_have_overflowed(answer):
    words = "This is not a finite number. Somewhere before it, something overflowed."
    assert judge("dE_dw5", answer, example).words == words


@pytest.mark.parametrize("answer", ["0.5*0.1", "1/3"])
def test_a_sum_in_quotes_is_to_be_worked_out(answer):
    assert "leave out the quotes" in judge("dE_dw5", answer, example).words


# Arrays.


def test_an_array_is_judged_number_by_number():
    right = right_numbers("dE_dW2", example)
    assert judge("dE_dW2", right, example).kind == "right"
    assert judge("dE_dW2", right.round(3), example).kind == "right"
    assert judge("dE_dW2", right.tolist(), example).kind == "right"
    assert judge("dE_dW2", sp.Matrix(right), example).kind == "right"
    one_off = right.copy()
    one_off[1, 0] += 0.01
    assert judge("dE_dW2", one_off, example).kind == "wrong"


def test_only_the_brackets_of_an_array_may_differ():
    right = right_numbers("net_h", example)
    assert judge("net_h", right[:, None], example).kind == "right"
    assert judge("net_h", right[:1], example).words.startswith("The answer has 2 numbers, and")
    assert judge("dE_dW2", right_numbers("dE_dW2", example).ravel(), example).kind == "wrong"
    assert judge("dE_dw5", right, example).kind == "wrong"


# Names.


@pytest.mark.parametrize("name", ["w9", "W3", "dE_dW3", "net_h3", "dE_dx", "W0", "net_h1_new"])
def test_an_unknown_name_is_the_author_s_error(name):
    with pytest.raises(ValueError, match=r"^name: unknown name"):
        judge(name, 0.1, example)


def test_a_name_that_is_no_text_is_the_author_s_error():
    with pytest.raises(TypeError, match=r"^name: expected text"):
        judge(5, 0.1, example)
    with pytest.raises(TypeError, match=r"^example: expected an Example"):
        judge("w5", 0.1, 3)
    with pytest.raises(TypeError, match=r"^rule: expected an UpdateRule"):
        judge("w5", 0.1, example, "frozen")


# Expressions.

w5, w7, out_o1, out_o2, target_o1, target_o2, out_h1, i1, eta = sp.symbols(
    "w5 w7 out_o1 out_o2 target_o1 target_o2 out_h1 i1 eta"
)
DELTA_O1 = (out_o1 - target_o1) * out_o1 * (1 - out_o1)
DELTA_O2 = (out_o2 - target_o2) * out_o2 * (1 - out_o2)


@pytest.mark.parametrize(
    "name, formula",
    [
        ("dE_dw5", DELTA_O1 * out_h1),
        ("dE_dw5", sp.Symbol("delta_o1") * out_h1),
        ("dE_dw1", (DELTA_O1 * w5 + DELTA_O2 * w7) * out_h1 * (1 - out_h1) * i1),
        ("w5_new", w5 - eta * sp.Symbol("dE_dw5")),
        ("dE_dw1", chain_rule("E_total", "w1").product),
        ("out_h1", 1 / (1 + sp.exp(-sp.Symbol("net_h1")))),
    ],
)
@each_example
def test_a_formula_is_right_if_it_holds_for_other_numbers_too(name, formula, one):
    assert judge(name, formula, one).kind == "right"


@pytest.mark.parametrize(
    "name, formula, key",
    [
        ("dE_dw5", (out_o1 - target_o1) * out_h1, "slope forgotten"),
        ("dE_dw5", -DELTA_O1 * out_h1, "target and output exchanged"),
        ("dE_dw1", DELTA_O1 * w5 * out_h1 * (1 - out_h1) * i1, "path dropped"),
        ("dE_dw1", chain_rule("E_total", "w1").paths[0].product, "path dropped"),
        (
            "dE_dw1",
            DELTA_O1 * w5 * DELTA_O2 * w7 * out_h1 * (1 - out_h1) * i1,
            "paths multiplied",
        ),
        ("w5_new", w5 + eta * sp.Symbol("dE_dw5"), "step added"),
    ],
)
def test_a_mistake_in_a_formula_is_named(name, formula, key):
    assert MISTAKES[key] in judge(name, formula, example).mistakes


def test_a_formula_that_fits_one_set_of_numbers_only_is_not_right():
    # eta is 0.5 here, and so is w7.
    verdict = judge("w5_new", w5 - w7 * sp.Symbol("dE_dw5"), example)
    assert verdict.kind == "wrong"
    assert "not with others" in verdict.words


@pytest.mark.parametrize("name", ["dE_dw5", "dE_total_dw5"])
def test_what_is_asked_for_is_no_answer(name):
    assert "cannot be part of the answer" in judge("dE_dw5", sp.Symbol(name), example).words


def test_an_array_of_formulas_is_judged_as_well():
    net_h1, net_h2 = (sp.sympify(f) for f in ("w1*i1 + w2*i2 + b1", "w3*i1 + w4*i2 + b1"))
    assert judge("net_h", [net_h1, net_h2], example).kind == "right"
    assert judge("net_h", [net_h1, net_h1], example).kind == "wrong"


# The rest of the contract.


def test_the_rule_decides_what_is_right():
    updated = UpdateRule(hidden_layers_use="updated weights")
    number = by_hand(example, "updated weights")["w1_new"]
    assert judge("w1_new", number, example, updated).kind == "right"
    assert judge("w1_new", number, example).kind == "wrong"
    per_layer = UpdateRule(biases="one per layer")
    assert judge("b2_new", 0.6, example).kind == "right"
    moved = 0.6 - 0.5 * by_hand(example)["dE_db2"]
    assert judge("b2_new", moved, example, per_layer).kind == "right"


def test_the_right_number_is_that_of_an_independent_derivative():
    for name in ("dE_dw5", "dE_dw1", "dE_o1_dout_h1"):
        assert judge(name, f"{nudge(name, example):.7f}", example).kind == "right"


WRONG = ["0.0123", -0.0822, "0.44", "0.0821", 0, "abc", ..., 0.4398]


@pytest.mark.parametrize("name", ["dE_dw5", "w5_new", "out_o1", "E_total", "dE_dw1"])
@pytest.mark.parametrize("answer", WRONG, ids=repr)
def test_the_right_number_is_not_in_the_words(name, answer):
    verdict = judge(name, answer, example)
    assert verdict.kind in KINDS
    if verdict.kind != "right":
        digits = f"{abs(float(right_numbers(name, example))):.9f}".strip("0.")[:3]
        assert digits not in verdict.words.replace(".", "")


@pytest.mark.parametrize("name", ["w2_new", "w6_new"])
def test_a_small_step_in_nine_digits_gets_no_cause_for_being_near_in_float32(name):
    # Nine digits of such a weight are five of its step, and in float32 it may be off by more still.
    rng = np.random.default_rng(11)
    deep = random_example(rng, (2, 3, 2, 2))
    right, old = float(right_numbers(name, deep)), float(deep[name.removesuffix("_new")])
    assert abs(right - old) < 5e-4 < abs(old)
    made_up = old + (right - old) * rng.uniform(0.4, 1.6, 300)
    claimed = [number for number in made_up if judge(name, f"{number:.8e}", deep).mistakes]
    assert len(claimed) <= 2


def test_a_verdict_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        judge("w5", 0.4, example).kind = "wrong"


@pytest.mark.parametrize("kind", ["hint", "", "Right"])
def test_a_verdict_of_another_kind_cannot_be_made(kind):
    with pytest.raises(ValueError, match=r"^kind: expected one of 'right'"):
        Verdict(kind, "Right.")
