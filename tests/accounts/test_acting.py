"""Who acts, what they may, and under which name things are kept."""

import threading

import pytest

from repose.accounts.acting import (
    NOBODY,
    Acting,
    Doing,
    account_name,
    acting,
    acting_now,
    at_this_computer,
    doing,
    may,
    signature,
)
from repose.accounts.roles import RIGHTS, Right, Role
from repose.web.kept.calibrate_jobs import Jobs


def test_where_nobody_is_named_it_is_the_user_of_this_computer() -> None:
    assert acting_now() == at_this_computer()
    assert acting_now().role is None
    assert all(may(right) for right in Right)
    assert account_name() == ""
    assert signature("Ada") == "Ada"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_an_account_may_what_its_role_may(role: Role, right: Right) -> None:
    person = "ada" if role is Role.PATIENT else None
    with acting(Acting("Anna", role, person)):
        assert may(right) == (right in RIGHTS[role])
        assert account_name() == signature("somebody else") == "Anna"


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("who", [NOBODY, Acting("a patient without a person", Role.PATIENT)])
def test_nobody_may_nothing(who: Acting, right: Right) -> None:
    with acting(who):
        assert may(right) == (right is Right.OPEN)


def test_what_is_done_is_named_for_a_while_and_who_stays() -> None:
    with acting(Acting("Anna", Role.ADMIN)):
        with doing(Doing.EXPORT):
            assert acting_now() == Acting("Anna", Role.ADMIN, doing=Doing.EXPORT)
        assert acting_now() == Acting("Anna", Role.ADMIN)


def test_long_work_is_done_for_whoever_asked_for_it() -> None:
    jobs: Jobs[Acting] = Jobs()
    found: list[Acting] = []
    done = threading.Event()

    def work(_: object) -> Acting:
        found.append(acting_now())
        done.set()
        return found[0]

    anna = Acting("Anna", Role.CLINICIAN)
    with acting(anna):
        jobs.begin(work)
    assert done.wait(30)
    assert found == [anna]
