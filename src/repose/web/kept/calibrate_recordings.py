"""The recordings that a calibration can be tried on: kept sets of a person and an exercise."""

from dataclasses import dataclass
from typing import Final

from repose.review.reviewed import review
from repose.sessions.records import KeptSession, KeptSet, Origin, Purpose, Selection
from repose.sessions.store import Store
from repose.web.kept.review import in_local_words
from repose.web.kept.review_data import set_title

AT_ONCE: Final = 12
"""Sessions that are offered at once."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A kept set with its landmarks.

    Attributes:
        session_id, set_id: of the set.
        person: who exercised.
        begun: when the session began, in words.
        title: exercise, limb, and which set of how many.
        counted: what the machine counted when it was done, in words.
        capture: whether the person showed how far they can go, and did no exercise.
        annotated: who annotated it; "" for nobody.
        signed_off: whether a reviewer looked at all of it.
        from_file: whether it is of a video and not of a live session.
    """

    session_id: str
    set_id: int
    person: str
    begun: str
    title: str
    counted: str
    capture: bool
    annotated: str
    signed_off: bool
    from_file: bool

    @property
    def key(self) -> str:
        """Its name on the page and in addresses."""
        return f"{self.session_id}.{self.set_id}"


@dataclass(frozen=True, slots=True)
class Offered:
    """Recordings, newest first, and how many sessions come before the next ones; None at the end."""

    recordings: tuple[Recording, ...]
    next: int | None


def offered(store: Store, person_id: str | None, slug: str, offset: int = 0) -> Offered:
    """The recordings of some sessions, newest first.

    Args:
        store: where they are kept.
        person_id: whose; None for everybody's.
        slug: of the exercise.
        offset: newer sessions to be passed over.
    """
    chosen = Selection(person_id=person_id, exercise=slug, recorded=True)
    entries = store.sessions(chosen, limit=AT_ONCE + 1, offset=offset)
    found = [one for entry in entries[:AT_ONCE] for one in of_session(store.session(entry.id), slug)]
    return Offered(tuple(found), offset + AT_ONCE if len(entries) > AT_ONCE else None)


def of_session(session: KeptSession, slug: str) -> list[Recording]:
    """The recordings of an exercise in one session."""
    if session.recorded_s is None:
        return []
    signed_off = review(session).signed_off
    said_by = {said.set_id: said.who for said in session.annotations}
    return [
        Recording(
            session_id=session.id,
            set_id=one.id,
            person=session.person.name,
            begun=in_local_words(session.head.begun_at),
            title=title_of(one),
            counted=_counted(one),
            capture=session.head.purpose is Purpose.CALIBRATION,
            annotated=said_by.get(one.id, ""),
            signed_off=one.id in signed_off,
            from_file=session.head.origin is Origin.VIDEO,
        )
        for one in session.sets
        if one.head.exercise == slug
    ]


def title_of(one: KeptSet) -> str:
    """Such as "Heel slides, left leg, set 1 of 2"."""
    return f"{set_title(one)}, set {one.head.number} of {one.head.of}" if one.head.of > 1 else set_title(one)


def _counted(one: KeptSet) -> str:
    partials = sum(kept.rep.reason is not None for kept in one.reps)
    reps = len(one.reps) - partials
    words = f"{reps} {'rep' if reps == 1 else 'reps'}"
    return f"{words}, {partials} {'partial' if partials == 1 else 'partials'}" if partials else words
