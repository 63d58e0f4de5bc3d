"""The page on which a clinician decides what counts, sees what that does, and answers for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse
from pydantic import Field

from repose.accounts.acting import signature
from repose.calibration.history import SavedMeanwhileError
from repose.calibration.profiles import CLINIC, Profiles
from repose.errors import NotThereError
from repose.exercises.load import definitions
from repose.sessions.find import find_session
from repose.sessions.records import LONGEST_NAME, KeptSession, Selection
from repose.sessions.store import Store
from repose.web.kept.calibrate_asked import Desk, Draft, DraftOfSet, known
from repose.web.kept.calibrate_counts import Counts
from repose.web.kept.calibrate_data import (
    CountAnswer,
    DraftOfSignal,
    OpenAnswer,
    ProfileAnswer,
    count_answer,
    open_answer,
    profile_answer,
    truth_of,
)
from repose.web.kept.calibrate_past import past_routes
from repose.web.kept.calibrate_proposals import proposal_routes
from repose.web.kept.calibrate_recordings import Recording, of_session, offered
from repose.web.kept.review import LONGEST_WHY
from repose.web.kept.review_data import SignalAnswer, signal_answer
from repose.web.rendering import render

MOST_CHOSEN: Final = 12
"""Recordings that are looked at at once."""


class Save(Draft):
    """A draft that is to be kept.

    Attributes:
        who, why: who saves it, unless an account does, and a reason that others will understand.
        expected: the version that the draft was made on.
        recordings: ids of the sessions that were looked at.
    """

    who: str = Field(max_length=2 * LONGEST_NAME)
    why: str = Field(max_length=LONGEST_WHY)
    expected: int = Field(ge=0)
    recordings: tuple[str, ...] = Field(default=(), max_length=200)


class RollBack(Save):
    """An earlier version that is to be in force again; of all exercises of the profile."""

    revision: int = Field(ge=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is about: whose profile, of which exercise, and the session that was asked for."""

    person: str
    slug: str
    session: KeptSession | None = None


