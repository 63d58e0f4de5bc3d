"""Whatever is done to a log, the check finds it; a log that nobody touched is whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.accounts.acting import Acting, Doing
from repose.accounts.roles import Role
from repose.audit.chain import GENESIS, following, hash_of
from repose.audit.check import FEWEST, WRITTEN_DOWN, Head, check, look
from repose.audit.entry import Entry
from repose.audit.witness import Witnessed
from repose.errors import ReposeError
from repose.sessions.sql_store import SqlStore

FIRST: Final = datetime(2027, 3, 1, 12, tzinfo=UTC)

names = st.text(max_size=30)
ids = st.none() | st.text("0123456789abcdef", min_size=32, max_size=32)
deeds = st.tuples(
    st.builds(Acting, names, st.none() | st.sampled_from(Role)),
    st.sampled_from(Doing),
    st.sampled_from(["session", "sessions", "review"]),
    ids,
    ids,
    st.timedeltas(timedelta(days=-1000), timedelta(days=1000)),
)


def chained(*done: Any) -> list[Entry]:
    entries: list[Entry] = []
    for who, doing, what, person, session, after in done:
        newest = (entries[-1].number, entries[-1].hash) if entries else None
        entries.append(following(newest, who, doing, what, person, session, FIRST + after))
    return entries


logs = st.lists(deeds, min_size=1, max_size=12).map(lambda done: chained(*done))


def witness_of(entries: list[Entry]) -> Witnessed:
    return Witnessed({entry.number: frozenset({entry.hash}) for entry in entries})


def ten() -> list[Entry]:
    who = Acting("ann", Role.REVIEWER)
    return chained(
        *((who, Doing.VIEW, "session", None, f"{n:032x}", timedelta(minutes=n)) for n in range(10))
    )


def found(entries: list[Entry], witness: Witnessed | None, known: Head | None = None) -> tuple[str, ...]:
    return look(iter(entries), witness, known).problems


@given(logs)
def test_a_log_that_nobody_touched_is_whole(entries: list[Entry]) -> None:
    verdict = look(iter(entries), witness_of(entries), Head(entries[-1].number, entries[-1].hash))
    assert (verdict.problems, verdict.notes) == ((), ())
    assert (verdict.count, str(verdict.head)) == (
        len(entries),
        f"{len(entries)}:{entries[-1].hash[:WRITTEN_DOWN]}",
    )


other = {
    "number": st.integers(-3, 30),
    "at": st.datetimes(timezones=st.just(UTC)),
    "who": names,
    "role": st.sampled_from(["", *Role]),
    "doing": st.sampled_from(Doing),
    "what": names,
    "person_id": ids,
    "session_id": ids,
    "previous": st.text("0123456789abcdef", min_size=64, max_size=64),
    "hash": st.text("0123456789abcdef", min_size=64, max_size=64),
}


def test_every_field_is_tampered_with() -> None:
    assert set(other) == {field.name for field in fields(Entry)}


@given(logs, st.data())
def test_any_field_that_is_changed_is_found_by_the_chain_alone(entries: list[Entry], data: Any) -> None:
    name = data.draw(st.sampled_from(sorted(other)))
    place = data.draw(st.integers(0, len(entries) - 1))
    now = data.draw(other[name].filter(lambda value: value != getattr(entries[place], name)))
    entries[place] = replace(entries[place], **{name: now})
    entries.sort(key=lambda entry: entry.number)  # as a database gives them
    (problem,) = found(entries, Witnessed({}))
    assert problem


@given(logs, st.data())
def test_a_changed_entry_whose_hash_is_made_anew_is_found(entries: list[Entry], data: Any) -> None:
    """The last one needs the witness: nothing follows it."""
    place = data.draw(st.integers(0, len(entries) - 1))
    changed = replace(entries[place], who=entries[place].who + "x")
    tampered = [*entries]
    tampered[place] = replace(changed, hash=hash_of(changed))
    if place < len(entries) - 1:
        assert f"Entry {place + 2} does not follow entry {place + 1}" in found(tampered, Witnessed({}))[0]
    assert (
        f"Entry {place + 1} is another one than its witness knows" in found(tampered, witness_of(entries))[-1]
    )


@given(logs, st.data())
def test_all_that_is_made_anew_from_an_entry_on_is_found(entries: list[Entry], data: Any) -> None:
    """The chain fits, so only who knew the hashes before can tell: the witness, and who wrote one down."""
    place = data.draw(st.integers(0, len(entries) - 1))
    tampered = entries[:place]
    for entry in [replace(entries[place], who=entries[place].who + "x"), *entries[place + 1 :]]:
        moved = replace(entry, previous=tampered[-1].hash if tampered else GENESIS)
        tampered.append(replace(moved, hash=hash_of(moved)))
    assert found(tampered, Witnessed({})) == ()
    (problem,) = found(tampered, witness_of(entries))
    assert problem.startswith(f"Entry {place + 1} is another one than its witness knows")
    (problem,) = found(tampered, Witnessed({}), Head(len(entries), entries[-1].hash[:FEWEST]))
    assert problem.startswith(f"Entry {len(entries)} is another one than was written down")


@given(logs, st.data())
def test_an_entry_that_is_taken_out_is_found(entries: list[Entry], data: Any) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    tampered = entries[:place] + entries[place + 1 :]
    if place < len(entries) - 1:
        assert found(tampered, Witnessed({})) == (f"Entry {place + 1} is missing.",)
    else:
        said = f"Entry {place + 1} is missing at the end, which its witness knows."
        assert said in found(tampered, witness_of(entries))
        assert found(tampered, None, Head(len(entries), entries[-1].hash))


@given(logs, st.data())
def test_entries_that_are_taken_out_and_numbered_anew_are_found(entries: list[Entry], data: Any) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    tampered = entries[:place] + [replace(one, number=one.number - 1) for one in entries[place + 1 :]]
    assert found(tampered, witness_of(entries))


@given(logs, deeds, st.data())
def test_an_entry_that_is_put_in_is_found(entries: list[Entry], deed: Any, data: Any) -> None:
    """Wherever it is put, with the right number, the right hash of the one before, and its own right hash."""
    place = data.draw(st.integers(0, len(entries) - 1))
    before = (place, entries[place - 1].hash) if place else None
    (who, doing, what, person, session, after) = deed
    forged = following(before, who, doing, what, person, session, FIRST + after)
    rest = [replace(one, number=one.number + 1) for one in entries[place:]]
    assert found([*entries[:place], forged, *rest], Witnessed({}))


@given(logs.filter(lambda entries: len(entries) > 1), st.data())
def test_entries_that_change_places_are_found(entries: list[Entry], data: Any) -> None:
    one, two = data.draw(st.lists(st.integers(0, len(entries) - 1), min_size=2, max_size=2, unique=True))
    tampered = [*entries]
    tampered[one] = replace(entries[two], number=entries[one].number)
    tampered[two] = replace(entries[one], number=entries[two].number)
    assert found(tampered, Witnessed({}))


@given(logs, st.data())
def test_an_end_that_is_cut_off_is_found(entries: list[Entry], data: Any) -> None:
    left = data.draw(st.integers(0, len(entries) - 1))
    cut = entries[:left]
    assert found(cut, Witnessed({})) == (), "the chain alone cannot know"
    (problem,) = found(cut, witness_of(entries))
    assert problem.endswith("missing at the end, which its witness knows.")
    (problem,) = found(cut, Witnessed({}), Head(entries[-1].number, entries[-1].hash))
    assert problem.endswith("missing at the end, which were there when it was written down.")


def test_no_two_entries_are_spelt_alike() -> None:
    """Not even where one has in a name what in another stands between the parts."""
    one = following(None, Acting('a","admin'), Doing.VIEW, "b", None, None, FIRST)
    two = following(None, Acting("a", Role.ADMIN), Doing.VIEW, "b", None, None, FIRST)
    assert hash_of(one) != hash_of(two)
    assert hash_of(replace(one, person_id="")) != hash_of(one), "none is not empty"


def test_the_hash_is_what_the_documentation_says() -> None:
    """Computed here without the code, so that others can do so in a hundred years."""
    import hashlib

    entry = following(
        (6, "ab" * 32), Acting("Åsa \U0001f9b5", Role.REVIEWER), Doing.VIEW, "session", None, "5e", FIRST
    )
    spelt = (
        '["repose-audit-1",7,"2027-03-01T12:00:00.000000+00:00","\\u00c5sa \\ud83e\\uddb5","reviewer","view",'
        f'"session",null,"5e","{"ab" * 32}"]'
    )
    assert entry.hash == hashlib.sha256(spelt.encode()).hexdigest()


def test_of_a_patient_the_log_has_the_id_and_not_the_name() -> None:
    who = Acting("Åsa", Role.PATIENT, person_id="9e45")
    assert following(None, who, Doing.VIEW, "session", "9e45", None, FIRST).who == "9e45"


def test_the_first_that_is_wrong_is_named() -> None:
    entries = ten()
    entries[3] = replace(entries[3], who="somebody else")
    entries[7] = replace(entries[7], who="somebody else")
    assert found(entries, witness_of(ten())) == ("Entry 4 was changed: its hash does not fit what it says.",)
    assert found(ten()[:2] + ten()[5:], witness_of(ten())) == ("Entries 3 to 5 are missing.",)


def test_a_witness_that_is_gone_or_began_late_is_told() -> None:
    assert found(ten(), None) == (
        "The witness of the log is gone: whether its end was cut off cannot be seen.",
    )
    assert found([], None) == ()
    verdict = look(iter(ten()), Witnessed({9: frozenset({ten()[8].hash})}, unreadable=1))
    assert verdict.problems == ()
    assert verdict.notes == (
        "The witness knows entries from 9 on only: before, the end may have been cut off unseen.",
        "1 line of the witness cannot be read.",
    )


@pytest.mark.parametrize(
    "text",
    ["", "7", "7:", "x:" + "a" * 32, "0:" + "a" * 32, "7:" + "a" * 15, "7:" + "g" * 32, "7:" + "a" * 65],
)
def test_what_is_no_head_is_told(text: str) -> None:
    with pytest.raises(ReposeError, match="give what a check printed"):
        Head.of(text)


def test_a_head_may_be_typed_as_it_was_written_down() -> None:
    assert Head.of(f" 12:{'AB12 ' * 8}… ") == Head(12, "ab12" * 8)


# The file.


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "repose.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    with closing(SqlStore(str(path), path.parent / "videos")) as opened:
        for number in range(6):
            opened.audit.append(Doing.VIEW, "session", None, f"{number:032x}")
        yield opened


SPOILT: Final = {
    "UPDATE audit SET doing = 'dream' WHERE number = 3": "Entry 3 was changed: its hash does not fit",
    "UPDATE audit SET at = 'yesterday' WHERE number = 3": "Entry 3 was changed: it cannot even be read",
    "UPDATE audit SET at = 7 WHERE number = 3": "Entry 3 was changed: it cannot even be read",
    "UPDATE audit SET who = x'ff00' WHERE number = 3": "Entry 3 was changed: its hash does not fit",
    "UPDATE audit SET who = CAST(x'ff00' AS TEXT) WHERE number = 3": "Entry 3 was changed: it cannot even be",
    "UPDATE audit SET who = 5 WHERE number = 3": "Entry 3 was changed: its hash does not fit",
    "UPDATE audit SET session_id = NULL WHERE number = 3": "Entry 3 was changed: its hash does not fit",
    "UPDATE audit SET number = -3 WHERE number = 3": "Entry -3 was put in",
    "UPDATE audit SET number = 30 WHERE number = 3": "Entry 3 is missing.",
    "DELETE FROM audit WHERE number IN (1, 2)": "Entries 1 to 2 are missing.",
    "DELETE FROM audit WHERE number > 4": "Entries 5 to 6 are missing at the end, which its witness knows.",
    "DELETE FROM audit": "Entries 1 to 6 are missing at the end, which its witness knows.",
}


@pytest.mark.parametrize("spoil", SPOILT)
def test_whatever_is_done_to_the_file_is_found(spoil: str, store: SqlStore, path: Path) -> None:
    before = check(store.audit)
    assert (before.problems, before.notes, before.count) == ((), (), 6)
    with closing(sqlite3.connect(path)) as opened:
        opened.execute(spoil)
        opened.commit()
    first, *_ = check(store.audit).problems
    assert SPOILT[spoil] in first


def test_who_appends_to_a_log_whose_end_was_cut_off_hides_nothing(store: SqlStore, path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("DELETE FROM audit WHERE number > 4")
        opened.commit()
    for _ in range(4):
        store.audit.append(Doing.VIEW, "persons", None, None)
    assert check(store.audit).problems == (
        "Entry 5 is another one than its witness knows: from there on the log was made anew, or put back "
        "from a copy.",
    )


def test_a_long_log_is_read_in_portions(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repose.audit.sql_log.AT_ONCE", 2)
    assert [entry.number for entry in store.audit.chain()] == [1, 2, 3, 4, 5, 6]
    assert check(store.audit).problems == ()
