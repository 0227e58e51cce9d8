"""Truth tables of the logical operators AND, OR, NAND and XOR, as data to train on.

Each has two inputs and one target, 0 for false and 1 for true. XOR cannot be told apart by one
straight line, so a network without hidden neurons cannot learn it.
Source: Minsky and Papert, "Perceptrons" (1969); for XOR with a hidden layer, Rumelhart, Hinton and
Williams, "Learning internal representations by error propagation" (1986).
"""

from backprop_lib.core.data_table import DataTable

_INPUTS = ((0, 0), (0, 1), (1, 0), (1, 1))


def _table(*targets):
    return DataTable(_INPUTS, [[target] for target in targets])


logical_and = _table(0, 0, 0, 1)
logical_or = _table(0, 1, 1, 1)
nand = _table(1, 1, 1, 0)
xor = _table(0, 1, 1, 0)

LOGIC_TABLES = {"AND": logical_and, "OR": logical_or, "NAND": nand, "XOR": xor}
