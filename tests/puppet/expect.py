"""What counts must agree with, and settings that keep property tests fast and the same on every run."""

from itertools import pairwise
from typing import Final

from hypothesis import settings

from repose.counting.result import CountResult
from tests.puppet.programme import Performance

FAST: Final = settings(max_examples=25, deadline=None, derandomize=True)
"""Search thoroughly with `settings(FAST, max_examples=1000, derandomize=False)` after changing the core."""

HOLD_TOLERANCE_S: Final = 0.25
PEAK_TOLERANCE_S: Final = 0.5


def said(result: CountResult) -> str:
    """The result in a line, for failures."""
    reps = [
        f"{rep.side} {rep.start_s:.2f}-{rep.peak_s:.2f}-{rep.end_s:.2f} s hold {rep.hold_s:.2f} s "
        f"{rep.excursion:.2f} {rep.reason or 'complete'}"
        for rep in sorted(result.reps + result.partials, key=lambda rep: rep.end_s)
    ]
    return f"{result.exercise}: {'; '.join(reps) or 'nothing'}; not measured {result.not_measured_s:.2f} s"


def assert_sound(result: CountResult) -> None:
    """What must hold of every result, whatever was done."""
    for rep in result.reps + result.partials:
        assert rep.start_s <= rep.hold_start_s <= rep.peak_s <= rep.end_s <= rep.decided_s, said(result)
        assert rep.hold_s >= 0, said(result)
        assert 0 <= rep.confidence <= 1, said(result)
    for one, other in pairwise(sorted(result.reps + result.partials, key=lambda rep: rep.start_s)):
        assert one.end_s <= other.start_s + 1e-9, f"overlap: {said(result)}"
    edges = [edge for span in result.unmeasured for edge in (span.start_s, span.end_s)]
    assert edges == sorted(edges), edges


def assert_counted(result: CountResult, performance: Performance, *, holds: bool = True) -> None:
    """Every rep once, on its side, at its time, with its hold; nothing else."""
    assert_sound(result)
    truth = performance.reps
    assert [rep.side for rep in result.reps] == [rep.side for rep in truth], said(result)
    assert result.partials == (), said(result)
    for rep, true in zip(result.reps, truth, strict=True):
        assert true.start_s < rep.peak_s < true.end_s, said(result)
        assert abs(rep.peak_s - true.peak_s) <= PEAK_TOLERANCE_S + true.hold_s / 4, said(result)
        if holds:
            wrong = f"hold {rep.hold_s:.3f} s, truly {true.hold_s:.3f} s"
            assert abs(rep.hold_s - true.hold_s) <= HOLD_TOLERANCE_S, wrong


def same_bits(one: CountResult, other: CountResult) -> bool:
    """Whether two results agree to the last bit."""
    return (
        (one.exercise, one.reps, one.partials, one.unmeasured, one.thresholds, one.duration_s, one.limits)
        == (
            other.exercise, other.reps, other.partials, other.unmeasured, other.thresholds, other.duration_s,
            other.limits,
        )
        and one.trace.time_s.tobytes() == other.trace.time_s.tobytes()
        and one.trace.angle.tobytes() == other.trace.angle.tobytes()
        and one.trace.excursion.tobytes() == other.trace.excursion.tobytes()
        and one.trace.phase == other.trace.phase
    )  # fmt: skip
