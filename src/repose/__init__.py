"""Repose counts rehabilitation exercises in front of a camera, with the evidence for each rep."""

from importlib.metadata import version

__version__ = version("repose")
