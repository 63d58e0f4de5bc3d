"""Where annotated recordings come from: the store, and folders."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from repose.calibration.fitting.cases import clip_cases_of, kept_cases_of
from repose.calibration.fitting.fit import fit
from repose.calibration.fitting.numbers import with_numbers
from repose.errors import ReposeError
from repose.exercises import load_exercise
from repose.sessions.measured import measured_set
from repose.sessions.recording import save_recording
from repose.sessions.sql_store import SqlStore
from tests.kept import BEGUN_AT, a_session, kept_store, played
from tests.said import annotate

SLIDES = load_exercise("heel-slides")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = kept_store(tmp_path)
    yield made
    made.close()


def test_judged_sets_are_taken_and_counted_by_any_thresholds(store: SqlStore) -> None:
    session = a_session(store, reps=0, partials=2)
    a_session(store, begun_at=BEGUN_AT.replace(day=2))
    assert kept_cases_of(store, SLIDES).examples == ()
    annotate(store, session)
    (example,) = kept_cases_of(store, SLIDES).examples
    assert (example.person, example.session, example.recorded_at) == ("Ada", session, BEGUN_AT)
    assert not example.seen_before
    assert len(example.truth.complete) == 2
    kept = store.session(session)
    measured = measured_set(store, kept, kept.sets[0])
    for complete_share in (0.4, SLIDES.thresholds.complete_share):
        exercise = with_numbers(SLIDES, {"complete_share": complete_share})
        assert exercise is not None
        assert example.count(exercise) == measured.recount(exercise).reps
    assert [rep.reason for rep in example.count(SLIDES)] == ["turned_back_early"] * 2
    assert example.name.startswith("Ada 2027-03-01")
    assert f"left set 1 of 1 [{session[:8]}]" in example.name


def test_a_fit_to_kept_sets_counts_the_reps_that_were_missed(store: SqlStore) -> None:
    for number in (1, 2):
        annotate(store, a_session(store, reps=0, partials=2, begun_at=BEGUN_AT.replace(day=number)))
    cases = kept_cases_of(store, SLIDES, store.person_named("Ada").id)
    found = fit(cases.exercise, cases.examples, ("complete_share",))
    assert (found.present.missed, found.fitted.points) == (4, 0)
    assert set(found.changes) == {"complete_share"}


def test_a_signed_off_set_is_taken_until_that_is_undone(store: SqlStore) -> None:
    session = a_session(store)
    sign_off = {"type": "sign_off", "set_id": store.session(session).sets[0].id}
    done = store.add_change(session, "Rita", "", sign_off, after=None)
    (example,) = kept_cases_of(store, SLIDES).examples
    assert example.seen_before
    assert (len(example.truth.complete), len(example.truth.partials)) == (3, 1)
    store.add_change(session, "Rita", "", {"type": "undo", "change": done.id}, after=done.id)
    cases = kept_cases_of(store, SLIDES)
    assert (cases.examples, cases.left_out) == ((), ())


def test_other_persons_and_exercises_are_not_taken(store: SqlStore) -> None:
    annotate(store, a_session(store, "Bob"))
    annotate(store, a_session(store, "Ada", exercise="ankle-pumps", sides=("both",)))
    annotate(store, a_session(store, "Ada"))
    assert [one.person for one in kept_cases_of(store, SLIDES, store.person_named("Ada").id).examples] == [
        "Ada"
    ]
    assert {one.person for one in kept_cases_of(store, SLIDES).examples} == {"Ada", "Bob"}


def test_what_cannot_be_counted_is_named_with_the_reason(store: SqlStore, tmp_path: Path) -> None:
    annotate(store, a_session(store, recorded=False))
    damaged = a_session(store, begun_at=BEGUN_AT.replace(day=2))
    annotate(store, damaged)
    with sqlite3.connect(tmp_path / "repose.db") as database:
        database.execute("UPDATE chunks SET data = substr(data, 1, 40) WHERE first_s BETWEEN 4 AND 6")
    cases = kept_cases_of(store, SLIDES)
    assert cases.examples == ()
    reasons = sorted(sentence.rsplit(": ", 1)[1] for sentence in cases.left_out)
    assert reasons == ["its landmarks are not kept", "part of its landmarks cannot be read"]


def test_of_many_sets_the_newest_are_enough(store: SqlStore) -> None:
    sessions = [a_session(store, begun_at=BEGUN_AT.replace(day=number)) for number in (1, 2, 3)]
    for session in sessions:
        annotate(store, session)
    told: list[tuple[int, int, str]] = []
    cases = kept_cases_of(store, SLIDES, most=2, on_case=lambda *each: told.append(each))
    assert [one.session for one in cases.examples] == [sessions[2], sessions[1]]
    assert cases.left_out == ("1 older sets: the newest 2 are enough",)
    assert [(done, total) for done, total, _ in told] == [(0, 2), (1, 2)]


# Clips.


def a_clip(folder: Path, name: str, **more: object) -> Path:
    """A recording of two reps and a partial of the left leg, and its truth."""
    save_recording(played("heel-slides", "left", 2, 1, 0.5, 4.0, 30.0), folder / f"{name}.parquet")
    truth = {
        "format": "repose-truth",
        "version": 1,
        "exercise": "heel-slides",
        "reps": [
            {"side": "left", "peak_s": 4.05},
            {"side": "left", "peak_s": 8.85},
            {"side": "left", "peak_s": 13.65, "complete": False},
        ],
    }
    path = folder / f"{name}.truth.json"
    path.write_text(json.dumps(truth | more), encoding="utf-8")
    return path


def test_recordings_of_a_folder_are_taken(tmp_path: Path) -> None:
    truth = a_clip(tmp_path, "a")
    a_clip(tmp_path, "feet", exercise="ankle-pumps")
    told: list[str] = []
    cases = clip_cases_of([tmp_path], SLIDES, on_clip=lambda done, total, name: told.append(name))
    (example,) = cases.examples
    assert (example.name, told) == ("a", ["a"])
    assert [rep.reason for rep in example.count(SLIDES)] == [None, None, "turned_back_early"]
    assert fit(SLIDES, cases.examples).present.points == 0
    for path in (truth, tmp_path / "a.parquet"):
        assert [one.name for one in clip_cases_of([path, tmp_path], SLIDES).examples] == ["a"]


def test_a_view_that_cannot_show_it_is_left_out(tmp_path: Path) -> None:
    a_clip(tmp_path, "feet", not_measurable="seen from the feet")
    cases = clip_cases_of([tmp_path], SLIDES)
    assert cases.examples == ()
    assert cases.left_out == ("feet: its view cannot show the exercise",)


def test_a_clips_own_calibration_is_not_used(tmp_path: Path) -> None:
    a_clip(tmp_path, "stiff", calibration="stiff.toml")
    cases = clip_cases_of([tmp_path], SLIDES)
    assert len(cases.examples) == 1
    assert "stiff.toml" in cases.left_out[0]


def test_a_clip_needs_its_truth(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"")
    with pytest.raises(ReposeError, match=r"needs its truth file a\.truth\.json beside it"):
        clip_cases_of([tmp_path / "a.mp4"], SLIDES)
    with pytest.raises(ReposeError, match="no truth files"):
        clip_cases_of([tmp_path], SLIDES)
