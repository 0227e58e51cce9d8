"""The steps of one round: their order, their numbers, and their lines of Python, run."""

from itertools import pairwise, product

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from strategies import examples, layer_sizes

from backprop_lib import UpdateRule, example, forward_pass, weight_update
from backprop_lib.core.example import Example
from backprop_lib.core.network import Network
from backprop_lib.core.weight_update import BIASES, HIDDEN_LAYERS_USE
from backprop_lib.pictures.diagram.network_diagram import network_diagram
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.formula import Partial
from backprop_lib.symbolic.round_steps import PARTS
from backprop_lib.symbolic.update_rules import update_rules
from backprop_lib.symbolic.walkthrough_steps import (
    given_text,
    number_text,
    walkthrough,
)
from backprop_lib.training.published import figures

RULES = [UpdateRule(*choices) for choices in product(HIDDEN_LAYERS_USE, BIASES)]
ORDER = [
    *("net_h1", "out_h1", "net_h2", "out_h2", "net_o1", "out_o1", "net_o2", "out_o2"),
    *("E_o1", "E_o2", "E_total"),
    *("dE_dout_o1", "dout_o1_dnet_o1", "dnet_o1_dw5", "dE_dw5", "dE_dw6"),
    *("dE_dout_o2", "dout_o2_dnet_o2", "dE_dw7", "dE_dw8"),
    *("dE_o1_dnet_o1", "dnet_o1_dout_h1", "dE_o1_dout_h1", "dE_o2_dnet_o2", "dE_o2_dout_h1"),
    *("dE_dout_h1", "dout_h1_dnet_h1", "dnet_h1_dw1", "dE_dw1", "dE_dw2"),
    *("dE_o1_dout_h2", "dE_o2_dout_h2", "dE_dout_h2", "dout_h2_dnet_h2", "dE_dw3", "dE_dw4"),
    *("w5_new", "w6_new", "w7_new", "w8_new", "w1_new", "w2_new", "w3_new", "w4_new"),
]


def network_of(sizes, seed=0, shared=False):
    random = np.random.default_rng(seed)
    weights = [random.normal(size=(n, m)) for m, n in pairwise(sizes)]
    biases = [np.full(n, random.normal()) if shared else random.normal(size=n) for n in sizes[1:]]
    inputs, targets = random.normal(size=sizes[0]), random.uniform(size=sizes[-1])
    return Example(Network(weights, biases), inputs, targets, 0.7)


OTHERS = [network_of(s) for s in ((1, 1), (2, 1), (3, 2), (2, 2, 1), (1, 2, 3, 2), (2, 1, 2, 1))]
OTHERS += [network_of((2, 3, 2), shared=True), example.replace(w5=-0.4, i1=-3, target_o1=-0.5)]


def numbers_of(an_example):
    """A namespace of the given numbers, by name."""
    namespace = {"np": np}
    for name in an_example.names.plain():
        try:
            namespace[name] = float(an_example[name])
        except ValueError:
            continue
    return namespace


def by_sympy(an_example, rule):
    """Every value of a round, worked out by SymPy to forty digits from its own update rules."""
    rules = update_rules(an_example.layer_sizes, rule, an_example.network.shares_biases)
    values = {
        sp.Symbol(n): sp.Rational(repr(v)) for n, v in numbers_of(an_example).items() if n != "np"
    }
    todo = {**rules.forward, **rules.backward, **rules.updates}
    for _ in range(len(todo)):  # in whatever order they can be worked out
        for symbol in [s for s in todo if todo[s].free_symbols <= values.keys()]:
            values[symbol] = todo.pop(symbol).subs(values).evalf(40)
    assert not todo
    return {str(symbol): float(value) for symbol, value in values.items()}


def test_the_order_is_the_tutorials():
    assert [step.name for step in walkthrough(example)] == ORDER


