"""How many pictures come in one answer, and how many rounds fit between two of them."""

# Pictures in one answer, at most: JupyterLab takes longer over a message than over a picture.
PICTURES = 6
# That may be asked for and not seen yet, so that Python draws some while others are seen.
AHEAD = 2 * PICTURES
# So much time a picture may take to be trained and drawn, so that at least thirty come in a second.
# Training has a part of it however long drawing takes, or a slow machine would learn nothing.
SECONDS_A_PICTURE = 0.012
LEAST_PART = 0.3
# So many are trained however slow the machine: the first of them costs as much as fifty more, so a
# single round that took too long says nothing about the next.
LEAST_ROUNDS = 20


def rounds_in_time(seconds_a_round: float | None, seconds_to_draw: float) -> int:
    """How many rounds there is time for before the next picture. None: no round was timed yet.

    >>> rounds_in_time(None, 0.0), rounds_in_time(1.0, 0.0)
    (20, 20)
    """
    if seconds_a_round is None:
        return LEAST_ROUNDS
    left = max(SECONDS_A_PICTURE - seconds_to_draw, LEAST_PART * SECONDS_A_PICTURE)
    return max(LEAST_ROUNDS, int(left / seconds_a_round))
