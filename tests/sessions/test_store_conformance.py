"""What every store does, whatever it keeps sessions in: the same tests on SQLite and on PostgreSQL."""

import subprocess
import sys
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from repose.coaching.programme import Item, Programme
from repose.counting.result import Rep, Unmeasured
from repose.errors import ReposeError
from repose.pose.landmarks import PoseTrack
from repose.sessions.records import Deleted, Origin, Selection, SetHead, SetState
from repose.sessions.sql_store import SqlStore
from repose.sessions.store import Store
from tests.sessions.conftest import KINDS, NewDatabase
from tests.sessions.made import NOON, a_head, a_rep, a_session, a_set_head, a_track, same_bits

NAMES = (
    "Zoë",
    "李小龍",
    "محمد",
    "می‌خواهم",  # with a joiner that shows nothing
    'Robert"); DROP TABLE persons;--',
    "<script>alert('1')</script>",
    "👩‍🦽 & 🦵🏽",
    "O’Brien \\ %s {0} ${x}",
    "x" * 200,
    "𝒜" * 200,
)

finite = st.floats(allow_nan=False, allow_infinity=False, width=64).map(lambda value: value + 0.0)
angles = st.one_of(finite, st.just(float("nan")))
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
reps = st.builds(
    Rep,
    side=st.sampled_from(["left", "right", "both"]),
    start_s=finite,
    peak_s=finite,
    end_s=finite,
    hold_start_s=finite,
    hold_s=finite,
    peak=st.dictionaries(words, angles, max_size=3),
    excursion=finite,
    confidence=finite,
    faults=st.lists(words, max_size=3).map(tuple),
    decided_s=finite,
    reason=st.none() | words,
)
states = st.builds(
    SetState,
    ended_s=st.none() | finite,
    skipped=st.booleans(),
    counted_from=st.lists(finite, max_size=3).map(tuple),
    unmeasured=st.lists(st.builds(Unmeasured, finite, finite, words), max_size=3).map(tuple),
    view=st.none() | words,
)
set_heads = st.builds(
    a_set_head,
    position=st.integers(0, 1000),
    exercise=st.sampled_from(["ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch"]),
    prescribed=st.sampled_from(["auto", "left", "right", "both"]),
    number=st.integers(1, 20),
    of=st.integers(1, 20),
    target=st.none() | st.integers(1, 100),
    hold_s=finite,
    begun_s=finite,
)
once_for_all = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


# Persons and programmes.


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_any_script_comes_back(store: Store, name: str) -> None:
    person = store.person_named(f"  {name} ")
    assert person.name == name
    assert store.persons() == (person,)
    assert store.person(person.id) == person
    assert store.person_named(name) == person
    assert person.added_at.tzinfo is not None


@pytest.mark.parametrize(
    "name", ["", " \t", "x" * 201, "a\0b", "a\x1bb", "\udc80", "\u200d", "\u202egnp.exe", "e\u0301" * 201]
)
def test_what_is_no_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(ReposeError, match="name has"):
        store.person_named(name)
    assert store.persons() == ()


def test_a_name_is_the_same_however_it_was_typed(store: Store) -> None:
    assert store.person_named("Zoe\u0308  B").id == store.person_named("Zo\u00eb\u3000B").id


def test_upper_and_lower_case_make_no_other_person(store: Store) -> None:
    """Their profile would be one, and each would see, take along and delete the other's."""
    ada, bob = store.person_named("Ada Łoś"), store.person_named("Bob")
    assert store.person_named("ADA ŁOŚ") == ada
    with pytest.raises(ReposeError, match="somebody else's"):
        store.rename_person(bob.id, "ada łoś")
    assert store.rename_person(ada.id, "ada łoś").name == "ada łoś"
    assert [person.name for person in store.persons()] == ["ada łoś", "Bob"]


def test_persons_are_listed_by_name(store: Store) -> None:
    for name in ("bob", "Ada", "Cyd"):
        store.person_named(name)
    assert [person.name for person in store.persons()] == ["Ada", "bob", "Cyd"]


