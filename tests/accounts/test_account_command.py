"""`repose account`: who may sign in, and what the command refuses."""

import io
import sys
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from argon2 import PasswordHasher

from repose.accounts.passwords import Passwords
from repose.accounts.roles import Role
from repose.sessions.sql_store import SqlStore
from tests.program import RunCli, Said

PASSWORD: Final = "some words in a row"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same code with parameters that no one should use."""
    quick = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("repose.accounts.passwords.PasswordHasher", quick)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kept.db"


@pytest.fixture
def store(database: Path) -> SqlStore:
    return SqlStore(str(database), database.parent / "videos")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "password.txt"
    path.write_text(f"{PASSWORD}\nthis line is not part of it\n")
    return path


def account(run_cli: RunCli, database: Path, *arguments: str | Path) -> Said:
    return run_cli("account", *arguments, "--database", database)


def test_an_account_is_added_listed_changed_and_removed(
    run_cli: RunCli, database: Path, store: SqlStore, file: Path
) -> None:
    assert "repose account add NAME --role admin" in account(run_cli, database, "list").out
    store.person_named("Ada [1]")
    added = account(run_cli, database, "add", "Boss", "--role", "admin", "--password-file", file)
    assert (added.code, added.out, added.err) == (0, "Boss may sign in now, as admin.\n", "")
    account(
        run_cli, database, "add", "ada", "--role", "patient", "--person", "ada [1]", "--password-file", file
    )
    listed = account(run_cli, database, "list").out
    rows = [line.split() for line in listed.splitlines() if "Boss" in line or "ada" in line]
    assert [row[:2] for row in rows] == [["ada", "patient"], ["Boss", "admin"]]
    assert rows[0][2:4] == ["Ada", "[1]"]
    assert PASSWORD not in listed
    assert "argon2" not in listed

    boss = store.accounts.named("boss")
    assert boss is not None
    assert Passwords().fits(PASSWORD, boss.password_hash)
    file.write_text("other words in a row")
    changed = account(run_cli, database, "password", "BOSS", "--password-file", file)
    assert (changed.code, changed.out) == (0, "Boss has a new password.\n")
    again = store.accounts.named("boss")
    assert again is not None
    assert Passwords().fits("other words in a row", again.password_hash)

    gone = account(run_cli, database, "remove", "ada", "--yes")
    assert (gone.code, gone.out) == (0, "ada may not sign in any more.\n")
    assert [one.name for one in store.accounts.all()] == ["Boss"]
    assert [person.name for person in store.persons()] == ["Ada [1]"], "the person stays"
    store.close()


def test_a_password_comes_from_the_standard_input_too(
    run_cli: RunCli, database: Path, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert account(run_cli, database, "add", "Boss", "--role", "admin", "--password-file", "-").code == 0
    boss = store.accounts.named("boss")
    assert boss is not None
    assert Passwords().fits(PASSWORD, boss.password_hash)
    store.close()


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "code"), [([PASSWORD, PASSWORD], 0), ([PASSWORD, "a slip of it", PASSWORD, PASSWORD], 0)]
)
def test_a_password_is_asked_for_twice_and_not_shown(
    run_cli: RunCli, database: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], code: int
) -> None:
    answers = iter(typed)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: next(answers), raising=False)
    monkeypatch.setattr("typer._click.termui.hidden_prompt_func", lambda _: next(answers), raising=False)
    said = account(run_cli, database, "add", "Boss", "--role", "admin")
    assert said.code == code, said.err
    assert PASSWORD not in said.out + said.err
    assert list(answers) == []


@pytest.mark.parametrize(("answer", "left"), [("n\n", 1), ("y\n", 0)])
def test_removing_is_asked_first(
    run_cli: RunCli,
    database: Path,
    store: SqlStore,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    left: int,
) -> None:
    store.accounts.add("Boss", Role.ADMIN, "hash")
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    said = account(run_cli, database, "remove", "boss")
    assert said.code == 0
    assert "Remove the account Boss (admin)?" in said.out
    assert len(store.accounts.all()) == left
    store.close()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("add", "x", "--role", "patient"), "needs --person"),
        (("add", "x", "--role", "admin", "--person", "Ada"), "--person is for patients"),
        (("add", "x", "--role", "patient", "--person", "Bob"), "there is no person 'Bob'"),
        (("add", "Rev", "--role", "admin"), "there is an account 'Rev' already"),
        (("add", "x", "--role", "admin"), "nobody can be asked for a password"),
        (("add", "x", "--role", "admin", "--password-file", "gone.txt"), "gone.txt: cannot be read"),
        (("add", "x", "--role", "admin", "--password-file", "binary"), "is no text"),
        (("add", "x", "--role", "admin", "--password-file", "short"), "at least 12 characters, not 5"),
        (("add", "x", "--role", "admin", "--password-file", "empty"), "at least 12 characters, not 0"),
        (("add", "", "--role", "admin", "--password-file", "good"), "a name has"),
        (("password", "nobody"), "there is no account 'nobody'"),
        (("password", "rev"), "nobody can be asked for a password"),
        (("remove", "nobody", "--yes"), "there is no account 'nobody'"),
        (("remove", "rev"), "nothing was removed; add --yes"),
        (("remove", "boss", "--yes"), "the last admin"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_and_nothing_is_done(
    run_cli: RunCli,
    database: Path,
    store: SqlStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    expected: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xfd")
    (tmp_path / "short").write_text("short")
    (tmp_path / "empty").write_text("")
    (tmp_path / "good").write_text(PASSWORD)
    store.person_named("Ada")
    store.accounts.add("Boss", Role.ADMIN, "hash")
    store.accounts.add("Rev", Role.REVIEWER, "hash")
    before = store.accounts.all()
    said = account(run_cli, database, *arguments)
    assert (said.code, said.out) == (2, "")
    assert expected in said.err
    assert said.err.startswith("repose: ")
    assert said.err.count("\n") == 1
    assert store.accounts.all() == before
    store.close()


def test_no_option_takes_a_password(run_cli: RunCli) -> None:
    for command in ("add", "password"):
        said = run_cli("account", command, "--help")
        assert "--password-file" in said.out
        assert "--password " not in said.out
