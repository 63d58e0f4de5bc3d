"""What makes a movement a rep, and the reason when it is none."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from repose.counting.counter import count
from repose.counting.machine import Prescribed
from repose.counting.result import CountResult
from repose.exercises import Exercise, load_exercise
from tests.puppet import Doing, Keyed, Puppet, perform, still
from tests.puppet.damage import lost, picked
from tests.puppet.expect import said
from tests.puppet.other import filmed, raising_a_straight_leg
from tests.puppet.programme import SLUGS


def with_number(slug: str, key: str, value: float, folder: Path) -> Exercise:
    path = folder / "own.toml"
    path.write_text(f"[{slug}]\n{key} = {value}\n", encoding="utf-8")
    return load_exercise(slug, path)


def reasons(result: CountResult) -> list[str | None]:
    return [partial.reason for partial in result.partials]


def usual(slug: str) -> Doing:
    sided = slug in ("heel-slides", "knee-to-chest")
    return Doing(slug, "left" if sided else "both")


@pytest.mark.parametrize("slug", ["heel-slides", "knee-to-chest", "backwards-stretch"])
def test_far_less_than_the_own_usual_rep_is_a_partial(slug: str) -> None:
    limits = load_exercise(slug).thresholds
    less = limits.complete_share + 0.02
    assert less < limits.own_best_share
    weak = perform(replace(usual(slug), reps=4, share=(1.0, 1.0, 1.0, less))).film()
    result = count(weak, load_exercise(slug))
    assert (len(result.reps), reasons(result)) == (3, ["turned_back_early"]), said(result)
    all_weak = perform(replace(usual(slug), reps=4, share=less)).film()
    assert len(count(all_weak, load_exercise(slug)).reps) == 4


@pytest.mark.parametrize("slug", SLUGS)
def test_complete_share_decides(slug: str, tmp_path: Path) -> None:
    half = perform(replace(usual(slug), share=0.6)).film()
    assert len(count(half, with_number(slug, "complete_share", 0.5, tmp_path)).reps) == 3
    assert (
        reasons(count(half, with_number(slug, "complete_share", 0.75, tmp_path))) == ["turned_back_early"] * 3
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_partial_share_decides_what_is_worth_a_word(slug: str, tmp_path: Path) -> None:
    little = perform(replace(usual(slug), share=0.3)).film()
    assert len(count(little, with_number(slug, "partial_share", 0.2, tmp_path)).partials) == 3
    assert count(little, with_number(slug, "partial_share", 0.36, tmp_path)).partials == ()


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_too_short_is_no_rep(slug: str, tmp_path: Path) -> None:
    track = perform(replace(usual(slug), tempo_s=2.0, hold_s=0.2)).film()
    result = count(track, with_number(slug, "shortest_rep_s", 4.0, tmp_path))
    assert result.reps == (), said(result)
    assert {*reasons(result)} <= {"too_short"}, said(result)
    assert len(count(track, with_number(slug, "shortest_rep_s", 1.0, tmp_path)).reps) == 3


@pytest.mark.parametrize("slug", SLUGS)
def test_hold_too_short(slug: str, tmp_path: Path) -> None:
    exercise = with_number(slug, "hold_least_s", 4.0, tmp_path)
    short, long = (perform(replace(usual(slug), hold_s=hold_s)).film() for hold_s in (2.0, 5.0))
    assert reasons(count(short, exercise)) == ["hold_too_short"] * 3
    assert len(count(long, exercise).reps) == 3


@pytest.mark.parametrize("slug", ["heel-slides", "knee-to-chest", "backwards-stretch"])
def test_a_movement_that_takes_too_long_is_not_finished(slug: str, tmp_path: Path) -> None:
    track = perform(replace(usual(slug), reps=1, hold_s=20.0)).film()
    result = count(track, with_number(slug, "longest_rep_s", 10.0, tmp_path))
    assert (result.reps, reasons(result)[:1]) == ((), ["not_finished"]), said(result)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_end_of_the_source_in_mid_rep(slug: str) -> None:
    performance = perform(usual(slug))
    track = performance.film()
    ended = picked(track, track.time_s < performance.reps[-1].peak_s)
    result = count(ended, load_exercise(slug))
    assert (len(result.reps), reasons(result)) == (2, ["not_finished"]), said(result)
    assert result.partials[0].end_s <= ended.time_s[-1] + 1e-6


@pytest.mark.parametrize("slug", SLUGS)
def test_out_of_sight_in_mid_rep(slug: str) -> None:
    performance = perform(replace(usual(slug), hold_s=4.0))
    track = lost(performance.film(), performance.reps[-1].peak_s, np.inf)
    result = count(track, load_exercise(slug))
    assert len(result.reps) == 2, said(result)
    assert len(result.partials) == 1, said(result)
    assert result.partials[0].reason in ("view_lost", "not_finished")


def test_a_straight_leg_is_another_movement() -> None:
    result = count(raising_a_straight_leg(), load_exercise("knee-to-chest"))
    assert result.reps == ()
    assert set(reasons(result)) == {"other_movement"}


def test_sitting_up_in_mid_rep_is_leaving_the_position() -> None:
    hip = Keyed(((0, 50), (2, 50), (4, 110), (6, 110)))
    lean = Keyed(((0, 0), (4.5, 0), (6, -80), (12, -80)))
    puppet = Puppet(hip=(hip, still(50)), knee=(still(110), still(100)), trunk=lean)
    result = count(filmed(puppet, 12), load_exercise("knee-to-chest"))
    assert (result.reps, reasons(result)) == ((), ["left_position"]), said(result)


@pytest.mark.parametrize(("up", "down"), [(20.0, -18.0), (-18.0, -45.0)])
def test_a_foot_that_goes_one_way_only(up: float, down: float) -> None:
    keys = Keyed(((0.0, -18.0), (2.0, -18.0)))
    for _ in range(3):
        keys = keys.then((1, up), (0.5, up), (1.5, down), (0.5, down), (1, -18.0), (8, -18.0))
    result = count(filmed(Puppet(ankle=(keys, keys)), keys.end_s), load_exercise("ankle-pumps"))
    assert result.reps == (), said(result)
    assert len(result.partials) == 3, said(result)
    assert set(reasons(result)) <= {"one_way_only", "turned_back_early"}, said(result)


@pytest.mark.parametrize("side", ["left", "right"])
def test_alternating_sides(side: Literal["left", "right"]) -> None:
    """Prescribed left: the right ones are partials, and the other way round."""
    other = "right" if side == "left" else "left"
    for slug in ("heel-slides", "knee-to-chest"):
        track = perform(Doing(slug, "alternate", reps=6, ghost=0.4)).film()
        result = count(track, load_exercise(slug), side)
        assert [rep.side for rep in result.reps] == [side] * 3, said(result)
        assert [(rep.side, rep.reason) for rep in result.partials] == [(other, "other_side")] * 3


@pytest.mark.parametrize("prescribed", ["left", "right", "both", "auto"])
def test_an_exercise_without_sides_takes_any_prescription(prescribed: Prescribed) -> None:
    track = perform(Doing("backwards-stretch", "both")).film()
    result = count(track, load_exercise("backwards-stretch"), prescribed)
    assert [rep.side for rep in result.reps] == ["both"] * 3


def test_one_foot_is_not_both() -> None:
    track = perform(Doing("ankle-pumps", "left", ghost=0.2)).film()
    result = count(track, load_exercise("ankle-pumps"), "both")
    assert (result.reps, reasons(result)) == ((), ["other_side"] * 3), said(result)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_evidence(slug: str) -> None:
    performance = perform(replace(usual(slug), hold_s=2.0, ghost=0.3))
    result = count(performance.film(), load_exercise(slug))
    signal = load_exercise(slug).definition.signal
    for rep, true in zip(result.reps, performance.reps, strict=True):
        assert rep.start_s == pytest.approx(true.start_s, abs=0.1)
        assert rep.end_s == pytest.approx(true.end_s, abs=0.15)
        assert rep.peak_s == pytest.approx(true.peak_s, abs=0.1)
        assert rep.hold_start_s == pytest.approx(true.hold_start_s, abs=0.1)
        assert rep.peak[signal] == pytest.approx(true.end_deg, abs=1)
        assert set(rep.peak) == set(load_exercise(slug).definition.peak)
        assert rep.excursion == pytest.approx(1, abs=0.03)
        assert rep.decided_s >= rep.end_s - 1e-9
        assert rep.confidence > 0.7


def test_a_leg_that_is_hardly_seen_is_less_sure() -> None:
    performance = perform(Doing("heel-slides", "left"))
    clear = performance.film()
    points = clear.points.copy()
    points[:, 23:33, 3] *= 0.6
    dim = count(replace(clear, points=points), load_exercise("heel-slides"))
    sure = count(clear, load_exercise("heel-slides"))
    ghostly = count(perform(Doing("heel-slides", "left", ghost=0.5)).film(), load_exercise("heel-slides"))
    assert dim.reps[0].confidence < sure.reps[0].confidence
    assert ghostly.reps[0].confidence < sure.reps[0].confidence
