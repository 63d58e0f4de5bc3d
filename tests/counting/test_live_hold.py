"""The hold timer runs while the end position is held, and ends at what the rep will say."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repose.counting.counter import Counter, Status
from repose.counting.result import CountResult
from repose.exercises import load_exercise
from repose.kinematics.clock import TICK_S
from repose.pose.landmarks import PoseTrack
from tests.puppet import Curve, Doing, Keyed, Puppet, Scene, perform, still
from tests.puppet.damage import lost, noisy, picked
from tests.puppet.expect import FAST, said
from tests.puppet.movement import Series, summed
from tests.puppet.programme import heel_on_floor

HELD = ("heel-slides", "knee-to-chest", "backwards-stretch")
AGREEMENT_S = 0.25
STOPS_S = 0.6
FRAME_S = 1 / 15


def live(track: PoseTrack, slug: str) -> tuple[list[tuple[float, Status]], CountResult]:
    """(time of the frame, status) after each frame, and the result."""
    counter = Counter(load_exercise(slug), track.frame_size)
    seen = []
    for number, frame_s in enumerate(track.time_s.tolist()):
        counter.push(picked(track, slice(number, number + 1)))
        seen.append((frame_s, counter.status()))
    counter.finish()
    return seen, counter.result()


def at(seen: list[tuple[float, Status]], time_s: float) -> Status:
    """What showed at a time of the frames."""
    return next(status for frame_s, status in reversed(seen) if frame_s <= time_s)


def runs(seen: list[tuple[float, Status]]) -> list[tuple[float, float]]:
    """From when to when the timer ran, in the time of the frames."""
    spans: list[tuple[float, float]] = []
    before = False
    for frame_s, status in seen:
        if status.hold_running:
            spans = [*spans[:-1], (spans[-1][0], frame_s)] if before else [*spans, (frame_s, frame_s)]
        before = status.hold_running
    return spans


def back_steps(seen: list[tuple[float, Status]]) -> list[float]:
    """How far the timer went back while it ran."""
    return [
        one.hold_s - other.hold_s
        for (_, one), (_, other) in pairwise(seen)
        if one.hold_running and other.hold_running and other.hold_s < one.hold_s
    ]


def sided(slug: str) -> Doing:
    return Doing(slug, "both" if slug == "backwards-stretch" else "left", reps=1, pause_s=1.0)


def knee(*steps: tuple[float, float]) -> tuple[PoseTrack, Keyed]:
    """A heel slide by keys of (seconds from the key before, degrees), from and to rest."""
    keys = Keyed(((0.0, 5.0), (2.0, 5.0))).then(*steps, (1.5, 5.0), (2.0, 5.0))
    return slid(keys, keys.end_s), keys


def slid(curve: Curve, end_s: float) -> PoseTrack:
    rest = still(5.0)
    puppet = Puppet(knee=(curve, rest), hip=(heel_on_floor(curve), heel_on_floor(rest)))
    return Scene().film(puppet, np.arange(0, end_s, FRAME_S))


@pytest.mark.parametrize(
    ("slug", "hold_s"), [*((slug, 1.0) for slug in HELD), ("heel-slides", 3.0), ("knee-to-chest", 20.0)]
)
def test_it_runs_from_the_begin_to_the_end_of_the_hold(slug: str, hold_s: float) -> None:
    performance = perform(replace(sided(slug), hold_s=hold_s))
    true = performance.reps[0]
    seen, result = live(performance.film(1 / FRAME_S), slug)
    ((start_s, end_s),) = runs(seen)
    assert true.hold_start_s < start_s < true.hold_start_s + 1.0
    assert true.hold_end_s < end_s <= true.hold_end_s + STOPS_S
    (rep,) = result.reps
    assert at(seen, true.hold_end_s + 0.2).hold_s == pytest.approx(rep.hold_s, abs=AGREEMENT_S)
    assert at(seen, true.hold_end_s + STOPS_S).hold_s == pytest.approx(rep.hold_s, abs=AGREEMENT_S)
    assert max(back_steps(seen), default=0.0) < 0.1


@pytest.mark.parametrize("slug", HELD)
def test_it_keeps_time_while_it_runs(slug: str) -> None:
    performance = perform(replace(sided(slug), hold_s=8.0))
    seen, _ = live(performance.film(1 / FRAME_S), slug)
    true = performance.reps[0]
    running = [status for _, status in seen if status.hold_running and status.time_s < true.hold_end_s]
    for status in running:
        assert status.hold_s == pytest.approx(status.time_s - true.hold_start_s, abs=0.2)


@pytest.mark.parametrize("slug", HELD)
@settings(FAST, max_examples=3)
@given(
    hold_s=st.floats(1, 6),
    tempo_s=st.floats(2, 8),
    share=st.floats(0.85, 1.1),
    rate=st.floats(10, 40),
    seed=st.integers(0, 2**16),
)
def test_at_the_end_it_shows_what_counts(
    slug: str, hold_s: float, tempo_s: float, share: float, rate: float, seed: int
) -> None:
    performance = perform(replace(sided(slug), hold_s=hold_s, tempo_s=tempo_s, share=share))
    seen, result = live(performance.film(rate, noise_m=0.003, seed=seed), slug)
    (rep,) = result.reps
    ended = [status for _, status in seen if status.time_s <= rep.hold_start_s + rep.hold_s]
    assert ended[-1].hold_s == pytest.approx(rep.hold_s, abs=AGREEMENT_S), said(result)
    early = [s.time_s for _, s in seen if s.hold_running and s.time_s < rep.hold_start_s - 0.1]
    assert early == [], said(result)


@pytest.mark.parametrize("size", [2, 5, 40])
@pytest.mark.parametrize("slug", HELD)
def test_it_does_not_matter_how_the_frames_come(slug: str, size: int) -> None:
    performance = perform(replace(sided(slug), hold_s=3.0))
    track = performance.film(noise_m=0.004)
    singly, _ = live(track, slug)
    counter = Counter(load_exercise(slug), track.frame_size)
    for first in range(0, len(track.time_s) - size, size):
        counter.push(picked(track, slice(first, first + size)))
        assert counter.status() == singly[first + size - 1][1]


@pytest.mark.parametrize("slug", ["knee-to-chest", "backwards-stretch"])
@pytest.mark.parametrize("gap_s", [0.3, 0.5])
def test_a_short_dropout_costs_nothing(slug: str, gap_s: float) -> None:
    performance = perform(replace(sided(slug), hold_s=6.0))
    true = performance.reps[0]
    seen, result = live(lost(performance.film(1 / FRAME_S), true.peak_s, true.peak_s + gap_s), slug)
    after = at(seen, true.peak_s + gap_s + 1.0)
    assert after.hold_running
    assert after.hold_s == pytest.approx(after.time_s - true.hold_start_s, abs=0.2)
    assert back_steps(seen) == []
    assert result.reps[0].hold_s == pytest.approx(at(seen, true.hold_end_s + 0.2).hold_s, abs=AGREEMENT_S)


@pytest.mark.parametrize("slug", ["knee-to-chest", "backwards-stretch"])
@pytest.mark.parametrize("gap_s", [0.8, 1.5])
def test_what_is_not_seen_does_not_run(slug: str, gap_s: float) -> None:
    performance = perform(replace(sided(slug), hold_s=9.0))
    true = performance.reps[0]
    gone_s = true.hold_start_s + 6.0
    seen, result = live(lost(performance.film(1 / FRAME_S), gone_s, gone_s + gap_s), slug)
    first, second = runs(seen)
    assert gone_s < first[1] <= gone_s + STOPS_S
    assert at(seen, gone_s + gap_s - FRAME_S).hold_s == pytest.approx(6.0, abs=0.25)
    begun = at(seen, second[0])
    assert begun.hold_s < 0.7
    assert second[0] < gone_s + gap_s + 1.0
    assert result.reps[0].hold_s == pytest.approx(6.0, abs=0.25)
    # The new hold was shorter than the one that counts.
    assert at(seen, true.hold_end_s + 0.9).hold_s == pytest.approx(6.0, abs=0.25)


@pytest.mark.parametrize("dip_s", [0.3, 0.4])
def test_a_moment_out_of_the_position_costs_nothing(dip_s: float) -> None:
    performance = perform(replace(sided("heel-slides"), hold_s=6.0))
    true = performance.reps[0]

    def moved(time_s: Series) -> Series:
        out = (time_s >= true.peak_s) & (time_s < true.peak_s + dip_s)
        return performance.puppet.knee[0](time_s) - np.where(out, 25.0, 0.0)

    seen, result = live(slid(moved, performance.duration_s), "heel-slides")
    assert result.reps[0].hold_s == pytest.approx(true.hold_s, abs=0.25)
    assert at(seen, true.peak_s + 1.5).hold_s == pytest.approx(true.peak_s + 1.3 - true.hold_start_s, abs=0.2)
    assert max(back_steps(seen), default=0.0) < 0.1


@pytest.mark.parametrize(("first_s", "second_s"), [(3.0, 7.0), (7.0, 3.0)])
def test_who_leaves_and_returns_begins_a_new_hold(first_s: float, second_s: float) -> None:
    track, keys = knee((2, 108), (first_s, 108), (0.8, 70), (1.0, 70), (0.8, 108), (second_s, 108))
    left_s, back_s, end_s = keys.keys[3][0], keys.keys[6][0], keys.keys[7][0]
    seen, result = live(track, "heel-slides")
    first, second = runs(seen)
    assert left_s < first[1] <= left_s + 0.4 + STOPS_S
    away = at(seen, back_s - 0.8)
    assert not away.hold_running
    assert away.hold_s == pytest.approx(first_s, abs=0.7)
    assert at(seen, second[0]).hold_s < 0.7
    assert at(seen, back_s + 2.2).hold_s == pytest.approx(2.2, abs=0.3)
    (rep,) = result.reps
    assert rep.hold_s == pytest.approx(max(first_s, second_s), abs=0.9)
    assert at(seen, end_s).hold_s == pytest.approx(second_s, abs=0.5)
    assert at(seen, end_s + 1.2).hold_s == pytest.approx(rep.hold_s, abs=AGREEMENT_S)


def test_who_goes_further_begins_a_new_hold_there() -> None:
    track, keys = knee((2, 92), (5.0, 92), (0.6, 110), (8.0, 110))
    there_s, end_s = keys.keys[4][0], keys.keys[5][0]
    seen, result = live(track, "heel-slides")
    assert at(seen, there_s - 0.6).hold_s == pytest.approx(5.0, abs=0.4)
    for after_s in (1.0, 2.0, 4.0, 6.0, 8.0):
        status = at(seen, there_s + after_s)
        assert status.hold_running
        assert status.hold_s == pytest.approx(after_s, abs=0.35)
    assert result.reps[0].hold_s == pytest.approx(at(seen, end_s + 0.3).hold_s, abs=AGREEMENT_S)


def test_it_stops_while_the_rest_of_the_position_is_wrong() -> None:
    """The hip stays where it is, but for two seconds the knee is straight: a raised leg is no held knee."""
    performance = perform(replace(sided("knee-to-chest"), hold_s=10.0))
    wrong_s = performance.reps[0].hold_start_s + 4.0
    straight = Keyed(((0.0, 0.0), (wrong_s, 0.0))).then((0.2, -100), (2.0, -100), (0.2, 0))
    knee = performance.puppet.knee
    puppet = replace(performance.puppet, knee=(summed(knee[0], straight), knee[1]))
    seen, _ = live(Scene().film(puppet, np.arange(0, performance.duration_s, FRAME_S)), "knee-to-chest")
    first, second = runs(seen)
    assert wrong_s < first[1] <= wrong_s + 0.2 + STOPS_S
    assert at(seen, wrong_s + 2.0).hold_s == pytest.approx(4.0, abs=0.3)
    assert wrong_s + 2.2 < second[0] < wrong_s + 3.2
    assert at(seen, wrong_s + 4.4).hold_s == pytest.approx(2.1, abs=0.3)


def test_a_straight_leg_held_up_is_no_held_knee() -> None:
    performance = perform(replace(sided("knee-to-chest"), hold_s=3.0))
    straight = replace(performance.puppet, knee=(still(20.0), performance.puppet.knee[1]))
    film = Scene().film(straight, np.arange(0, performance.duration_s, FRAME_S))
    seen, result = live(film, "knee-to-chest")
    assert [partial.reason for partial in result.partials] == ["other_movement"], said(result)
    assert runs(seen) == []


@pytest.mark.parametrize("up_s", [2.0, 4.0, 6.0])
def test_nothing_runs_on_the_way_up(up_s: float) -> None:
    """At an even speed, up to 17 degrees a second, all the way to a hold of three seconds."""
    corners = np.cumsum([0.0, 2.0, up_s, 3.0, 1.5, 2.0])

    def evenly(time_s: Series) -> Series:
        return np.interp(time_s, corners, [5.0, 5.0, 108.0, 108.0, 5.0, 5.0])

    track = noisy(slid(evenly, corners[-1]), 0.002, seed=1)
    seen, result = live(track, "heel-slides")
    for frame_s, status in seen:
        if frame_s < result.reps[0].hold_start_s:
            assert (status.hold_running, status.hold_s) == (False, 0.0)
    ((start_s, _),) = runs(seen)
    assert start_s < corners[2] + 0.8


def test_a_stop_short_of_what_counts_is_not_held() -> None:
    performance = perform(replace(sided("knee-to-chest"), hold_s=6.0, share=0.45))
    seen, result = live(performance.film(1 / FRAME_S), "knee-to-chest")
    assert result.reps == ()
    assert runs(seen) == []
    assert all(status.hold_s == 0 for _, status in seen)
    words = load_exercise("knee-to-chest").definition.words
    stopped = at(seen, performance.reps[0].peak_s)
    assert stopped.cue == words.going


def test_a_peak_without_a_pause_shows_what_counts_on_the_way_back() -> None:
    performance = perform(replace(sided("backwards-stretch"), hold_s=0.0))
    seen, result = live(performance.film(1 / FRAME_S), "backwards-stretch")
    rep = result.reps[0]
    assert at(seen, rep.hold_start_s + rep.hold_s + 0.5).hold_s == pytest.approx(rep.hold_s, abs=AGREEMENT_S)
    assert at(seen, rep.decided_s + 3 * TICK_S + 0.5).hold_s == 0