def test_a_person_is_renamed_unless_somebody_has_the_name(store: Store) -> None:
    ada, bob = store.person_named("Ada"), store.person_named("Bob")
    assert store.rename_person(ada.id, "Ada L.").name == "Ada L."
    assert store.rename_person(ada.id, "Ada L.").name == "Ada L."
    with pytest.raises(ReposeError, match="somebody else's"):
        store.rename_person(bob.id, "Ada L.")
    assert [person.name for person in store.persons()] == ["Ada L.", "Bob"]


def test_programmes_are_kept_in_the_order_of_their_beginning(store: Store) -> None:
    ada = store.person_named("Ada")
    programmes = [
        Programme(items=(Item(exercise="heel-slides", reps=reps, hold_s=0.1),)) for reps in (1, 2, 3)
    ]
    store.prescribe(ada.id, programmes[2], NOON + timedelta(days=2))
    store.prescribe(ada.id, programmes[0], NOON)
    store.prescribe(ada.id, programmes[1], NOON)
    kept = store.prescriptions(ada.id)
    assert [prescription.programme for prescription in kept] == programmes
    assert [prescription.since for prescription in kept] == [NOON, NOON, NOON + timedelta(days=2)]
    assert store.prescriptions(store.person_named("Bob").id) == ()


# Sessions as they happen.


@once_for_all
@given(
    set_head=set_heads,
    first=states,
    state=states,
    kept=st.lists(reps, max_size=3),
    source=words,
    zone=st.integers(-12, 14),
    begun=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    video=st.booleans(),
)
def test_every_field_comes_back_to_the_last_bit(
    store: Store,
    set_head: SetHead,
    first: SetState,
    state: SetState,
    kept: list[Rep],
    source: str,
    zone: int,
    begun: datetime,
    video: bool,
) -> None:
    begun_at = begun.replace(tzinfo=timezone(timedelta(hours=zone)))
    head = a_head(
        store.person_named("Ada").id,
        source=source,
        begun_at=begun_at,
        video="1.mp4" if video else None,
        origin=Origin.VIDEO if video else Origin.LIVE,
        **({"programme": None} if video else {}),
    )
    session_id = store.begin_session(head)
    set_id = store.begin_set(session_id, set_head, first)
    ids = [store.keep_rep(set_id, rep) for rep in kept]
    assert store.session(session_id).sets[0].state == first
    store.update_set(set_id, state)
    store.end_session(session_id, begun_at + timedelta(seconds=1.25))

    session = store.session(session_id)
    assert session.head == head
    assert session.head.begun_at.tzinfo is UTC
    assert session.ended_at == begun_at + timedelta(seconds=1.25)
    assert (session.sets[0].id, session.sets[0].head, session.sets[0].state) == (set_id, set_head, state)
    assert [rep.id for rep in session.sets[0].reps] == ids
    # NaN is not equal to itself, but is written alike.
    assert [repr(rep.rep) for rep in session.sets[0].reps] == [repr(rep) for rep in kept]


def test_text_that_is_none_does_not_stop_a_session(store: Store) -> None:
    session_id = a_session(store, source="clip\udcff\0.mp4")
    assert store.session(session_id).head.source == "clip?\ufffd.mp4"


def test_a_session_is_opened_again_and_goes_on(store: Store) -> None:
    session_id = a_session(store)
    store.end_session(session_id, NOON)
    store.end_session(session_id, None)
    assert store.session(session_id).ended_at is None
    set_id = store.begin_set(session_id, a_set_head(1, "ankle-pumps"), SetState())
    store.keep_rep(set_id, a_rep())
    assert [one.head.exercise for one in store.session(session_id).sets] == ["heel-slides", "ankle-pumps"]


def test_a_session_of_nothing_is_a_session(store: Store) -> None:
    session_id = store.begin_session(a_head(store.person_named("Ada").id))
    session = store.session(session_id)
    assert (session.sets, session.changes, session.annotations, session.recorded_s) == ((), (), (), None)
    assert list(store.landmarks(session_id)) == []
    (entry,) = store.sessions()
    assert (entry.exercises, entry.sets, entry.reps, entry.partials, entry.changes) == ((), 0, 0, 0, 0)


