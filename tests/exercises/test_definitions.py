"""Exercises are data: complete, checked, and never executed."""

import re
import tomllib
from importlib.resources import files
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from repose.calibration.load import load_thresholds
from repose.errors import ReposeError
from repose.exercises import Definition, Exercise, definitions, load_exercise, slugs
from repose.exercises.definition import Fault, Guard, about_limit


def raw(slug: str = "heel-slides") -> dict[str, Any]:
    text = (files("repose.exercises") / "programme" / f"{slug}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def check(data: dict[str, Any]) -> Definition:
    return Definition.model_validate(data, strict=False)


def test_the_programme_in_its_order() -> None:
    assert slugs() == ("ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch")
    assert [load_exercise(slug).slug for slug in slugs()] == list(slugs())


def test_the_doses_are_the_programmes() -> None:
    doses = {slug: definition.dose for slug, definition in definitions().items()}
    assert (doses["ankle-pumps"].reps, doses["ankle-pumps"].sets) == (10, 10)
    assert (doses["heel-slides"].reps, doses["heel-slides"].each_side) == (10, True)
    chest = doses["knee-to-chest"]
    assert (chest.reps, chest.hold_s, chest.each_side) == (5, 20, True)
    assert doses["backwards-stretch"].reps == 10
    assert 1 <= doses["backwards-stretch"].hold_s <= 2


@pytest.mark.parametrize("slug", ["ankle-pumps", "heel-slides", "knee-to-chest", "backwards-stretch"])
def test_each_says_what_to_do_and_has_its_limits(slug: str) -> None:
    exercise = load_exercise(slug)
    definition = exercise.definition
    assert all(text.strip() for text in definition.words.model_dump().values())
    assert {fault.name for fault in definition.faults} == set(exercise.thresholds.faults)
    assert {guard.name for guard in definition.guards} == set(exercise.thresholds.guards)
    assert all(fault.text for fault in definition.faults)
    assert all(unseen.why for unseen in definition.unseen)
    assert definition.signal in definition.peak
    assert exercise.name == definition.name
    assert exercise.sided == (definition.sides != "none")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"signal": "elbow_flexion"}, "signal"),
        ({"signal": "trunk_extension", "peak": ["trunk_extension"]}, "does not fit sides"),
        ({"sides": "none"}, "does not fit sides"),
        ({"peak": ["elbow_flexion"]}, "'elbow_flexion' is no joint angle; did you mean 'knee_flexion'?"),
        ({"peak": ["heel_height"]}, "'heel_height' is no joint angle"),
        ({"peak": []}, "peak"),
        ({"guards": [{"name": "a", "channel": "wrist", "needs": "at_most"}]}, "'wrist' is no channel"),
        ({"guards": [{"name": "a", "channel": "hip_flexion", "needs": "around"}]}, "at_least"),
        (
            {"faults": [{"name": "a", "text": "b", "measure": "rise", "channel": "nose"}]},
            "'nose' is no channel",
        ),
        ({"faults": [{"name": "a", "text": "b", "measure": "rise"}]}, "needs a channel"),
        (
            {"faults": [{"name": "a", "text": "b", "measure": "hold", "channel": "hip_flexion"}]},
            "takes no channel",
        ),
        ({"faults": [{"name": "a", "text": "b", "measure": "feeling"}]}, "measure"),
        ({"posture": "sitting"}, "posture"),
        ({"sides": "three"}, "sides"),
        ({"ends": 3}, "ends"),
        ({"dose": {"reps": 0}}, "dose.reps"),
        ({"dose": {"reps": 10, "hold_s": -1}}, "dose.hold_s"),
        ({"slug": "Heel Slides"}, "slug"),
        ({"slug": "../heel-slides"}, "slug"),
        ({"colour": "red"}, "colour"),
        ({"words": {"rest": "Rest"}}, "words.going"),
        ({"signal": "__import__('os').system('true')"}, "signal"),
    ],
)
def test_a_wrong_definition_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        check(raw() | change)


@pytest.mark.parametrize(
    "key", ["slug", "name", "position", "posture", "sides", "signal", "peak", "dose", "words"]
)
def test_nothing_may_be_missing(key: str) -> None:
    data = raw()
    del data[key]
    with pytest.raises(ValidationError, match=key):
        check(data)


def exercise_with(faults: dict[str, float] | None = None, guards: dict[str, float] | None = None) -> Exercise:
    limits = load_thresholds("heel-slides")
    update = {"faults": limits.faults if faults is None else faults}
    update |= {"guards": limits.guards if guards is None else guards}
    return Exercise(definition=definitions()["heel-slides"], thresholds=limits.model_copy(update=update))


def test_every_fault_and_guard_needs_its_limit() -> None:
    with pytest.raises(ValidationError, match=r"faults\.heel_lifts is missing"):
        exercise_with(faults={"jerky": 1.0, "not_straightened": 1.0, "too_fast": 1.0})
    with pytest.raises(ValidationError, match=r"guards\.thigh_too_high is missing"):
        exercise_with(guards={})


def test_no_limit_without_its_fault() -> None:
    limits = load_thresholds("heel-slides").faults
    with pytest.raises(ValidationError, match=r"faults\.sneezes is not known; allowed are heel_lifts"):
        exercise_with(faults=limits | {"sneezes": 1.0})


def test_two_ends_need_the_opposite_end() -> None:
    limits = load_thresholds("ankle-pumps").model_copy(update={"opposite_deg": None})
    with pytest.raises(ValidationError, match="opposite_deg must be given"):
        Exercise(definition=definitions()["ankle-pumps"], thresholds=limits)


@pytest.mark.parametrize("slug", ["squats", "", "Heel-slides", "../heel-slides", "heel_slides"])
def test_an_unknown_exercise_names_the_known_ones(slug: str) -> None:
    with pytest.raises(ReposeError) as caught:
        load_exercise(slug)
    assert repr(slug) in str(caught.value)
    assert all(known in str(caught.value) for known in slugs())


def test_only_what_is_held_against_an_angle_itself_may_be_negative() -> None:
    guards = [
        Guard.model_validate({"name": "a", "channel": "hip_flexion", "needs": needs})
        for needs in ("at_least", "at_most", "at_most_at_start", "still")
    ]
    assert [about_limit(guard).least for guard in guards] == [-180, -180, -180, 0]
    for measure in get_args(Fault.model_fields["measure"].annotation):
        channel = "hip_flexion" if measure in ("rise", "fall", "swing", "hold_above") else None
        fault = Fault.model_validate({"name": "a", "text": "b", "measure": measure, "channel": channel})
        assert about_limit(fault).least == (-180 if measure == "hold_above" else 0), measure
