"""`repose sessions` and `repose delete`: what is kept is listed, and deleted when somebody wants it."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer

from repose.cli.selecting import moment
from repose.cli.sessions import ROWS
from repose.errors import ReposeError
from repose.sessions.records import Origin, SetState
from repose.sessions.sql_store import SqlStore
from tests.program import RunCli, Said
from tests.sessions.made import NOON, a_rep, a_session, a_set_head
from tests.sessions.old_databases import make_sqlite

ZOE = "Zoë [red]<b>李</b> 👩‍🦽"


@dataclass
class Kept:
    """A store that a command finds, and the command."""

    path: Path
    store: SqlStore
    run_cli: RunCli

    def run(self, *arguments: str | Path) -> Said:
        return self.run_cli(*arguments, "--database", self.path)

    def listed(self, *arguments: str) -> list[dict[str, Any]]:
        said = self.run("sessions", "--json", *arguments)
        assert (said.code, said.err) == (0, "")
        entries: list[dict[str, Any]] = json.loads(said.out)
        return entries

    def ids(self, *arguments: str) -> list[str]:
        return [entry["id"] for entry in self.listed(*arguments)]


@pytest.fixture
def kept(tmp_path: Path, run_cli: RunCli) -> Iterator[Kept]:
    path = tmp_path / "repose.db"
    with closing(SqlStore(str(path), tmp_path / "videos")) as store:
        yield Kept(path, store, run_cli)


def day(text: str) -> datetime:
    """A moment of a day on this computer's clock."""
    return datetime.fromisoformat(text).astimezone()


# Listing.


def test_without_sessions_the_list_says_so(kept: Kept) -> None:
    said = kept.run("sessions")
    assert (said.code, said.out, said.err) == (0, "No session has been kept yet.\n", "")
    assert kept.listed() == []
    a_session(kept.store)
    assert kept.run("sessions", "--exercise", "ankle-pumps").out == "No session is like that.\n"
    assert kept.listed("--exercise", "ankle-pumps") == []


def test_sessions_are_listed_as_json_newest_first(kept: Kept) -> None:
    old = a_session(kept.store, ZOE, reps=3)
    next_day = NOON + timedelta(days=1)
    video: dict[str, Any] = {"origin": Origin.VIDEO, "source": "clip.mp4", "programme": None}
    new = a_session(kept.store, "Ada", begun_at=next_day, **video)
    set_id = kept.store.begin_set(old, a_set_head(1, "ankle-pumps"), SetState())
    kept.store.keep_rep(set_id, a_rep(reason="not_far_enough"))
    kept.store.end_session(old, NOON + timedelta(minutes=20))
    kept.store.add_change(old, "Bea", "", {"type": "accept"}, after=None)
    kept.store.keep_video(old, f"{old}.mp4")
    newest, oldest = kept.listed()
    assert oldest == {
        "id": old,
        "person": ZOE,
        "begun_at": "2027-03-01T12:00:00+00:00",
        "ended_at": "2027-03-01T12:20:00+00:00",
        "origin": "live",
        "purpose": "exercise",
        "source": "camera 0",
        "exercises": ["heel-slides", "ankle-pumps"],
        "sets": 2,
        "reps": 3,
        "partials": 1,
        "changes": 1,
        "model": "full",
        "video": True,
    }
    assert newest | {"begun_at": ""} == oldest | {
        "id": new, "person": "Ada", "begun_at": "", "ended_at": None, "origin": "video", "source": "clip.mp4",
        "exercises": ["heel-slides"], "sets": 1, "reps": 1, "partials": 0, "changes": 0, "video": False,
    }  # fmt: skip


def test_sessions_are_listed_as_a_table(kept: Kept) -> None:
    old = a_session(kept.store, ZOE, begun_at=day("2027-03-01T09:30"), reps=3)
    new = a_session(
        kept.store, "Ada", begun_at=day("2027-03-02T21:05"), origin=Origin.VIDEO, source="[x].mp4"
    )
    kept.store.keep_video(old, f"{old}.mp4")
    said = kept.run("sessions")
    assert (said.code, said.err) == (0, "")
    rows = [re.split(r" {2,}", line.strip()) for line in said.out.splitlines() if line.strip()]
    assert rows[0] == ["id", "begun", "person", "exercises", "sets", "reps", "partials", "remarks"]
    assert rows[2] == [
        new[:8], "2027-03-02 21:05", "Ada", "heel-slides", "1", "1", "0", "counted in [x].mp4",
    ]  # fmt: skip
    assert rows[3][:4] == [old[:8], "2027-03-01 09:30", ZOE, "heel-slides"]
    assert rows[3][-1] == "not ended, video kept"


