"""What the puppet does in front of the live coach: recordings that need no pose model."""

from pathlib import Path

from repose.pose.landmarks import PoseTrack
from repose.sessions.recording import save_recording
from tests.puppet.body import Puppet
from tests.puppet.damage import joined
from tests.puppet.other import filmed
from tests.puppet.programme import Doing, perform

SETTLE_S = 6.0
"""Stillness in the start position, enough for the coach to find the person and the position."""


def saved(track: PoseTrack, to: Path) -> Path:
    """The track as a recording."""
    save_recording(track, to)
    return to


def slides(to: Path, *, reps: int = 2, settle_s: float = SETTLE_S) -> Path:
    """Heel slides of the left leg, then as many of the right."""
    left = perform(Doing("heel-slides", "left", reps, tempo_s=3.0, settle_s=settle_s)).film()
    right = perform(Doing("heel-slides", "right", reps, tempo_s=3.0, settle_s=settle_s)).film()
    return saved(joined(left, right), to)


def holds(to: Path, *hold_s: float) -> Path:
    """The left knee to the chest, once for each hold."""
    sets = [
        perform(
            Doing("knee-to-chest", "left", 1, tempo_s=3.0, hold_s=each, settle_s=0.0 if number else SETTLE_S)
        )
        for number, each in enumerate(hold_s)
    ]
    return saved(joined(*(one.film() for one in sets)), to)


def stillness(to: Path, for_s: float) -> Path:
    """Somebody on the back who does nothing."""
    return saved(filmed(Puppet(), for_s), to)
