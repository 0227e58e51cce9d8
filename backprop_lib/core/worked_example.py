"""The tutorial's numbers: inputs, targets, weights, biases and learning rate.

Source: Matt Mazur, "A Step by Step Backpropagation Example" (2015),
https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/
"""

from backprop_lib.core.example import Example
from backprop_lib.core.network import Network

example = Example(
    network=Network(
        weights=[
            [[0.15, 0.20], [0.25, 0.30]],  # w1 w2 into h1, w3 w4 into h2
            [[0.40, 0.45], [0.50, 0.55]],  # w5 w6 into o1, w7 w8 into o2
        ],
        biases=[[0.35, 0.35], [0.60, 0.60]],  # b1 for the hidden layer, b2 for the outputs
    ),
    inputs=[0.05, 0.10],
    targets=[0.01, 0.99],
    learning_rate=0.5,
)
