"""What the builder says when it will not build."""


class RefusalError(Exception):
    """Something that was given cannot be used. The text says what, and what to do about it."""
