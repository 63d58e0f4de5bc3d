"""Who guesses waits, and nobody can make others wait for good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.accounts import attempts as module
from repose.accounts.attempts import (
    FORGOTTEN_S,
    FREE,
    FREE_OF_ADDRESS,
    FREE_OF_NAME,
    LONGEST_OF_NAME_S,
    LONGEST_S,
    Attempts,
    network,
)

HOME = "192.0.2.7"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def guess(attempts: Attempts, clock: Clock, name: str, address: str, seconds: float) -> int:
    """How many attempts somebody gets who tries whenever they may."""
    made, end = 0, clock.now + seconds
    while clock.now < end:
        wait_s = attempts.begin(name, address)
        made += wait_s == 0
        clock.now += max(wait_s, 0.01)
    return made


def test_a_few_failures_are_free_and_then_each_wait_is_twice_as_long(
    attempts: Attempts, clock: Clock
) -> None:
    for _ in range(FREE):
        assert attempts.begin("anna", HOME) == 0
    waits = []
    for _ in range(14):
        waits.append(attempts.begin("anna", HOME))
        clock.now += waits[-1]
        assert attempts.begin("anna", HOME) == 0
    assert waits == pytest.approx([min(2.0**n, LONGEST_S) for n in range(14)])


def test_to_ask_too_early_makes_nothing_worse(attempts: Attempts, clock: Clock) -> None:
    for _ in range(FREE):
        attempts.begin("anna", HOME)
    for _ in range(100):
        assert 0 < attempts.begin("anna", HOME) <= 1
    clock.now += 1
    assert attempts.begin("anna", HOME) == 0


def test_a_thousand_at_once_are_no_more_than_one_after_the_other(attempts: Attempts) -> None:
    """An attempt counts when it begins, and not when its hash is done."""
    assert sum(attempts.begin("anna", HOME) == 0 for _ in range(1000)) == FREE


def test_a_day_of_guessing_comes_to_about_a_hundred_attempts(attempts: Attempts, clock: Clock) -> None:
    assert guess(attempts, clock, "anna", HOME, 24 * 3600) < 120


def test_who_succeeds_begins_anew(attempts: Attempts) -> None:
    for _ in range(50):
        assert attempts.begin("anna", HOME) == 0
        attempts.succeeded("anna", HOME)


def test_one_address_that_tries_many_names_waits(attempts: Attempts) -> None:
    waits = [attempts.begin(f"name {number}", HOME) for number in range(100)]
    assert waits.count(0) == FREE_OF_ADDRESS
    # Its own account does not help it.
    attempts.succeeded("name 1", HOME)
    assert attempts.begin("name 101", HOME) == 0
    assert attempts.begin("name 102", HOME) > 0


def test_many_addresses_that_try_one_name_wait_but_not_long(attempts: Attempts, clock: Clock) -> None:
    waits = [attempts.begin("anna", f"198.51.100.{number}") for number in range(200)]
    assert waits.count(0) == FREE_OF_NAME
    for _ in range(30):
        clock.now += LONGEST_OF_NAME_S
        assert attempts.begin("anna", f"203.0.113.{clock.now % 250:.0f}") == 0
    assert attempts.begin("anna", "203.0.113.251") <= LONGEST_OF_NAME_S


def test_nobody_locks_somebody_out_who_has_been_there_before(attempts: Attempts, clock: Clock) -> None:
    attempts.begin("anna", HOME)
    attempts.succeeded("anna", HOME)
    for number in range(1000):
        attempts.begin("anna", f"2001:db8:{number:x}::1")
    for number in range(100):  # even from her own address, at other names
        attempts.begin(f"name {number}", HOME)
    assert attempts.begin("anna", HOME) == 0
    assert attempts.begin("anna", "203.0.113.1") > 0
    # And her own address does not guess at her password any faster.
    assert guess(attempts, clock, "anna", HOME, 3600) < 20


def test_one_home_is_one_address() -> None:
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::") != network("2001:db8:1:3::4")
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") == "192.0.2.7"
    assert network("fe80::1%eth0") == network("fe80::2")
    assert network("") == ""
    assert network("testclient") == "testclient"


def test_failures_are_forgotten_in_a_day(attempts: Attempts, clock: Clock) -> None:
    guess(attempts, clock, "anna", HOME, 3600)
    clock.now += FORGOTTEN_S
    assert [attempts.begin("anna", HOME) for _ in range(FREE)] == [0] * FREE


def test_memory_is_bounded(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 50)
    for number in range(500):
        address = f"2001:db8:{number:x}::1"
        attempts.begin(f"name {number}", address)
        attempts.succeeded(f"name {number}", address)
        attempts.begin(f"name {number}", address)
    found = {len(each._found) for each in (attempts._pairs, attempts._addresses, attempts._names)}
    assert {*found, len(attempts._known)} == {50}


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(["::1", HOME]), st.booleans(), st.floats(0, 1e5))
    )
)
def test_no_wait_is_longer_than_the_longest_or_less_than_none(
    story: list[tuple[str, str, bool, float]],
) -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for name, address, right, later in story:
        wait_s = attempts.begin(name, address)
        assert 0 <= wait_s <= LONGEST_S
        if right and wait_s == 0:
            attempts.succeeded(name, address)
        clock.now += later
