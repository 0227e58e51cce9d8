"""The labs of the notebooks: live pictures to be moved by hand, one lab per module."""
