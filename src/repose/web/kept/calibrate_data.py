"""What the calibrate page is told: a profile with its history, and what a draft of it counts."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Final

import numpy as np
from pydantic import FiniteFloat

from repose.calibration.history import Revision
from repose.calibration.profiles import CLINIC, Profile, Profiles
from repose.counting.result import Rep, Side
from repose.evaluation.kept_accuracy import held_true
from repose.evaluation.truth import TrueRep, Truth, kept_truth
from repose.exercises.load import definitions
from repose.review.differences import Difference, Totals, against_truth, changed, totals, true_totals
from repose.review.reviewed import review
from repose.review.words import reason_in_words, unseen_in_words
from repose.sessions.records import KeptSession, KeptSet, Selection
from repose.sessions.store import Store
from repose.web.kept.calibrate_asked import Answer, DraftOfSet
from repose.web.kept.calibrate_counts import Count
from repose.web.kept.calibrate_draft import Stand
from repose.web.kept.calibrate_recordings import title_of
from repose.web.kept.calibrate_words import Group, groups, key_in_words, unit_of
from repose.web.kept.review import in_local_words
from repose.web.kept.review_data import SignalAnswer, Span, signal_answer

MOVED_DEG: Final = 0.5
"""A draft changes the signal, and not only what is made of it, where it moves by more than this."""


class DraftOfSignal(DraftOfSet):
    """The part of the signal that is looked at; None for all."""

    from_s: FiniteFloat | None = None
    to_s: FiniteFloat | None = None


class RevisionChange(Answer):
    """One number of a saved version, in words; None where the profile said nothing."""

    exercise: str
    name: str
    unit: str
    before: float | None
    after: float | None


class Looked(Answer):
    """A recording that was looked at: its name in words, and where it is, unless it was deleted."""

    name: str
    link: str | None


class RevisionAnswer(Answer):
    """A saved version of a profile."""

    revision: int
    at: datetime
    who: str
    why: str
    changes: tuple[RevisionChange, ...]
    recordings: tuple[Looked, ...]


class ProfileAnswer(Answer):
    """A profile as the page shows it, for one exercise.

    Attributes:
        name: of the profile.
        revision: its newest version, to be sent back as `expected`.
        problems: files that are not used as they stand, a line each.
        edited: whether the file was edited by hand since.
        groups: all thresholds.
        sides: whether sides may have numbers of their own.
        own: the profile's numbers, by dotted key.
        below: the numbers without it.
        origins: which layer each of those comes from.
        history: newest first.
    """

    name: str
    revision: int
    problems: tuple[str, ...]
    edited: bool
    groups: tuple[Group, ...]
    sides: bool
    own: dict[str, float]
    below: dict[str, float]
    origins: dict[str, str]
    history: tuple[RevisionAnswer, ...]


class EventAnswer(Answer):
    """A rep or partial as it was counted, or as somebody says that it was; see `Rep`."""

    side: Side
    start_s: float
    peak_s: float
    end_s: float
    hold_start_s: float | None
    hold_s: float | None
    faults: tuple[str, ...]
    reason: str | None
    complete: bool


class CountAnswer(Answer):
    """What a set counts to under a draft.

    Attributes:
        events, totals: the draft's.
        rest_deg: where the person's own rest was; None where none was found.
        usual_share: how far their own complete reps usually go; None where there is none.
        moved: whether the signal is not the one under the saved profile.
        changed: what is not as under the saved profile.
        wrong: what is not as somebody says that it was; None where nobody said.
    """

    events: tuple[EventAnswer, ...]
    totals: Totals
    rest_deg: float | None
    usual_share: float | None
    moved: bool
    changed: tuple[Difference, ...]
    wrong: tuple[Difference, ...] | None


class TruthAnswer(Answer):
    """What somebody says of a set.

    Attributes:
        basis: "annotated", "signed off", or "reviewed" where the review is not signed off yet.
        who: said so.
        wrong: what the saved profile counts otherwise.
    """

    basis: str
    who: str
    events: tuple[EventAnswer, ...]
    totals: Totals
    wrong: tuple[Difference, ...]


class OpenAnswer(Answer):
    """A recording as the page shows it.

    Attributes:
        side: prescribed; "auto" where nobody said.
        low_deg: where the person's own opposite end usually is; None for exercises with one end.
        saved, saved_totals: what the saved profile counts.
        as_done: what was counted when it was done, by the thresholds in force then.
        truth: None where nobody said.
        count: the draft's.
    """

    session: str
    set: int
    person: str
    begun: str
    title: str
    side: str
    from_s: float
    to_s: float
    unmeasured: tuple[Span, ...]
    signal: SignalAnswer
    low_deg: float | None
    saved: tuple[EventAnswer, ...]
    saved_totals: Totals
    as_done: Totals
    truth: TruthAnswer | None
    count: CountAnswer


def profile_answer(profiles: Profiles, store: Store, name: str, slug: str) -> ProfileAnswer:
    """A profile, for one exercise.

    Raises:
        ReposeError: a profile is not right, and has no last good version.
    """
    definition = definitions()[slug]
    stand = Stand.of(profiles, name, slug)
    profile = profiles.read(name)
    below, origins = stand.below
    return ProfileAnswer(
        name=name,
        revision=profile.revision,
        problems=tuple(_problems(profiles, profile)),
        edited=profile.edited and not profile.problem,
        groups=groups(definition),
        sides=definition.sides != "none",
        own=stand.own,
        below=below,
        origins=origins,
        history=history_answer(store, profiles.history(name)),
    )


def _problems(profiles: Profiles, profile: Profile) -> list[str]:
    found = [profile] if profile.name == CLINIC else [profiles.read(CLINIC), profile]
    return [
        f"{one.problem}. Version {one.revision}, the last good one, stays in force."
        for one in found
        if one.problem
    ]


def history_answer(store: Store, history: Sequence[Revision]) -> tuple[RevisionAnswer, ...]:
    """All versions, newest first."""
    ids = tuple({id_ for one in history for id_ in one.recordings})
    there = {entry.id: entry for entry in store.sessions(Selection(ids=ids))} if ids else {}

    def looked(name: str) -> Looked:
        if name in there:
            return Looked(name=in_local_words(there[name].head.begun_at), link=f"/sessions/{name}")
        return Looked(name=name[:8] if _is_id(name) else name, link=None)

    return tuple(
        RevisionAnswer(
            revision=one.revision,
            at=one.at.astimezone(),
            who=one.who,
            why=one.why,
            changes=tuple(_change(change.key, change.before, change.after) for change in one.changes),
            recordings=tuple(map(looked, one.recordings)),
        )
        for one in reversed(history)
    )


def _is_id(name: str) -> bool:
    return len(name) == _ID and set(name) <= set("0123456789abcdef")


_ID: Final = 32
"""Characters of a session's id."""