def test_sessions_are_selected(kept: Kept) -> None:
    one = a_session(kept.store, "Ada", begun_at=day("2027-03-01T23:59:59"))
    two = a_session(kept.store, "Bob", begun_at=day("2027-03-02T00:00"))
    three = a_session(kept.store, "Ada", begun_at=day("2027-03-03T12:00"))
    assert kept.ids() == [three, two, one]
    assert kept.ids("--person", "ada") == [three, one]
    assert kept.ids("--exercise", "heel-slides", "--limit", "2") == [three, two]
    assert kept.ids("--since", "2027-03-02") == [three, two]
    assert kept.ids("--until", "2027-03-02") == [two, one], "with that day"
    assert kept.ids("--until", "2027-03-01") == [one]
    assert kept.ids("--since", "2027-03-02", "--until", "2027-03-02") == [two]
    assert kept.ids("--since", "2027-03-03T12:00") == [three]
    assert kept.ids("--until", "2027-03-03T12:00") == [two, one], "before that moment"


def test_a_long_list_says_that_there_is_more(kept: Kept) -> None:
    for number in range(ROWS + 1):
        a_session(kept.store, begun_at=NOON + timedelta(days=number))
    ids = kept.ids()
    assert len(ids) == ROWS + 1
    table = kept.run("sessions").out
    assert [one[:8] in table for one in ids] == [True] * ROWS + [False]
    assert "There are more: --limit" in table
    assert "There are more" not in kept.run("sessions", "--limit", str(ROWS)).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--person", "Nobody"], "there is no person 'Nobody'; known: Ada"),
        (["--exercise", "yoga"], "unknown exercise 'yoga': known are ankle-pumps, "),
        (["--since", "yesterday"], "'yesterday' is no day or moment; write it as 2027-03-01"),
        (["--until", "2027-02-30"], "'2027-02-30' is no day"),
    ],
)
def test_a_selection_that_is_none_is_told(kept: Kept, arguments: list[str], said: str) -> None:
    a_session(kept.store)
    told = kept.run("sessions", *arguments)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith(f"repose: {said}")
    assert told.err.count("\n") == 1


def test_a_moment_may_name_its_zone() -> None:
    assert moment("2027-03-01T12:00Z") == NOON
    assert moment("2027-03-01T13:00+01:00") == NOON
    assert moment(None) is None
    assert moment("2027-03-01", end_of_day=True) == day("2027-03-02T00:00")
    with pytest.raises(ReposeError):
        moment("9999-12-31", end_of_day=True)


# Deleting.


def test_sessions_are_deleted_by_how_their_id_begins(kept: Kept) -> None:
    one, two, stays = (
        a_session(kept.store, begun_at=NOON - number * timedelta(days=1)) for number in range(3)
    )
    said = kept.run("delete", two[:12], "latest", one[:12], "--yes")
    assert (said.code, said.err) == (0, "")
    assert "To be deleted: 2 sessions.\n" in said.out
    assert (
        "Deleted, and seen that it is gone: 2 sessions, 2 reps and partials, 4 pieces of landmarks.\n"
        in said.out
    )
    assert one[:8] in said.out
    assert stays[:8] not in said.out
    assert kept.ids() == [stays]


def test_a_person_is_deleted(kept: Kept) -> None:
    a_session(kept.store, ZOE)
    a_session(kept.store, ZOE)
    stays = a_session(kept.store, "Ada")
    said = kept.run("delete", "--person", ZOE, "--yes")
    assert said.code == 0
    assert f"To be deleted: 2 sessions, 1 person ({ZOE})." in said.out
    assert kept.ids() == [stays]
    assert [person.name for person in kept.store.persons()] == ["Ada"]


