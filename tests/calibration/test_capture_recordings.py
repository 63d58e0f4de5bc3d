"""What a captured profile gains for people whom the usual thresholds do not count.

The recordings are landmarks of rendered people (the full model, 640 by 360, 8 frames a second; rounded to
1/4096): one shows three tries in the first, and a set with one half-hearted movement in the second. Both
clips of a pair have another course of noise, of the same person before the same camera.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from repose.calibration.capture import Proposal, capture
from repose.calibration.proposal import with_changes
from repose.counting.counter import count
from repose.counting.result import Side
from repose.exercises import load_exercise
from repose.pose.landmarks import PoseTrack
from repose.sessions.recording import load_recording

FOLDER = Path(__file__).with_name("recordings")


class Pair(NamedTuple):
    """A capture and a set, and what truly happened in the set.

    Attributes:
        name: of the files.
        slug, side: what was done.
        peaks_s: middle of the end position of each whole rep.
        holds_s: how long the true angle was within a tenth of the excursion of it.
        partial_s: the same of the half-hearted movement.
    """

    name: str
    slug: str
    side: Side
    peaks_s: tuple[float, ...]
    holds_s: tuple[float, ...]
    partial_s: float

    def landmarks(self, kind: str) -> PoseTrack:
        return load_recording(FOLDER / f"{self.name}.{kind}.parquet")


PAIRS = (
    Pair(
        "small-ankle-pumps",
        "ankle-pumps",
        "both",
        (2.19, 5.31, 8.25, 14.62, 17.75),
        (0.58, 0.59, 0.64, 0.62, 0.58),
        11.38,
    ),
    Pair(
        "heel-slides-at-an-angle",
        "heel-slides",
        "right",
        (3.19, 7.06, 15.19, 19.06),
        (1.09, 1.10, 1.08, 1.11),
        11.06,
    ),
)

pairs = pytest.mark.parametrize("pair", PAIRS, ids=[pair.name for pair in PAIRS])
sides = pytest.mark.parametrize("prescribed", [True, False], ids=["prescribed", "auto"])


@pairs
@sides
def test_nothing_counts_without_a_profile(pair: Pair, prescribed: bool) -> None:
    result = count(pair.landmarks("set"), load_exercise(pair.slug), pair.side if prescribed else "auto")
    assert result.reps == ()


@pairs
@sides
def test_all_reps_and_only_those_count_with_the_captured_profile(pair: Pair, prescribed: bool) -> None:
    usual, side = load_exercise(pair.slug), pair.side if prescribed else "auto"
    found = capture(pair.landmarks("capture"), usual, side)
    assert isinstance(found, Proposal), found.text
    assert found.side == pair.side
    result = count(pair.landmarks("set"), with_changes(usual, found.changes), side)
    assert [rep.side for rep in result.reps] == [pair.side] * len(pair.peaks_s)
    assert [rep.peak_s for rep in result.reps] == pytest.approx(pair.peaks_s, abs=0.25)
    assert [rep.hold_s for rep in result.reps] == pytest.approx(pair.holds_s, abs=0.25)
    assert [partial.reason for partial in result.partials] == ["turned_back_early"]
    assert result.partials[0].peak_s == pytest.approx(pair.partial_s, abs=0.25)