def _change(key: str, before: float | None, after: float | None) -> RevisionChange:
    slug, _, rest = key.partition(".")
    definition = definitions().get(slug)
    return RevisionChange(
        exercise=definition.name if definition else slug,
        name=key_in_words(rest, definition),
        unit=unit_of(rest, definition),
        before=before,
        after=after,
    )


def count_answer(draft: Count, saved: Count, truth: Truth | None) -> CountAnswer:
    """What a draft makes of a set."""
    complete = [rep.excursion for rep in draft.reps if rep.reason is None]
    return CountAnswer(
        events=tuple(map(_event, draft.reps)),
        totals=totals(draft.reps),
        rest_deg=draft.rest_deg,
        usual_share=median(complete) if complete else None,
        moved=_moved(draft, saved),
        changed=changed(saved.reps, draft.reps),
        wrong=None if truth is None else against_truth(truth, draft.reps),
    )


def _moved(draft: Count, saved: Count) -> bool:
    one, other = draft.signal.angle, saved.signal.angle
    if len(one) != len(other) or not np.array_equal(np.isnan(one), np.isnan(other)):
        return True
    return bool(len(one)) and not bool(np.all(np.isnan(one) | (np.abs(one - other) < MOVED_DEG)))


def open_answer(session: KeptSession, one: KeptSet, saved: Count, draft: Count) -> OpenAnswer:
    """A recording with all that does not change with the draft, and the draft's count."""
    said = truth_of(session, one)
    truth = None
    if said is not None:
        basis, who, held = said
        truth = TruthAnswer(
            basis=basis,
            who=who,
            events=tuple(map(_true_event, held.reps)),
            totals=true_totals(held),
            wrong=against_truth(held, saved.reps),
        )
    times = saved.signal.time_s
    from_s = float(times[0]) if len(times) else one.head.begun_s
    return OpenAnswer(
        session=session.id,
        set=one.id,
        person=session.person.name,
        begun=in_local_words(session.head.begun_at),
        title=title_of(one),
        side=one.head.prescribed,
        from_s=from_s,
        to_s=max(float(times[-1]) if len(times) else from_s, from_s + 1.0),
        unmeasured=tuple(
            Span(start_s=span.start_s, end_s=span.end_s, why=unseen_in_words(span.reason))
            for span in one.state.unmeasured
        ),
        signal=signal_answer(saved.signal, None, None),
        low_deg=_own_low(one, saved),
        saved=tuple(map(_event, saved.reps)),
        saved_totals=totals(saved.reps),
        as_done=totals([kept.rep for kept in one.reps]),
        truth=truth,
        count=count_answer(draft, saved, None if said is None else said[2]),
    )