def test_a_video_is_named_and_found(store: SqlStore) -> None:
    session_id = a_session(store)
    assert store.video_file(session_id) is None
    store.keep_video(session_id, f"{session_id}.mp4")
    assert store.session(session_id).head.video == f"{session_id}.mp4"
    assert store.video_file(session_id) is None, "named, but not there"
    store.videos.mkdir()
    (store.videos / f"{session_id}.mp4").write_bytes(b"video")
    assert store.video_file(session_id) == store.videos / f"{session_id}.mp4"


@pytest.mark.parametrize("name", ["../repose.db", "/etc/passwd", "a\\b.mp4", "..", ""])
def test_a_video_is_in_the_folder_for_videos(store: Store, name: str) -> None:
    session_id = a_session(store)
    with pytest.raises(ValueError, match="not the name of a file"):
        store.keep_video(session_id, name)
    with pytest.raises(ValueError, match="not the name of a file"):
        store.begin_session(a_head(store.person_named("Ada").id, video=name))
    assert store.session(session_id).head.video is None


# Landmarks.


def test_landmarks_come_back_to_the_last_bit(store: Store) -> None:
    session_id = store.begin_session(a_head(store.person_named("Ada").id))
    tracks = [
        a_track(frames, start_s, seed) for seed, (frames, start_s) in enumerate([(30, 0), (1, 1), (29, 2)])
    ]
    for track in tracks:
        store.keep_landmarks(session_id, track)
        store.keep_landmarks(session_id, a_track(0))
    kept = list(store.landmarks(session_id))
    assert [same_bits(one, other) for one, other in zip(kept, tracks, strict=True)] == [True] * 3
    assert store.session(session_id).recorded_s == (0.0, tracks[-1].time_s[-1])


def test_a_session_may_change_its_camera_and_its_model(store: Store) -> None:
    session_id = store.begin_session(a_head(store.person_named("Ada").id))
    first = a_track(10)
    second = a_track(10, 1.0, frame_size=(352, 640), model="heavy", software={"repose": "0.2.0"})
    for track in (first, second):
        store.keep_landmarks(session_id, track)
    kept = list(store.landmarks(session_id))
    assert same_bits(kept[0], first)
    assert same_bits(kept[1], second)


@pytest.mark.parametrize(
    ("from_s", "to_s"),
    [(None, None), (2.05, None), (None, 3.5), (2.5, 2.5), (0.99, 64.0), (99, None), (None, -1)],
)
def test_a_part_of_the_landmarks_is_read(store: Store, from_s: float | None, to_s: float | None) -> None:
    session_id = store.begin_session(a_head(store.person_named("Ada").id))
    times: list[float] = []
    for second in range(70):  # more than are read at once
        track = a_track(4, second)
        times.extend(track.time_s)
        store.keep_landmarks(session_id, track)
    whole = np.array(times)
    inside = np.ones(len(whole), bool)
    if from_s is not None:
        inside &= whole >= from_s
    if to_s is not None:
        inside &= whole <= to_s
    kept = list(store.landmarks(session_id, from_s, to_s))
    np.testing.assert_array_equal(np.concatenate([np.empty(0)] + [one.time_s for one in kept]), whole[inside])
    assert all(len(one.time_s) == len(one.points) == len(one.light) > 0 for one in kept)


@pytest.mark.parametrize(
    ("track", "said"),
    [
        (a_track(5, start_s=0.5), "do not follow"),
        (a_track(5, start_s=29 / 30), "do not follow"),  # the same moment
        (a_track(3, start_s=2, time_s=np.array([2.0, 2.0, 2.1])), "increase"),
        (a_track(2, start_s=2, time_s=np.array([2.0, np.nan])), "no number"),
        (a_track(2, start_s=2, light=np.zeros(3, np.float32)), "light is"),
        (a_track(2, start_s=2, points=np.zeros((2, 33, 7), np.float32)), "points is"),
        (a_track(2, start_s=2, points=np.zeros((2, 33, 8))), "points is"),
    ],
)
def test_landmarks_that_do_not_follow_are_refused(store: Store, track: PoseTrack, said: str) -> None:
    session_id = store.begin_session(a_head(store.person_named("Ada").id))
    first, last = a_track(30), a_track(5, 9.0)
    store.keep_landmarks(session_id, first)
    with pytest.raises(ValueError, match=said):
        store.keep_landmarks(session_id, track)
    store.keep_landmarks(session_id, last)
    kept = list(store.landmarks(session_id))
    assert [same_bits(one, other) for one, other in zip(kept, [first, last], strict=True)] == [True, True]


