"""Hours of one live session: does it count right to the end, and stay as it was at the begin?

The server runs as a user starts it, a clip that is played again and again stands in for the camera, and a
page without a browser watches. A person does not jump: the clip must begin and end in the start position,
and its first picture stands a while before each round, as somebody would rest there.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

import numpy as np

from repose.bench.clip import repeat, with_lead
from repose.bench.figures import LATENCY_TARGET_MS, percentile
from repose.bench.live import OnProgress, sets_for
from repose.bench.process import LiveProcess
from repose.bench.tree import Usage
from repose.bench.watcher import Watcher, watching
from repose.capture.trouble import TroubleKind
from repose.coaching.messages import Stage
from repose.coaching.programme import Programme
from repose.counting.result import Side
from repose.errors import ReposeError
from repose.evaluation.truth import Truth
from repose.sessions.open_store import open_store
from repose.sessions.records import Selection

SAMPLE_EVERY_S: Final = 5.0
READY_S: Final = 60.0
"""Longest wait for the exercise to begin."""

WINDOW_S: Final = 600.0
"""What is compared: so much at the begin with as much at the end, or thirds of a shorter run."""

SLOWER: Final = 2.0
"""Latency may be so many times that of the begin, where it is above its target: other programs run too."""

MEMORY_SHARE: Final = 0.1
MEMORY_MB: Final = 10.0
"""Memory may grow by this share and so many megabytes: caches fill in the first minutes, while the window of
the begin is open."""

HANDLES: Final = 2
"""So many more files or threads may be open: connections to the database come and go."""

STORED_MB_PER_HOUR: Final = 150.0
"""The landmarks are 33 x 8 numbers of 4 bytes thirty times a second: 114 MB an hour, before compression."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The server at one moment.

    Attributes:
        at_s: wall seconds since the first set began.
        usage: of the server and what it started; None where that cannot be told.
        stored_mb: size of the database's files in megabytes (10^6 bytes).
        analysed_fps: pictures a second in which the body is looked for.
        dropped: pictures left out since the server was started.
        latencies_ms: from capture to arrival at the page, of the pictures since the sample before.
    """

    at_s: float
    usage: Usage | None
    stored_mb: float
    analysed_fps: float
    dropped: int
    latencies_ms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Complete reps and partials."""

    complete: int
    partial: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the verdict.

    Attributes:
        name: what was measured, with its unit.
        first, last: at the begin and at the end; None where it cannot be told.
        most: what the last may be at most; None where nothing is asked of it.
    """

    name: str
    first: float | None
    last: float | None
    most: float | None = None

    @property
    def held(self) -> bool:
        """Whether it is as it must be; what cannot be told is no failure."""
        return self.most is None or self.last is None or self.last <= self.most


@dataclass(frozen=True, slots=True)
class SoakFigures:
    """What was measured from the first set's begin to the end of the video.

    Attributes:
        clip: name of the clip.
        rounds: how often it was played.
        model: the pose model at the end.
        samples: the server, every `SAMPLE_EVERY_S`.
        truth: what the clip truly shows, times the rounds.
        announced: what the page was told.
        kept: what is in the database afterwards.
        surprises: where what was announced is not what the clip shows, in its order.
        troubles: what the coach said was wrong with the camera or with saving, each once.
        notes: what the coach changed to keep up.
    """

    clip: str
    rounds: int
    model: str
    samples: tuple[Sample, ...]
    truth: Tally
    announced: Tally
    kept: Tally
    surprises: tuple[str, ...]
    troubles: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def duration_s(self) -> float:
        """Length in wall seconds."""
        return self.samples[-1].at_s - self.samples[0].at_s

    @property
    def window_s(self) -> float:
        """Length of what is compared, at the begin and at the end."""
        return min(WINDOW_S, self.duration_s / 3)

    @property
    def same_reps(self) -> bool:
        """Whether complete reps and partials were told and kept as often as they truly were done."""
        return self.truth == self.announced == self.kept and not self.surprises

    @property
    def rows(self) -> tuple[Row, ...]:
        """The first and the last minutes beside each other."""
        end_s = self.samples[-1].at_s
        first = [one for one in self.samples if one.at_s <= self.samples[0].at_s + self.window_s]
        last = [one for one in self.samples if one.at_s >= end_s - self.window_s]

        def flat(name: str, of: Callable[[Usage], float], share: float, more: float) -> Row:
            before, after = _mean(first, of), _mean(last, of)
            return Row(name, before, after, None if before is None else before * (1 + share) + more)

        def latency(share: float, most: bool) -> Row:
            before, after = (
                percentile([each for one in some for each in one.latencies_ms], share)
                for some in (first, last)
            )
            limit = None if before is None or not most else max(LATENCY_TARGET_MS, SLOWER * before)
            return Row(f"camera to page, {share:g}th percentile (ms)", before, after, limit)

        grown_mb = last[-1].stored_mb - first[0].stored_mb
        hours = max(self.duration_s, 1.0) / 3600
        return (
            flat("memory (MB)", lambda used: used.memory_mb, MEMORY_SHARE, MEMORY_MB),
            flat("shared memory (MB)", lambda used: used.shared_mb, MEMORY_SHARE, MEMORY_MB),
            flat("open files", lambda used: used.files, 0.0, HANDLES),
            flat("threads", lambda used: used.threads, 0.0, HANDLES),
            flat("processes", lambda used: used.processes, 0.0, 0.0),
            latency(50, most=False),
            latency(95, most=True),
            Row("pictures analysed a second", *(_rate(some) for some in (first, last))),
            Row("pictures left out a minute", *(_left_out(some) for some in (first, last))),
            Row(
                "database (MB)",
                first[0].stored_mb,
                last[-1].stored_mb,
                first[0].stored_mb + MEMORY_MB + STORED_MB_PER_HOUR * hours,
            ),
            Row("database, growth (MB an hour)", None, grown_mb / hours),
        )

    @property
    def held(self) -> bool:
        """Whether all of it is as it must be."""
        return self.same_reps and not self.troubles and all(row.held for row in self.rows)


def soak(
    clip: Path,
    truth: Truth,
    *,
    hours: float,
    model: str,
    on_progress: OnProgress,
    on_sample: Callable[[Sample, int], None] = lambda *_: None,
) -> SoakFigures:
    """Play a clip to the live coach for hours, and watch.

    Args:
        clip: a video that begins and ends in the start position of one exercise.
        truth: what it shows; complete reps of one side.
        hours: how long to play, rounded up to whole rounds of the clip.
        model: pose model of the server.
        on_progress: told of the progress.
        on_sample: told of each sample and how many reps were complete until then.

    Raises:
        ReposeError: the server does not start or ends, or the coach finds no start position.
    """
    with tempfile.TemporaryDirectory() as folder:
        once, video = Path(folder) / "once.mp4", Path(folder) / clip.name
        on_progress("making the video", 0.0, 1.0)
        once_s = with_lead(clip, once)
        rounds = max(1, int(np.ceil(hours * 3600 / once_s)))
        programme = programme_of(truth, rounds)
        repeat(once, video, rounds, once_s)
        database = Path(folder) / "soak.sqlite"
        with (
            LiveProcess(str(video), "--model", model, "--database", str(database)) as server,
            watching(server.url) as page,
        ):
            _begin(server, page, programme, on_progress)
            seen = _Watch(server, page, database)
            seen.to_the_end(rounds * once_s, on_progress, on_sample)
        return SoakFigures(
            clip=clip.name,
            rounds=rounds,
            model=seen.machine["model"],
            samples=tuple(seen.samples),
            truth=_tally([rep.complete for rep in truth.reps] * rounds),
            announced=_tally([rep["reason"] is None for rep in seen.done]),
            kept=_kept(database),
            surprises=surprises([rep.complete for rep in truth.reps] * rounds, seen.done),
            troubles=tuple(seen.troubles),
            notes=tuple(seen.machine["notes"]),
        )


def programme_of(truth: Truth, rounds: int) -> Programme:
    """Sets that end where a round of the clip does, and more of them than the rounds have reps for.

    Raises:
        ReposeError: as `repose.bench.live.sets_for`.
    """
    sides: list[Side] = [rep.side for rep in truth.reps if rep.complete]
    return sets_for(truth.exercise, sides, rounds)


def _begin(server: LiveProcess, page: Watcher, programme: Programme, on_progress: OnProgress) -> None:
    """Start the programme, and wait for the exercise to begin.

    Raises:
        ReposeError: it does not begin.
    """
    page.watch(0.5)
    page.send({"type": "start", "person": "Soak", "programme": programme.model_dump(mode="json")})
    begun = time.monotonic()
    while page.state is None or page.state["view"]["stage"] != Stage.WORKING:
        waited_s = time.monotonic() - begun
        if waited_s > READY_S or page.problem or not server.running:
            view = (page.state or {}).get("view", {})
            why = page.problem or view.get("advice") or view.get("cue") or server.last_line()
            raise ReposeError(f"the exercise does not begin: {why}")
        on_progress("getting into position", waited_s, READY_S)
        page.watch(0.2)


class _Watch:
    """What is seen of the session while it runs.

    Attributes:
        samples, done, troubles: so far.
        machine: how the machine keeps up, as the page was told last.
    """

    def __init__(self, server: LiveProcess, page: Watcher, database: Path) -> None:
        self.samples: list[Sample] = []
        self.done: list[dict[str, Any]] = []
        self.troubles: list[str] = []
        self.machine: dict[str, Any] = {}
        self._server, self._page, self._database = server, page, database

    def to_the_end(
        self, expected_s: float, on_progress: OnProgress, on_sample: Callable[[Sample, int], None]
    ) -> None:
        """Watch until the video ends.

        Raises:
            ReposeError: the server ends before, or the video does not.
        """
        self._page.taken()  # what was shown before is not of this measurement
        begun = time.monotonic()
        while True:
            at_s = time.monotonic() - begun
            sample = self._sample(at_s)
            on_sample(sample, sum(rep["reason"] is None for rep in self.done))
            on_progress("soaking", at_s, expected_s)
            while time.monotonic() < begun + at_s + SAMPLE_EVERY_S:
                self._page.watch(0.5)
                if self._look() is Stage.DONE:
                    self.done += self._page.taken()[0]
                    return
            if at_s > 1.5 * expected_s + READY_S:
                raise ReposeError("the video does not end; try again on a machine with less to do")

    def _look(self) -> Stage:
        """What the page was told last; where in the flow that is."""
        state = self._page.state
        assert state is not None  # noqa: S101 - the exercise has begun
        stage, self.machine = Stage(state["view"]["stage"]), state["machine"]
        trouble = self.machine["trouble"]
        ended = trouble and trouble["kind"] == TroubleKind.ENDED
        for said in (trouble and not ended and trouble["text"], self.machine["unsaved"]):
            if said and said not in self.troubles:
                self.troubles.append(said)
        return stage

    def _sample(self, at_s: float) -> Sample:
        self._look()
        done, latencies_ms = self._page.taken()
        self.done += done
        stored = sum(file.stat().st_size for file in self._database.parent.glob(f"{self._database.name}*"))
        sample = Sample(
            at_s,
            self._server.usage(),
            stored / 1e6,
            self.machine["analysed_fps"],
            self.machine["dropped"],
            tuple(latencies_ms),
        )
        self.samples.append(sample)
        return sample


def surprises(truth: Sequence[bool], done: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """What is in one of two sequences and not in the other.

    Args:
        truth: whether each movement is complete.
        done: the reps and partials that were announced.
    """
    told = [rep["reason"] is None for rep in done]
    found = []
    for what, first, last, begin, end in SequenceMatcher(None, truth, told, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        wanted = ", ".join("rep" if one else "partial" for one in truth[first:last]) or "nothing"
        got = ", ".join(
            f"{rep['reason'] or 'rep'} at {rep['end_s'] / 60:.1f} min of the session"
            for rep in done[begin:end]
        )
        found.append(f"movement {first + 1}: {wanted} was counted as {got or 'nothing'}")
    return tuple(found)


def _kept(database: Path) -> Tally:
    """All that is in a database."""
    with closing(open_store(str(database))) as store:
        sets = [one for found in store.sessions(Selection()) for one in store.session(found.id).sets]
    return _tally([kept.rep.reason is None for one in sets for kept in one.reps])


def _tally(complete: Sequence[bool]) -> Tally:
    return Tally(sum(complete), len(complete) - sum(complete))


def _mean(samples: Sequence[Sample], of: Callable[[Usage], float]) -> float | None:
    known = [of(one.usage) for one in samples if one.usage is not None]
    return float(np.mean(known)) if known else None


def _rate(samples: Sequence[Sample]) -> float:
    return float(np.mean([one.analysed_fps for one in samples]))


def _left_out(samples: Sequence[Sample]) -> float | None:
    span_s = samples[-1].at_s - samples[0].at_s
    return 60 * (samples[-1].dropped - samples[0].dropped) / span_s if span_s else None
