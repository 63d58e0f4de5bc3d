"""What is said of a fit, what it looks like, and what a mistake costs."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from repose.calibration.fitting.as_json import fit_json
from repose.calibration.fitting.fit import Fit, fit
from repose.calibration.fitting.picture import picture_file, threshold_picture
from repose.calibration.fitting.score import Mistakes, mistakes
from repose.calibration.fitting.words import amount, headline, threshold_words, warnings
from repose.evaluation.truth import TrueRep
from repose.exercises import load_exercise
from tests.calibration.fitting.examples import a_rep, day, made, truth_of

SLIDES = load_exercise("heel-slides")
ONE = ("complete_share",)


def said(found: Fit, begin: str) -> str:
    """The one warning that begins so; "" without it."""
    return next((each for each in warnings(found) if each.startswith(begin)), "")


def six(partials: tuple[float, ...] = (0.3,)) -> list[tuple[str, tuple[float, ...], tuple[float, ...]]]:
    return [(f"{k}", (0.5, 0.55), partials) for k in range(6)]


def test_a_good_fit_is_told_without_warnings() -> None:
    examples = [
        *(made(*one, recorded_at=day(k)) for k, one in enumerate(six())),
        made("right", [0.5, 0.6], [0.3], side="right", recorded_at=day(9)),
    ]
    found = fit(SLIDES, examples, ONE)
    assert warnings(found) == ()
    assert headline(found) == (
        "Better: no mistake instead of 14 reps missed, 14 partials wrong, and counted without knowing them "
        "they have no mistake (7 of 7 sessions better, 0 worse; chance does that once in 128 times)."
    )
    assert threshold_words(found.thresholds[0]) == (
        "complete_share 0.64: 0.4 counts best",
        "the same from 0.31 to 0.5 (0.19 of the way, 19 steps of 0.01)",
    )


def test_too_few_recordings_say_how_many_are_needed_and_why() -> None:
    found = fit(SLIDES, [made(*one) for one in six()[:3]], ONE)
    text = said(found, "Too few recordings")
    assert "3 sessions, and 5 are needed" in text
    assert "once in 8 times" in text
    assert "Annotate 2 more" in text
    assert headline(found).startswith("Better, but not sure with so few")
    alone = fit(SLIDES, [made(*six()[0])], ONE)
    assert "1 session, and 5 are needed to tell a gain from chance. Annotate 4" in said(alone, "Too few")
    assert headline(alone).startswith(
        "Too few: the fit turns 2 reps missed, 2 partials wrong into no mistake"
    )


def test_nothing_to_gain_is_told() -> None:
    found = fit(SLIDES, [made(f"{k}", [0.9], [0.4]) for k in range(6)], ONE)
    assert headline(found).startswith("Nothing to gain: no mistake with the thresholds in force")
    assert threshold_words(found.thresholds[0])[0] == "complete_share 0.64: nothing to gain"


def test_without_partials_nothing_tells_how_low_it_may_go() -> None:
    found = fit(SLIDES, [made(*one) for one in six(partials=())], ONE)
    assert "nothing tells how low" in said(found, "No movement")
    assert found.thresholds[0].plateau.open_low
    assert said(fit(SLIDES, [made(*one) for one in six()], ONE), "No movement") == ""
    lazy = fit(SLIDES, [made(f"{k}", [], [0.3]) for k in range(6)], ONE)
    assert "nothing tells how high" in said(lazy, "No complete rep")


def test_a_threshold_that_would_hide_missed_reps_is_told_to_be_left_alone() -> None:
    found = fit(SLIDES, [made(f"{k}", [0.9, 0.4], [0.5, 0.55]) for k in range(6)])
    assert threshold_words(found.thresholds[-1])[0] == (
        "partial_share 0.15: left as it is until reps count and partials are annotated"
    )


def test_one_side_and_one_day_are_told() -> None:
    found = fit(SLIDES, [made(*one, recorded_at=day(0)) for one in six()], ONE)
    assert "Only the left side" in said(found, "Only the left side")
    assert "2027-03-01" in said(found, "All of them are of one day")
    own = fit(
        SLIDES, [made(*one, recorded_at=day(k)) for k, one in enumerate(six())], ("left.complete_share",)
    )
    assert said(own, "Only the left side") == ""
    assert said(own, "All of them are of one day") == ""


def test_what_helps_one_person_only_is_told() -> None:
    ada = [made(*one) for one in six()[:3]]
    bob = [replace(made(f"bob {k}", [0.9], [0.45]), person="Bob") for k in range(4)]
    found = fit(SLIDES, [*ada, *bob], ONE)
    assert found.changes == {}
    assert "Only sessions of Ada get better" in said(found, "Only sessions")
    assert said(fit(SLIDES, ada, ONE), "Only sessions") == ""


def test_a_threshold_on_a_cliff_is_told() -> None:
    # Only from 0.61 to 0.62 all is right.
    narrow = [made(f"{k}", [0.62, 0.7], [0.6]) for k in range(6)]
    found = fit(SLIDES, narrow, ONE)
    assert found.thresholds[0].on_a_cliff
    assert "stands on a cliff" in said(found, "complete_share")
    # Now on a cliff, at 0.64, and fitted well away from it.
    wide = [made(f"{k}", [0.5, 0.7], [0.3]) for k in range(5)] + [made("edge", [0.63, 0.645], [0.2])]
    one = fit(SLIDES, wide, ONE).thresholds[0]
    assert (one.on_a_cliff, one.was_on_a_cliff) == (False, True)
    assert any("the present 0.64 stands on a cliff" in text for text in threshold_words(one))


def test_contradictory_annotations_are_told_with_an_example() -> None:
    contradictory = made("odd", [0.5, 0.9], [0.7])
    found = fit(SLIDES, [contradictory, *(made(*one) for one in six())], ONE)
    assert said(found, "Contradictory") == (
        "Contradictory: in odd, the rep at 10.0 s went 0.50 of the way and counts, the partial at 30.0 s "
        "went 0.70 and does not; no threshold tells these apart."
    )
    assert said(found, "Even the best numbers leave mistakes: odd: ") != ""


def test_a_partial_for_another_reason_is_no_contradiction() -> None:
    example = made("held too short", [0.5], [0.7])
    reps = [rep if rep.complete else rep.model_copy(update={"reason": "hold_too_short"})
            for rep in example.truth.reps]  # fmt: skip
    example = replace(example, truth=truth_of("heel-slides", reps))
    assert said(fit(SLIDES, [example], ONE), "Contradictory") == ""


def test_the_machines_answer_before_ones_eyes_is_told() -> None:
    seen = [replace(made(*one), seen_before=True) for one in six()]
    assert "signed off" in said(fit(SLIDES, seen, ONE), "All of them were signed off")
    assert said(fit(SLIDES, [*seen, made("own", [0.5], [0.3])], ONE), "All of them were signed off") == ""


def test_mistakes_are_counted_by_kind() -> None:
    truth = truth_of(
        "heel-slides",
        [
            TrueRep(side="left", peak_s=10.0, hold_s=1.5),
            TrueRep(side="left", peak_s=20.0),
            TrueRep(side="left", peak_s=30.0, complete=False),
        ],
    )
    counted = [a_rep(10.2, 1, None), a_rep(20.1, 1, None, "right"), a_rep(30.0, 0.4, None)]
    found = mistakes(truth, counted)
    assert found == Mistakes(missed=1, extra=2, partials=1, holds=1, hold_off_s=0.5)
    assert found.points == 3 * 4 + 1
    assert found.mean_hold_off_s == 0.5
    assert amount(found) == "1 rep missed, 2 reps too many, 1 partial wrong"
    assert amount(Mistakes()) == "no mistake"
    assert Mistakes().mean_hold_off_s is None


@pytest.mark.parametrize("reps", [(0.5, 0.55), (0.9, 0.8)])
def test_the_picture_shows_both_numbers_and_the_plateau(reps: tuple[float, ...]) -> None:
    one = fit(SLIDES, [made(f"{k}", reps, [0.3]) for k in range(5)], ONE).thresholds[0]
    drawing = ElementTree.fromstring(picture_file(one))
    inside = threshold_picture(one)
    assert inside.startswith("<svg")
    assert "<style" not in inside
    assert "style=" not in inside
    names = {element.get("class") for element in drawing.iter()}
    texts = [element.text or "" for element in drawing.iter()]
    assert {"fit-plot", "score", "plateau", "fitted"} <= names
    if one.fitted != one.present:
        assert "present" in names
        assert f"now {one.present:g}" in texts
        assert f"fitted {one.fitted:g}" in texts
    else:
        assert f"now and fitted {one.fitted:g}" in texts
    band = next(element for element in drawing.iter() if element.get("class") == "plateau")
    mark = next(
        element for element in drawing.iter() if element.get("class") == "fitted" and element.get("x1")
    )
    left, width = float(band.get("x", "nan")), float(band.get("width", "nan"))
    assert left <= float(mark.get("x1", "nan")) <= left + width


def test_all_of_it_is_in_the_json() -> None:
    found = fit(SLIDES, [made(*one) for one in six()], ONE)
    told = fit_json(found)
    assert told["changes"] == {"heel-slides.complete_share": 0.4}
    assert (told["now"]["score"], told["fitted"]["score"], told["left_out"]["score"]) == (15.0, 0.0, 0.0)
    one = told["thresholds"][0]
    assert one["plateau"] == {
        "low": 0.31, "high": 0.5, "width": 0.19, "steps": 19, "open_low": False, "open_high": False
    }  # fmt: skip
    assert dict(zip(one["values"], one["scores"], strict=True))[0.64] == 15.0
    assert [each["name"] for each in told["recordings"]] == ["0", "1", "2", "3", "4", "5"]
