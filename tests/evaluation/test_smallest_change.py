"""The smallest change that is more than error, by hand."""

import numpy as np
import pytest

from repose.counting.result import CountResult, Trace
from repose.evaluation.metrics import score
from repose.evaluation.smallest_change import Repeatability, repeatabilities
from repose.evaluation.truth import TrueRep, Truth
from tests.judged import a_rep

NO_TRACE = Trace(np.empty(0), np.empty(0), np.empty(0), ())


def test_it_is_the_repeatability_coefficient() -> None:
    # Means 2, 4 and 9: mean 5, SD √((9 + 1 + 16) / 2) = √13; 1.96 · √2 · √13 = 9.994.
    found = Repeatability.of([2, 4, 9])
    assert (found.clips, found.bias) == (3, 5)
    assert found.sd == pytest.approx(13**0.5)
    assert found.smallest_change == pytest.approx(9.994, abs=5e-4)


@pytest.mark.parametrize("means", [[], [3.0]])
def test_one_clip_tells_nothing(means: list[float]) -> None:
    assert Repeatability.of(means).smallest_change is None


def test_each_clip_counts_once_by_the_mean_of_its_reps() -> None:
    def clip(*lengths_s: float) -> Truth:
        reps = tuple(
            TrueRep(
                side="left",
                start_s=3 + 6 * k - length / 2,
                peak_s=3 + 6 * k,
                end_s=3 + 6 * k + length / 2,
                hold_s=0.75,
            )
            for k, length in enumerate(lengths_s)
        )
        return Truth(format="repose-truth", version=1, exercise="heel-slides", reps=reps)

    def counted(reps: int) -> CountResult:
        made = tuple(a_rep(3 + 6 * k) for k in range(reps))
        return CountResult("heel-slides", made, (), (), NO_TRACE, {}, 60.0)

    # The machine's reps take 4 s and are held for 1 s: the first clip is off by +1 and -1 s, the second by
    # +2 s.
    clips = [
        score("a", "a", clip(3, 5), counted(2), None),
        score("b", "b", clip(2), counted(1), None),
        score("c", "c", clip(4), counted(0), None),
    ]
    found = repeatabilities(clips)
    assert (found.tempo_s.clips, found.tempo_s.bias) == (2, 1.0)
    assert found.hold_s.bias == pytest.approx(0.25)
    assert found.peak_deg.clips == 0, "no true angle is known"
