"""An evaluation with one clip of every kind of outcome."""

from dataclasses import dataclass

import numpy as np
import pytest

from repose.counting.result import CountResult, Phase, Rep, Trace, Unmeasured
from repose.evaluation import Evaluation
from repose.evaluation.metrics import failed, score
from repose.evaluation.truth import SidedSeries, TrueAngles, TrueRep, Truth

HOSTILE = "<script>alert('&')</script>"


@dataclass(frozen=True)
class Took:
    frames: int = 200
    landmarker_s: float = 4.0
    total_s: float = 4.2


def happened(*peaks: float, not_measurable: str | None = None) -> Truth:
    reps = [
        TrueRep(side="left", start_s=p - 2, peak_start_s=p - 0.5, peak_end_s=p + 0.5, end_s=p + 2, hold_s=1.5)
        for p in peaks
    ]
    partial = TrueRep(side="left", peak_s=18.0, complete=False)
    return Truth(
        format="repose-truth",
        version=1,
        exercise="heel-slides",
        reps=(*reps, partial),
        not_measurable=not_measurable,
        angles=TrueAngles(time_s=(0.0, 20.0), knee_flexion=SidedSeries(left=(5.0, 105.0))),
    )


def counted(peak_s: float, reason: str | None = None) -> Rep:
    return Rep(
        side="left",
        start_s=peak_s - 2,
        peak_s=peak_s,
        end_s=peak_s + 2,
        hold_start_s=peak_s - 0.8,
        hold_s=1.6,
        peak={"knee_flexion": 100.0},
        excursion=1.0,
        confidence=0.9,
        faults=("too_fast",),
        decided_s=peak_s + 2,
        reason=reason,
    )


def counting(*reps: Rep, unmeasured: tuple[Unmeasured, ...] = ()) -> CountResult:
    time_s = np.arange(0.0, 20.0, 0.1)
    excursion = np.sin(time_s) ** 2
    for span in unmeasured:
        excursion[(time_s >= span.start_s) & (time_s < span.end_s)] = np.nan
    return CountResult(
        exercise="heel-slides",
        reps=tuple(rep for rep in reps if rep.reason is None),
        partials=tuple(rep for rep in reps if rep.reason is not None),
        unmeasured=unmeasured,
        trace=Trace(time_s, 100 * excursion, excursion, (Phase.REST,) * len(time_s)),
        thresholds={},
        duration_s=20.0,
        limits={"complete": 0.8, "leave": 0.2, "return": 0.15},
    )


@pytest.fixture
def evaluation() -> Evaluation:
    half = counted(18, "turned_back_early")
    gone = Unmeasured(1.0, 19.0, "feet <towards> the camera")
    return Evaluation(
        clips=(
            score("a-exact", "a.mp4", happened(4, 9), counting(counted(4), counted(9.2), half), Took()),
            score("b-wrong", "b.mp4", happened(4, 9), counting(counted(4), half), Took()),
            score("c-luck", "c.mp4", happened(4, 9), counting(counted(4), counted(13)), Took()),
            score(
                "d-refused",
                "d.mp4",
                happened(4, not_measurable="front"),
                counting(unmeasured=(gone,)),
                Took(),
            ),
            failed(HOSTILE, "e.mp4", happened(4), "e.mp4: <b>truncated</b>"),
        ),
        model="full",
        software={"mediapipe": "0.10.33"},
    )
