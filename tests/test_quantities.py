"""What a name stands for."""

import pytest

from backprop_lib.quantities import quantities


@pytest.mark.parametrize(
    "name, stands_for",
    [
        ("net_h", ["net_h1", "net_h2"]),
        ("delta_o", ["delta_o1", "delta_o2"]),
        ("dE_dW1", [["dE_dw1", "dE_dw2"], ["dE_dw3", "dE_dw4"]]),
        ("W2_new", [["w5_new", "w6_new"], ["w7_new", "w8_new"]]),
        ("W1", [["w1", "w2"], ["w3", "w4"]]),
        ("dE_db_h", ["dE_db_h1", "dE_db_h2"]),
        ("dout_o_dnet_o", ["dout_o1_dnet_o1", "dout_o2_dnet_o2"]),
        ("dE_total_dout_h", ["dE_total_dout_h1", "dE_total_dout_h2"]),
    ],
)
def test_a_name_without_its_number_stands_for_all_of_them(name, stands_for):
    assert quantities(name, (2, 2, 2)).tolist() == stands_for
