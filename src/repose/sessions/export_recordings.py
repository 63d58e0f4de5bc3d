"""The landmarks of a session as recordings to be counted again, each with its thresholds and its truth."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import numpy as np

from repose.calibration.load import VERSION
from repose.calibration.thresholds import Thresholds
from repose.exercises.writing import text_of
from repose.pose.landmarks import PoseTrack
from repose.sessions.export_tables import Row
from repose.sessions.readable import readable
from repose.sessions.recording import RecordingWriter
from repose.sessions.records import KeptSession, KeptSet
from repose.sessions.store import Store

NewFile = Callable[[str], AbstractContextManager[Path]]
"""Gives the path to write a file of the export to, by its name in the export."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A time of a session: of one counter of a set, or between sets.

    Attributes:
        from_s, to_s: from the first up to, but not at, the second.
        of: the set; None between sets.
    """

    from_s: float
    to_s: float
    of: KeptSet | None


def segments(session: KeptSession) -> tuple[Segment, ...]:
    """The whole time, cut where counters began and sets ended."""
    cuts: list[tuple[float, KeptSet | None]] = [(-math.inf, None)]
    for one in session.sets:
        cuts += [(from_s, one) for from_s in one.state.counted_from]
        if one.state.counted_from and one.state.ended_s is not None:
            # The last pose of a set is one that was counted.
            cuts.append((math.nextafter(one.state.ended_s, math.inf), None))
    cuts.sort(key=lambda cut: cut[0])
    ends = [cut[0] for cut in cuts[1:]] + [math.inf]
    return tuple(
        Segment(from_s, to_s, one) for (from_s, one), to_s in zip(cuts, ends, strict=True) if from_s < to_s
    )


def write_recordings(
    session: KeptSession,
    store: Store,
    new_file: NewFile,
    problems: list[str],
    on_time: Callable[[float], None],
) -> Iterator[Row]:
    """Write the files of a session, and give their rows.

    Args:
        session: whose.
        store: where the landmarks are.
        new_file: gives paths.
        problems: told of what is damaged.
        on_time: told of the capture time that was reached.
    """
    folder = f"recordings/{session.id}"
    calibrations: set[str] = set()
    tracks = _pieces(session, _readable(session, store, problems), on_time)
    for number, (segment, pieces) in enumerate(_runs(tracks), 1):
        one = segment.of
        what = "between" if one is None else f"{one.head.exercise}-{one.head.prescribed}"
        name = f"{folder}/{number:03d}-{what}"
        row = _write(f"{name}.parquet", pieces, new_file)
        row |= {"session_id": session.id, "set_id": None, "exercise": None, "side": None}
        row |= {"calibration": None, "truth": None}
        if one is not None:
            calibration = f"{one.head.exercise}-{one.head.thresholds.fingerprint}.toml"
            if calibration not in calibrations:
                calibrations.add(calibration)
                with new_file(f"{folder}/{calibration}") as path:
                    path.write_text(
                        calibration_toml(one.head.exercise, one.head.thresholds), encoding="utf-8"
                    )
                if one.head.definition is not None:
                    own = f"{one.head.exercise}.exercise-{one.head.thresholds.fingerprint}.toml"
                    with new_file(f"{folder}/{own}") as path:
                        path.write_text(text_of(one.head.counted_by.on("both")), encoding="utf-8")
            row |= {"set_id": one.id, "exercise": one.head.exercise, "side": one.head.prescribed}
            row["calibration"] = f"{folder}/{calibration}"
            truth = _truth(session, segment, Path(name).name, calibration)
            if truth is not None:
                row["truth"] = f"{name}.truth.json"
                with new_file(row["truth"]) as path:
                    path.write_text(json.dumps(truth, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        yield row


def calibration_toml(exercise: str, thresholds: Thresholds) -> str:
    """Thresholds as a calibration file."""
    lines = [f"version = {VERSION}"]
    tables = [(exercise, thresholds.model_dump(exclude_none=True))]
    while tables:
        heading, table = tables.pop(0)
        numbers = {key: value for key, value in table.items() if not isinstance(value, dict)}
        lines += ["", f"[{heading}]", *(f"{key} = {value!r}" for key, value in numbers.items())]
        tables += [(f"{heading}.{key}", value) for key, value in table.items() if key not in numbers]
    return "\n".join(lines) + "\n"


def _write(name: str, pieces: Iterator[PoseTrack], new_file: NewFile) -> Row:
    """One recording, piece by piece."""
    frames, first_s, last_s = 0, math.inf, -math.inf
    like: PoseTrack | None = None
    with ExitStack() as stack:
        path = stack.enter_context(new_file(name))
        writer: RecordingWriter | None = None
        for piece in pieces:
            if writer is None:
                like = piece
                writer = stack.enter_context(
                    RecordingWriter(path, piece.frame_size, piece.source, piece.model, piece.software)
                )
            writer.write(piece)
            frames += len(piece.time_s)
            first_s, last_s = min(first_s, float(piece.time_s[0])), float(piece.time_s[-1])
    assert like is not None  # noqa: S101 - a run has at least one piece
    return {
        "file": name,
        "first_s": first_s,
        "last_s": last_s,
        "frames": frames,
        "width": like.frame_size[0],
        "height": like.frame_size[1],
        "model": like.model,
    }


def _readable(session: KeptSession, store: Store, problems: list[str]) -> Iterator[PoseTrack]:
    """All landmarks that can be read; what is damaged is left out and told."""
    if session.recorded_s is None:
        return
    damaged: list[tuple[float, float]] = []
    yield from readable(store, session.id, *session.recorded_s, damaged)
    problems += [
        f"the landmarks of session {session.id} from {from_s:.1f} s to {to_s:.1f} s are damaged"
        for from_s, to_s in damaged
    ]


def _pieces(
    session: KeptSession, tracks: Iterator[PoseTrack], on_time: Callable[[float], None]
) -> Iterator[tuple[Segment, PoseTrack]]:
    """The tracks, cut at the segments."""
    all_segments = segments(session)
    at = 0
    for track in tracks:
        done = 0
        while done < len(track.time_s):
            while track.time_s[done] >= all_segments[at].to_s:
                at += 1
            until = int(np.searchsorted(track.time_s, all_segments[at].to_s))
            yield all_segments[at], track.part(slice(done, until))
            done = until
        on_time(float(track.time_s[-1]))


def _runs(pieces: Iterator[tuple[Segment, PoseTrack]]) -> Iterator[tuple[Segment, Iterator[PoseTrack]]]:
    """Pieces that go into one file: of one segment, one size of the picture, one model."""

    def key(entry: tuple[Segment, PoseTrack]) -> tuple[float, Any]:
        segment, piece = entry
        return segment.from_s, (piece.frame_size, piece.model, sorted(piece.software.items()))

    for _, run in groupby(pieces, key):
        segment, first = next(run)
        # Each run is read to its end before the next one is asked for.
        yield segment, chain([first], (piece for _, piece in run))  # noqa: B031


def _truth(session: KeptSession, segment: Segment, name: str, calibration: str) -> dict[str, Any] | None:
    """The newest annotation of the set, of the reps in this segment, as a truth file beside its recording."""
    one = segment.of
    notes = [note for note in session.annotations if one is not None and note.set_id == one.id]
    if one is None or not notes:
        return None
    truth = dict(notes[-1].truth)
    truth["clip"] = f"{name}.parquet"
    truth["calibration"] = calibration
    truth["side"] = one.head.prescribed
    truth["reps"] = [rep for rep in truth.get("reps", ()) if segment.from_s <= _peak_s(rep) < segment.to_s]
    return truth


def _peak_s(rep: dict[str, Any]) -> float:
    if rep.get("peak_s") is not None:
        return float(rep["peak_s"])
    return (float(rep["peak_start_s"]) + float(rep["peak_end_s"])) / 2
