"""The learning rates that a slider of a lab goes through; its page side is rate_slider.js."""

# Twenty steps from one power of ten to the next, rounded so that a rate can be read aloud.
RATES = tuple(f"{float(f'{10 ** (step / 20 - 2):.2g}'):g}" for step in range(101))
