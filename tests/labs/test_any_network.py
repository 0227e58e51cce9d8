"""The labs and pictures with every activation and error: a network of one's own in each of them."""

import json

import numpy as np
import pytest
from test_any_network import an_example, few_networks

from backprop_lib import learning_rate_lab, network_diagram, random_network, walkthrough_lab, xor
from backprop_lib.core.backward_pass import backward_pass
from backprop_lib.core.forward_pass import forward_pass
from backprop_lib.labs.watch_it_learn.lab import watch_it_learn
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining, advanced
from backprop_lib.labs.watch_it_learn.saved_state import from_json, restored, saved, to_json
from backprop_lib.pictures.error_against_weight import errors_against_weight


@few_networks
@pytest.mark.exhaustive
def test_the_walkthrough_goes_from_end_to_end(hidden, error, last):
    lab = walkthrough_lab(an_example(hidden, error, last), name="any network")
    for at in range(int(lab.view["place"].split(" of ")[1].split()[0])):
        lab.go(at)
        lab.reveal()
        assert "?" not in lab.view["headline"]
    lab.close()


@few_networks
@pytest.mark.exhaustive
def test_the_rate_lab_trains_it(hidden, error, last):
    example = an_example(hidden, error, last).replace(eta=0.1)
    lab = learning_rate_lab(example, name="any network")
    assert not lab.view["status"]
    assert last == "logistic" or "logistic" not in json.dumps(lab.view)
    lab.close()


@few_networks
def test_a_training_is_saved_and_brought_back_with_its_activations(hidden, error, last):
    example = an_example(hidden, error, last)
    live = advanced(LiveTraining(example.network, [example.inputs], [example.targets], 0.1), 7)
    again = restored(from_json(to_json(saved(live))))
    assert again == live and again.network.architecture == example.architecture
    assert again != LiveTraining(
        example.network.replace(activations="identity", error="squared"),
        [example.inputs],
        [example.targets],
        0.1,
    )


def test_another_start_keeps_activations_and_error():
    network = random_network((2, 4, 1), 0, ["tanh", "logistic"], "cross-entropy")
    lab = watch_it_learn(LiveTraining(network, xor.inputs, xor.targets), name="any network")
    for hidden, activations in (("6", ("tanh", "logistic")), ("0", ("logistic",))):
        lab.set(hidden=hidden)
        lab._start(hidden, "3")
        assert lab.present.network.architecture == (
            (2, *([int(hidden)] if hidden != "0" else []), 1),
            activations,
            "cross-entropy",
        )
    lab.close()


@few_networks
def test_the_error_against_a_weight_is_that_of_the_forward_pass(hidden, error, last):
    example = an_example(hidden, error, last)
    values = np.array([-1.0, 0.25, 2.0])
    errors = errors_against_weight(
        example.network, [example.inputs], [example.targets], "w2", values
    )
    judge = [forward_pass(example.replace(w2=value)).E_total for value in values]
    np.testing.assert_allclose(errors, judge, rtol=1e-13)


def test_the_diagram_says_what_the_neurons_are_and_lights_every_way_through_softmax():
    example = an_example("ReLU", "cross-entropy", "softmax")
    record = backward_pass(forward_pass(example))
    words = network_diagram(record, lit=["dE_dw7"], backward=True).text
    assert words.startswith(
        "Network with 2 inputs, 3 hidden neurons (ReLU) and 2 outputs (softmax)"
    )
    assert "Lit: w7, net_o1, out_o1, out_o2, E_o1, E_o2, E_total" in words
    plain = network_diagram((2, 3, 2), lit=["dE_dw7"], backward=True).text
    assert "Lit: w7, net_o1, out_o1, E_o1, E_total" in plain and "(" not in plain.splitlines()[0]