def _spoil(store: SqlStore, session_id: str, spoil: Any) -> None:
    """Change the bytes of the second chunk behind the store's back."""
    where = "session_id = :id AND first_s = 1.0"
    with store._engine.begin() as connection:
        data = connection.scalar(text(f"SELECT data FROM chunks WHERE {where}"), {"id": session_id})
        spoilt = bytes(spoil(bytearray(data)))
        connection.execute(
            text(f"UPDATE chunks SET data = :d WHERE {where}"), {"d": spoilt, "id": session_id}
        )


def _flip(place: int) -> Any:
    def flip(data: bytearray) -> bytearray:
        data[place] ^= 0x10
        return data

    return flip


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_flip(-20), "damaged"),
        (_flip(200), "damaged"),
        (_flip(3), "damaged"),
        (_flip(6), "damaged"),
        (lambda data: data[: len(data) // 2], "damaged"),
        (lambda _: b"", "damaged"),
        (lambda data: b"\x02" + data[1:], "newer Repose"),
    ],
)
def test_damage_is_told_when_its_turn_comes(store: SqlStore, spoil: Any, said: str) -> None:
    session_id = a_session(store)
    store.keep_landmarks(session_id, a_track(30, 2.0))
    _spoil(store, session_id, spoil)
    tracks = store.landmarks(session_id)
    assert same_bits(next(tracks), a_track(30, 0.0))
    with pytest.raises(ReposeError, match=said):
        next(tracks)
    assert [one.time_s[0] for one in store.landmarks(session_id, from_s=2.0)] == [2.0], (
        "what is whole is read"
    )
    assert store.session(session_id).sets[0].reps, "what was counted is read"


def test_three_hours_are_read_in_little_memory(store: Store) -> None:
    session_id = store.begin_session(a_head(store.person_named("Ada").id))
    second = a_track(30)
    size = second.points.nbytes
    for begin in range(
        0, 3 * 3600, 60
    ):  # a minute at a time: what is read is the same, and it is sooner there
        times = begin + np.arange(1800) / 30
        minute = replace(
            second, time_s=times, points=np.tile(second.points, (60, 1, 1)), light=np.tile(second.light, 60)
        )
        store.keep_landmarks(session_id, minute)
    tracemalloc.start()
    frames = 0
    for part in store.landmarks(session_id, from_s=3600, to_s=3 * 3600 - 0.01):
        frames += len(part.time_s)
        del part
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert frames == 2 * 3600 * 30
    assert peak < 2 * 3600 * size / 3
    assert store.session(session_id).recorded_s == (0.0, 3 * 3600 - 60 + 1799 / 30)


# Sessions as they were.


def test_sessions_are_listed_newest_first_with_what_was_done(store: Store) -> None:
    ids = [a_session(store, begun_at=NOON + timedelta(hours=hour)) for hour in (1, 3, 2)]
    second = store.begin_set(ids[0], a_set_head(1, "ankle-pumps"), SetState())
    store.begin_set(ids[0], a_set_head(2), SetState())
    store.keep_rep(second, a_rep(9.0, reason="not_far_enough"))
    store.keep_rep(second, a_rep(12.0))
    store.add_change(ids[0], "Bea", "", {"type": "accept"}, after=None)
    listed = store.sessions()
    assert [entry.id for entry in listed] == [ids[1], ids[2], ids[0]]
    entry = listed[-1]
    assert entry.exercises == ("heel-slides", "ankle-pumps")
    assert (entry.sets, entry.reps, entry.partials, entry.changes) == (3, 2, 1, 1)
    assert (entry.person, entry.head) == (store.person_named("Ada"), store.session(ids[0]).head)


