"""Repose counts rehabilitation exercises in front of a camera, with the evidence for each rep."""

from importlib.metadata import version
from typing import Final

__version__ = version("repose")

INTENDED_USE: Final = (
    "Repose counts and times exercises that a clinician prescribed. "
    "It does not diagnose, and is not a medical device."
)
"""Said in every page, report and export."""
