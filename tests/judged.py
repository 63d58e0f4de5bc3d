"""Sets that a reviewer has judged, with figures that can be computed by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from repose.counting.result import Rep, Side, Unmeasured
from repose.exercises import load_exercise
from repose.sessions.records import KeptSession, Origin, SessionHead, SetHead, SetState
from repose.sessions.store import Store

NAME: Final = "<b>\"😀 O'Neil"

BEGUN_AT: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)

SETS, REPS = 30, 5
"""Of the example: each set's reps are 6 s apart, with their end positions at 3, 9, 15, 21 and 27 s."""

SET_S: Final = 40.0


def a_rep(
    peak_s: float,
    side: Side = "left",
    *,
    angle: float = 90.0,
    hold_s: float = 1.0,
    faults: Sequence[str] = (),
    reason: str | None = None,
) -> Rep:
    """A heel slide of four seconds."""
    return Rep(
        side=side,
        start_s=peak_s - 2,
        peak_s=peak_s,
        end_s=peak_s + 2,
        hold_start_s=peak_s - hold_s / 2,
        hold_s=hold_s,
        peak={"knee_flexion": angle, "hip_flexion": 40.0},
        excursion=1.0,
        confidence=0.9,
        faults=tuple(faults),
        decided_s=peak_s + 2.1,
        reason=reason,
    )


def begin(store: Store, person: str = NAME, begun_at: datetime = BEGUN_AT, model: str = "full") -> str:
    """Begin a session."""
    return store.begin_session(
        SessionHead(
            person_id=store.person_named(person).id,
            origin=Origin.LIVE,
            source="camera 0",
            begun_at=begun_at,
            programme=None,
            model=model,
            software={"repose": "0.1.0"},
        )
    )


def a_set(
    store: Store,
    session_id: str,
    reps: Sequence[Rep],
    *,
    position: int = 0,
    side: Side = "left",
    of: int = 1,
    unmeasured: Sequence[Unmeasured] = (),
    view: str | None = "from the side",
) -> int:
    """Keep a set of heel slides of 40 s."""
    begun_s = position * SET_S
    head = SetHead(
        position=position,
        exercise="heel-slides",
        prescribed=side,
        number=position + 1,
        of=of,
        target=REPS,
        hold_s=0.0,
        begun_s=begun_s,
        thresholds=load_exercise("heel-slides").thresholds,
    )
    state = SetState(
        ended_s=begun_s + SET_S, counted_from=(begun_s,), unmeasured=tuple(unmeasured), view=view
    )
    set_id = store.begin_set(session_id, head, state)
    for rep in reps:
        store.keep_rep(set_id, rep)
    return set_id


def say(store: Store, session_id: str, **change: object) -> None:
    """Make a reviewer's change."""
    known = store.session(session_id).changes
    store.add_change(session_id, "Rita", "", change, after=known[-1].id if known else None)


def judged_example(store: Store) -> str:
    """Thirty sets of five reps, all signed off, and one that nobody has judged.

    The first rep of each set is too fast, says the machine. The reviewer rejects a rep of the first set, adds
    one to the second and two to the third, finds the first rep of the fourth not too fast, and the second rep
    of the fifth too fast.
    """
    session = begin(store)
    ids = [
        a_set(
            store,
            session,
            [
                a_rep(position * SET_S + 3 + 6 * k, faults=("too_fast",) if k == 0 else ())
                for k in range(REPS)
            ],
            position=position,
            of=SETS + 1,
            unmeasured=(Unmeasured(position * SET_S, position * SET_S + 1, "not seen"),),
        )
        for position in range(SETS + 1)
    ]
    kept = store.session(session)
    say(store, session, type="reject", event=key(kept, 0, 4))
    for position, peaks in ((1, (34.0,)), (2, (34.0, 37.0))):
        for peak_s in peaks:
            at_s = position * SET_S + peak_s
            times = {"start_s": at_s - 1, "peak_s": at_s, "end_s": at_s + 1}
            say(store, session, type="add", set_id=ids[position], side="left", **times)
    say(store, session, type="faults", event=key(kept, 3, 0), faults=[])
    say(store, session, type="faults", event=key(kept, 4, 1), faults=["too_fast"])
    for set_id in ids[:SETS]:
        say(store, session, type="sign_off", set_id=set_id)
    return session


def key(session: KeptSession, position: int, rep: int) -> str:
    """The name of a machine's rep in changes."""
    return f"m{session.sets[position].reps[rep].id}"
