"""A player whose sessions are kept, and a store that can fail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from repose.coaching.commands import Calibrate, Command, Start, Stop
from repose.coaching.messages import Done, Output
from repose.coaching.session import Session
from repose.counting.result import Rep
from repose.errors import ReposeError
from repose.pose.landmarks import PoseTrack
from repose.sessions.keeper import Beginning, Keeper
from repose.sessions.records import KeptSession
from repose.sessions.sql_store import SqlStore
from repose.sessions.store import Store
from repose.sessions.writes import Writes
from tests.coaching.play import RATE, Player
from tests.puppet.damage import picked

BEGUN_AT: Final = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)

PATIENT: Final = 30.0
"""Seconds that a test waits for a write: only one that fails waits so long."""


def a_store(folder: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{folder / 'repose.db'}", folder / "videos")


class Moody:
    """A store that fails in every way while `broken`.

    Attributes:
        broken: what it says; None while it works.
        calls: names of the methods that were called.
    """

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.broken: str | None = None
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.store, name)
        if not callable(method):
            return method

        def call(*args: Any, **more: Any) -> Any:
            self.calls.append(name)
            if self.broken is not None:
                raise ReposeError(self.broken)
            return method(*args, **more)

        return call


class KeptPlayer(Player):
    """Plays as the engine does: all that the session gives is kept before anybody hears of it.

    Attributes:
        announced: of each session so far, what was counted in the sets that were begun, by their number.
    """

    def __init__(self, keeper: Keeper, session: Session | None = None) -> None:
        super().__init__(session)
        self.keeper = keeper
        self.announced: list[dict[int, list[Rep]]] = []
        self._shown: PoseTrack | None = None

    def note(self, outputs: list[Output]) -> list[Output]:
        shown, self._shown = self._shown, None
        progress = self.session.progress()
        self.keeper.keep(progress, shown)
        for index, record in enumerate(progress.records):
            if record.begun:
                self.announced[-1].setdefault(index, [])
        for output in outputs:
            if isinstance(output, Done):
                self.announced[-1][output.set_index].append(output.rep)
        return super().note(outputs)

    def command(self, command: Command) -> list[Output]:
        if not isinstance(command, Start | Calibrate):
            return super().command(command)
        if self.session.progress().running:
            super().command(Stop())
        outputs = self.session.command(command, self.time_s)
        self.keeper.begin(
            Beginning(
                person=command.person,
                programme=command.programme if isinstance(command, Start) else None,
                prescribe=isinstance(command, Start) and command.prescribe,
                source="camera:0",
                model="full",
                software={"repose": "0"},
            )
        )
        self.announced.append({})
        return self.note(outputs)

    def show(self, track: PoseTrack, k: int, people: int | None = 1, after_s: float = 1 / RATE) -> None:
        self.time_s += after_s
        self._shown = replace(picked(track, slice(k, k + 1)), time_s=np.array([self.time_s]))
        self.note(self.session.see(self._shown, people))


def player_of(store: SqlStore | Moody, patience_s: float = PATIENT, again_s: float = 0.01) -> KeptPlayer:
    """A player whose sessions go to a store; each look at the clock is a second later."""
    seconds = count()

    def wall() -> datetime:
        return BEGUN_AT + timedelta(seconds=next(seconds))

    return KeptPlayer(Keeper(cast(Store, store), Writes(patience_s, again_s), wall))


def all_kept(store: SqlStore) -> list[KeptSession]:
    """Every session, in the order in which they were kept."""
    return [
        store.session(entry.id) for entry in sorted(store.sessions(), key=lambda entry: entry.head.begun_at)
    ]


def reps_of(kept: KeptSession) -> dict[int, list[Rep]]:
    """What was counted in each set, by its number."""
    return {one.head.position: [each.rep for each in one.reps] for one in kept.sets}