def test_sessions_of_the_same_moment_are_listed_once_page_by_page(store: Store) -> None:
    ids = [a_session(store) for _ in range(7)]
    whole = [entry.id for entry in store.sessions()]
    assert sorted(whole) == sorted(ids)
    pages = [entry.id for offset in range(0, 9, 3) for entry in store.sessions(limit=3, offset=offset)]
    assert pages == whole
    assert store.sessions(limit=0) == ()
    assert [entry.id for entry in store.sessions(offset=5)] == whole[5:]


def test_sessions_are_selected_by_each_field(store: Store) -> None:
    first = a_session(store, "Ada", begun_at=NOON)
    second = a_session(store, "Bob", begun_at=NOON + timedelta(days=1))
    bare = store.begin_session(a_head(store.person_named("Bob").id, begun_at=NOON + timedelta(days=2)))
    store.begin_set(bare, a_set_head(0, "ankle-pumps"), SetState())

    def chosen(**selection: Any) -> list[str]:
        return [entry.id for entry in store.sessions(Selection(**selection))]

    bob = store.person_named("Bob").id
    assert chosen() == [bare, second, first]
    assert chosen(person_id=bob) == [bare, second]
    assert chosen(person_id="nobody") == []
    assert chosen(exercise="heel-slides") == [second, first]
    assert chosen(since=NOON + timedelta(days=1)) == [bare, second]
    assert chosen(until=NOON + timedelta(days=1)) == [first]
    assert chosen(since=NOON.astimezone(timezone(timedelta(hours=9))), until=NOON + timedelta(seconds=1)) == [
        first
    ]
    assert chosen(ids=(first, bare)) == [bare, first]
    assert chosen(ids=()) == []
    assert chosen(recorded=True) == [second, first]
    assert chosen(recorded=False) == [bare]
    assert chosen(person_id=bob, exercise="heel-slides", recorded=True) == [second]


def test_ids_are_found_by_how_they_begin(store: Store) -> None:
    ids = sorted(a_session(store) for _ in range(5))
    assert store.session_ids("", limit=10) == tuple(ids)
    assert store.session_ids("") == tuple(ids[:2])
    assert store.session_ids(ids[3]) == (ids[3],)
    assert store.session_ids(ids[3][:20]) == (ids[3],)
    assert store.session_ids("%") == store.session_ids("_") == store.session_ids("x") == ()


def test_what_is_not_there_is_told(store: Store) -> None:
    for call in (
        lambda: store.person("nobody"),
        lambda: store.rename_person("nobody", "Ada"),
        lambda: store.prescribe("nobody", Programme(items=(Item(exercise="heel-slides"),)), NOON),
        lambda: store.begin_session(a_head("nobody")),
        lambda: store.begin_set("none", a_set_head(), SetState()),
        lambda: store.update_set(1, SetState()),
        lambda: store.update_set(10**30, SetState()),
        lambda: store.keep_rep(-1, a_rep()),
        lambda: store.keep_landmarks("none", a_track()),
        lambda: store.keep_video("none", "1.mp4"),
        lambda: store.end_session("none", None),
        lambda: store.session("none"),
        lambda: list(store.landmarks("none")),
        lambda: store.add_change("none", "Bea", "", {}, after=None),
        lambda: store.add_annotation(1, "Bea", {}),
        lambda: store.video_file("none"),
        lambda: store.delete_session("none"),
        lambda: store.delete_person("none"),
        lambda: store.delete_landmarks("none"),
    ):
        with pytest.raises(ReposeError, match="there is no"):
            call()
    assert store.sessions() == ()


# Reviewers.


