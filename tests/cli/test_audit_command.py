"""`repose audit`: who did what with whose data, whether the log is whole, and what commands put into it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from repose.accounts.acting import Acting, Doing, acting, at_this_computer
from repose.accounts.roles import Role
from repose.audit.check import Verdict
from repose.audit.words import verdict
from repose.sessions.sql_store import SqlStore
from tests.program import RunCli, Said
from tests.sessions.made import a_session


class Kept:
    """A store that the commands find."""

    def __init__(self, folder: Path, store: SqlStore, run_cli: RunCli) -> None:
        self.path, self.store, self.run_cli = folder / "repose.db", store, run_cli

    def run(self, *arguments: str | Path) -> Said:
        return self.run_cli(*arguments, "--database", self.path)

    def told(self) -> list[tuple[str, str, str | None, str | None]]:
        found = self.store.audit.chain()
        return [(one.doing.value, one.what, one.person_id, one.session_id) for one in found]

    def spoil(self, statement: str) -> None:
        with closing(sqlite3.connect(self.path)) as opened:
            opened.execute(statement)
            opened.commit()


@pytest.fixture
def kept(tmp_path: Path, run_cli: RunCli) -> Iterator[Kept]:
    with closing(SqlStore(str(tmp_path / "repose.db"), tmp_path / "videos")) as store:
        yield Kept(tmp_path, store, run_cli)


def test_what_commands_do_is_in_the_log(kept: Kept, tmp_path: Path) -> None:
    session = a_session(kept.store, "Ada")
    ada = kept.store.person_of(session)
    for command in (
        ("sessions", "--person", "Ada"),
        ("report", "latest"),
        ("report", "latest", "--html", tmp_path / "report.html"),
        ("accuracy", "--person", "Ada"),
        ("export", "latest", "--to", tmp_path / "one"),
        ("export", "--person", "Ada", "--to", tmp_path / "all.zip"),
        ("delete", "latest", "--recordings-only", "--yes"),
        ("delete", "latest", "--yes"),
        ("delete", "--person", "Ada", "--yes"),
    ):
        said = kept.run(*command)
        assert said.code == 0, (command, said.err)
    told = kept.told()
    for expected in (
        ("view", "sessions", ada, None),
        ("view", "session", ada, session),
        ("export", "session", ada, session),
        ("view", "reviews", ada, None),
        ("export", "landmarks", ada, session),
        ("export", "person", ada, None),
        ("delete", "recording", ada, session),
        ("delete", "session", ada, session),
        ("delete", "person", ada, None),
    ):
        assert expected in told, expected
    assert {(one.who, one.role) for one in kept.store.audit.chain()} == {(at_this_computer().name, "")}
    assert kept.run("audit", "check").code == 0


def test_it_is_listed_newest_first_with_names_that_are_still_known(kept: Kept) -> None:
    session = a_session(kept.store, "Zoë 李")
    zoe, gone = kept.store.person_of(session), "0e" * 16
    with acting(Acting("rita", Role.REVIEWER)):
        kept.store.audit.append(Doing.VIEW, "session", zoe, session)
    with acting(Acting("zoe", Role.PATIENT, zoe)):
        kept.store.audit.append(Doing.EXPORT, "session", zoe, session)
    kept.store.audit.append(Doing.DELETE, "person: failed", gone, None)
    said = kept.run("audit", "list")
    assert said.code == 0
    lines = [line for line in said.out.splitlines() if line.strip()]
    assert [line.split()[0] for line in lines[-3:]] == ["3", "2", "1"]
    assert "a person: failed" in lines[-3]
    assert gone[:8] in lines[-3]
    assert "Zoë 李 (patient)" in lines[-2]
    assert "took along" in lines[-2]
    assert "rita (reviewer)" in lines[-1]
    assert session[:8] in lines[-1]


def test_of_a_person_by_name_or_of_somebody_gone_by_id(kept: Kept) -> None:
    ada, gone = kept.store.person_named("Ada").id, "0e" * 16
    for person in (ada, gone, None):
        kept.store.audit.append(Doing.VIEW, "sessions", person, None)

    def numbers(*arguments: str) -> list[int]:
        said = kept.run("audit", "list", "--json", *arguments)
        assert said.code == 0, said.err
        return [entry["number"] for entry in json.loads(said.out)]

    assert numbers()[-3:] == [3, 2, 1]
    assert [number for number in numbers("--person", "ADA") if number < 4] == [3, 1]
    assert [number for number in numbers("--person", gone) if number < 4] == [3, 2]
    assert len(numbers("--limit", "1")) == 1
    said = kept.run("audit", "list", "--person", "Nobody")
    assert (said.code, said.out) == (2, "")
    assert "there is no person 'Nobody'" in said.err


def test_an_empty_log_says_so(kept: Kept) -> None:
    assert kept.run("audit", "list").out == "Nothing is in the log.\n"
    assert kept.run("audit", "check").out.startswith("1 entry, not changed.\n"), (
        "the list of persons was seen"
    )


def test_a_whole_log_gives_what_is_to_be_written_down(kept: Kept) -> None:
    for _ in range(12):
        kept.store.audit.append(Doing.VIEW, "sessions", None, None)
    said = kept.run("audit", "check")
    assert said.code == 0
    assert said.out.startswith("12 entries, none missing or changed.\n")
    head = said.out.split()[-1]
    assert head.startswith("12:")
    assert kept.run("audit", "check", "--known", head).code == 0
    assert kept.run("audit", "check", "--known", "12:zz").code == 2


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit SET who = 'nobody' WHERE number = 2", "Entry 2 was changed: its hash does not fit"),
        ("UPDATE audit SET at = 'never' WHERE number = 2", "Entry 2 was changed: it cannot even be read."),
        ("DELETE FROM audit WHERE number = 2", "Entry 2 is missing.\n"),
        ("DELETE FROM audit WHERE number = 4", "Entry 4 is missing at the end, which its witness knows.\n"),
    ],
)
def test_what_is_wrong_is_told_with_exit_code_1(kept: Kept, statement: str, said: str) -> None:
    for _ in range(4):
        kept.store.audit.append(Doing.VIEW, "sessions", None, None)
    kept.spoil(statement)
    found = kept.run("audit", "check")
    assert found.code == 1
    assert "and not all is right." in found.out
    assert said in found.out
    assert "written down" not in found.out
    as_json = kept.run("audit", "check", "--json")
    assert as_json.code == 1
    assert said.strip() in json.loads(as_json.out)["problems"][0]


def test_a_log_that_is_made_anew_with_its_witness_is_known_by_what_was_written_down(kept: Kept) -> None:
    """Against somebody who may write to everything here, only what is kept elsewhere helps."""
    for _ in range(3):
        kept.store.audit.append(Doing.VIEW, "sessions", None, None)
    head = kept.run("audit", "check").out.split()[-1]
    kept.spoil("DELETE FROM audit")
    kept.store.audit.witness.unlink()
    for _ in range(4):
        kept.store.audit.append(Doing.VIEW, "persons", None, None)
    assert kept.run("audit", "check").code == 0, "nothing here can tell"
    found = kept.run("audit", "check", "--known", head)
    assert found.code == 1
    assert "Entry 3 is another one than was written down: the log was made anew." in found.out


def test_large_numbers_can_be_read() -> None:
    assert verdict(Verdict(1_234_567, None)) == "1\u2009234\u2009567 entries, none missing or changed."
    assert verdict(Verdict(1, None, ("It was changed.",))) == "1 entry is there, and not all is right."
    assert verdict(Verdict(0, None)) == "The log is empty."
