"""The worked examples on one demonstration each, and what a proposal makes of it."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from repose.counting.replay import Prepared, count_prepared, prepare
from repose.errors import ReposeError
from repose.evaluation.truth import Truth, read_truth
from repose.exercises import definitions, load_exercise, slugs
from repose.exercises.propose import propose
from repose.pose.landmarks import PoseTrack
from repose.sessions.recording import load_recording
from tests.exercises.own_files import EXAMPLES
from tests.program import SAMPLES

DEMONSTRATIONS = Path(__file__).parent / "demonstrations"
PROGRAMME = Path(__file__).parents[1] / "counting" / "golden"


@cache
def track(slug: str) -> PoseTrack:
    return load_recording((PROGRAMME if slug in slugs() else DEMONSTRATIONS) / f"{slug}.parquet")


@cache
def prepared(slug: str) -> Prepared:
    return prepare(track(slug))


def truth(slug: str) -> Truth:
    return read_truth(SAMPLES / "examples" / f"{slug}.truth.json")


@pytest.mark.parametrize("slug", EXAMPLES)
def test_an_example_counts_its_demonstration(slug: str) -> None:
    result = count_prepared(prepared(slug), load_exercise(slug))
    true = truth(slug)
    assert result.counts == true.counts
    assert result.not_measured_s == 0
    assert [rep.reason for rep in result.partials] == ["turned_back_early"]
    for rep, event in zip(result.reps, true.complete, strict=True):
        first, last = event.peak
        assert first - 0.3 <= rep.peak_s <= last + 0.3
        assert event.hold_s is not None
        assert rep.hold_s == pytest.approx(event.hold_s, abs=0.25)
        assert rep.faults == ()
    (partial,) = true.partials
    assert partial.peak[0] - 0.3 <= result.partials[0].peak_s <= partial.peak[1] + 0.3


@pytest.mark.parametrize("done", [*slugs(), *EXAMPLES])
@pytest.mark.parametrize("counted", [*slugs(), *EXAMPLES])
def test_no_exercise_is_taken_for_another(done: str, counted: str) -> None:
    if counted == done or (counted in slugs() and done in slugs()):
        return
    assert count_prepared(prepared(done), load_exercise(counted)).counts["total"] == 0


@pytest.mark.parametrize("slug", EXAMPLES)
def test_true_angles_follow_the_signal(slug: str) -> None:
    true, definition = truth(slug), definitions()[slug]
    limits = load_exercise(slug).thresholds
    assert true.angles is not None
    for rep in true.complete:
        assert true.peak_angle(rep) == pytest.approx(limits.target_deg, abs=16)
        assert rep.start_s is not None
        at_rest = true.angles.at(np.array([rep.start_s]), definition.signal, rep.side)
        assert limits.rest_from_deg <= at_rest[0] <= limits.rest_to_deg


@pytest.mark.parametrize(
    ("slug", "posture", "sides", "signal"),
    [
        ("straight-leg-raise", "supine", "one", "hip_flexion"),
        ("bridge", "supine", "none", "hips_extension"),
        ("seated-knee-extension", "seated", "one", "knee_extension"),
        ("squat", "upright", "none", "knees_flexion"),
        ("heel-slides", "supine", "one", "knee_flexion"),
        ("ankle-pumps", "supine", "pair", "ankle_dorsiflexion"),
        ("backwards-stretch", "standing", "none", "trunk_extension"),
    ],
)
def test_a_proposal_finds_what_was_done(slug: str, posture: str, sides: str, signal: str) -> None:
    found = propose(track(slug), "mine", "Mine")
    definition = found.exercise.definition
    assert (definition.posture, definition.sides, definition.signal) == (posture, sides, signal)
    assert definition.ends == (2 if slug == "ankle-pumps" else 1)
    usual = count_prepared(prepared(slug), load_exercise(slug))
    assert found.check.counts == usual.counts
    assert found.candidates[0].range_deg >= found.candidates[-1].range_deg
    assert any("Counted on" in reason for reason in found.reasons)


def test_a_proposal_takes_another_angle_and_other_sides_if_it_is_told_to() -> None:
    found = propose(track("squat"), "mine", "Mine", signal="hip_flexion", sides="one")
    assert (found.exercise.definition.signal, found.exercise.definition.sides) == ("hip_flexion", "one")
    with pytest.raises(ReposeError, match=r"--signal 'elbow' is no joint angle"):
        propose(track("squat"), "mine", "Mine", signal="elbow")
    with pytest.raises(ReposeError, match="does not grow in this demonstration"):
        propose(track("squat"), "mine", "Mine", signal="knee_extension")


def cut(slug: str, first_s: float, last_s: float) -> PoseTrack:
    whole = track(slug)
    inside = np.flatnonzero((whole.time_s >= first_s) & (whole.time_s < last_s))
    return whole.part(slice(int(inside[0]), int(inside[-1]) + 1))


@pytest.mark.parametrize(
    ("demonstration", "why"),
    [
        (cut("squat", 0, 4), "is shorter than 6 s"),
        (cut("straight-leg-raise", 0, 6.5), "first or the last second, which is to be rest"),
        (cut("knee-to-chest", 0, 9), "nothing clear repeats in it"),
    ],
)
def test_a_proposal_is_refused_where_nothing_repeats(demonstration: PoseTrack, why: str) -> None:
    with pytest.raises(ReposeError, match=why):
        propose(demonstration, "mine", "Mine")


def test_who_lies_still_shows_nothing() -> None:
    one = track("bridge").part(slice(0, 12))
    points = np.tile(one.points[:1], (120, 1, 1))
    still = PoseTrack(
        np.arange(120) / 10, points, np.full(120, 0.5, np.float32), one.frame_size, "still", "full", {}
    )
    with pytest.raises(ReposeError, match="moves by less than 15°"):
        propose(still, "mine", "Mine")


def test_a_demonstration_that_is_not_seen_is_refused() -> None:
    seen = track("bridge")
    points = seen.points.copy()
    points[: len(points) // 2] = np.nan
    blind = PoseTrack(seen.time_s, points, seen.light, seen.frame_size, "blind", "full", {})
    with pytest.raises(ReposeError, match="could be measured: nobody was found"):
        propose(blind, "mine", "Mine")