def test_changes_are_appended_unless_somebody_was_faster(store: Store) -> None:
    session_id, other = a_session(store), a_session(store)
    first = store.add_change(
        session_id, " Bea ", "too\nshort 'x' 👍", {"type": "reject", "n": [1.5, None]}, after=None
    )
    second = store.add_change(session_id, "Bea", "", {"type": "undo"}, after=first.id)
    for after in (None, first.id, second.id + 1):
        with pytest.raises(ReposeError, match="load it again"):
            store.add_change(session_id, "Cyd", "", {"type": "accept"}, after=after)
    store.add_change(other, "Cyd", "", {"type": "accept"}, after=None)
    assert store.session(session_id).changes == (first, second)
    assert (first.who, first.why, first.change) == (
        "Bea",
        "too\nshort 'x' 👍",
        {"type": "reject", "n": [1.5, None]},
    )
    assert second.id > first.id
    assert first.at.tzinfo is not None


def test_annotations_are_appended(store: Store) -> None:
    session_id = a_session(store)
    set_id = store.session(session_id).sets[0].id
    truth = {"exercise": "heel-slides", "reps": [{"start_s": 0.1 + 0.2, "note": "<b>&\u2028"}]}
    kept = [store.add_annotation(set_id, "Bea", truth), store.add_annotation(set_id, "Bea", {})]
    assert store.session(session_id).annotations == tuple(kept)
    assert kept[0].truth == truth
    assert kept[0].set_id == set_id


# Settings and deletion.


@pytest.mark.parametrize("value", [None, True, 3, 0.1 + 0.2, "…", [1, "two"], {"days": {"ä": None}}])
def test_settings_are_any_json(store: Store, value: Any) -> None:
    assert store.setting("s") is None
    store.set_setting("s", "before")
    store.set_setting("s", value)
    assert store.setting("s") == value
    assert store.setting("other") is None


def test_a_session_is_deleted_and_no_other(store: SqlStore) -> None:
    gone, stays = a_session(store, reps=3), a_session(store)
    for session_id in (gone, stays):
        set_id = store.session(session_id).sets[0].id
        store.add_change(session_id, "Bea", "", {"type": "accept"}, after=None)
        store.add_annotation(set_id, "Bea", {})
        store.keep_video(session_id, f"{session_id}.mp4")
        store.videos.mkdir(exist_ok=True)
        (store.videos / f"{session_id}.mp4").write_bytes(b"video")
    (store.videos / f".{gone}.mp4.part").write_bytes(b"never finished")
    before = store.session(stays)
    assert store.delete_session(gone) == Deleted(sessions=1, reps=3, chunks=2, videos=2)
    with pytest.raises(ReposeError, match="there is no session"):
        store.session(gone)
    assert store.session(stays) == before
    assert len(list(store.landmarks(stays))) == 2
    assert [path.name for path in store.videos.iterdir()] == [f"{stays}.mp4"]
    assert [person.name for person in store.persons()] == ["Ada"]


def test_a_person_is_deleted_with_all_that_is_theirs(store: SqlStore) -> None:
    for number in range(3):
        a_session(store, "Ada", reps=number)
    stays = a_session(store, "Bob")
    ada = store.person_named("Ada")
    store.prescribe(ada.id, Programme(items=(Item(exercise="heel-slides"),)), NOON)
    assert store.delete_person(ada.id) == Deleted(sessions=3, reps=3, chunks=6, videos=0)
    assert [person.name for person in store.persons()] == ["Bob"]
    assert [entry.id for entry in store.sessions()] == [stays]
    assert _rows(store) == {
        "persons": 1,
        "sessions": 1,
        "sets": 1,
        "reps": 1,
        "chunks": 2,
        "alembic_version": 1,
    }


def test_landmarks_are_deleted_and_the_count_stays(store: SqlStore) -> None:
    session_id = a_session(store)
    store.keep_video(session_id, f"{session_id}.mp4")
    store.videos.mkdir()
    (store.videos / f"{session_id}.mp4").write_bytes(b"video")
    before = store.session(session_id)
    assert store.delete_landmarks(session_id) == Deleted(chunks=2, videos=1)
    assert store.session(session_id) == replace(
        before, recorded_s=None, head=replace(before.head, video=None)
    )
    assert list(store.landmarks(session_id)) == []
    assert store.delete_landmarks(session_id) == Deleted()
    assert list(store.videos.iterdir()) == []


