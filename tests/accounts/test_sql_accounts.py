"""Accounts in the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from repose.accounts.account import Accounts
from repose.accounts.roles import Role
from repose.errors import NotThereError, ReposeError
from repose.sessions.records import LONGEST_NAME
from repose.sessions.sql_store import SqlStore
from tests.kept import kept_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = kept_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def accounts(store: SqlStore) -> Accounts:
    return store.accounts


def test_what_is_added_is_found_by_its_name_in_any_case(accounts: Accounts) -> None:
    added = accounts.add("  Anna   Müller ", Role.ADMIN, "hash")
    assert (added.name, added.role, added.person_id, added.password_hash) == (
        "Anna Müller",
        Role.ADMIN,
        None,
        "hash",
    )
    for name in ("Anna Müller", "anna müller", " ANNA  MÜLLER", "anna mu\u0308ller"):
        assert accounts.named(name) == added
    for name in ("anna", "anna muller", "", "\0", "\ud800", "x" * 1000, "%", "' or 1=1 --"):
        assert accounts.named(name) is None
    assert accounts.all() == (added,)


@pytest.mark.parametrize("name", ["anna", "ANNA", " Anna "])
def test_a_name_is_taken_whatever_its_case(accounts: Accounts, name: str) -> None:
    accounts.add("Anna", Role.ADMIN, "hash")
    with pytest.raises(ReposeError, match="already"):
        accounts.add(name, Role.REVIEWER, "hash")


@pytest.mark.parametrize(
    "name", ["", "  ", "a\0b", "\u202eanna", "x" * (LONGEST_NAME + 1), "\ufb03" * LONGEST_NAME]
)
def test_what_is_no_name_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(ReposeError, match="name"):
        accounts.add(name, Role.ADMIN, "hash")
    assert accounts.all() == ()


def test_a_patient_is_a_person_and_nobody_else_is(store: SqlStore, accounts: Accounts) -> None:
    ada = store.person_named("Ada").id
    with pytest.raises(ReposeError, match="patient"):
        accounts.add("ada", Role.PATIENT, "hash")
    for role in (Role.REVIEWER, Role.CLINICIAN, Role.ADMIN):
        with pytest.raises(ReposeError, match="patient"):
            accounts.add("ada", role, "hash", ada)
    with pytest.raises(NotThereError):
        accounts.add("ada", Role.PATIENT, "hash", "0" * 32)
    assert accounts.add("ada", Role.PATIENT, "hash", ada).person_id == ada


def test_an_account_goes_with_its_person(store: SqlStore, accounts: Accounts) -> None:
    ada = store.person_named("Ada").id
    accounts.add("ada", Role.PATIENT, "hash", ada)
    accounts.add("boss", Role.ADMIN, "hash")
    store.delete_person(ada)
    assert [account.name for account in accounts.all()] == ["boss"]


def test_a_password_is_changed_and_only_if_nobody_was_faster(accounts: Accounts) -> None:
    added = accounts.add("Anna", Role.ADMIN, "first")
    accounts.set_password(added.id, "second")
    accounts.set_password(added.id, "a better hash of the first", instead_of="first")
    assert accounts.all()[0].password_hash == "second"
    accounts.set_password(added.id, "third", instead_of="second")
    assert accounts.all()[0].password_hash == "third"
    with pytest.raises(NotThereError):
        accounts.set_password("0" * 32, "x")


def test_the_last_admin_stays_while_there_are_others(accounts: Accounts) -> None:
    boss, other = accounts.add("boss", Role.ADMIN, "hash"), accounts.add("rev", Role.REVIEWER, "hash")
    with pytest.raises(ReposeError, match="last admin"):
        accounts.remove(boss.id)
    second = accounts.add("second", Role.ADMIN, "hash")
    accounts.remove(boss.id)
    accounts.remove(other.id)
    accounts.remove(second.id)
    assert accounts.all() == ()
    with pytest.raises(NotThereError):
        accounts.remove(second.id)


def test_they_outlive_the_program(tmp_path: Path, accounts: Accounts, store: SqlStore) -> None:
    added = accounts.add("Anna", Role.ADMIN, "hash")
    store.close()
    again = kept_store(tmp_path)
    assert again.accounts.named("anna") == added
    again.close()
