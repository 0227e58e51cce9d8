"""What the controls of the learning-rate lab mean: the settings of a training.

>>> settings, messages = read_settings(TUTORIAL | {"rounds": "1e5"})
>>> settings.label, messages
('rate 0.5, 100,000 rounds', {})
"""

from collections.abc import Mapping
from dataclasses import dataclass

from backprop_lib.core.weight_update import UpdateRule
from backprop_lib.labs.typed_number import typed_rate, typed_whole

TUTORIAL = {
    "rate": "0.5",
    "rounds": "10000",
    "hidden_layers_use": "original weights",
    "biases": "frozen",
}
MOST_ROUNDS = 100_000


@dataclass(frozen=True)
class Settings:
    """What a training is made with."""

    rate: float
    rounds: int
    rule: UpdateRule

    @property
    def controls(self) -> dict[str, str]:
        """What the controls hold when they mean this.

        >>> Settings(50.0, 100, UpdateRule()).controls["rate"]
        '50.0'
        """
        return {
            "rate": repr(self.rate),
            "rounds": str(self.rounds),
            "hidden_layers_use": self.rule.hidden_layers_use,
            "biases": self.rule.biases,
        }

    @property
    def label(self) -> str:
        """The rate, and whatever is not as in the tutorial.

        >>> Settings(50.0, 100, UpdateRule(biases="one per layer")).label
        'rate 50, 100 rounds, biases one per layer'
        """
        parts = [f"rate {self.rate:g}"]
        if self.rounds != int(TUTORIAL["rounds"]):
            parts.append(counted(self.rounds))
        if self.rule.hidden_layers_use != TUTORIAL["hidden_layers_use"]:
            parts.append(self.rule.hidden_layers_use)
        if self.rule.biases != TUTORIAL["biases"]:
            parts.append(f"biases {self.rule.biases}")
        return ", ".join(parts)


def counted(rounds: int) -> str:
    """So many rounds, in words.

    >>> counted(1), counted(10_000)
    ('1 round', '10,000 rounds')
    """
    return f"{rounds:,} round{'' if rounds == 1 else 's'}"


def read_settings(controls: Mapping[str, str]) -> tuple[Settings | None, dict[str, str]]:
    """The Settings, or None; and a message for each control that means nothing."""
    read, messages = {}, {}
    fields = {"rate": typed_rate, "rounds": lambda text: typed_whole(text, 1, MOST_ROUNDS)}
    for name, meant in fields.items():
        try:
            read[name] = meant(controls[name])
        except ValueError as problem:
            messages[name] = str(problem)
    rule = UpdateRule(controls["hidden_layers_use"], controls["biases"])
    return (None if messages else Settings(**read, rule=rule)), messages
