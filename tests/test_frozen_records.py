"""No record is changed by accident: not its fields, and not the arrays in them."""

import pkgutil
from dataclasses import FrozenInstanceError, fields, is_dataclass
from importlib import import_module

import numpy as np
import pytest

import backprop_lib
from backprop_lib import UpdateRule, backward_pass, example, forward_pass, train, weight_update
from backprop_lib.core.data_table import DataTable
from backprop_lib.core.network import Network
from backprop_lib.labs.watch_it_learn.live_training import LiveTraining
from backprop_lib.training.batch_passes import batch_backward, batch_forward
from backprop_lib.training.batch_training import train_in_batches
from backprop_lib.training.gradient_table import gradient_table, step_sizes
from backprop_lib.training.sweep import sweep

ROOMS = [
    import_module(room.name)
    for room in pkgutil.walk_packages(backprop_lib.__path__, "backprop_lib.")
    if not room.name.endswith("__main__")
]
RECORDS = [
    thing
    for room in ROOMS
    for thing in vars(room).values()
    if is_dataclass(thing) and isinstance(thing, type) and thing.__module__ == room.__name__
]

PAIR = (example.inputs, example.targets)
BATCH = ([[0.05, 0.1], [0.3, 0.7]], [[0.01, 0.99], [0.5, 0.2]])
HOLDING_ARRAYS = {
    "Network": lambda: Network([np.ones((1, 2))], [np.ones(1)]),
    "Example": lambda: example.replace(w5=0.1, i1=0.2, target_o1=0.3),
    "ForwardPass": lambda: forward_pass(example.network, *PAIR),
    "BackwardPass": lambda: backward_pass(forward_pass(example.network, *PAIR), 0.5),
    "WeightUpdate": lambda: weight_update(forward_pass(example.network, *PAIR), 0.5),
    "Training": lambda: train(example.network, *PAIR, 0.5, 2, keep_weights_at=[1]),
    "Training by numpy": lambda: train(example.network, *BATCH, 0.5, 2, engine="numpy"),
    "Sweep": lambda: sweep(example.network, *PAIR, np.array([0.5, 1]), 2, progress=False),
    "BatchForward": lambda: batch_forward(example.network, np.array(BATCH[0])),
    "BatchBackward": lambda: batch_backward(batch_forward(example.network, BATCH[0]), BATCH[1]),
    "BatchTraining": lambda: train_in_batches(example.network, *BATCH, 0.5, 1, held_out=BATCH),
    "GradientTable": lambda: gradient_table(example.network, *BATCH, gradient=np.ones(12)),
    "StepSizes": lambda: step_sizes(example.network, *BATCH, "w5", np.array([1e-3, 1e-4])),
    "DataTable": lambda: DataTable(*map(np.array, BATCH)),
    "LiveTraining": lambda: LiveTraining(example.network, *map(np.array, BATCH)),
}


def arrays_in(thing):
    """Every array that a record holds, however deep."""
    if isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, dict | tuple | list):
        for part in thing.values() if isinstance(thing, dict) else thing:
            yield from arrays_in(part)
    elif is_dataclass(thing):
        yield from arrays_in(vars(thing))


def test_every_record_is_found():
    # As many as the library's text has, each of which stands above a class.
    texts = [room.__spec__.loader.get_source(room.__name__) for room in ROOMS]
    assert len(RECORDS) == sum(text.count("\n@dataclass") for text in texts) > 30


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_no_field_of_a_record_can_be_given_another_value(record):
    one = object.__new__(record)
    for field in fields(record):
        with pytest.raises(FrozenInstanceError):
            setattr(one, field.name, None)
        with pytest.raises(FrozenInstanceError):
            delattr(one, field.name)


@pytest.mark.parametrize("make", HOLDING_ARRAYS.values(), ids=HOLDING_ARRAYS)
def test_no_array_in_a_record_can_be_written_to(make):
    arrays = list(arrays_in(make()))
    assert arrays
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 5.0


def test_equal_rules_are_one_key():
    # What is frozen and compared by its fields can be looked up, as the caches do.
    assert {UpdateRule(): 1}[UpdateRule("original weights", "frozen")] == 1
