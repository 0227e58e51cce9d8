"""Plain Python with an object for each neuron: how such a program is mostly written."""

import math


class Neuron:
    """Weights, a bias, and what the last forward and backward pass left here."""

    def __init__(self, weights, bias):
        self.weights = list(weights)
        self.bias = bias

    def forward(self, inputs):
        self.inputs = inputs
        net = self.bias
        for weight, value in zip(self.weights, inputs, strict=True):
            net += weight * value
        self.out = 1 / (1 + math.exp(-net))
        return self.out

    def backward(self, dE_dout):
        self.dE_dnet = dE_dout * self.out * (1 - self.out)

    def update(self, eta):
        for n, value in enumerate(self.inputs):
            self.weights[n] -= eta * self.dE_dnet * value


class Layer:
    """Neurons that see the same inputs."""

    def __init__(self, weights, bias):
        self.neurons = [Neuron(row, bias) for row in weights]

    def forward(self, inputs):
        return [neuron.forward(inputs) for neuron in self.neurons]

    def dE_dinput(self, n):
        return sum(neuron.dE_dnet * neuron.weights[n] for neuron in self.neurons)


class NeuralNetwork:
    """A hidden layer and an output layer."""

    def __init__(self, hidden, output):
        self.hidden = hidden
        self.output = output

    def forward(self, inputs):
        return self.output.forward(self.hidden.forward(inputs))

    def error(self, targets):
        outs = [neuron.out for neuron in self.output.neurons]
        return sum((target - out) ** 2 / 2 for target, out in zip(targets, outs, strict=True))

    def update(self, targets, eta):
        for neuron, target in zip(self.output.neurons, targets, strict=True):
            neuron.backward(neuron.out - target)
        for n, neuron in enumerate(self.hidden.neurons):
            neuron.backward(self.output.dE_dinput(n))
        for neuron in self.output.neurons + self.hidden.neurons:
            neuron.update(eta)


def train(parameters, inputs, targets, eta, rounds):
    """The history: a row of the outputs and E_total for each round."""
    w1, w2, w3, w4, w5, w6, w7, w8, b1, b2 = parameters
    hidden = Layer([[w1, w2], [w3, w4]], b1)
    network = NeuralNetwork(hidden, Layer([[w5, w6], [w7, w8]], b2))
    history = [[*network.forward(inputs), network.error(targets)]]
    for _ in range(rounds):
        network.update(targets, eta)
        history.append([*network.forward(inputs), network.error(targets)])
    return history