def truth_of(session: KeptSession, one: KeptSet) -> tuple[str, str, Truth] | None:
    """What somebody says of a set: on what basis, who, and what; None where nobody said.

    What was annotated was said without regard to the machine, and wins.
    """
    said = [each for each in session.annotations if each.set_id == one.id]
    if said:
        return "annotated", said[-1].who, kept_truth(said[-1].truth)
    reviewed = review(session)
    events = reviewed.of(one.id)
    mine = {
        change
        for event in (*events, *reviewed.rejected)
        if event.set_id == one.id
        for change in event.changes
    }
    if one.id not in reviewed.signed_off and not mine & reviewed.in_force:
        return None
    who = next((change.who for change in reversed(session.changes) if change.id in reviewed.in_force), "")
    basis = "signed off" if one.id in reviewed.signed_off else "reviewed"
    return basis, who, held_true(one, events)


def _own_low(one: KeptSet, saved: Count) -> float | None:
    """Where the reps of this recording usually turn at the opposite end."""
    if one.head.counted_by.definition.ends != 2:
        return None
    times, angle = saved.signal.time_s, saved.signal.angle
    lows = []
    complete = [rep for rep in saved.reps if rep.reason is None]
    for rep in complete or saved.reps:
        part = angle[slice(*np.searchsorted(times, (rep.start_s, rep.end_s)))]
        part = part[~np.isnan(part)]
        if len(part):
            lows.append(float(np.percentile(part, 10)))
    return float(np.median(lows)) if lows else None


def _event(rep: Rep) -> EventAnswer:
    return EventAnswer(
        side=rep.side,
        start_s=round(rep.start_s, 3),
        peak_s=round(rep.peak_s, 3),
        end_s=round(rep.end_s, 3),
        hold_start_s=round(rep.hold_start_s, 3),
        hold_s=round(rep.hold_s, 2),
        faults=tuple(fault.replace("_", " ") for fault in rep.faults),
        reason=None if rep.reason is None else reason_in_words(rep.reason),
        complete=rep.reason is None,
    )


def _true_event(rep: TrueRep) -> EventAnswer:
    first, last = rep.peak
    return EventAnswer(
        side=rep.side,
        start_s=first - 1.0 if rep.start_s is None else rep.start_s,
        peak_s=(first + last) / 2,
        end_s=last + 1.0 if rep.end_s is None else rep.end_s,
        hold_start_s=None,
        hold_s=rep.hold_s,
        faults=tuple(fault.replace("_", " ") for fault in rep.faults or ()),
        reason=None if rep.complete else reason_in_words(rep.reason or "not_said"),
        complete=rep.complete,
    )