def test_everything_is_deleted(kept: Kept) -> None:
    a_session(kept.store, ZOE)
    a_session(kept.store, "Ada")
    kept.store.person_named("Bob")
    said = kept.run("delete", "--all", "--yes")
    assert (said.code, said.err) == (0, "")
    assert "2 sessions, 3 persons (Ada, Bob, Zo" in said.out
    assert kept.store.persons() == ()
    assert kept.ids() == []
    assert kept.run("delete", "--all", "--yes").out == "There is nothing to delete.\n"


def test_recordings_are_deleted_and_the_count_stays(kept: Kept) -> None:
    session_id = a_session(kept.store)
    kept.store.keep_video(session_id, f"{session_id}.mp4")
    kept.store.videos.mkdir()
    (kept.store.videos / f"{session_id}.mp4").write_bytes(b"video")
    said = kept.run("delete", "--all", "--recordings-only", "--yes")
    assert said.code == 0
    assert "To be deleted: landmarks and videos of 1 session.\n" in said.out
    assert "gone: 2 pieces of landmarks, 1 video.\n" in said.out
    (entry,) = kept.listed()
    assert (entry["reps"], entry["video"]) == (1, False)
    assert list(kept.store.landmarks(session_id)) == []
    assert kept.run("delete", "--all", "--recordings-only", "--yes").out == "There is nothing to delete.\n"


def test_copies_from_before_an_update_are_deleted_when_wanted(tmp_path: Path, run_cli: RunCli) -> None:
    path = make_sqlite(tmp_path / "old.db", "0001")
    SqlStore(str(path), tmp_path / "videos").close()
    (copy,) = tmp_path.glob("*.bak")
    said = run_cli("delete", "latest", "--yes", "--database", path)
    assert copy.name in said.out
    assert "`repose delete --backups` removes them" in said.out
    assert copy.is_file()
    said = run_cli("delete", "--backups", "--yes", "--database", path)
    assert f"To be deleted: 1 backup ({copy.name})." in said.out
    assert "gone: 1 backup." in said.out
    assert not copy.exists()
    assert run_cli("delete", "--backups", "--yes", "--database", path).out == "There is nothing to delete.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say what to delete"),
        (["--recordings-only"], "say whose recordings|say what to delete"),
        (["--recordings-only", "--backups"], "say whose recordings"),
        (["latest", "--all"], "one of the three"),
        (["--person", "Ada", "--all"], "one of the three"),
        (["latest", "abcdef"], "there is no session 'abcdef'"),
        (["--person", "Nobody"], "there is no person 'Nobody'"),
        (["latest"], "nobody can be asked here, so nothing was deleted; add --yes"),
    ],
)
def test_what_is_not_clear_deletes_nothing(kept: Kept, arguments: list[str], said: str) -> None:
    session_id = a_session(kept.store)
    yes = [] if arguments == ["latest"] else ["--yes"]
    told = kept.run("delete", *arguments, *yes)
    assert told.code == 2
    assert re.match(f"repose: .*({said})", told.err)
    assert told.err.count("\n") == 1
    assert kept.ids() == [session_id]


@pytest.mark.parametrize("sure", [True, False])
def test_at_a_terminal_somebody_is_asked(kept: Kept, monkeypatch: pytest.MonkeyPatch, sure: bool) -> None:
    session_id = a_session(kept.store)
    asked = []

    def answer(question: str) -> bool:
        asked.append(question)
        return sure

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(typer, "confirm", answer)
    said = kept.run("delete", "latest")
    assert said.code == 0
    assert asked == ["Nothing can bring it back. Delete it?"]
    assert kept.ids() == ([] if sure else [session_id])
    assert ("Nothing was deleted." in said.out) is not sure


def test_a_locked_database_is_told_and_nothing_is_deleted(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = a_session(kept.store)
    monkeypatch.setattr("repose.sessions.database.BUSY_S", 0.05)
    with closing(sqlite3.connect(kept.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = kept.run("delete", "latest", "--yes")
    assert said.code == 2
    in_use = f"{kept.path}: is in use by another program; close that one, or try again\n"
    unnoted = "repose: the log of who sees what cannot be written, for now: "
    assert said.err == f"{unnoted}{in_use}repose: {in_use}"
    assert kept.ids() == [session_id]
