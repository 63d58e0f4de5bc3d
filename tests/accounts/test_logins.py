"""Who is signed in, for how long, and what ends it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from repose.accounts.account import Account
from repose.accounts.logins import IDLE_S, LONGEST_S, MOST_OF_ONE, Logins
from repose.accounts.roles import Role
from repose.sessions.sql_store import SqlStore
from tests.kept import kept_store


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = kept_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def anna(store: SqlStore) -> Account:
    return store.accounts.add("Anna", Role.CLINICIAN, "hash")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def logins(store: SqlStore, clock: Clock) -> Logins:
    return Logins(store.accounts, clock)


def test_a_secret_is_new_each_time_and_tells_whose_it_is(logins: Logins, anna: Account) -> None:
    secrets = {logins.begin(anna) for _ in range(10)}
    assert len(secrets) == 10
    assert all(len(secret) == 43 for secret in secrets)
    assert all(logins.of(secret) == anna for secret in secrets)


@pytest.mark.parametrize("secret", ["", "wrong", "é", "\ud800", "x" * 100_000])
def test_what_is_no_secret_is_nobodys(logins: Logins, anna: Account, secret: str) -> None:
    logins.begin(anna)
    assert logins.of(secret) is None


def test_the_secrets_themselves_are_not_kept(logins: Logins, anna: Account) -> None:
    assert logins.begin(anna) not in repr(vars(logins))


def test_it_ends_without_use_and_use_keeps_it(logins: Logins, anna: Account, clock: Clock) -> None:
    idle, used = logins.begin(anna), logins.begin(anna)
    for _ in range(4):
        clock.now += 0.4 * IDLE_S
        assert logins.of(used) == anna
    assert logins.of(idle) is None
    clock.now += IDLE_S
    assert logins.of(used) is None
    clock.now = 0
    assert logins.of(used) is None, "what has ended stays so, even if the clock is set back"


def test_it_ends_in_any_case(logins: Logins, anna: Account, clock: Clock) -> None:
    secret = logins.begin(anna)
    while clock.now + IDLE_S / 2 < LONGEST_S:
        clock.now += IDLE_S / 2
        assert logins.of(secret) == anna
    clock.now += IDLE_S / 2
    assert logins.of(secret) is None


def test_signing_out_ends_one_login_alone(logins: Logins, anna: Account) -> None:
    here, there = logins.begin(anna), logins.begin(anna)
    logins.end(here)
    logins.end(here)
    assert logins.of(here) is None
    assert logins.of(there) == anna


def test_a_removed_account_is_out_and_so_is_another_one_of_its_name(
    logins: Logins, anna: Account, store: SqlStore
) -> None:
    secret = logins.begin(anna)
    store.accounts.remove(anna.id)
    store.accounts.add("anna", Role.ADMIN, "hash")
    assert logins.of(secret) is None
    store.accounts.remove(store.accounts.all()[0].id)
    assert logins.of(secret) is None


def test_a_new_password_ends_all_its_logins(logins: Logins, anna: Account, store: SqlStore) -> None:
    secrets = [logins.begin(anna) for _ in range(3)]
    store.accounts.set_password(anna.id, "other hash")
    assert [logins.of(secret) for secret in secrets] == [None] * 3


def test_a_patient_who_is_deleted_is_out(logins: Logins, store: SqlStore) -> None:
    ada = store.person_named("Ada")
    account = store.accounts.add("Ada", Role.PATIENT, "hash", ada.id)
    secret = logins.begin(account)
    assert logins.of(secret) == account
    store.delete_person(ada.id)
    assert logins.of(secret) is None


def test_an_account_has_so_many_logins_and_no_more(logins: Logins, anna: Account, clock: Clock) -> None:
    secrets = []
    for _ in range(MOST_OF_ONE + 3):
        clock.now += 1
        secrets.append(logins.begin(anna))
    assert [logins.of(secret) for secret in secrets] == [None] * 3 + [anna] * MOST_OF_ONE


def test_logins_that_have_ended_leave_nothing(logins: Logins, anna: Account, clock: Clock) -> None:
    for _ in range(5):
        logins.begin(anna)
    clock.now += LONGEST_S
    logins.begin(anna)
    assert len(logins._logins) == 1