def calibrate_routes(store: Store, profiles: Profiles) -> APIRouter:
    """The routes over this store and these profiles."""
    router = APIRouter()
    desk = Desk(store, profiles)
    counts = Counts(store)
    router.include_router(proposal_routes(desk))
    router.include_router(past_routes(desk))

    @router.get("/calibrate", response_class=HTMLResponse, include_in_schema=False)
    def calibrate(
        person: str = "",
        exercise: str = "",
        session: str = "",
        chosen: Annotated[list[str] | None, Query(alias="r", max_length=MOST_CHOSEN)] = None,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> HTMLResponse:
        asked = _asked(store, person, exercise, session)
        return HTMLResponse(_page(store, asked, chosen or [], offset))

    @router.get("/api/calibrate/profile", operation_id="calibration_profile")
    def get_profile(person: str, exercise: str) -> ProfileAnswer:
        """Give a profile's thresholds of one exercise, where each comes from, and its history."""
        return profile_answer(profiles, store, desk.name(person), known(exercise))

    @router.post("/api/calibrate/open", operation_id="calibration_open")
    def open_recording(asked: DraftOfSet) -> OpenAnswer:
        """Give the signal of a kept set, and what the saved profile and a draft count in it."""
        session, one = desk.set(asked)
        stand = desk.stand(asked)
        opened = counts.of(session, one)
        saved = opened.count(stand.in_force({}).exercise)
        return open_answer(session, one, saved, opened.count(stand.in_force(asked.changes).exercise))

    @router.post("/api/calibrate/count", operation_id="calibration_count")
    def count(asked: DraftOfSet) -> CountAnswer:
        """Give what a draft counts in a kept set; nothing is saved."""
        session, one = desk.set(asked)
        stand = desk.stand(asked)
        opened = counts.of(session, one)
        saved = opened.count(stand.in_force({}).exercise)
        said = truth_of(session, one)
        draft = opened.count(stand.in_force(asked.changes).exercise)
        return count_answer(draft, saved, None if said is None else said[2])

    @router.post("/api/calibrate/signal", operation_id="calibration_signal")
    def signal(asked: DraftOfSignal) -> SignalAnswer:
        """Give the signal of a kept set under a draft, or the part of it that is looked at."""
        session, one = desk.set(asked)
        draft = counts.of(session, one).count(desk.stand(asked).in_force(asked.changes).exercise)
        return signal_answer(draft.signal, asked.from_s, asked.to_s)

    @router.post("/api/calibrate/save", operation_id="calibration_save")
    def save(asked: Save) -> ProfileAnswer:
        """Save a draft as a new version of its profile."""
        stand = desk.stand(asked)
        stand.in_force(asked.changes)
        try:
            profiles.save(
                stand.name,
                stand.dotted(asked.changes),
                who=signature(asked.who),
                why=asked.why,
                expected=asked.expected,
                recordings=asked.recordings,
            )
        except SavedMeanwhileError as error:
            raise HTTPException(409, str(error)) from error
        return profile_answer(profiles, store, stand.name, stand.slug)

    @router.post("/api/calibrate/roll-back", operation_id="calibration_roll_back")
    def roll_back(asked: RollBack) -> ProfileAnswer:
        """Make an earlier version of a profile the newest one."""
        name = desk.name(asked.person)
        try:
            profiles.roll_back(
                name, asked.revision, who=signature(asked.who), why=asked.why, expected=asked.expected
            )
        except SavedMeanwhileError as error:
            raise HTTPException(409, str(error)) from error
        return profile_answer(profiles, store, name, known(asked.exercise))

    return router


def _asked(store: Store, person: str, exercise: str, session: str) -> Asked:
    """What the page is to be about; whatever is not said is that of the newest recording."""
    if exercise:
        known(exercise)
    if session:
        kept = store.session(find_session(store, session))
        slug = exercise or _first_of(one.head.exercise for one in kept.sets)
        return Asked(person or kept.person.id, slug, kept)
    if person and person != CLINIC:
        store.person(person)
    newest = store.sessions(
        Selection(
            person_id=None if person in ("", CLINIC) else person, exercise=exercise or None, recorded=True
        ),
        limit=1,
    )
    slug = exercise or _first_of(slug for one in newest for slug in one.exercises)
    return Asked(person or (newest[0].person.id if newest else ""), slug)


def _first_of(done: Iterable[str]) -> str:
    """The first exercise that was done and can still be counted; one of the programme where there is none."""
    countable = definitions()
    return next((slug for slug in done if slug in countable), next(iter(countable)))


def _page(store: Store, asked: Asked, chosen: list[str], offset: int) -> str:
    found = offered(store, None if asked.person in ("", CLINIC) else asked.person, asked.slug, offset)
    recordings = list(found.recordings)
    if asked.session is not None:
        wanted = of_session(asked.session, asked.slug)
        known = {one.key for one in recordings}
        recordings = [one for one in wanted if one.key not in known] + recordings
        chosen = chosen or [one.key for one in wanted]
    recordings = _with_chosen(store, recordings, chosen, asked.slug)
    keys = {one.key for one in recordings}
    picked = [key for key in chosen if key in keys] or [one.key for one in recordings[:1]]
    persons = store.persons()
    name = next((one.name for one in persons if one.id == asked.person), "")
    return render(
        "calibrate.html.j2",
        persons=persons,
        person=asked.person,
        clinic=CLINIC,
        name=name,
        exercises={slug: one.name for slug, one in definitions().items()},
        slug=asked.slug,
        exercise=definitions()[asked.slug].name,
        recordings=recordings,
        picked=picked[:MOST_CHOSEN],
        most=MOST_CHOSEN,
        next=found.next,
        offset=offset,
        longest_name=LONGEST_NAME,
        longest_why=LONGEST_WHY,
    )


def _with_chosen(store: Store, recordings: list[Recording], chosen: list[str], slug: str) -> list[Recording]:
    """With those that were chosen from another page of the list; deleted ones are left out."""
    known = {one.key for one in recordings}
    for session_id in dict.fromkeys(key.partition(".")[0] for key in chosen if key not in known):
        try:
            recordings += [one for one in of_session(store.session(session_id), slug) if one.key in chosen]
        except NotThereError:
            continue
    return recordings
