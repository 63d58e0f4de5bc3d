"""What waits for one client."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from repose.live.protocol import IN_FLIGHT
from repose.web.coach.mailbox import MOST_WAITING, Mailbox


def run(test: Callable[[Mailbox], Awaitable[None]]) -> None:
    async def main() -> None:
        await test(Mailbox())

    asyncio.run(main())


async def waiting(mailbox: Mailbox) -> list[str | bytes]:
    """All that can be sent now."""
    found: list[str | bytes] = []
    while True:
        asking = asyncio.ensure_future(mailbox.next())
        await asyncio.sleep(0)
        if not asking.done():
            asking.cancel()
            return found
        found.append(asking.result())


def test_messages_keep_their_order_and_come_before_state_and_picture() -> None:
    async def test(mailbox: Mailbox) -> None:
        mailbox.put_picture(1, b"picture")
        mailbox.put_state("state")
        for message in ("one", "two", "three"):
            assert mailbox.put(message)
        assert await waiting(mailbox) == ["one", "two", "three", "state", b"picture"]

    run(test)


def test_only_the_newest_state_and_picture_wait() -> None:
    async def test(mailbox: Mailbox) -> None:
        for number in range(100):
            mailbox.put_state(f"state {number}")
            mailbox.put_picture(number, b"%d" % number)
        assert await waiting(mailbox) == ["state 99", b"99"]

    run(test)


def test_no_more_pictures_are_on_their_way_than_were_shown() -> None:
    async def test(mailbox: Mailbox) -> None:
        sent = []
        for number in range(10):
            mailbox.put_picture(number, b"%d" % number)
            sent += await waiting(mailbox)
        assert sent == [b"%d" % number for number in range(IN_FLIGHT)]
        assert mailbox.shown(0)
        assert await waiting(mailbox) == [b"9"]
        mailbox.put_picture(10, b"10")
        assert await waiting(mailbox) == []
        # A page that skips one has both behind it.
        assert mailbox.shown(9)
        mailbox.put_picture(11, b"11")
        assert await waiting(mailbox) == [b"11"]
        mailbox.put_picture(12, b"12")
        assert await waiting(mailbox) == [b"12"]

    run(test)


@pytest.mark.parametrize("seq", [0, 5, 2**70])
def test_a_picture_that_was_not_sent_was_not_shown(seq: int) -> None:
    async def test(mailbox: Mailbox) -> None:
        mailbox.put_picture(1, b"1")
        await waiting(mailbox)
        assert not mailbox.shown(seq)
        assert mailbox.shown(1)
        assert not mailbox.shown(1)

    run(test)


def test_it_is_full_some_time_but_takes_states_and_pictures_still() -> None:
    async def test(mailbox: Mailbox) -> None:
        assert all(mailbox.put("more") for _ in range(MOST_WAITING))
        assert not mailbox.put("too much")
        mailbox.put_state("state")
        mailbox.put_picture(1, b"1")
        assert await waiting(mailbox) == [*["more"] * MOST_WAITING, "state", b"1"]
        assert mailbox.put("again")

    run(test)


def test_one_who_waits_is_woken() -> None:
    async def test(mailbox: Mailbox) -> None:
        asking = asyncio.ensure_future(mailbox.next())
        await asyncio.sleep(0)
        mailbox.put_state("state")
        assert await asking == "state"

    run(test)
