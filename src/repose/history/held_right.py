"""The figures of a session that a reviewer has corrected: of what is held to be right."""

import math
from collections.abc import Sequence
from statistics import fmean

from repose.counting.result import Rep, Side
from repose.exercises import Definition
from repose.review.reviewed import Event, review
from repose.sessions.figures import SetFigures
from repose.sessions.records import KeptSession, KeptSet


def figures_of(session: KeptSession) -> tuple[SetFigures, ...]:
    """The figures of each set and side after review.

    A rep that the reviewer added, split, merged or moved has no measured hold; one that the machine did not
    count as it is has no angle: neither has a part in the mean.
    """
    reviewed = review(session)
    found: list[SetFigures] = []
    for one in session.sets:
        events = reviewed.of(one.id)
        sides: list[Side] = sorted({event.side for event in events})
        usual: Side = "both" if one.head.prescribed == "auto" else one.head.prescribed
        found += [
            _figures(session, one, side, [event for event in events if event.side == side])
            for side in sides or [usual]
        ]
    return tuple(found)


def _figures(session: KeptSession, one: KeptSet, side: Side, events: Sequence[Event]) -> SetFigures:
    complete = [event for event in events if event.complete]
    exercise = one.head.what
    return SetFigures(
        session_id=session.id,
        set_id=one.id,
        begun_at=session.head.begun_at,
        exercise=one.head.exercise,
        side=side,
        target=one.head.target,
        hold_target_s=one.head.hold_s,
        model=session.head.model,
        fingerprint=one.head.thresholds.fingerprint,
        complete=len(complete),
        partials=len(events) - len(complete),
        angle_deg=_mean([_angle(exercise, event.machine) for event in complete]),
        tempo_s=_mean([event.end_s - event.start_s for event in complete]),
        held_s=_mean([event.hold_s for event in complete]),
        unmeasured_s=sum(span.end_s - span.start_s for span in one.state.unmeasured),
    )


def _angle(exercise: Definition | None, rep: Rep | None) -> float | None:
    """The working angle at the end position, as in the column `angle_deg` of a kept rep."""
    return None if rep is None or exercise is None else rep.peak.get(exercise.signal)


def _mean(values: Sequence[float | None]) -> float | None:
    """Of those that are known; an angle that was not seen is NaN."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    return fmean(known) if known else None
