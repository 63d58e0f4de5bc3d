"""What the puppet does in front of the live coach: recordings that need no pose model."""

from pathlib import Path
from typing import Final

from repose.pose.landmarks import PoseTrack
from repose.sessions.recording import save_recording
from tests.puppet.body import Puppet
from tests.puppet.damage import joined
from tests.puppet.other import filmed
from tests.puppet.programme import Doing, perform

SETTLE_S: Final = 1.5
"""Stillness in the start position: little is enough, for a recording waits while the coach speaks."""

TEMPO_S: Final = 2.6


def saved(track: PoseTrack, to: Path) -> Path:
    """The track as a recording."""
    save_recording(track, to)
    return to


def slides(to: Path, *, reps: int = 2, settle_s: float = SETTLE_S) -> Path:
    """Heel slides of the left leg, then as many of the right."""
    left = perform(Doing("heel-slides", "left", reps, tempo_s=TEMPO_S, settle_s=settle_s)).film()
    right = perform(Doing("heel-slides", "right", reps, tempo_s=TEMPO_S, settle_s=settle_s)).film()
    return saved(joined(left, right), to)


def hold(to: Path, hold_s: float) -> tuple[Path, float]:
    """The left knee to the chest, once, kept still for some seconds; and its true hold."""
    doing = Doing("knee-to-chest", "left", 1, tempo_s=TEMPO_S, hold_s=hold_s, settle_s=SETTLE_S)
    performance = perform(doing)
    return saved(performance.film(), to), performance.reps[0].hold_s


def stillness(to: Path, for_s: float) -> Path:
    """Somebody on the back who does nothing."""
    return saved(filmed(Puppet(), for_s), to)
