"""Writes training/pytorch_results.csv of the library: for where PyTorch is not installed.

    python tools/pytorch_results.py

It needs PyTorch. Where that is installed, tests hold the saved numbers to it.
"""

from pathlib import Path

from backprop_lib.training import with_pytorch

SAVED = Path(with_pytorch.__file__).with_name("pytorch_results.csv")


def lines():
    """The lines of the file: a weight or bias each, with every digit of a double."""
    yield "case,name,derivative,new"
    for case, make in with_pytorch.CASES.items():
        network, inputs, targets = make()
        results = with_pytorch.pytorch_round(network, inputs, targets, with_pytorch.LEARNING_RATE)
        for name, derivative, new in zip(network.parameter_names, *results, strict=True):
            yield f"{case},{name},{float(derivative)!r},{float(new)!r}"


if __name__ == "__main__":
    SAVED.write_text("\n".join(lines()) + "\n", encoding="utf-8")
