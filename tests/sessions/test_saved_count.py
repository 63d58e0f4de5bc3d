"""Videos and recordings that were counted become sessions."""

import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from repose.errors import ReposeError
from repose.exercises import load_exercise
from repose.pose.landmarks import PoseTrack
from repose.sessions.open_store import open_store
from repose.sessions.recording import save_recording
from repose.sessions.records import KeptSession, Origin
from repose.sessions.recount import recount
from repose.sessions.saved_count import save_count
from tests.kept import counted
from tests.program import RunCli
from tests.puppet import Doing, perform
from tests.puppet.damage import lost
from tests.sessions.keeping import a_store


@pytest.fixture(scope="module")
def track() -> PoseTrack:
    """Three heel slides of the left leg, with two seconds unseen at the end."""
    film = perform(Doing("heel-slides", "left", reps=3, tempo_s=2.4, settle_s=1.5)).film(15.0)
    return lost(film, float(film.time_s[-1]) - 2, float(film.time_s[-1]) + 1)


@pytest.fixture
def recording(track: PoseTrack, tmp_path: Path) -> Path:
    path = tmp_path / "slides.parquet"
    save_recording(track, path)
    return path


def the_session(database: Path) -> KeptSession:
    with closing(open_store(str(database))) as store:
        (entry,) = store.sessions()
        return store.session(entry.id)


def test_a_count_is_kept_whole(run_cli: RunCli, recording: Path, tmp_path: Path, track: PoseTrack) -> None:
    database = tmp_path / "kept.db"
    said = run_cli(
        "count", recording, "--exercise", "heel-slides", "--side", "left", "--json", "--save",
        "--person", "Ada", "--database", database,
    )  # fmt: skip
    assert (said.code, said.err) == (0, "")
    told = json.loads(said.out)
    kept = the_session(database)
    assert told["session"] == kept.id
    assert kept.person.name == "Ada"
    head = kept.head
    assert (head.origin, head.source, head.model, head.programme) == (
        Origin.VIDEO,
        "slides.parquet",
        track.model,
        None,
    )
    assert kept.ended_at is not None
    (one,) = kept.sets
    assert (one.head.position, one.head.number, one.head.of, one.head.target) == (0, 1, 1, None)
    assert (one.head.prescribed, one.head.begun_s, one.head.hold_s) == ("left", 0.0, 0.0)
    assert one.state.counted_from == (track.time_s[0],)
    assert one.state.ended_s == track.time_s[-1]
    assert one.state.view == "from the side, right side nearer"
    assert [span.reason for span in one.state.unmeasured] == ["no_body"]
    assert len([each for each in one.reps if each.rep.reason is None]) == told["counts"]["total"] == 3
    with closing(open_store(str(database))) as store:
        tracks = list(store.landmarks(kept.id))
    assert max(len(piece.time_s) for piece in tracks) <= 16
    assert np.array_equal(np.concatenate([piece.time_s for piece in tracks]), track.time_s)
    points = np.concatenate([piece.points for piece in tracks])
    assert points.tobytes() == track.points.tobytes()
    assert recount(one.head, one.state, tracks).reps == tuple(each.rep for each in one.reps)


def test_without_json_it_says_where_it_is_kept(run_cli: RunCli, recording: Path, tmp_path: Path) -> None:
    database = tmp_path / "kept.db"
    said = run_cli("count", recording, "--exercise", "heel-slides", "--save", "--database", database)
    kept = the_session(database)
    assert said.code == 0
    assert f"kept as session {kept.id[:8]}; `repose review {kept.id[:8]}`" in " ".join(said.out.split())
    assert kept.sets[0].head.prescribed == "auto"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--database", "x.db"), "add that, or leave it out"),
        (("--save", "--person", " "), "a name has at least one letter"),
        (("--save", "--database", "/"), "/"),
    ],
)
def test_what_is_wrong_is_told_before_the_count(
    run_cli: RunCli, recording: Path, tmp_path: Path, options: tuple[str, ...], expected: str
) -> None:
    said = run_cli(
        "count",
        recording,
        "--exercise",
        "heel-slides",
        "--save-recording",
        tmp_path / "other.parquet",
        *options,
    )
    assert (said.code, said.out) == (2, "")
    assert expected in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "other.parquet").exists()


def test_what_cannot_be_kept_whole_is_not_kept(
    track: PoseTrack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ReposeError("the disk is full")

    exercise = load_exercise("heel-slides")
    with closing(a_store(tmp_path)) as store:
        monkeypatch.setattr(store, "keep_landmarks", fail)
        with pytest.raises(ReposeError, match="the disk is full"):
            save_count(store, counted(track, exercise, "left"), track, exercise, "left", source="a.mp4")
        assert store.sessions() == ()


def test_a_video_without_a_picture_is_kept_as_such(tmp_path: Path, track: PoseTrack) -> None:
    exercise = load_exercise("heel-slides")
    nothing = lost(track, -1, 1e9)
    with closing(a_store(tmp_path)) as store:
        save_count(store, counted(nothing, exercise, "left"), nothing, exercise, "left", source="a.mp4")
        (entry,) = store.sessions()
        (one,) = store.session(entry.id).sets
    assert (one.reps, one.state.view) == ((), None)
    assert one.state.unmeasured
