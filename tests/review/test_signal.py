"""The signal of a kept set is the very one that was counted on."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from repose.counting.counter import Counter
from repose.counting.result import Side
from repose.errors import ReposeError
from repose.exercises import load_exercise
from repose.review.signal import NOTHING, Signal, signal_of
from repose.sessions.readable import readable
from repose.sessions.records import Origin, SessionHead, SetHead, SetState
from repose.sessions.recount import span_of
from repose.sessions.sql_store import SqlStore
from tests.kept import BEGUN_AT, a_session, counted, keep, kept_store, played
from tests.puppet.damage import picked, shifted


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = kept_store(tmp_path)
    yield made
    made.close()


def damage(folder: Path, first_s: float, to_s: float) -> None:
    """Spoil the chunks that begin in a span."""
    with sqlite3.connect(folder / "repose.db") as database:
        database.execute(
            "UPDATE chunks SET data = substr(data, 1, 40) WHERE first_s >= ? AND first_s < ?", (first_s, to_s)
        )


def test_it_is_the_signal_that_was_counted_to_the_last_bit(store: SqlStore) -> None:
    kept = store.session(a_session(store, sides=("left", "right")))
    exercise = load_exercise("heel-slides")
    sides: tuple[Side, Side] = ("left", "right")
    for one, side in zip(kept.sets, sides, strict=True):
        track = shifted(played("heel-slides", side, 3, 1, 0.5, 4.0, 30.0), one.head.begun_s)
        truly = counted(track, exercise, side).trace
        signal = signal_of(store, kept, one.id)
        assert signal.time_s.tobytes() == truly.time_s.tobytes()
        assert signal.excursion.tobytes() == truly.excursion.tobytes()
        assert signal.angle.tobytes() == truly.angle.tobytes()
        assert signal.damaged == ()


def test_thresholds_are_those_that_were_in_force(store: SqlStore) -> None:
    usual = load_exercise("heel-slides").thresholds
    stiff = usual.model_copy(update={"target_deg": 60.0})
    one = store.session(a_session(store))
    other = store.session(a_session(store, thresholds=stiff))
    ordinary, larger = (signal_of(store, kept, kept.sets[0].id) for kept in (one, other))
    assert np.nanmax(larger.excursion) > 1.5 * np.nanmax(ordinary.excursion)


def test_a_set_that_several_counters_counted_is_counted_by_as_many(store: SqlStore) -> None:
    """A pause in the set: each counter begins with the person anew."""
    track = played("heel-slides", "left", 2, 0, 0.5, 4.0, 30.0)
    later = shifted(track, float(track.time_s[-1]) + 4.0)
    person = store.person_named("Ada")
    head = SessionHead(person.id, Origin.LIVE, "camera 0", BEGUN_AT, None, "full", {})
    session_id = store.begin_session(head)
    limits = load_exercise("heel-slides").thresholds
    starts = (float(track.time_s[0]), float(later.time_s[0]))
    of_set = SetHead(0, "heel-slides", "left", 1, 1, 10, 0.0, starts[0], limits)
    set_id = store.begin_set(session_id, of_set, SetState(counted_from=starts))
    keep(store, session_id, track)
    keep(store, session_id, later)
    wanted = [counted(part, load_exercise("heel-slides"), "left").trace for part in (track, later)]
    signal = signal_of(store, store.session(session_id), set_id)
    assert signal.time_s.tolist() == [*wanted[0].time_s.tolist(), *wanted[1].time_s.tolist()]
    joined = np.concatenate([wanted[0].excursion, wanted[1].excursion])
    assert signal.excursion.tobytes() == joined.tobytes()


def test_a_session_without_landmarks_has_no_signal(store: SqlStore) -> None:
    kept = store.session(a_session(store, recorded=False))
    assert signal_of(store, kept, kept.sets[0].id) is NOTHING


def test_a_set_that_is_not_there_is_refused(store: SqlStore) -> None:
    kept = store.session(a_session(store))
    with pytest.raises(ReposeError, match="no set 99"):
        signal_of(store, kept, 99)


@pytest.mark.parametrize("span", [(5.0, 6.0), (5.0, 9.0), (0.0, 3.0), (15.0, 99.0)])
def test_around_what_is_damaged_the_rest_is_read(
    store: SqlStore, tmp_path: Path, span: tuple[float, float]
) -> None:
    kept = store.session(a_session(store))
    damage(tmp_path, *span)
    signal = signal_of(store, kept, kept.sets[0].id)
    ((from_s, to_s),) = signal.damaged
    assert from_s <= max(span[0], 0.0) + 0.05
    assert to_s >= min(span[1], 21.0) - 0.1
    assert to_s <= max(2 * (span[1] - span[0]) + span[0] + 2, span[1])
    if span[0] > 0:
        assert signal.time_s[0] < span[0], "what comes before is there"
    if span[1] < 20:
        assert signal.time_s[-1] > to_s, "what comes after too"


def test_a_recording_damaged_from_begin_to_end_is_no_signal(store: SqlStore, tmp_path: Path) -> None:
    kept = store.session(a_session(store))
    damage(tmp_path, -1.0, 1e9)
    signal = signal_of(store, kept, kept.sets[0].id)
    assert len(signal.time_s) == 0
    assert len(signal.damaged) == 1


def test_readable_gives_every_picture_once(store: SqlStore) -> None:
    session_id = a_session(store)
    kept = store.session(session_id)
    assert kept.recorded_s is not None
    tracks = list(readable(store, session_id, *kept.recorded_s, []))
    times = np.concatenate([track.time_s for track in tracks])
    assert (np.diff(times) > 0).all()
    assert len(times) == len(played("heel-slides", "left", 3, 1, 0.5, 4.0, 30.0).time_s)


def test_a_set_without_an_end_lasts_up_to_the_next(store: SqlStore) -> None:
    kept = store.session(a_session(store, sides=("left", "right"), ended=False))
    first, second = kept.sets
    open_ended = replace(first, state=replace(first.state, ended_s=None))
    kept = replace(kept, sets=(open_ended, second))
    assert span_of(kept, first.id) == (first.head.begun_s, second.head.begun_s)
    assert span_of(kept, second.id) == (second.head.begun_s, None)


def test_a_picture_that_gets_smaller_in_the_middle_of_a_set_is_the_same_picture(store: SqlStore) -> None:
    track = played("heel-slides", "left", 2, 0, 0.5, 4.0, 30.0)
    half = len(track.time_s) // 2
    width, height = track.frame_size
    small = replace(picked(track, slice(half, None)), frame_size=(width // 2, height // 2))
    signals = []
    for rest in (picked(track, slice(half, None)), small):
        session_id = a_session(store, recorded=False, reps=2, partials=0)
        keep(store, session_id, picked(track, slice(0, half)))
        keep(store, session_id, rest)
        kept = store.session(session_id)
        signals.append(signal_of(store, kept, kept.sets[0].id))
    whole, smaller = signals
    np.testing.assert_array_equal(smaller.time_s, whole.time_s)
    np.testing.assert_array_equal(smaller.excursion, whole.excursion)
    assert whole.time_s[-1] == pytest.approx(track.time_s[-1], abs=0.1)


def a_signal(ticks: int) -> Signal:
    time_s = np.arange(ticks) / 20
    excursion = np.sin(time_s)
    excursion[ticks // 2] = 9.0
    excursion[ticks // 3 : ticks // 3 + ticks // 10] = np.nan
    return Signal(time_s, excursion, excursion * 90)


def test_thinning_keeps_peaks_and_gaps() -> None:
    signal = a_signal(50_000)
    thin = signal.thinned(1200)
    assert len(thin.time_s) <= 1200
    assert (np.diff(thin.time_s) > 0).all()
    assert np.nanmax(thin.excursion) == 9.0
    assert np.nanmin(thin.excursion) == np.nanmin(signal.excursion)
    gap = (thin.time_s > signal.time_s[18_000]) & (thin.time_s < signal.time_s[20_000])
    assert gap.any()
    assert np.isnan(thin.excursion[gap]).all()
    assert a_signal(100).thinned(1200).time_s.tolist() == a_signal(100).time_s.tolist()


def test_a_part_of_a_signal() -> None:
    part = a_signal(1000).within(10.0, 20.0)
    assert (part.time_s[0], part.time_s[-1]) == (10.0, 20.0)
    assert len(part.time_s) == len(part.excursion) == len(part.angle) == 201


def test_the_reps_are_those_that_were_kept(store: SqlStore) -> None:
    """What a reviewer sees in the signal is what the kept reps were counted on."""
    kept = store.session(a_session(store))
    one = kept.sets[0]
    signal = signal_of(store, kept, one.id)
    counter = Counter(load_exercise("heel-slides"), (640, 480), "left")
    for track in store.landmarks(kept.id):
        counter.push(track)
    counter.finish()
    result = counter.result()
    assert [rep.rep for rep in one.reps] == sorted(
        (*result.reps, *result.partials), key=lambda rep: rep.decided_s
    )
    for rep in result.reps:
        at = int(np.argmin(np.abs(signal.time_s - rep.peak_s)))
        assert signal.excursion[at] == pytest.approx(rep.excursion, abs=0.05)