def test_the_parts_follow_each_other_and_can_be_had_alone():
    steps = walkthrough(example)
    counts = [sum(step.part == part for step in steps) for part in PARTS]
    assert counts == [11, 9, 16, 8]
    for part in PARTS:
        alone = walkthrough(example, part=part)
        assert [s.name for s in alone] == [s.name for s in steps if s.part == part]
        assert alone[0].known == next(s for s in steps if s.part == part).known
    assert sum((walkthrough(example, part=part) for part in PARTS), ())[-1].name == "w4_new"


def test_every_figure_of_the_tutorials_first_round_has_its_step():
    steps = {step.name: step for step in walkthrough(example)}
    spoken = {"forward pass", "output layer", "hidden layer"}
    for figure in figures():
        if figure.step in spoken and figure.round == 0:
            step = steps[figure.quantity.replace("dE_total_", "dE_")]
            if figure.printed_by == "stated rule":
                digits = len(figure.printed.partition(".")[2])
                assert f"{step.value:.{digits}f}" == f"{float(figure.printed):.{digits}f}"


@pytest.mark.exhaustive
@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("an_example", [example, *OTHERS], ids=str)
def test_the_lines_run_one_after_another_give_every_value(an_example, rule):
    namespace = numbers_of(an_example)
    for step in walkthrough(an_example, rule):
        assert step.code.count("\n") == 0 and step.code.startswith(f"{step.name} = ")
        exec(step.code, namespace)
        assert namespace[step.name] == pytest.approx(step.value, rel=1e-12, abs=1e-16)


@pytest.mark.exhaustive
@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("an_example", [example, *OTHERS], ids=str)
def test_the_values_are_those_of_sympy(an_example, rule):
    expected = by_sympy(an_example, rule)
    steps = {step.name: step.value for step in walkthrough(an_example, rule)}
    for name in steps.keys() & expected.keys():
        assert steps[name] == pytest.approx(expected[name], rel=1e-12, abs=1e-16)
    # Every weight and trained bias of the rules is there, and all nets, outs and errors.
    rules = update_rules(an_example.layer_sizes, rule, an_example.network.shares_biases)
    assert {str(s) for s in (*rules.forward, *rules.updates)} <= steps.keys()


@settings(max_examples=25, deadline=None)
@given(layer_sizes(3, 3).flatmap(examples))
def test_any_small_network(an_example):
    namespace = numbers_of(an_example)
    for step in walkthrough(an_example):
        exec(step.code, namespace)
        assert namespace[step.name] == pytest.approx(step.value, rel=1e-9, abs=1e-13)
        if step.check:
            assert step.check.agrees


@pytest.mark.parametrize("an_example", [example, *OTHERS], ids=str)
def test_a_derivative_and_nothing_else_has_a_check_and_goes_backward(an_example):
    for step in walkthrough(an_example, UpdateRule(biases="one per neuron")):
        assert (step.check is not None) == step.backward == (step.name[0] == "d")
        if step.check:
            assert step.check.agrees
            assert step.check.text == step.result
            assert step.name in step.check.code


def test_a_slip_in_the_rule_is_found_by_the_checks():
    disagree = [
        step.name
        for step in walkthrough(example, UpdateRule("updated weights"))
        if step.check and not step.check.agrees
    ]
    behind = ["dnet_o1_dout_h1", "dE_o1_dout_h1", "dE_o2_dout_h1", "dE_dout_h1", "dE_dw1"]
    assert set(behind) <= set(disagree)
    assert not {"dE_dw5", "dE_dw8", "dE_o1_dnet_o1", "dout_h1_dnet_h1"} & set(disagree)


def test_updated_weights_are_there_before_they_are_used():
    names = [step.name for step in walkthrough(example, UpdateRule("updated weights"))]
    assert names.index("dE_dw8") < names.index("w5_new") < names.index("dE_o1_dout_h1")
    assert sorted(names) == sorted(ORDER)


def test_the_numbers_of_a_line_come_to_its_result():
    for an_example in (example, *OTHERS):
        for step in walkthrough(an_example, UpdateRule(biases="one per layer")):
            shown = eval(step.numbers, {"exp": np.exp})
            assert shown == pytest.approx(step.value, rel=1e-6, abs=5e-8)
            assert step.with_numbers.endswith(step.result)


