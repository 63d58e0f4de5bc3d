"""What the page needs before a session: who may exercise, and what was interrupted."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from repose.calibration.profiles import Profiles
from repose.coaching.programme import Programme
from repose.live.port import Engine
from repose.sessions.continuing import LATER_S, interrupted, latest_interrupted
from repose.sessions.persons import usual_name
from repose.sessions.store import Store


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class PersonInfo(_Answer):
    """Somebody who exercises.

    Attributes:
        name: or pseudonym.
        programme: the person's own; None without one.
    """

    name: str
    programme: Programme | None


class PersonInfos(_Answer):
    """Who may exercise.

    Attributes:
        usual: the name of who exercised last; it may be nobody's yet.
        persons: all that are known, by name.
    """

    usual: str
    persons: tuple[PersonInfo, ...]


class InterruptedInfo(_Answer):
    """A session that can be gone on with.

    Attributes:
        session: its id.
        person: name of who exercised.
        begun_at: when it began.
        sets_done, sets: how many of its sets are over.
        reps: complete ones.
    """

    session: str
    person: str
    begun_at: datetime
    sets_done: int
    sets: int
    reps: int


class Leave(BaseModel):
    """The session that is not gone on with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    session: str = Field(max_length=64)


def starting_routes(engine: Engine, store: Store, profiles: Profiles) -> APIRouter:
    """The routes.

    Args:
        engine: whose session is under way.
        store: where sessions are kept.
        profiles: the thresholds in force.
    """
    routes = APIRouter()

    def waiting() -> InterruptedInfo | None:
        running = engine.state().machine.session
        found = latest_interrupted(store, profiles.load, datetime.now(UTC), running)
        if found is None:
            return None
        return InterruptedInfo(
            session=found.kept.id,
            person=found.kept.person.name,
            begun_at=found.kept.head.begun_at,
            sets_done=found.sets_done,
            sets=len(found.records),
            reps=sum(len(record.reps) for record in found.records),
        )

    @routes.get("/api/persons", operation_id="persons")
    def get_persons() -> PersonInfos:
        """List who may exercise, each with the programme that is prescribed."""
        persons = []
        for person in store.persons():
            prescribed = store.prescriptions(person.id)
            programme = prescribed[-1].programme if prescribed else None
            persons.append(PersonInfo(name=person.name, programme=programme))
        return PersonInfos(usual=usual_name(store), persons=tuple(persons))

    @routes.get("/api/interrupted", operation_id="interrupted")
    def get_interrupted() -> InterruptedInfo | None:
        """Give today's session that was interrupted, if there is one, to be gone on with by `continue`."""
        return waiting()

    @routes.post("/api/interrupted/leave", operation_id="leave")
    def leave(what: Leave) -> InterruptedInfo | None:
        """End an interrupted session where it was, and give the one that is left, if any."""
        if what.session != engine.state().machine.session:
            found = interrupted(store, what.session, profiles.load)
            lasted = timedelta(seconds=found.from_s - LATER_S)
            store.end_session(found.kept.id, found.kept.head.begun_at + lasted)
        return waiting()

    return routes
