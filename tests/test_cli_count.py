"""`repose count` from end to end, with the real pose model."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from repose.sessions.recording import load_recording
from tests.program import SAMPLES, RunCli, Said

REP_KEYS = [
    "side", "start_s", "peak_s", "end_s", "hold_s", "peak", "excursion", "confidence", "faults",
]  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """A clip that was counted once, and what that left."""

    clip: Path
    recording: Path
    overlay: Path
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        found = json.loads(self.stdout)
        assert isinstance(found, dict)
        return found


@pytest.fixture(scope="module")
def counted(one_slide: Path, tmp_path_factory: pytest.TempPathFactory) -> Counted:
    folder = tmp_path_factory.mktemp("counted")
    recording, overlay = folder / "one-slide.parquet", folder / "overlay.mp4"
    overlay.write_text("what was here before")
    command = [sys.executable, "-m", "repose", "count", one_slide, "--exercise", "heel-slides", "--json"]
    command += ["--save-recording", recording, "--overlay", overlay]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True, cwd=folder)
    assert {path.name for path in folder.iterdir()} == {"one-slide.parquet", "overlay.mp4"}
    return Counted(one_slide, recording, overlay, done.stdout, done.stderr)


def test_stdout_is_one_json_object_with_the_promised_names(counted: Counted) -> None:
    said = counted.json
    assert list(said) == [
        "exercise", "source", "duration_s", "not_measured_s", "counts", "reps", "partials", "not_measured",
        "thresholds", "software",
    ]  # fmt: skip
    assert said["exercise"] == "heel-slides"
    assert said["source"] == "one-slide.mp4"
    assert said["counts"] == {"left": 0, "right": 1, "both": 0, "total": 1}
    assert list(said["reps"][0]) == REP_KEYS
    assert said["thresholds"]["complete_share"] > 0


def test_the_numbers_are_those_of_the_clip(counted: Counted) -> None:
    said = counted.json
    assert said["duration_s"] == pytest.approx(6.5, abs=0.1)
    assert said["not_measured_s"] == 0
    rep = said["reps"][0]
    assert rep["side"] == "right"
    # The truth: 1.5 s, 3.267 to 3.8 s, 5.594 s, held for 1.192 s.
    assert rep["start_s"] == pytest.approx(1.5, abs=0.5)
    assert rep["peak_s"] == pytest.approx(3.5, abs=0.5)
    assert rep["end_s"] == pytest.approx(5.6, abs=0.5)
    assert rep["hold_s"] == pytest.approx(1.2, abs=0.25)
    assert rep["peak"]["knee_flexion"] == pytest.approx(106, abs=10)


def test_numbers_are_rounded_to_what_they_mean(counted: Counted) -> None:
    rep = counted.json["reps"][0]
    for name in ("start_s", "peak_s", "end_s", "hold_s", "excursion", "confidence"):
        assert rep[name] == round(rep[name], 3)
    assert all(angle == round(angle, 1) for angle in rep["peak"].values())


def test_software_tells_versions_and_the_model(counted: Counted) -> None:
    software = counted.json["software"]
    assert {"repose", "python", "mediapipe", "opencv", "numpy", "model", "model_sha256"} <= set(software)
    assert software["model"] == "full"
    assert re.fullmatch("[0-9a-f]{64}", software["model_sha256"])


def test_stderr_is_quiet_where_no_terminal_listens(counted: Counted) -> None:
    assert counted.stderr == ""


def test_counting_the_recording_says_the_same_to_the_last_bit(counted: Counted, run_cli: RunCli) -> None:
    said = run_cli("count", counted.recording, "--exercise", "heel-slides", "--json")
    assert said.code == 0
    assert json.loads(said.out) == counted.json | {"source": "one-slide.parquet"}
    assert said.err == ""


def test_the_recording_holds_every_frame(counted: Counted) -> None:
    track = load_recording(counted.recording)
    assert len(track.time_s) == 95
    assert track.source == "one-slide.mp4"
    assert track.software == counted.json["software"]


def test_the_overlay_has_the_frames_the_size_and_the_time_of_the_clip(counted: Counted) -> None:
    def read(path: Path) -> tuple[list[float], tuple[int, int]]:
        with av.open(str(path)) as container:
            frames = list(container.decode(video=0))
            return [frame.time or 0.0 for frame in frames], (frames[0].width, frames[0].height)

    times, size = read(counted.overlay)
    clip_times, clip_size = read(counted.clip)
    assert size == clip_size
    assert times == pytest.approx(clip_times, abs=1e-3)


def share_changed(one: av.VideoFrame, other: av.VideoFrame) -> float:
    """How much of a picture differs plainly, more than compression makes it."""
    before, after = (frame.to_ndarray(format="rgb24").astype(int) for frame in (one, other))
    return float(np.mean(np.abs(before - after) > 60))


def test_the_overlay_is_drawn_upon(counted: Counted) -> None:
    with av.open(str(counted.overlay)) as drawn, av.open(str(counted.clip)) as plain:
        pairs = zip(drawn.decode(video=0), plain.decode(video=0), strict=True)
        shares = [share_changed(one, other) for one, other in pairs]
    assert 0.005 < min(shares) < max(shares) < 0.2


def test_the_table_for_people(counted: Counted, run_cli: RunCli) -> None:
    said = run_cli("count", counted.recording, "--exercise", "heel-slides")
    assert said.code == 0
    assert "Heel slides in one-slide.parquet, 6." in said.out
    assert "1 rep: 1 right" in said.out
    assert re.search(r"1 +right +\d\.\d +3\.\d +5\.\d +1\.\d +\d+ % +\d+ % +knee flexion 1\d\d°", said.out)
    assert max(map(len, said.out.splitlines())) <= 120


def test_the_prescribed_side_decides(counted: Counted, run_cli: RunCli) -> None:
    said = run_cli("count", counted.recording, "--exercise", "heel-slides", "--side", "left", "--json")
    assert json.loads(said.out)["counts"]["right"] == 0


def test_another_exercise_is_not_counted_in_it(counted: Counted, run_cli: RunCli) -> None:
    said = run_cli("count", counted.recording, "--exercise", "backwards-stretch", "--json")
    assert json.loads(said.out)["counts"]["total"] == 0


def test_a_calibration_file_overrides_and_is_in_the_output(
    counted: Counted, run_cli: RunCli, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text("[heel-slides]\ntarget_deg = 150.0\n")
    arguments = ("count", counted.recording, "--exercise", "heel-slides", "--json")
    said = json.loads(run_cli(*arguments, "--calibration", tmp_path / "mine.toml").out)
    assert said["thresholds"]["target_deg"] == 150
    assert counted.json["thresholds"]["target_deg"] != 150
    events = said["reps"] + said["partials"]
    assert events[0]["excursion"] < counted.json["reps"][0]["excursion"]


def test_a_partial_has_the_same_fields_and_its_reason(
    run_cli: RunCli, tmp_path: Path, counted: Counted
) -> None:
    (tmp_path / "strict.toml").write_text("[heel-slides]\ntarget_deg = 150.0\ncomplete_share = 0.9\n")
    arguments = ("count", counted.recording, "--exercise", "heel-slides")
    said = json.loads(run_cli(*arguments, "--calibration", tmp_path / "strict.toml", "--json").out)
    assert said["counts"]["total"] == 0
    assert list(said["partials"][0]) == [*REP_KEYS, "reason"]
    table = run_cli(*arguments, "--calibration", tmp_path / "strict.toml").out
    assert "0 reps; 1 partial" in table
    assert f"partial: {said['partials'][0]['reason'].replace('_', ' ')}" in table


# What is wrong, and how the file gets so.


def write_wall(
    path: Path, frames: int = 20, size: tuple[int, int] = (64, 48), codec: str = "libx264"
) -> None:
    """A wall with nobody in front of it."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        wall = np.full((48, 64, 3), 150, np.uint8)
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(wall, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_sound(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def assert_one_line(said: Said, *words: str) -> None:
    assert said.code == 2
    assert said.out == ""
    assert re.fullmatch(r"repose: [^\n]+\n", said.err), said.err
    for word in words:
        assert word in said.err


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A folder of sources that cannot be counted."""
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("this is no video\n" * 100)
    (tmp_path / "folder.mp4").mkdir()
    write_sound(tmp_path / "sound.mp4")
    write_wall(tmp_path / "whole.mp4")
    (tmp_path / "headless.mp4").write_bytes((tmp_path / "whole.mp4").read_bytes()[:700])
    (tmp_path / "noise.mp4").write_bytes(os.urandom(5000))
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["missing.mp4", "empty.mp4", "text.mp4", "folder.mp4", "sound.mp4", "headless.mp4", "noise.mp4",
     "damaged.parquet", "missing.parquet"],
)  # fmt: skip
def test_a_source_that_cannot_be_counted_is_told_in_one_line(bad: Path, name: str, run_cli: RunCli) -> None:
    arguments = ("--exercise", "heel-slides", "--save-recording", bad / "rec.parquet", "--json")
    before = set(bad.iterdir())
    assert_one_line(run_cli("count", bad / name, *arguments), name)
    assert set(bad.iterdir()) == before


def test_a_camera_that_is_not_there(run_cli: RunCli) -> None:
    assert_one_line(run_cli("count", "camera:97", "--exercise", "heel-slides"), "camera:97")


def test_an_unknown_exercise_names_the_known_ones(counted: Counted, run_cli: RunCli) -> None:
    said = run_cli("count", counted.recording, "--exercise", "handstand")
    assert_one_line(said, "handstand", "ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch")


def test_a_recording_from_a_newer_version(counted: Counted, run_cli: RunCli, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(counted.recording)
    metadata = {**(table.schema.metadata or {}), b"repose.format_version": b"99"}
    pq.write_table(table.replace_schema_metadata(metadata), tmp_path / "newer.parquet")
    said = run_cli("count", tmp_path / "newer.parquet", "--exercise", "heel-slides")
    assert_one_line(said, "newer", "99", "update")


def test_a_cut_off_recording(counted: Counted, run_cli: RunCli, tmp_path: Path) -> None:
    whole = counted.recording.read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    assert_one_line(run_cli("count", tmp_path / "cut.parquet", "--exercise", "heel-slides"), "cut.parquet")


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_a_missing_or_wrong_model(
    content: bytes | None, one_slide: Path, run_cli: RunCli, tmp_path: Path
) -> None:
    model = tmp_path / "mine.task"
    if content is not None:
        model.write_bytes(content)
    assert_one_line(run_cli("count", one_slide, "--exercise", "heel-slides", "--model", model), "mine.task")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[heel-slides]\ntarget_deg = 999\n", ("mine.toml", "target_deg", "999", "180")),
        ("[heel-slides]\nspeed = 1\n", ("mine.toml", "speed")),
        ("[handstand]\ntarget_deg = 90\n", ("mine.toml", "handstand")),
        ("no toml", ("mine.toml",)),
    ],
)
def test_a_wrong_calibration_names_file_key_value_and_range(
    text: str, words: tuple[str, ...], counted: Counted, run_cli: RunCli, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(text)
    arguments = ("--exercise", "heel-slides", "--calibration", tmp_path / "mine.toml")
    assert_one_line(run_cli("count", counted.recording, *arguments), *words)


def test_a_missing_calibration(counted: Counted, run_cli: RunCli, tmp_path: Path) -> None:
    arguments = ("--exercise", "heel-slides", "--calibration", tmp_path / "none.toml")
    assert_one_line(run_cli("count", counted.recording, *arguments), "none.toml")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--overlay", "nowhere/out.mp4"),
        ("--overlay", "folder.mp4"),
        ("--overlay", "out.avi"),
        ("--overlay", "whole.mp4"),
        ("--save-recording", "nowhere/rec.parquet"),
        ("--save-recording", "folder.mp4"),
        ("--save-recording", "whole.mp4"),
        ("--save-recording", "same.mp4", "--overlay", "same.mp4"),
    ],
)
def test_an_unwritable_output_is_found_before_the_work(
    bad: Path, arguments: tuple[str, ...], run_cli: RunCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bad)
    monkeypatch.setattr("repose.pipeline.count_source", None)
    before = {path: path.stat().st_mtime_ns for path in bad.rglob("*")}
    assert_one_line(run_cli("count", "whole.mp4", "--exercise", "heel-slides", *arguments))
    assert {path: path.stat().st_mtime_ns for path in bad.rglob("*")} == before


# What is unusual, and counted all the same.


def test_a_video_without_a_person_counts_nothing_and_says_why(run_cli: RunCli, tmp_path: Path) -> None:
    write_wall(tmp_path / "wall.mp4")
    said = json.loads(run_cli("count", tmp_path / "wall.mp4", "--exercise", "heel-slides", "--json").out)
    assert said["counts"]["total"] == 0
    assert said["not_measured_s"] == pytest.approx(2.0, abs=0.1)
    assert {span["reason"] for span in said["not_measured"]} == {"no_body"}
    table = run_cli("count", tmp_path / "wall.mp4", "--exercise", "heel-slides").out
    assert "nobody was found in the picture: show the whole body" in table


def test_a_video_that_breaks_off_is_counted_and_told(
    one_slide: Path, run_cli: RunCli, tmp_path: Path
) -> None:
    with av.open(str(one_slide)) as source, av.open(str(tmp_path / "whole.mkv"), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    whole = (tmp_path / "whole.mkv").read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    said = run_cli("count", tmp_path / "cut.mkv", "--exercise", "heel-slides", "--json")
    assert said.code == 0
    assert 1 < json.loads(said.out)["duration_s"] < 5
    assert re.fullmatch(r"repose: cut\.mkv: [^\n]+\n", said.err)


def resized(clip: Path, to: Path, size: tuple[int, int]) -> Path:
    """A clip in another size."""
    with av.open(str(clip)) as source, av.open(str(to), "w") as target:
        stream = target.add_stream("libx264", rate=15, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for frame in source.decode(video=0):
            larger = frame.reformat(*size)
            larger.pts, larger.time_base = frame.pts, frame.time_base
            target.mux(stream.encode(larger))
        target.mux(stream.encode(None))
    return to


def test_4k_is_counted(one_slide: Path, run_cli: RunCli, tmp_path: Path) -> None:
    clip = resized(one_slide, tmp_path / "4k.mp4", (3840, 2160))
    arguments = ("--exercise", "heel-slides", "--json", "--overlay", tmp_path / "overlay.mp4")
    said = json.loads(run_cli("count", clip, *arguments).out)
    assert said["counts"] == {"left": 0, "right": 1, "both": 0, "total": 1}
    with av.open(str(tmp_path / "overlay.mp4")) as overlay:
        assert overlay.streams.video[0].frames == 95


def test_ctrl_c_exits_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "repose",
        "count",
        SAMPLES / "heel-slides.mp4",
        "--exercise",
        "heel-slides",
    ]
    command += ["--overlay", tmp_path / "out.mp4", "--save-recording", tmp_path / "out.parquet"]
    # A shell that runs the tests in the background may have it ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    while not any(tmp_path.iterdir()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_the_source_is_named_without_its_folders(counted: Counted, run_cli: RunCli, tmp_path: Path) -> None:
    place = tmp_path / "a folder with spaces and ümlauts"
    place.mkdir()
    shutil.copy(counted.recording, place / "übung 1.parquet")
    said = run_cli("count", place / "übung 1.parquet", "--exercise", "heel-slides", "--json")
    assert json.loads(said.out)["source"] == "übung 1.parquet"
