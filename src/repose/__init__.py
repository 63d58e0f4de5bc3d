"""Repose counts rehabilitation exercises in front of a camera, with the evidence for each rep."""

from typing import TYPE_CHECKING, Final

__version__: str
"""Asked for when somebody wants it: each process apart would wait for it, and needs it not."""

if not TYPE_CHECKING:

    def __getattr__(name: str) -> str:
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import version

        return version("repose")


INTENDED_USE: Final = (
    "Repose counts and times exercises that a clinician prescribed. "
    "It does not diagnose, and is not a medical device."
)
"""Said in every page, report and export."""