def test_a_video_that_cannot_be_deleted_is_told_and_nothing_is_deleted(store: SqlStore) -> None:
    session_id = a_session(store)
    (store.videos / f"{session_id}.mp4").mkdir(parents=True)
    (store.videos / f"{session_id}.mkv").symlink_to(store.videos)  # another one, that can be
    store.keep_video(session_id, f"{session_id}.mkv")
    before = store.session(session_id)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "unlink", _refused)
        with pytest.raises(ReposeError, match="cannot be deleted"):
            store.delete_session(session_id)
    assert store.session(session_id) == before
    store.delete_session(session_id)
    assert not (store.videos / f"{session_id}.mkv").is_symlink()


def _refused(path: Path, missing_ok: bool = False) -> None:
    raise PermissionError(13, "Permission denied")


def _rows(store: SqlStore) -> dict[str, int]:
    """How many rows each table has, if any."""
    from sqlalchemy import inspect

    with store._engine.connect() as connection:
        names = inspect(connection).get_table_names()
        counts = {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}
    return {name: count for name, count in counts.items() if count}


# Two writers.


def test_threads_lose_nothing_of_each_other(store: Store) -> None:
    """Each keeps a session as it happens, all at once, and the same new person."""

    def exercise(number: int) -> tuple[str, str]:
        person = store.person_named("Ada")
        session_id = store.begin_session(a_head(person.id, source=f"camera {number}"))
        set_id = store.begin_set(session_id, a_set_head(), SetState())
        for second in range(5):
            store.keep_landmarks(session_id, a_track(3, second, number, source=f"camera {number}"))
            store.keep_rep(set_id, a_rep(second))
            store.update_set(set_id, SetState(ended_s=second))
        return person.id, session_id

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(exercise, range(6)))
    assert len({person_id for person_id, _ in done}) == 1
    for number, (_, session_id) in enumerate(done):
        session = store.session(session_id)
        assert [rep.rep.end_s for rep in session.sets[0].reps] == [0, 1, 2, 3, 4]
        kept = list(store.landmarks(session_id))
        assert all(
            same_bits(one, a_track(3, second, number, source=f"camera {number}"))
            for second, one in enumerate(kept)
        )
        assert len(kept) == 5


def test_of_two_reviewers_at_once_one_is_told(store: Store) -> None:
    session_id = a_session(store)

    def change(who: str) -> bool:
        try:
            store.add_change(session_id, who, "", {"type": "accept"}, after=None)
        except ReposeError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(change, ["Bea", "Cyd", "Dee", "Eve"]))
    assert sorted(done) == [False, False, False, True]
    assert len(store.session(session_id).changes) == 1


WRITER = """
import sys
from repose.sessions.sql_store import SqlStore
from tests.sessions.made import *

store = SqlStore(sys.argv[1], sys.argv[2])
session_id = store.begin_session(a_head(store.person_named("Ada").id, source=sys.argv[3]))
set_id = store.begin_set(session_id, a_set_head(), SetState())
sys.stdin.readline()
for second in range(40):
    store.keep_landmarks(session_id, a_track(2, second))
    store.keep_rep(set_id, a_rep(second))
store.end_session(session_id, NOON)
"""


def test_processes_lose_nothing_of_each_other(store: Store, address: str, tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, address, tmp_path / "videos", f"camera {number}"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    while len(store.sessions()) < 3 and all(writer.poll() is None for writer in writers):
        time.sleep(0.05)
    for writer in writers:
        _, said = writer.communicate("go\n")
        assert writer.returncode == 0, said
    assert sorted(entry.head.source for entry in store.sessions()) == ["camera 0", "camera 1", "camera 2"]
    assert [(entry.reps, entry.ended_at) for entry in store.sessions()] == [(40, NOON)] * 3
    assert [len(list(store.landmarks(entry.id))) for entry in store.sessions()] == [40] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_there_for_the_next_one_who_opens(
    kind: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    address = new_database(kind)
    first = SqlStore(address, tmp_path)
    session_id = a_session(first)
    second = SqlStore(address, tmp_path)  # while the first is open
    assert second.session(session_id) == first.session(session_id)
    first.close()
    first.close()
    assert second.session(session_id).sets[0].reps
    second.close()
