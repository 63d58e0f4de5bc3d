"""Half the usual range: partials by default, reps for whom the clinician says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from repose.counting.counter import count
from repose.exercises import load_exercise
from tests.puppet import Doing, Performance, perform
from tests.puppet.expect import assert_counted, assert_sound, said
from tests.puppet.programme import SLUGS

HALF = {"ankle-pumps": 0.36, "heel-slides": 0.5, "knee-to-chest": 0.5, "backwards-stretch": 0.5}
"""Share of the default range; an ankle pump counts from less, so a stiff one is stiffer."""


def stiff(slug: str, **changes: float) -> Performance:
    sided = slug in ("heel-slides", "knee-to-chest")
    doing = Doing(slug, "right" if sided else "both", reps=5, share=HALF[slug], ghost=0.4 if sided else 0.0)
    return perform(replace(doing, **changes))  # type: ignore[arg-type]


def calibration(slug: str, folder: Path) -> Path:
    """A profile whose target, and opposite end, is what this patient can do."""
    usual = load_exercise(slug).thresholds
    rest, half = usual.rest_deg, HALF[slug]
    lines = [f"[{slug}]", f"target_deg = {rest + half * (usual.target_deg - rest):.1f}"]
    if usual.opposite_deg is not None:
        lines.append(f"opposite_deg = {rest + half * (usual.opposite_deg - rest):.1f}")
    path = folder / "patient.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("tempo_s", [2.0, 4.0, 10.0])
def test_half_the_range_is_partials_by_default(slug: str, tempo_s: float) -> None:
    result = count(stiff(slug, tempo_s=tempo_s).film(noise_m=0.002), load_exercise(slug))
    assert_sound(result)
    assert result.reps == (), said(result)
    assert [partial.reason for partial in result.partials] == ["turned_back_early"] * 5, said(result)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("tempo_s", [2.0, 4.0, 10.0])
def test_with_a_calibration_of_their_own_all_are_reps(slug: str, tempo_s: float, tmp_path: Path) -> None:
    performance = stiff(slug, tempo_s=tempo_s, hold_s=1.0)
    exercise = load_exercise(slug, calibration(slug, tmp_path))
    result = count(performance.film(noise_m=0.002), exercise)
    assert_counted(result, performance, holds=tempo_s < 5)
    assert all(0.8 < rep.excursion < 1.2 for rep in result.reps), said(result)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_effective_thresholds_are_in_the_result(slug: str, tmp_path: Path) -> None:
    exercise = load_exercise(slug, calibration(slug, tmp_path))
    result = count(stiff(slug).film(), exercise)
    assert result.thresholds == exercise.thresholds.flat()
    assert result.thresholds["target_deg"] == exercise.thresholds.target_deg
    assert result.thresholds["target_deg"] < load_exercise(slug).thresholds.target_deg


def test_a_lower_completeness_counts_them_too(tmp_path: Path) -> None:
    path = tmp_path / "patient.toml"
    path.write_text("[heel-slides]\ncomplete_share = 0.4\n", encoding="utf-8")
    performance = stiff("heel-slides")
    assert_counted(count(performance.film(), load_exercise("heel-slides", path)), performance)