@pytest.mark.parametrize("name", ["dE_dw5", "dE_dw8", "dE_dw1", "dE_dw4", "dE_dout_h2"])
def test_the_formulas_are_those_of_the_chain_rule(name):
    """Each formula, with everything found before put in, is the sum over paths of chain_rule."""
    steps = {step.name: step for step in walkthrough(example)}

    def written_out(expression):
        return expression.xreplace({p: written_out(found(p)) for p in expression.atoms(Partial)})

    def found(partial):
        of, by = map(str, partial.args)
        name = f"d{'E' if of == 'E_total' else of}_d{by}"
        if name in steps:
            return steps[name].sides[-1]
        return chain_rule(of, by).paths[0].formula

    rule = chain_rule(*name.replace("dE_d", "E_total ").split())
    expected = sum(path.formula for path in rule.paths)
    for side in steps[name].sides[1:]:
        assert sp.expand(written_out(side) - expected) == 0


def test_known_grows_by_what_is_found_and_never_holds_the_result():
    for an_example in (example, *OTHERS):
        steps = walkthrough(an_example, UpdateRule(biases="one per layer"))
        for before, after in pairwise(steps):
            assert before.name in before.found and before.name not in before.known
            assert after.known == before.known | before.found


def test_the_diagram_lights_what_goes_in_and_tells_what_is_known():
    forward = forward_pass(example.network, example.inputs, example.targets)
    update = weight_update(forward, 0.5)
    for step in walkthrough(example):
        covered = network_diagram(update, step.lit, step.backward, known=step.known)
        shown = network_diagram(update, step.lit, step.backward, known=step.known | step.found)
        assert f"{step.name} = " not in covered.text + covered.svg
        if step.name not in ("dnet_o1_dw5", "dnet_h1_dw1"):
            assert f"{step.name} = {step.value:+.9f}"[-8:] in shown.text
    first = walkthrough(example)[0]
    assert first.lit == ("i1", "i2", "w1", "w2", "b_h1", "net_h1")


def test_a_diagram_that_keeps_everything_back_has_no_number_at_all():
    picture = network_diagram(example, known=())
    assert "0.15" not in picture.svg + picture.text and "w1" in picture.text
    assert "0.15" in network_diagram(example, known={"w1"}).text
    assert "0.2 " not in network_diagram(example, known={"w1"}).text


def test_the_questions_give_nothing_away():
    for step in walkthrough(example, UpdateRule(biases="one per layer")):
        assert step.question.endswith("?") and len(step.question) < 60
        assert "*" not in step.question and "0." not in step.question


def test_a_network_without_a_hidden_layer_has_no_such_part():
    alone = network_of((2, 1))
    assert walkthrough(alone, part="hidden layer") == ()
    assert {step.part for step in walkthrough(alone)} == set(PARTS) - {"hidden layer"}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("w5",), "example: expected an Example"),
        ((example, "frozen"), "rule: expected an UpdateRule"),
        ((example, UpdateRule(), "forward"), "part: expected one of"),
        ((example.replace(w5=1j),), "expected real numbers"),
    ],
)
def test_bad_input_is_met_in_words(arguments, problem):
    with pytest.raises((TypeError, ValueError), match=problem):
        walkthrough(*arguments)


def test_numbers_as_text():
    assert number_text(-3e-9) == "-3.00000000e-09" and number_text(0.0) == "0.000000000"
    assert given_text(0.1 + 0.2) == "0.300000000" and given_text(-2.0) == "-2"


@pytest.mark.parametrize(
    ("name", "lit"),
    [
        ("dE_dw5", {"out_h1", "out_o1", "target_o1"}),
        ("dE_dw1", {"out_h1", "i1"}),
        ("dE_dout_o1", {"target_o1"}),
        ("dnet_o1_dw5", {"out_h1"}),
        ("w5_new", {"eta"}),
    ],
)
def test_all_that_a_result_is_made_of_is_lit(name, lit):
    step = next(step for step in walkthrough(example) if step.name == name)
    assert step.lit[0] == name and set(step.lit[1:]) == lit
