"""What every log does, on SQLite and on PostgreSQL: nobody who appends at the same time breaks the chain."""

import logging
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from repose.accounts.acting import Acting, Doing, acting
from repose.accounts.roles import Role
from repose.audit.chain import GENESIS
from repose.audit.check import Head, check
from repose.audit.entry import Entry
from repose.errors import ReposeError
from repose.sessions.sql_store import SqlStore

ADA, BOB = "a" * 32, "b" * 32

APPENDER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from repose.accounts.acting import Acting, Doing, acting
from repose.sessions.sql_store import SqlStore

address, videos, number = sys.argv[1:]
store = SqlStore(address, Path(videos))

def append(thread):
    with acting(Acting(f"{number}.{thread}")):
        for _ in range(8):
            store.audit.append(Doing.VIEW, "session", None, None)

print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(4) as pool:
    list(pool.map(append, range(4)))
store.close()
"""


def test_threads_and_programs_that_append_at_once_make_one_chain(
    address: str, store: SqlStore, tmp_path: Path
) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDER, address, tmp_path / "videos", str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.audit.append(Doing.EDIT, "review", ADA, None), range(32)))
    for program in programs:
        _, said = program.communicate()
        assert program.returncode == 0, said
    verdict = check(store.audit)
    assert (verdict.problems, verdict.notes, verdict.count) == ((), (), 96)
    by_who = Counter(entry.who for entry in store.audit.chain() if entry.doing is Doing.VIEW)
    assert by_who == {f"{number}.{thread}": 8 for number in range(2) for thread in range(4)}


def test_an_entry_says_who_did_what_when_and_is_kept_as_it_was_given(store: SqlStore) -> None:
    began = datetime.now(UTC)
    with acting(Acting("Åsa \U0001f9b5 '--", Role.CLINICIAN)):
        first = store.audit.append(Doing.EXPORT, "session", ADA, "5e" * 16)
    second = store.audit.append(Doing.DELETE, "person", None, None)
    assert (first.number, first.who, first.role, first.doing) == (
        1,
        "Åsa \U0001f9b5 '--",
        "clinician",
        Doing.EXPORT,
    )
    assert (first.what, first.person_id, first.session_id) == ("session", ADA, "5e" * 16)
    assert began <= first.at <= second.at <= datetime.now(UTC)
    assert (first.previous, second.previous, second.role) == (GENESIS, first.hash, "")
    assert list(store.audit.chain()) == [first, second]


def test_names_that_are_no_text_are_kept_all_the_same(store: SqlStore) -> None:
    """The name of a computer's user may hold any bytes but one."""
    with acting(Acting("a\udcffb\0c" + "x" * 300)):
        entry = store.audit.append(Doing.VIEW, "session", None, None)
    assert list(store.audit.chain()) == [entry]
    assert check(store.audit).problems == ()


def test_entries_of_a_person_are_those_of_everybody_too(store: SqlStore) -> None:
    for person in (ADA, BOB, None, ADA):
        store.audit.append(Doing.VIEW, "sessions", person, None)

    def numbers(entries: tuple[Entry, ...]) -> list[int]:
        return [entry.number for entry in entries]

    assert numbers(store.audit.entries(limit=9)) == [4, 3, 2, 1]
    assert numbers(store.audit.entries(limit=2)) == [4, 3]
    assert numbers(store.audit.entries(limit=2, before=3)) == [2, 1]
    assert numbers(store.audit.entries(ADA, limit=9)) == [4, 3, 1]
    assert numbers(store.audit.entries(ADA, limit=1, before=4)) == [3]


def test_a_head_that_was_written_down_is_known_again(store: SqlStore) -> None:
    for _ in range(3):
        store.audit.append(Doing.VIEW, "sessions", None, None)
    head = check(store.audit).head
    store.audit.append(Doing.VIEW, "sessions", None, None)
    assert check(store.audit, Head.of(str(head))).problems == ()
    assert check(store.audit, Head(3, "0" * 32)).problems != ()
    assert check(store.audit, Head(5, "0" * 32)).problems != ()


def test_an_entry_that_cannot_be_kept_is_told_and_not_witnessed(store: SqlStore) -> None:
    store.audit.append(Doing.VIEW, "sessions", None, None)

    def refuse(*_: object) -> None:
        raise ReposeError("no more")

    event.listen(store._engine, "commit", refuse)
    with pytest.raises(ReposeError, match="no more"):
        store.audit.append(Doing.VIEW, "sessions", None, None)
    event.remove(store._engine, "commit", refuse)
    store.audit.append(Doing.VIEW, "persons", None, None)
    verdict = check(store.audit)
    assert (verdict.problems, verdict.count) == ((), 2)


def test_where_the_witness_cannot_be_written_the_log_goes_on(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.audit.witness.mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        store.audit.append(Doing.VIEW, "sessions", None, None)
    assert f"{store.audit.witness}: the witness of the log cannot be written" in caplog.text
    store.audit.witness.rmdir()
    assert check(store.audit).problems == (
        "The witness of the log is gone: whether its end was cut off cannot be seen.",
    )
    store.audit.append(Doing.VIEW, "sessions", None, None)
    verdict = check(store.audit)
    assert verdict.problems == ()
    assert verdict.notes == (
        "The witness knows entries from 2 on only: before, the end may have been cut off unseen.",
    )


def test_the_witness_is_for_its_owner_only_and_tells_of_nobody(store: SqlStore) -> None:
    with acting(Acting("Quetzalcoatlus", Role.ADMIN)):
        entry = store.audit.append(Doing.VIEW, "session", ADA, BOB)
    assert store.audit.witness.stat().st_mode & 0o777 == 0o600
    assert store.audit.witness.read_text().split() == ["1", entry.hash]


def test_a_torn_line_of_the_witness_spoils_no_other(store: SqlStore) -> None:
    """The disk was full in the middle of a line."""
    store.audit.append(Doing.VIEW, "sessions", None, None)
    with store.audit.witness.open("a") as file:
        file.write("2 abcdef")
    store.audit.append(Doing.VIEW, "sessions", None, None)
    verdict = check(store.audit)
    assert (verdict.problems, verdict.notes) == ((), ("1 line of the witness cannot be read.",))


def test_a_witness_that_is_a_link_to_elsewhere_is_not_followed(store: SqlStore, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    store.audit.witness.symlink_to(elsewhere)
    store.audit.append(Doing.VIEW, "sessions", None, None)
    assert elsewhere.read_text() == "precious"
