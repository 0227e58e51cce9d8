import math
import re
from itertools import pairwise

import pytest
import sympy as sp

from backprop_lib import backward_pass, example, forward_pass
from backprop_lib.core.example import Example
from backprop_lib.core.gradient_check import complex_step
from backprop_lib.core.network import Network
from backprop_lib.symbolic.chain_rule import chain_rule
from backprop_lib.symbolic.formula import equality
from backprop_lib.symbolic.network_equations import equation, network_equations, sources

PARAMETERS = [*(f"w{k}" for k in range(1, 9)), "b1", "b2"]
NEURON_BIASES = ["b_h1", "b_h2", "b_o1", "b_o2"]
each_parameter = pytest.mark.parametrize("name", PARAMETERS)
BACKWARD = backward_pass(forward_pass(example.network, example.inputs, example.targets))

# The chains of the tutorial, as a reader walks them in its picture.
TAIL = {"w1": "h1", "w2": "h1", "w3": "h2", "w4": "h2"}
CHAINS = {
    w: [("E_total", f"out_{o}", f"net_{o}", f"out_{h}", f"net_{h}", w) for o in ("o1", "o2")]
    for w, h in TAIL.items()
}
CHAINS |= {w: [("E_total", "out_o1", "net_o1", w)] for w in ("w5", "w6")}
CHAINS |= {w: [("E_total", "out_o2", "net_o2", w)] for w in ("w7", "w8")}
CHAINS["b2"] = [("E_total", f"out_{o}", f"net_{o}", "b2") for o in ("o1", "o2")]
CHAINS["b1"] = [
    ("E_total", f"out_{o}", f"net_{o}", f"out_{h}", f"net_{h}", "b1")
    for o in ("o1", "o2")
    for h in ("h1", "h2")
]

SIZES = [(1, 1), (2, 1), (2, 3, 1), (1, 2, 2, 2), (2, 1, 1, 1, 2)]


def substituted_error(layer_sizes=(2, 2, 2), biases="one per layer"):
    """E_total with everything put in: in inputs, weights, biases and targets only."""
    equations = network_equations(layer_sizes, biases)
    error = equations[sp.Symbol("E_total")]
    for symbol in reversed(equations):
        error = error.subs(symbol, equations[symbol])
    return error


def written_out(expression):
    is_logistic = lambda part: getattr(part, "activation", "") == "logistic"  # noqa: E731
    return expression.replace(is_logistic, lambda part: 1 / (1 + sp.exp(-part.args[0])))


def own_point(an_example):
    """The numbers of an example by name, as exact decimals."""
    names = an_example.names
    given = [*names.inputs, *(f"target_{o}" for o in names.outputs)]
    given += [w for layer in names.weights for row in layer for w in row]
    given += [f"b_{n}" for layer in names.neurons for n in layer]
    given += [b for b in names.biases if hasattr(an_example, b)]
    return {sp.Symbol(n): sp.Rational(repr(float(an_example[n]))) for n in given}


def some_example(sizes):
    """Numbers that are all different, none of them zero, of both signs."""
    numbers = iter(range(1, 1000))

    def draw():
        return round(math.sin(next(numbers)), 3)

    weights = [[[draw() for _ in range(n)] for _ in range(m)] for n, m in pairwise(sizes)]
    biases = [[draw() for _ in range(m)] for m in sizes[1:]]
    inputs = [draw() for _ in range(sizes[0])]
    return Example(Network(weights, biases), inputs, [0.25] * sizes[-1])


@each_parameter
def test_its_paths_are_those_of_the_picture(name):
    assert [path.through for path in chain_rule("E_total", name).paths] == CHAINS[name]


@each_parameter
def test_the_product_is_the_chain_that_is_not_worked_out(name):
    products = [" * ".join(f"d{of}/d{by}" for of, by in pairwise(chain)) for chain in CHAINS[name]]
    assert repr(chain_rule("E_total", name)) == f"dE_total/d{name} = " + "\n    + ".join(products)


