"""Exported landmarks are the very same bits, and counting them gives the very same reps."""

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from repose.calibration.load import load_thresholds
from repose.errors import ReposeError
from repose.evaluation.truth import read_truth
from repose.pipeline import count_source
from repose.pose.landmarks import PoseTrack
from repose.sessions.export import export
from repose.sessions.export_recordings import calibration_toml, segments
from repose.sessions.recording import load_recording
from repose.sessions.sql_store import SqlStore
from tests.kept import a_session, kept_store


def recordings(to: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(to / "recordings.parquet").to_pylist()
    return rows


@pytest.mark.parametrize("slug", ["heel-slides", "backwards-stretch"])
def test_counting_an_exported_recording_gives_the_same_reps(slug: str, tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    own = load_thresholds(slug).model_copy(update={"complete_share": 0.5, "still_deg": 4.5})
    sides: Any = ("both",) if slug == "backwards-stretch" else ("left", "right")
    session_id = a_session(store, exercise=slug, reps=2, sides=sides, thresholds=own, sets=2)
    to = tmp_path / "out"
    export(store, to, session_ids=[session_id])
    session, rows = store.session(session_id), recordings(to)
    assert [row["set_id"] for row in rows] == [one.id for one in session.sets]
    for row, one in zip(rows, session.sets, strict=True):
        result, _, _ = count_source(
            str(to / row["file"]), row["exercise"], side=row["side"], calibration=to / row["calibration"]
        )
        counted = sorted((*result.reps, *result.partials), key=lambda rep: rep.decided_s)
        assert counted == [kept.rep for kept in one.reps]
        assert len(counted) == 3


def test_all_landmarks_are_exported_once_and_to_the_bit(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    session_id = a_session(store, reps=1, sides=("left", "right"), rate=15)
    to = tmp_path / "out"
    export(store, to, session_ids=[session_id])
    tracks = [load_recording(to / row["file"]) for row in recordings(to)]
    kept = list(store.landmarks(session_id))
    for name in ("time_s", "points", "light"):
        ours = np.concatenate([getattr(track, name) for track in kept])
        theirs = np.concatenate([getattr(track, name) for track in tracks])
        assert ours.tobytes() == theirs.tobytes()
    assert tracks[0].software == kept[0].software


def test_a_recording_is_cut_where_the_picture_or_the_model_changes(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    session_id = a_session(store, reps=1, rate=15)
    last = list(store.landmarks(session_id))[-1]
    after: PoseTrack = replace(last, time_s=last.time_s + 10, frame_size=(320, 240), model="heavy")
    store.keep_landmarks(session_id, after)
    store.keep_landmarks(session_id, replace(after, time_s=after.time_s + 10, model="full"))
    to = tmp_path / "out"
    export(store, to, session_ids=[session_id])
    rows = recordings(to)
    assert [(row["width"], row["height"], row["model"], row["set_id"] is None) for row in rows] == [
        (*last.frame_size, "full", False),
        (320, 240, "heavy", True),
        (320, 240, "full", True),
    ]
    assert [row["frames"] for row in rows[1:]] == [len(after.time_s)] * 2


def test_times_between_sets_belong_to_no_set(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    session = store.session(a_session(store, reps=1, sides=("left", "right"), rate=15))
    first, second = session.sets
    assert first.state.ended_s is not None
    assert second.state.ended_s is not None
    found = segments(session)
    assert [segment.of for segment in found] == [None, first, None, second, None]
    for before, after in pairwise(found):
        assert before.to_s == after.from_s
    # The last pose of a set is one that was counted.
    assert found[1].from_s <= first.state.ended_s < found[1].to_s
    assert found[0].from_s == -math.inf
    assert found[-1].to_s == math.inf


def test_an_annotation_becomes_a_truth_file_beside_its_recording(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    session_id = a_session(store, reps=2, rate=15)
    (one,) = store.session(session_id).sets
    reps = [{"side": "left", "complete": k < 2, "peak_s": kept.rep.peak_s} for k, kept in enumerate(one.reps)]
    truth = {"format": "repose-truth", "version": 1, "exercise": "heel-slides", "reps": reps}
    store.add_annotation(one.id, "Grace", truth | {"reps": []})
    store.add_annotation(one.id, "Grace", truth)
    to = tmp_path / "out"
    export(store, to, session_ids=[session_id])
    (row,) = recordings(to)
    read = read_truth(to / row["truth"])
    assert (to / row["truth"]).parent / str(read.clip) == to / row["file"]
    assert ((to / row["truth"]).parent / str(read.calibration)).is_file()
    assert [rep.peak_s for rep in read.reps] == [kept.rep.peak_s for kept in one.reps]
    assert read.side == "left"


def test_thresholds_come_back_from_their_calibration_file(tmp_path: Path) -> None:
    for slug in ("ankle-pumps", "knee-to-chest"):
        own = load_thresholds(slug).model_copy(update={"target_deg": 113.125, "own_best_share": 0.1})
        path = tmp_path / f"{slug}.toml"
        path.write_text(calibration_toml(slug, own), encoding="utf-8")
        assert load_thresholds(slug, path) == own


def test_a_damaged_part_is_left_out_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = kept_store(tmp_path)
    session_id = a_session(store, reps=1, partials=0, rate=15)
    whole = list(store.landmarks(session_id))
    bad = whole[3]
    read = SqlStore.landmarks

    def damaged(self: SqlStore, wanted: str, from_s: float | None = None, to_s: float | None = None) -> Any:
        for track in read(self, wanted, from_s, to_s):
            if track.time_s[0] <= bad.time_s[-1] and track.time_s[-1] >= bad.time_s[0]:
                raise ReposeError("a part of this recording is damaged; restore a backup, or delete it")
            yield track

    monkeypatch.setattr(SqlStore, "landmarks", damaged)
    to = tmp_path / "out"
    (problem,) = export(store, to, session_ids=[session_id])
    assert session_id in problem
    assert "damaged" in problem
    assert "damaged" in (to / "README.txt").read_text("utf-8")
    times = np.concatenate([load_recording(to / row["file"]).time_s for row in recordings(to)])
    before = np.concatenate([track.time_s for track in whole[:3]])
    assert (times[: len(before)] == before).all()
    # It goes on within a second after the damaged part, up to the end.
    assert bad.time_s[-1] < times[len(before)] <= bad.time_s[-1] + 1
    assert times[-1] == whole[-1].time_s[-1]
    assert pq.read_table(to / "reps.parquet").num_rows == 1


def test_a_video_goes_along_unless_it_is_left_out(tmp_path: Path) -> None:
    store = kept_store(tmp_path)
    session_id = a_session(store, reps=1, rate=15, recorded=False, video="kept.mp4")
    store.videos.mkdir(exist_ok=True)
    (store.videos / "kept.mp4").write_bytes(b"moving pictures")
    export(store, tmp_path / "with", session_ids=[session_id])
    export(store, tmp_path / "without", session_ids=[session_id], videos=False)
    name = f"videos/{session_id}.mp4"
    assert (tmp_path / "with" / name).read_bytes() == b"moving pictures"
    assert pq.read_table(tmp_path / "with" / "sessions.parquet").column("video").to_pylist() == [name]
    assert not (tmp_path / "without" / "videos").exists()
    assert pq.read_table(tmp_path / "without" / "sessions.parquet").column("video").to_pylist() == [None]
