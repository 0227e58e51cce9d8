"""Stands where the kernel looks for its installer. On the page nothing has to be installed."""

from .piplite import install  # noqa: F401 - what %pip calls
