"""check and hint: what a learner reads, whatever was answered."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples, layer_sizes

from backprop_lib import UpdateRule, example
from backprop_lib.core.example import Example
from backprop_lib.core.network import Network
from backprop_lib.exercises.catalogue import MISTAKES
from backprop_lib.exercises.check import MARKS, MIME_TYPE, check, hint
from backprop_lib.exercises.code_exercises import CODE_EXERCISES
from backprop_lib.exercises.quantities import right_numbers
from backprop_lib.exercises.questions import number_of_paths, question
from backprop_lib.exercises.verdict import KINDS
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.round_steps import round_steps
from exercises.test_mistaken_round import named

_RNG = np.random.default_rng(7)
DEEP = Example(
    Network(
        [_RNG.uniform(-1, 1, shape) for shape in ((3, 2), (3, 3), (3, 3))],
        [np.full(3, bias) for bias in (0.13, 0.27, -0.31)],
    ),
    [0.57, 0.23],
    [0.11, 0.93, 0.41],
)


# What is said.


def test_a_right_answer_is_told_what_it_means():
    assert repr(check("dE_dw5", 0.0822)) == (
        "✓ Right, to the 3 digits given.\n"
        "One more unit of w5 would add 0.0822 units of error, so w5 must go down."
    )


UNIT = "One more unit of {} would {} {} units of error, so {} must go {}.".format
BIT = "When {} rises by a bit, {} {} by {} times that bit.".format
W2_NEW, DE_DW2 = right_numbers("W2_new", example), right_numbers("dE_dW2", example)
MEANINGS = [
    ("dE_dw7", -0.0226, UNIT("w7", "take away", "0.0226", "w7", "up")),
    ("dE_db2", 0.1004, UNIT("b2", "add", "0.1004", "b2", "down")),
    ("dE_dw5", chain_rule("E_total", "w5").product, UNIT("w5", "add", "0.08217", "w5", "down")),
    ("dE_dout_h1", 0.0364, BIT("out_h1", "the error", "rises", "0.0364")),
    ("dE_o2_dout_h1", -0.01905, BIT("out_h1", "E_o2", "falls", "0.01905")),
    ("dout_o1_dnet_o1", 0.1868, BIT("net_o1", "out_o1", "rises", "0.1868")),
    ("net_h1", "0.3775", "0.3775 goes into h1, before it is squashed."),
    ("out_h1", 0.5933, "h1 sends 0.5933 on to the next layer."),
    ("out_o1", 0.7514, "o1 answers 0.7514, where 0.01 is wanted."),
    ("E_o1", 0.2748, "o1 has 0.2748 of the error."),
    ("E_total", 0.2984, "All that the network gets wrong, in one number: 0.2984."),
    ("w5_new", 0.3589, "w5 moves down from 0.4 to 0.3589, against its derivative."),
    ("w7_new", 0.5113, "w7 moves up from 0.5 to 0.5113, against its derivative."),
    ("b1_new", 0.35, "b1 stays where it was."),
    ("dE_o1_dw7", 0, "If w7 changes, E_o1 stays as it is."),
    ("W2_new", W2_NEW, "Every weight has taken a step against its derivative."),
    ("out_h", [0.5933, 0.5969], "That is what each neuron sends on, always between 0 and 1."),
    ("dE_dW2", DE_DW2, "Where it is positive the error rises with the weight, so that weight must"),
    ("delta_o", right_numbers("delta_o", example), "Each says how much the one rises when"),
]


@pytest.mark.parametrize("name, answer, means", MEANINGS, ids=[name for name, _, _ in MEANINGS])
def test_the_meaning_of_every_kind_of_quantity(name, answer, means):
    said = check(name, answer)
    assert said.accepted
    assert str(said).split("\n", 1)[1].startswith(means)


def test_the_direction_in_the_meaning_follows_the_sign():
    flipped = example.replace(target_o1=0.99, target_o2=0.01)
    number = float(right_numbers("dE_dw5", flipped))
    assert number < 0
    assert "so w5 must go up" in str(check("dE_dw5", number, flipped))


def test_a_wrong_answer_is_told_the_mistake_and_how_to_get_a_hint():
    said = check("net_h1", 0.0275)
    assert said.kind == "wrong"
    assert said.mistakes == ()  # three digits are too few to be sure of it
    assert said.possible == (MISTAKES["bias left out"],)
    first, second = str(said).split("\n")
    assert first.startswith("✗ Not right yet. It may be this: The bias was left out.")
    sure = check("dE_dw5", "0.439830")
    assert sure.mistakes == (MISTAKES["slope forgotten"],)
    assert str(sure).startswith("✗ Not right yet. The link out * (1 - out) is missing.")
    assert second == 'For a hint: hint("net_h1", 1). Stronger ones: 2 and 3.'


def test_the_hint_that_is_offered_is_there():
    call = re.search(r"hint\(.*?\)", str(check("dE_dw1", 0.5)))[0]
    assert call == 'hint("dE_dw1", 1)'
    assert eval(call, {"hint": hint}).kind == "hint"


BACK_TO_UPDATED = UpdateRule(hidden_layers_use="updated weights")


@pytest.mark.parametrize(
    "given, named",
    [
        ({"example": example.replace(i1=0.3)}, "example=..."),
        ({"rule": BACK_TO_UPDATED}, "rule=..."),
        ({"example": example.replace(i1=0.3), "rule": BACK_TO_UPDATED}, "example=..., rule=..."),
    ],
    ids=["example", "rule", "both"],
)
def test_the_hint_for_numbers_of_one_s_own_names_no_variable_of_theirs(given, named):
    said = str(check("dE_dw1", 0.5, **given)).splitlines()[-1]
    assert said == (
        f'For a hint: hint("dE_dw1", 1, {named}), with what you gave to check in place of the '
        "dots. Stronger ones: 2 and 3."
    )
    call = re.search(r"hint\(.*?\)", said)[0]
    for name in given:
        call = call.replace(f"{name}=...", f"{name}={name}")
    assert eval(call, {"hint": hint, **given}).kind == "hint"


def test_the_hint_for_a_function_needs_no_example():
    said = str(check("update", lambda W, dE_dW, eta: W, example.replace(i1=0.3)))
    assert 'For a hint: hint("update", 1). Stronger' in said


def test_an_open_answer_says_so_and_goes_on():
    for said in (check("dE_dw6", ...), check("dE_dw6"), check("dE_dw6", None)):
        assert str(said) == "… Not answered yet: replace the three dots by your answer."
        assert not said.accepted


def test_every_kind_has_a_mark_of_its_own_and_words_beside_it():
    assert set(MARKS) == set(KINDS)
    assert len(set(MARKS.values())) == len(KINDS)
    for answer in (0.0822, 0.0821, 0.5, ..., "abc"):
        mark, words = str(check("dE_dw5", answer)).split(" ", 1)
        assert mark in MARKS.values()
        assert words.split()[0] in ("Right,", "Close,", "Not")


def test_in_a_notebook_the_same_text_stands_in_a_box():
    html = check("dE_dw5", "<script>")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert 'role="status"' in html


def test_the_same_answer_gets_the_same_words_again():
    for answer in (0.0822, 0.5, "x", -0.0822):
        assert repr(check("dE_dw5", answer)) == repr(check("dE_dw5", answer))


def test_every_verdict_has_a_part_for_machines_without_the_answer():
    said = check("dE_dw5", "0.439829649")
    assert said._repr_mimebundle_() == {
        "application/vnd.backprop-lib.verdict+json": {
            "exercise": "dE_dw5",
            "kind": "wrong",
            "mistakes": ["slope forgotten"],
            "possible": [],
            "digits": 9,
        }
    }
    few = check("net_h1", 0.0275)._repr_mimebundle_()[MIME_TYPE]
    assert (few["mistakes"], few["possible"], few["digits"]) == ([], ["bias left out"], 3)
    for name, answer in [("update", lambda W, g, e: W - g), ("direction of w5", "up"), ("w5", ...)]:
        (part,) = check(name, answer)._repr_mimebundle_().values()
        assert part["exercise"] == name
        assert json.loads(json.dumps(part)) == part
    assert hint("dE_dw5", 2)._repr_mimebundle_() == {
        MIME_TYPE: {"exercise": "dE_dw5", "kind": "hint", "strength": 2}
    }


def test_a_cell_s_output_holds_the_words_and_the_part_for_machines():
    from IPython.core.interactiveshell import InteractiveShell

    formatted, _ = InteractiveShell().display_formatter.format(check("dE_dw5", -0.0822))
    assert set(formatted) == {"text/plain", "text/html", MIME_TYPE}
    assert formatted["text/plain"].startswith("✗ Not right yet.")


ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text()
    | st.binary() | st.lists(st.floats() | st.text() | st.none()) | st.sampled_from([..., int])
    | st.dictionaries(st.text(), st.text()) | st.decimals() | st.fractions()
    | st.sampled_from([sp.Symbol("w5"), sp.Symbol("E"), sp.pi, sp.I, sp.oo, sp.true])
    | st.lists(st.lists(st.floats(), min_size=2, max_size=2), min_size=2, max_size=2)
)  # fmt: skip
NAMES = (
    "dE_dw5", "w5_new", "dE_dW2", "net_h", "E_total", "direction of w5", "rule for dE_dw1",
    "sign of dE_dw7", "larger of dE_dw1 and dE_dw5", "paths of dE_db1", *CODE_EXERCISES,
    "shape of W1", "updates in 2 epochs of 10 examples in batches of 4", "our name for the loss",
)  # fmt: skip


@given(name=st.sampled_from(NAMES), answer=ANYTHING)
def test_nothing_that_anybody_answers_stops_the_notebook(name, answer):
    said = check(name, answer)
    assert said.kind in KINDS
    assert repr(said)
    assert said._repr_html_()


def test_an_unknown_name_is_the_author_s_error():
    for name in ("dE_dw99", "direction of w99", "direction of net_h1", "rule for nothing", "work"):
        with pytest.raises(ValueError, match=r"^name: unknown name"):
            check(name, 0.1)
    for name in ("sign of net_h", "larger of w5 and w5"):
        with pytest.raises(ValueError, match=r"^name: expected .* Ask about"):
            check(name, 0.1)
    for name in (3, ["forward_pass"], None):
        with pytest.raises((TypeError, ValueError), match=r"^name: "):
            check(name, 0.1)


def test_an_example_that_is_none_is_the_author_s_error():
    for name in ("dE_dw5", "direction of w5", "update"):
        with pytest.raises(TypeError, match=r"^example: expected an Example"):
            check(name, 0.1, 3)
        with pytest.raises(TypeError, match=r"^example: expected an Example"):
            hint(name, 1, 3)


def test_the_rule_is_handed_on():
    rule = UpdateRule(biases="one per layer")
    right = float(right_numbers("b2_new", example, rule))
    assert right != 0.6
    assert check("b2_new", right, rule=rule).accepted
    assert not check("b2_new", right).accepted


def test_checking_loads_neither_sympy_nor_anything_that_draws():
    ask = (
        "from backprop_lib import check; check('dE_dw5', 0.1); check('update', min); "
        "check('rule for dE_dw5', 'one path'); check('shape of W1', 2)\n"
        "import sys; print(*{name.split('.')[0] for name in sys.modules})"
    )
    out = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert not {"sympy", "matplotlib", "IPython", "ipywidgets"} & set(out.stdout.split())


# Questions.

ASKED = [
    ("rule for net_h1", "forward step"),
    ("rule for E_total", "forward step"),
    ("rule for dE_dw5", "one path"),
    ("rule for dE_o1_dout_h1", "one path"),
    ("rule for dE_dw1", "sum over paths"),
    ("rule for dE_db2", "sum over paths"),
    ("rule for w5_new", "update rule"),
    ("direction of w5", "down"),
    ("direction of w7", "up"),
    ("sign of dE_dw5", "positive"),
    ("sign of dE_dw7", "negative"),
    ("sign of dE_o1_dw7", "zero"),
    ("larger of dE_dw1 and dE_dw5", "dE_dw5"),
    ("larger of dE_dw2 and dE_dw1", "dE_dw2"),
    ("paths of dE_dw5", "1"),
    ("paths of dE_db1", "4"),
]


@pytest.mark.parametrize("text, right", ASKED)
def test_the_right_choice_is_accepted_and_every_other_is_not(text, right):
    asked = question(text, example)
    options = getattr(asked, "options", [str(n) for n in range(20)])
    assert right in options
    for option in options:
        said = check(text, option)
        assert said.kind == ("right" if option == right else "wrong")
    assert check(text, f" {right.upper()}. ").accepted


@pytest.mark.parametrize("number", [4, 4.0, "4", "4.0", np.int64(4), np.float32(4), sp.Integer(4)])
def test_a_number_of_paths_may_be_any_number(number):
    assert check("paths of dE_db1", number).accepted


@pytest.mark.parametrize("number", [3, 2.0, 12, 0, -4, 2.5, "12", 10**400, np.inf, np.nan])
def test_a_wrong_number_of_paths_is_wrong_whatever_it_is(number):
    assert check("paths of dE_db1", number).kind == "wrong"


@pytest.mark.parametrize("answer", ["many", [4], print, True, {}, "4 or 5"])
def test_what_is_no_number_of_paths_is_unreadable(answer):
    assert check("paths of dE_db1", answer).kind == "unreadable"


def test_a_right_number_of_paths_is_told_what_it_means():
    for name, number, words in [
        ("dE_db1", 4, "add the paths"),
        ("dE_dw5", 1, "Multiply the links along it"),
        ("dE_o1_dw7", 0, "No path leads there"),
    ]:
        said = check(f"paths of {name}", number)
        assert said.accepted
        assert words in str(said)


class Wordless:
    def __str__(self):
        raise RuntimeError("no")

    __repr__ = __str__


def test_an_answer_that_cannot_be_written_down_is_unreadable():
    for name in NAMES:
        assert check(name, Wordless()).kind == "unreadable"


def test_a_choice_that_is_none_lists_what_there_is():
    said = check("direction of w5", "sideways")
    assert said.kind == "unreadable"
    assert "Choose 'up', 'down' or 'stays'" in str(said)


@pytest.mark.parametrize("guess", [..., None, "up or down?", "", "..."])
def test_an_open_guess_is_unanswered(guess):
    assert check("direction of w5", guess).kind == "unanswered"


@given(one=layer_sizes(most_layers=3).flatmap(examples), data=st.data())
def test_the_number_of_paths_is_that_of_the_chain_rule(one, data):
    neuron = data.draw(st.sampled_from(one.names.neurons[0]))
    of = data.draw(st.sampled_from(["E_total", f"E_{one.names.outputs[0]}"]))
    paths = chain_rule(of, f"net_{neuron}", one.layer_sizes).paths if neuron[0] == "h" else None
    if paths:
        assert number_of_paths(f"d{of}_dnet_{neuron}", one.layer_sizes) == len(paths)


def test_a_direction_is_that_of_the_example_s_own_numbers():
    flipped = example.replace(target_o1=0.99)
    assert check("direction of w5", "up", flipped).accepted
    assert check("direction of w1", "stays", example.replace(i1=0.0)).accepted
    assert check("direction of b2", "stays").accepted
    assert check("direction of b2", "down", rule=UpdateRule(biases="one per layer")).accepted
    assert "does the rule of the update move biases" in str(check("direction of b2", "down"))
    assert "the biases stay as they are" in str(check("direction of b2", "stays"))


# Hints.


def test_hints_come_in_three_strengths():
    one, two, three = (str(hint("dE_dw5", strength)) for strength in (1, 2, 3))
    assert one == (
        "Hint 1 of 3\nThe chain rule along one path: go back link by link, and multiply the links."
    )
    assert two.endswith("dE_dw5 = (out_o1 - target_o1) * out_o1 * (1 - out_o1) * out_h1")
    assert three.endswith("= (0.75136507 - 0.01) * 0.75136507 * (1 - 0.75136507) * 0.593269992")


@pytest.mark.parametrize("one", [example, DEEP], ids=["tutorial", "deep"])
def test_the_third_hint_worked_out_is_the_answer_and_does_not_show_it(one):
    for name in named(one):
        formula = str(hint(name, 3, one)).split("\n", 1)[1]
        _, _, right = formula.partition(" = ")
        if "number that you have already" in formula or not right:
            continue
        worked_out = eval(right.replace("\n", " "), {"exp": np.exp})
        truth = float(right_numbers(name, one))
        assert worked_out == pytest.approx(truth, rel=1e-6, abs=1e-12), name
        assert f"{abs(truth):.9g}" not in formula.replace("(", " ").split(), name


@pytest.mark.parametrize("strength", [1, 2])
@pytest.mark.parametrize("text, right", [*ASKED, ("direction of b2", "stays")])
def test_no_hint_singles_out_an_answer(text, right, strength):
    body = str(hint(text, strength)).split("\n", 1)[1]
    options = getattr(question(text, example), "options", [str(n) for n in range(20)])
    named = [option for option in options if re.search(rf"\b{option}\b", body)]
    assert not named or named == list(options)
    if named:
        means = dict(line.split(": ", 1) for line in body.splitlines())
        assert all(len(means[option]) > 20 for option in options)


def test_a_formula_of_one_name_does_not_show_its_number():
    for strength in (2, 3):
        assert "out_h1: a number that you have already" in str(hint("dnet_o1_dw5", strength))


def test_the_hints_for_a_network_with_many_paths_stay_short():
    assert number_of_paths("dE_dw1", DEEP.layer_sizes) == 9
    step = "dE_dw1 = dE_dout_h1 * out_h1 * (1 - out_h1) * i1"
    assert str(hint("dE_dw1", 2, DEEP)) == f"Hint 2 of 3\n{step}"


@pytest.mark.parametrize("rule", [UpdateRule(), UpdateRule("updated weights")])
def test_a_hint_is_a_step_of_the_round_as_the_walkthrough_has_it(rule):
    plans = round_steps(example.architecture, rule, True, "chain")
    for plan in plans:
        said = str(hint(plan.name, 2, example, rule))
        assert said.endswith((plan.code, "a number that you have already.")), plan.name


def test_the_hint_for_neurons_with_biases_of_their_own():
    own = Example(Network(example.network.weights, [[0.1, 0.2], [0.3, 0.4]]), [0.5, 0.5], [0, 1])
    assert str(hint("net_h2", 2, own)).endswith("net_h2 = w3 * i1 + w4 * i2 + b_h2")
    assert str(hint("net_h2", 3, own)).endswith("net_h2 = 0.25 * 0.5 + 0.3 * 0.5 + 0.2")


@pytest.mark.parametrize("name", [*NAMES, "b1_new", "dE_db_h1", "w5", "dE_o1_dw8", "dE_o1_dE_o1"])
def test_there_are_three_hints_for_everything_that_is_asked(name):
    hints = [str(hint(name, strength)) for strength in (1, 2, 3)]
    assert all(len(words) > 20 for words in hints)


@pytest.mark.parametrize("strength", [0, 4, "2", 1.5])
def test_there_is_no_other_strength(strength):
    with pytest.raises((TypeError, ValueError), match=r"^strength: expected a whole number"):
        hint("dE_dw5", strength)


def test_a_hint_that_would_be_the_answer_leaves_the_numbers_out():
    one = example.replace(w5=1.0)  # dE_o1_dout_h1 is dE_o1_dnet_o1 times one
    truth = f"{abs(float(right_numbers('dE_o1_dout_h1', one))):.9g}"
    said = str(hint("dE_o1_dout_h1", 3, one))
    assert truth not in re.findall(r"[\d.]+", said)
    assert said.endswith("dE_o1_dout_h1 = dE_o1_dnet_o1 * w5")


def test_hints_do_not_show_the_tutorial_s_answer_for_another_example():
    own = example.replace(i1=0.5)
    assert "0.5 " in str(hint("net_h1", 3, own))
