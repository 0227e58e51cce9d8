"""The same training with PyTorch: two linear layers, autograd, torch.optim.SGD."""

import torch


def train(parameters, inputs, targets, eta, rounds):
    """The history: a row of the outputs and E_total for each round."""
    numbers = torch.tensor(parameters, dtype=torch.float64)
    inputs = torch.tensor(inputs, dtype=torch.float64)
    targets = torch.tensor(targets, dtype=torch.float64)
    hidden = numbers[0:4].reshape(2, 2).clone().requires_grad_()
    output = numbers[4:8].reshape(2, 2).clone().requires_grad_()
    b1, b2 = numbers[8], numbers[9]
    optimizer = torch.optim.SGD([hidden, output], lr=eta)
    all_outs, errors = [], []
    for k in range(rounds + 1):
        outs = torch.sigmoid(output @ torch.sigmoid(hidden @ inputs + b1) + b2)
        E_total = ((targets - outs) ** 2 / 2).sum()
        all_outs.append(outs.detach())
        errors.append(E_total.detach())
        if k < rounds:
            optimizer.zero_grad()
            E_total.backward()
            optimizer.step()
    return torch.column_stack([torch.stack(all_outs), torch.stack(errors)]).numpy()
