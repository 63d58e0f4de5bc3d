"""How long sessions are kept: for ever, unless somebody says otherwise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from repose.accounts.acting import Doing, doing
from repose.errors import ReposeError
from repose.sessions.records import Deleted, Selection
from repose.sessions.store import Store

SETTING: Final = "retention"

Days = Annotated[int, Field(ge=1, le=36_500)]


class Retention(BaseModel):
    """How many days after it ended something of a session is deleted; None is never.

    Attributes:
        recordings_days: its landmarks and its video; what was counted stays.
        sessions_days: all of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    recordings_days: Days | None = None
    sessions_days: Days | None = None


def read(store: Store) -> Retention:
    """What is in force.

    Raises:
        ReposeError: what is kept of it cannot be read.
    """
    kept = store.setting(SETTING)
    try:
        return Retention() if kept is None else Retention.model_validate(kept)
    except ValidationError as error:
        raise ReposeError("the retention time cannot be read; set it again, or update Repose") from error


def write(store: Store, retention: Retention) -> None:
    """Put a retention time in force; nothing is deleted until `apply`."""
    store.set_setting(SETTING, retention.model_dump())


def apply(store: Store, now: datetime, running: Collection[str] = ()) -> Deleted:
    """Delete what is older than the retention time.

    A session's age counts from its end, or from its begin if the program was killed in it.

    Args:
        store: where it is kept.
        now: this moment.
        running: ids of sessions that go on just now; they stay, however old.

    Returns:
        What was deleted.
    """
    deleted = Deleted()
    with doing(Doing.DELETE):
        for session_id in due(store, now, read(store), running).sessions:
            deleted += store.delete_session(session_id)
        for session_id in due(store, now, read(store), running).recordings:
            deleted += store.delete_landmarks(session_id)
    return deleted


@dataclass(frozen=True, slots=True)
class Due:
    """Ids of the sessions that are older than a retention time, and of those whose recordings are."""

    sessions: list[str]
    recordings: list[str]


def due(store: Store, now: datetime, retention: Retention, running: Collection[str] = ()) -> Due:
    """What `apply` would delete if this retention time were in force."""
    return Due(
        sessions=_older(store, now, retention.sessions_days, None, running),
        recordings=_older(store, now, retention.recordings_days, True, running),
    )


def _older(
    store: Store, now: datetime, days: int | None, recorded: bool | None, running: Collection[str]
) -> list[str]:
    if days is None:
        return []
    before = now - timedelta(days=days)
    return [
        entry.id
        for entry in store.sessions(Selection(until=before, recorded=recorded))
        if (entry.ended_at or entry.head.begun_at) < before and entry.id not in running
    ]