@pytest.mark.exhaustive
@each_parameter
def test_its_total_is_the_derivative_of_the_fully_substituted_error(name):
    total = sp.Add(*(path.formula for path in chain_rule("E_total", name).paths))
    for symbol, expression in reversed(network_equations().items()):
        total = total.subs(symbol, expression)
    judge = sp.diff(substituted_error(), sp.Symbol(name))
    assert sp.expand(total - judge) == 0  # as formulas, whatever the numbers
    # The same with logistic written out as 1 / (1 + exp(-net)), at a point of no importance.
    judge = sp.diff(written_out(substituted_error()), sp.Symbol(name))
    point = {s: sp.Rational(k + 2, 7) for k, s in enumerate(sorted(judge.free_symbols, key=str))}
    exact, ours = judge.subs(point).evalf(50), written_out(total).subs(point).evalf(50)
    assert abs(ours / exact - 1) < sp.Float("1e-45", 50)


@pytest.mark.exhaustive
@each_parameter
def test_its_value_to_the_last_digit(name):
    judge = sp.diff(written_out(substituted_error()), sp.Symbol(name)).subs(own_point(example))
    assert chain_rule("E_total", name).value(example) == float(judge.evalf(40))


@each_parameter
def test_its_value_is_that_of_the_numeric_core(name):
    value = chain_rule("E_total", name).value(example)
    assert BACKWARD[f"dE_d{name}"] == pytest.approx(value, rel=1e-14, abs=0)


def test_the_fully_substituted_error_is_the_tutorials():
    error = substituted_error()
    assert {str(s) for s in error.free_symbols} == {
        *("i1", "i2", "target_o1", "target_o2"),
        *PARAMETERS,
    }
    value = written_out(error).subs(own_point(example)).evalf(40)
    assert abs(value - sp.Float("0.298371108760003", 40)) < 1e-15


@pytest.mark.parametrize("name", NEURON_BIASES)
def test_the_bias_of_one_neuron(name):
    error = written_out(substituted_error(biases="one per neuron"))
    judge = sp.diff(error, sp.Symbol(name)).subs(own_point(example)).evalf(40)
    assert chain_rule("E_total", name).value(example) == float(judge)


@each_parameter
def test_the_contributions_of_the_paths(name):
    rule = chain_rule("E_total", name)
    contributions = rule.contributions(example)
    assert list(contributions) == CHAINS[name]
    for chain, contribution in contributions.items():
        links = [f"d{of}_d{by}" for of, by in pairwise(chain)]
        judge = math.prod(complex_step(link, example) for link in links)
        assert contribution == pytest.approx(judge, rel=1e-14)
    assert math.fsum(contributions.values()) == pytest.approx(rule.value(example), rel=1e-14)


def test_the_two_outputs_pull_a_hidden_weight_in_opposite_directions():
    through_o1, through_o2 = chain_rule("E_total", "w1").contributions(example).values()
    assert through_o1 > 0 > through_o2


def test_the_two_paths_to_out_h1_are_the_tutorials():
    through = chain_rule("E_total", "out_h1").contributions(example)
    assert [f"{value:.15f}" for value in through.values()] == [
        "0.055399424651423",
        "-0.019049118258278",
    ]


def test_the_links_are_worked_out_one_by_one():
    assert str(chain_rule("E_total", "w1").links).splitlines() == [
        "dE_total/dout_o1 = out_o1 - target_o1",
        "dout_o1/dnet_o1 = out_o1 * (1 - out_o1)",
        "dnet_o1/dout_h1 = w5",
        "dout_h1/dnet_h1 = out_h1 * (1 - out_h1)",
        "dnet_h1/dw1 = i1",
        "dE_total/dout_o2 = out_o2 - target_o2",
        "dout_o2/dnet_o2 = out_o2 * (1 - out_o2)",
        "dnet_o2/dout_h1 = w7",
    ]


