"""What sessions come to, set by set and side by side: the numbers that a history is made of."""

from dataclasses import dataclass
from datetime import datetime

from repose.counting.result import Side


@dataclass(frozen=True, slots=True)
class SideFigures:
    """What one side did in one exercise of a session, or in one set of it.

    Attributes:
        session_id: where it was done.
        begun_at: when the session began.
        exercise: slug.
        side: that did the reps; of a set without any, the prescribed one.
        hold_target_s: dose of the hold; 0 for no hold.
        model: name of the pose model.
        fingerprint: of the thresholds in force.
        complete, partials: how many.
        angle_deg: mean of the working angle at the end position, over the complete reps that know it.
        tempo_s: mean time from leaving rest to being back.
        held_s: mean hold.
    """

    session_id: str
    begun_at: datetime
    exercise: str
    side: Side
    hold_target_s: float
    model: str
    fingerprint: str
    complete: int
    partials: int
    angle_deg: float | None
    tempo_s: float | None
    held_s: float | None


@dataclass(frozen=True, slots=True)
class SetFigures(SideFigures):
    """What one side did in one set.

    Attributes:
        set_id: of the set.
        target: reps to be done in the set; None where there was no dose.
        unmeasured_s: time of the whole set that could not be seen.
    """

    set_id: int
    target: int | None
    unmeasured_s: float


@dataclass(frozen=True, slots=True)
class Judged:
    """Which sets of a selection a person has judged.

    Attributes:
        sets: by session, newest first: ids of sets that were annotated, or signed off at some time.
        others: number of sets that nobody has judged.
    """

    sets: dict[str, frozenset[int]]
    others: int
