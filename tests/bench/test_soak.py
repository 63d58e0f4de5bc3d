"""Eight minutes of a session in seconds, and what the bench makes of what it measured."""

import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from repose.bench.soak import Row, Sample, SoakFigures, Tally, programme_of, surprises
from repose.bench.tree import Usage, usage
from repose.coaching.messages import Stage
from repose.errors import ReposeError
from repose.evaluation.truth import TrueRep, Truth
from repose.live.pictures import Picture
from repose.live.port import Event
from repose.live.protocol import DoneMessage, StateMessage
from repose.sessions.keeper import LONGEST_CHUNK_S
from repose.web.coach.mailbox import MOST_WAITING, Mailbox
from tests.live.world import Person, slides, world
from tests.program import RunCli
from tests.puppet import Doing
from tests.sessions.keeping import all_kept

ROUND: Final = Doing(
    "heel-slides", "left", reps=10, share=(1.0, 1.0, 0.45, *[1.0] * 7), tempo_s=5.0, hold_s=1.0, pause_s=2.0
)
"""Nine reps and a partial, beginning and ending at rest."""

ROUNDS: Final = 6


class Tirelessly(Person):
    """Does the same again and again."""

    def since(self, time_s: float) -> float:
        return super().since(time_s) % self.performance.duration_s


