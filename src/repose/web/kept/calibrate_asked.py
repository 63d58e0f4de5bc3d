"""What a request of the calibrate page is about: whose profile, which exercise, which kept set."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints

from repose.calibration.profiles import CLINIC, Profiles
from repose.errors import NotThereError, ReposeError
from repose.exercises.load import definitions
from repose.sessions.records import KeptSession, KeptSet
from repose.sessions.store import Store
from repose.web.kept.calibrate_draft import Stand

Key = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z0-9_]+){0,2}$", max_length=120)]


class Message(BaseModel):
    """What the page sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """What the page is told."""

    model_config = ConfigDict(frozen=True)


class Draft(Message):
    """A profile's numbers of one exercise, changed but not saved.

    Attributes:
        person: id of a person; "clinic" for everybody here.
        exercise: slug.
        changes: new numbers by dotted key; None takes the profile's own number out.
    """

    person: str
    exercise: str
    changes: dict[Key, FiniteFloat | None] = Field(default_factory=dict, max_length=200)


class DraftOfSet(Draft):
    """A draft, and the kept set that is to be counted under it."""

    session: str
    set: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the page's requests find what they are about."""

    store: Store
    profiles: Profiles

    def name(self, person: str) -> str:
        """The name of the profile."""
        return CLINIC if person == CLINIC else self.store.person(person).name

    def stand(self, asked: Draft) -> Stand:
        """The profile that a draft is of."""
        return Stand.of(self.profiles, self.name(asked.person), known(asked.exercise))

    def set(self, asked: DraftOfSet) -> tuple[KeptSession, KeptSet]:
        """The kept set that is asked for.

        Raises:
            ReposeError: it is not there, or of another exercise.
        """
        session = self.store.session(asked.session)
        one = next((one for one in session.sets if one.id == asked.set), None)
        if one is None:
            raise NotThereError(f"there is no set {asked.set} in this session")
        if one.head.exercise != asked.exercise:
            raise ReposeError(f"this recording is of {one.head.exercise}, not of {asked.exercise}")
        return session, one


def known(slug: str) -> str:
    """The slug, if there is such an exercise."""
    if slug not in definitions():
        raise ReposeError(f"there is no exercise {slug!r}; choose one of {', '.join(definitions())}")
    return slug
