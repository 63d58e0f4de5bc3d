"""Killing a session at random moments, and looking at what is left.

`python -m tests.sessions.kills 200` prints the figures of so many kills.
"""

import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, text

from repose.audit.check import check
from repose.coaching.session import Session
from repose.errors import ReposeError
from repose.exercises import load_exercise
from repose.sessions.continuing import interrupted
from repose.sessions.open_store import open_store
from repose.sessions.store import Store

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class Left:
    """What one kill left.

    Attributes:
        after_s: when the process was killed, in seconds after it began to play.
        announced: reps and partials that it had announced.
        lost: those of them that are not in the store.
        behind_s: landmarks that are missing before the last picture that was counted, in seconds.
        ended: whether the session was over before it was killed.
        unreadable: why the store or the session cannot be read; "" if it can.
        stuck: why the session cannot be gone on with; "" if it can, or is over.
    """

    after_s: float
    announced: int = 0
    lost: int = 0
    behind_s: float = 0.0
    ended: bool = False
    unreadable: str = ""
    stuck: str = ""


def kill_one(database: Path, after_s: float) -> Left:
    """Start a session in a process of its own, kill it so long after it began, and look."""
    before = ids(database)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sessions.killed", str(database)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "playing\n"
    time.sleep(after_s)
    process.kill()
    said = process.stdout.read().splitlines()
    process.wait()
    try:
        return _looked_at(database, before, after_s, said)
    except ReposeError as error:
        return Left(after_s, unreadable=str(error))


def ids(database: Path) -> set[str]:
    """Of the sessions in a store; none where there is no store yet."""
    if not database.exists():
        return set()
    store = open_store(str(database))
    try:
        return {entry.id for entry in store.sessions()}
    finally:
        store.close()


def _looked_at(database: Path, before: set[str], after_s: float, said: list[str]) -> Left:
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        checked = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    engine.dispose()
    announced = [line.removeprefix("rep ") for line in said if line.startswith("rep ")]
    seen = [float(line.removeprefix("seen ")) for line in said if line.startswith("seen ")]
    store = open_store(str(database))
    try:
        new = {entry.id for entry in store.sessions()} - before
        if checked != ["ok"]:
            return Left(after_s, unreadable=f"integrity check: {checked}")
        if problems := check(store.audit).problems:
            return Left(after_s, unreadable=f"log: {problems}")
        if not new:
            return Left(after_s, len(announced), lost=len(announced), behind_s=0.0 if not seen else seen[-1])
        (session_id,) = new
        return _compared(store, session_id, after_s, announced, seen, ended="done" in said)
    finally:
        store.close()


def _compared(
    store: Store, session_id: str, after_s: float, announced: list[str], seen: list[float], *, ended: bool
) -> Left:
    kept = store.session(session_id)
    reps = [f"{one.head.position} {each.rep!r}" for one in kept.sets for each in one.reps]
    last_s = max((float(track.time_s[-1]) for track in store.landmarks(session_id)), default=0.0)
    # One that was kept, but not announced yet, is the most that there can be besides.
    stuck = "" if reps[: len(announced)] == announced and len(reps) <= len(announced) + 1 else "other reps"
    if kept.ended_at is None and not stuck:
        stuck = _gone_on_with(store, session_id, len(reps))
    return Left(
        after_s,
        announced=len(announced),
        lost=len(set(announced) - set(reps)),
        behind_s=max(seen[-1] - last_s, 0.0) if seen else 0.0,
        ended=ended,
        stuck=stuck,
    )


def _gone_on_with(store: Store, session_id: str, reps: int) -> str:
    """Why a session cannot be gone on with; "" if it can, or nothing is left to do."""
    try:
        found = interrupted(store, session_id, lambda slug, person: load_exercise(slug))
    except ReposeError as error:
        return "" if "is over" in str(error) else str(error)
    session = Session()
    session.start(found.records, found.from_s)
    there = sum(one.reps + one.partials for one in session.view().sets)
    return "" if there == reps else f"{there} of {reps} reps"


def kill(times: int, folder: Path, longest_s: float, seed: int) -> list[Left]:
    """Kill so many sessions of one store, each at a random moment."""
    chance = random.Random(seed)
    return [kill_one(folder / "repose.db", chance.uniform(0, longest_s)) for _ in range(times)]


def main(times: int, longest_s: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        left = kill(times, Path(folder), longest_s, seed=times)
    print(f"kills                    {len(left)}")  # noqa: T201
    print(f"  after the session's end {sum(one.ended for one in left)}")  # noqa: T201
    print(f"sessions unreadable      {sum(bool(one.unreadable) for one in left)}")  # noqa: T201
    print(f"sessions stuck           {sum(bool(one.stuck) for one in left)}")  # noqa: T201
    print(f"reps announced           {sum(one.announced for one in left)}")  # noqa: T201
    print(f"announced reps lost      {sum(one.lost for one in left)}")  # noqa: T201
    print(f"most landmarks lost      {max(one.behind_s for one in left):.2f} s")  # noqa: T201
    for one in left:
        if one.unreadable or one.stuck or one.lost:
            print(one)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1.5)