def test_eight_minutes_of_a_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.live.world.Person", Tirelessly)
    with world(tmp_path, ROUND) as it:
        done: list[bool] = []
        unread = Mailbox()

        def hear(event: Event) -> None:
            """Of a page that never reads."""
            match event:
                case DoneMessage():
                    done.append(event.done.rep.reason is None)
                    unread.put(event.model_dump_json())
                case StateMessage():
                    unread.put_state(event.model_dump_json())
                case Picture():
                    unread.put_picture(event.header.seq, event.encoded())

        it.engine._listeners = (hear,)
        it.rate = 2.0
        it.start(slides(9 * ROUNDS // 2, sets=2, rest_s=0))
        keeper = it.engine._keeper
        assert keeper is not None
        held: list[tuple[int, int]] = []
        waiting = 0
        while it.view.stage is not Stage.DONE:
            if it.view.stage is not Stage.WORKING:
                it.person.rest(1 / it.rate)  # it was told to wait
            it.tick()
            it.trail.clear()
            waiting = max(waiting, len(keeper._poses) + len(keeper._chunk))
            if len(done) in (36, 42, 58) and (not held or held[-1][0] < len(done)):
                held.append((len(done), _held()))
        tracemalloc.stop()
        assert (sum(done), len(done)) == (9 * ROUNDS, 10 * ROUNDS)
        assert it.time_s > 8 * 60
        # A rep stays in memory as it was judged, in 2 kB; its 17 poses, of 18 kB, must not.
        _, (first, before), (last, after) = held
        assert (after - before) / (last - first) < 5_000, held
        assert waiting <= 40
        assert len(unread._messages) == 10 * ROUNDS < MOST_WAITING
        it.assert_counts_again()
        (kept,) = all_kept(it.store)
        assert [len(one.reps) for one in kept.sets] == [len(done) // 2] * 2
        chunks = list(it.store.landmarks(kept.id))
        assert len(chunks) > 200
        assert max(float(chunk.time_s[-1] - chunk.time_s[0]) for chunk in chunks) <= LONGEST_CHUNK_S


def _held() -> int:
    """Bytes that were allocated since the first call and are still held."""
    if not tracemalloc.is_tracing():
        tracemalloc.start()
        return 0
    gc.collect()
    return sum(
        one.size
        for one in tracemalloc.take_snapshot().statistics("filename")
        # A view of NumPy's stands for the memory that it looks at.
        if not one.traceback[0].filename.endswith("_stride_tricks_impl.py")
    )


# What the bench makes of what it measured.


def sample(at_s: float, memory_mb: float = 500.0, latency_ms: float = 40.0, **more: int) -> Sample:
    used = replace(Usage(memory_mb, 1.0, 14, 20, 1, 0.0), **more)
    return Sample(at_s, used, at_s / 100, 30.0, int(at_s), (latency_ms,) * 10)


def figures(*samples: Sample, announced: Tally = Tally(12, 4), trouble: str = "") -> SoakFigures:  # noqa: B008
    truth = Tally(12, 4)
    return SoakFigures(
        "clip.mp4", 4, "full", samples, truth, announced, truth, (), (trouble,) if trouble else (), ()
    )


def hours(last: Callable[[float], Sample] = sample) -> tuple[Sample, ...]:
    """Two hours of samples; the last ten minutes are other ones."""
    return tuple((last if at_s >= 6600 else sample)(at_s) for at_s in range(0, 7201, 60))


def broken(figures: SoakFigures) -> list[str]:
    return [row.name for row in figures.rows if not row.held]


def test_what_stays_as_it_was_holds() -> None:
    steady = figures(*hours())
    assert steady.held
    assert (steady.duration_s, steady.window_s) == (7200, 600)
    assert next(row for row in steady.rows if row.name.startswith("database, growth")).last == 36.0
    assert next(row for row in steady.rows if row.name.startswith("pictures left out")).last == 60.0


@pytest.mark.parametrize(
    ("last", "name"),
    [
        (lambda at_s: sample(at_s, memory_mb=570), "memory (MB)"),
        (lambda at_s: sample(at_s, files=17), "open files"),
        (lambda at_s: sample(at_s, threads=23), "threads"),
        (lambda at_s: sample(at_s, processes=2), "processes"),
        (lambda at_s: sample(at_s, latency_ms=101), "camera to page, 95th percentile (ms)"),
        (lambda at_s: replace(sample(at_s), stored_mb=400.0), "database (MB)"),
    ],
)
def test_what_grows_is_told(last: Callable[[float], Sample], name: str) -> None:
    grown = figures(*hours(last))
    assert broken(grown) == [name]
    assert not grown.held


def test_a_wrong_count_or_a_trouble_is_told() -> None:
    assert not figures(*hours(), announced=Tally(11, 5)).held
    assert not figures(*hours(), trouble="The disk is full.").held


def test_what_was_counted_otherwise_is_named() -> None:
    def done(*reasons: str | None) -> list[dict[str, object]]:
        return [{"reason": reason, "end_s": 60.0 * k} for k, reason in enumerate(reasons)]

    truth = [True, True, False]
    assert surprises(truth, done(None, None, "turned_back_early")) == ()
    assert surprises(truth, done("view_lost", None, "turned_back_early")) == (
        "movement 1: rep was counted as view_lost at 0.0 min of the session",
    )
    assert surprises(truth, done(None, "turned_back_early")) == ("movement 1: rep was counted as nothing",)
    assert surprises([True], done(None, None)) == (
        "movement 2: nothing was counted as rep at 1.0 min of the session",
    )


def test_a_short_run_compares_thirds_and_what_cannot_be_told_is_no_failure() -> None:
    short = figures(*(replace(sample(at_s), usage=None) for at_s in (0.0, 30.0, 60.0, 90.0)))
    assert short.window_s == 30
    assert short.held
    assert Row("memory (MB)", None, None, None) in short.rows


def test_its_sets_end_where_a_round_does() -> None:
    truth = Truth(
        format="repose-truth",
        version=1,
        exercise="heel-slides",
        reps=tuple(
            TrueRep(side="left", complete=complete, peak_s=float(k))
            for k, complete in enumerate((True, False, True))
        ),
    )
    (item,) = programme_of(truth, 300).items
    assert (item.exercise, item.sides, item.reps % 2, item.rest_s) == ("heel-slides", ("left",), 0, 0)
    assert item.sets * item.reps > 300 * 2
    with pytest.raises(ReposeError, match="complete reps of one side; it shows none"):
        programme_of(truth.model_copy(update={"reps": truth.reps[1:2]}), 1)


def test_a_process_and_what_it_started_are_measured_together() -> None:
    script = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'input()']); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        used = usage(parent.pid)
        assert used is not None
        assert used.processes == 2
        assert used.threads >= 2
        assert used.files >= 6
        assert used.memory_mb > 10
        parent.communicate(b"\n")
    assert usage(parent.pid) is None


def test_a_clip_without_its_truth_is_refused(run_cli: RunCli, tmp_path: Path) -> None:
    said = run_cli("bench", "soak", "--clip", str(tmp_path / "clip.mp4"))
    assert said.code == 2
    assert "clip.truth.json" in said.err
    assert said.err.count("\n") == 1