@each_parameter
def test_each_link_is_the_derivative_of_one_equation(name):
    equations = network_equations()
    for link in chain_rule("E_total", name).links:
        judge = sp.diff(written_out(equations[link.of]), link.by)
        ours = link.derivative.subs(link.of, written_out(equations[link.of]))
        assert sp.simplify(ours - judge) == 0


def test_numbers_put_in_for_an_output_weight():
    shown = str(chain_rule("E_total", "w5").with_numbers(example))
    assert shown == "0.741365070 * 0.186815602 * 0.593269992 = +0.082167041"


def test_numbers_put_in_for_a_hidden_weight():
    lines = str(chain_rule("E_total", "w1").with_numbers(example)).splitlines()
    assert lines == [
        "0.741365070 * 0.186815602 * 0.400000000 * 0.241300709 * 0.050000000 = +0.000668396",
        "(-0.217071535) * 0.175510053 * 0.500000000 * 0.241300709 * 0.050000000 = -0.000229828",
        "sum of the 2 paths = +0.000438568",
    ]


def test_numbers_with_as_many_digits_as_asked():
    shown = str(chain_rule("E_total", "w5").with_numbers(example, digits=3))
    assert shown == "0.741 * 0.187 * 0.593 = +0.082"


@pytest.mark.exhaustive
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_any_small_network(sizes):
    mine = some_example(sizes)
    error = written_out(substituted_error(sizes, "one per neuron"))
    weights = [w for layer in mine.names.weights for row in layer for w in row]
    biases = [f"b_{n}" for layer in mine.names.neurons for n in layer]
    for name in (*weights, *biases):
        judge = sp.diff(error, sp.Symbol(name)).subs(own_point(mine)).evalf(40)
        assert chain_rule("E_total", name, sizes).value(mine) == float(judge), name


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_a_shared_bias_of_any_small_network(sizes):
    mine = some_example(sizes)
    for name in mine.names.biases:
        judge = complex_step(f"dE_d{name}", mine)
        assert chain_rule("E_total", name, sizes).value(mine) == pytest.approx(judge, rel=1e-13)


def test_a_chain_may_start_and_end_in_the_middle():
    assert repr(chain_rule("net_o1", "net_h2")) == (
        "dnet_o1/dnet_h2 = dnet_o1/dout_h2 * dout_h2/dnet_h2"
    )
    value = chain_rule("E_o2", "out_h1").value(example)
    assert f"{value:.15f}" == "-0.019049118258278"


def test_what_is_lit_is_what_lies_on_the_paths():
    assert chain_rule("E_total", "w5").lit == CHAINS["w5"][0]
    assert set(chain_rule("E_total", "w1").lit) == set(sum(CHAINS["w1"], ()))


@pytest.mark.parametrize(
    ("name", "shown"),
    {
        "net_h1": "net_h1 = w1 * i1 + w2 * i2 + b1",
        "net_o2": "net_o2 = w7 * out_h1 + w8 * out_h2 + b2",
        "out_h1": "out_h1 = logistic(net_h1)",
        "E_o1": "E_o1 = (-out_o1 + target_o1)**2/2",
    }.items(),
)
def test_the_equations_are_the_tutorials(name, shown):
    left, right = (side.strip() for side in str(equation(name)).split(" = "))
    wanted_left, wanted_right = shown.split(" = ")
    symbols = {n: sp.Symbol(n) for n in ("E_o1", "i1", "i2", "b1", "b2")}
    assert left == wanted_left
    same = sp.sympify(right, symbols) - sp.sympify(wanted_right, symbols)
    assert sp.expand(same) == 0


def test_a_thousand_paths_are_added_up_and_one_more_is_refused():
    assert len(chain_rule("E_total", "i1", (1, 10, 10, 10)).paths) == 1000
    words = (
        "network: expected at most 1000 paths from E_total back to i1, got more. Use a smaller "
        "one, or backward_pass, which adds paths up as it goes."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        chain_rule("E_total", "i1", (1, 7, 11, 13))


def test_a_new_weight_is_its_old_name_with_a_mark_in_mathematics():
    w5, w5_new, b_h1_new = sp.symbols("w5 w5_new b_h1_new")
    assert equality(w5_new, b_h1_new * w5).latex == r"w_{5}^{new} = b_{h1}^{new} \cdot w_{5}"


def test_formulas_are_shown_as_mathematics():
    for shown in (
        chain_rule("E_total", "w1"),
        chain_rule("E_total", "w1").links,
        chain_rule("E_total", "w1").links[0],
        chain_rule("E_total", "w1").formula,
        chain_rule("E_total", "w1").with_numbers(example),
        equation("net_h1"),
    ):
        latex = shown._repr_latex_()
        assert latex.startswith(r"$\displaystyle ") and latex.endswith("$")
        assert latex.count("{") == latex.count("}")


def test_asking_twice_gives_the_same():
    first, second = chain_rule("E_total", "w1"), chain_rule("E_total", "w1")
    assert first == second and repr(first) == repr(second)
    assert first.value(example) == second.value(example)


def test_how_one_path_and_two_are_set():
    one = chain_rule("E_o1", "out_h1")
    assert one.formula._repr_latex_() == (
        r"$\displaystyle \frac{\partial E_{o1}}{\partial out_{h1}} = "
        r"\left(out_{o1} - target_{o1}\right) \cdot out_{o1} \cdot \left(1 - out_{o1}\right) "
        r"\cdot w_{5}$"
    )
    assert chain_rule("E_total", "out_h1")._repr_latex_() == (
        r"$\displaystyle \begin{aligned} \frac{\partial E_{total}}{\partial out_{h1}} &= "
        r"\frac{\partial E_{total}}{\partial out_{o1}} \cdot "
        r"\frac{\partial out_{o1}}{\partial net_{o1}} \cdot "
        r"\frac{\partial net_{o1}}{\partial out_{h1}} \\ &\quad + "
        r"\frac{\partial E_{total}}{\partial out_{o2}} \cdot "
        r"\frac{\partial out_{o2}}{\partial net_{o2}} \cdot "
        r"\frac{\partial net_{o2}}{\partial out_{h1}} \end{aligned}$"
    )


def test_how_links_are_set_one_to_a_line():
    assert chain_rule("E_total", "w5").links._repr_latex_() == (
        r"$\displaystyle \begin{aligned} "
        r"\frac{\partial E_{total}}{\partial out_{o1}} &= out_{o1} - target_{o1} \\[4pt] "
        r"\frac{\partial out_{o1}}{\partial net_{o1}} &= "
        r"out_{o1} \cdot \left(1 - out_{o1}\right) \\[4pt] "
        r"\frac{\partial net_{o1}}{\partial w_{5}} &= out_{h1} \end{aligned}$"
    )


def test_how_numbers_put_in_are_set():
    assert chain_rule("E_total", "out_h1").with_numbers(example, digits=3)._repr_latex_() == (
        r"$\displaystyle \begin{aligned} "
        r"0.741 \cdot 0.187 \cdot 0.400 &= +0.055 \\[4pt] "
        r"(-0.217) \cdot 0.176 \cdot 0.500 &= -0.019 \\[4pt] "
        r"\text{sum of the 2 paths} &= +0.036 \end{aligned}$"
    )


def test_how_a_single_link_is_set():
    assert chain_rule("E_total", "w5").links[2]._repr_latex_() == (
        r"$\displaystyle \frac{\partial net_{o1}}{\partial w_{5}} = out_{h1}$"
    )


def test_the_tenth_output_comes_after_the_ninth():
    """SymPy, left to itself, sorts o10 before o2."""
    outputs = re.findall(r"out_o(\d+)", str(equation("E_total", (1, 10))))
    assert list(map(int, outputs)) == list(range(1, 11))


def test_what_is_given_comes_first_and_then_the_order_of_the_network():
    made_of = sources(network_equations((1, 10, 1)), sp.Symbol("net_o1"))
    given = ["b2", *(f"w{k}" for k in range(11, 21))]
    assert list(map(str, made_of)) == [*given, *(f"out_h{k}" for k in range(1, 11))]
