"""Trends: what changed by more than the camera can tell, by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from repose.counting.result import Side
from repose.exercises.load import programme
from repose.history import words
from repose.history.bands import BANDS, UNKNOWN, band_of
from repose.history.picture import picture
from repose.history.trends import Followed, Measure, Point, Verdict, follow, trend
from repose.sessions.figures import SetFigures

FIRST = datetime(2026, 1, 1, 9, tzinfo=UTC)


def figure(day: int, side: Side = "left", **other: object) -> SetFigures:
    made = SetFigures(
        session_id=f"s{day}",
        set_id=day,
        begun_at=FIRST + timedelta(days=day),
        exercise="heel-slides",
        side=side,
        target=10,
        hold_target_s=0.0,
        model="full",
        fingerprint="f",
        complete=10,
        partials=0,
        angle_deg=90.0,
        tempo_s=4.0,
        held_s=1.0,
        unmeasured_s=0.0,
    )
    return replace(made, **other)  # type: ignore[arg-type]


def angle(figures: list[SetFigures]) -> Followed:
    return follow(figures, "heel-slides", UTC)[0]


def points(*values: tuple[int, float]) -> list[Point]:
    return [Point(date(2026, 1, 1) + timedelta(days=day), value) for day, value in values]


def test_a_day_is_the_mean_of_its_reps_not_of_its_sets() -> None:
    # 10 reps of 90° and 30 of 70°: (900 + 2100) / 40 = 75°.
    of = angle([figure(0), figure(0, angle_deg=70.0, complete=30)])
    assert of.trends[0].points == (Point(date(2026, 1, 1), 75.0),)


def test_the_medians_of_the_first_and_the_last_two_weeks_are_compared() -> None:
    # Days 0 to 13 have 90, 92 and 130: median 92. Days 27 to 40 have 110, 112 and 60: median 110.
    # Day 20 is in neither.
    given = points((0, 90), (5, 92), (13, 130), (20, 10), (27, 110), (30, 112), (40, 60))
    found = trend("left", given, 17.0, None)
    assert (found.before, found.after, found.verdict) == (92, 110, Verdict.MORE)
    assert trend("left", given, 18.0, None).verdict is Verdict.SAME, "18° is no more than the band"
    backwards = [Point(point.day, -point.value) for point in given]
    assert trend("left", backwards, 17.0, None).verdict is Verdict.LESS


def test_three_days_at_each_end_of_four_weeks_are_needed() -> None:
    enough = points((0, 90), (1, 90), (2, 90), (25, 120), (26, 120), (27, 120))
    assert trend("left", enough, 17.0, None).verdict is Verdict.MORE
    assert trend("left", enough[:-1], 17.0, None).verdict is Verdict.EARLY, "only two at the end"
    short = points((0, 90), (1, 90), (2, 90), (24, 120), (25, 120), (26, 120))
    assert trend("left", short, 17.0, None).verdict is Verdict.EARLY, "a day short of four weeks"


def test_a_trend_begins_anew_where_model_or_thresholds_changed() -> None:
    old = [figure(day, angle_deg=50.0) for day in (0, 1, 2, 30, 31, 32)]
    new = [figure(day, angle_deg=90.0, fingerprint="g") for day in (33, 34, 35)]
    of = angle([*old, *new])
    assert [(one.day, one.what) for one in of.breaks] == [(date(2026, 2, 3), ("thresholds",))]
    assert of.trends[0].verdict is Verdict.EARLY
    assert len(of.trends[0].points) == 9, "what was before is still shown"
    later = [figure(day, angle_deg=120.0, fingerprint="g", model="full") for day in (60, 61, 62)]
    assert angle([*old, *new, *later]).trends[0].before == 90.0
    heavy = [figure(70, model="heavy", fingerprint="g")]
    assert angle([*old, *new, *later, *heavy]).breaks[-1].what == ("model",)


def test_left_against_right_in_the_last_two_weeks() -> None:
    # Old days do not count: only those of days 27 to 40.
    days = (30, 35, 40)
    lefts = [figure(day, angle_deg=value) for day, value in zip((0, *days), (10, 100, 110, 120), strict=True)]
    rights = [
        figure(day, "right", angle_deg=value)
        for day, value in zip((1, *days), (170, 90, 92, 94), strict=True)
    ]
    of = angle(sorted([*lefts, *rights], key=lambda one: one.begun_at))
    assert of.sides is not None
    assert (of.sides.left, of.sides.right, of.sides.verdict) == (110, 92, Verdict.MORE)
    assert words.sides(of.sides, of) == "Left against right: the left 18° further than the right."
    fewer = angle(sorted([*lefts, *rights[:-1]], key=lambda one: one.begun_at))
    assert fewer.sides is not None
    assert fewer.sides.verdict is Verdict.EARLY
    assert angle(lefts).sides is None


def test_a_hold_is_followed_where_one_was_prescribed() -> None:
    free = [figure(0), figure(1)]
    assert [of.measure for of in follow(free, "heel-slides", UTC)] == [Measure.ANGLE, Measure.TEMPO]
    held = [figure(2, hold_target_s=20.0, held_s=19.0)]
    hold = follow([*free, *held], "heel-slides", UTC)[-1]
    assert (hold.measure, hold.dose, hold.trends[0].points) == (
        Measure.HOLD,
        20.0,
        (Point(date(2026, 1, 3), 19.0),),
    )


def test_sets_without_a_rep_or_an_angle_have_no_part() -> None:
    assert follow([figure(0, complete=0, angle_deg=None)], "heel-slides", UTC) == ()
    known = follow([figure(0, angle_deg=None)], "heel-slides", UTC)
    assert [of.measure for of in known] == [Measure.TEMPO]


def test_words_of_a_trend() -> None:
    of = angle(
        [
            figure(day, angle_deg=value)
            for day, value in zip((0, 1, 2, 26, 27, 28), (70, 70, 70, 90, 90, 90), strict=True)
        ]
    )
    assert words.trend(of.trends[0], of) == "Left: 90° now, 20° further than in the first two weeks."
    assert words.band(of) == "The camera can tell changes of more than 17°."
    still = angle([figure(day) for day in (0, 1, 2, 26, 27, 28)])
    assert words.trend(still.trends[0], still) == "Left: 90° now, no change that the camera can tell."
    early = angle([figure(0, "both")])
    assert words.trend(early.trends[0], early) == "90° now, too early for a trend."


def test_every_exercise_has_a_band_and_an_unknown_one_the_widest() -> None:
    assert set(BANDS) == set(programme())
    assert band_of("unheard-of") == UNKNOWN
    assert UNKNOWN.angle_deg == max(band.angle_deg for band in BANDS.values())


@given(
    st.lists(
        st.tuples(st.integers(0, 900), st.floats(-90, 180)),
        min_size=1,
        max_size=200,
        unique_by=lambda one: one[0],
    ),
    st.booleans(),
)
def test_any_picture_stays_within_its_frame(values: list[tuple[int, float]], right: bool) -> None:
    side: Side = "right" if right else "left"
    of = angle([figure(day, side, angle_deg=value) for day, value in sorted(values)])
    drawn = picture(of, "heel-slides")
    assert "nan" not in drawn
    assert "inf" not in drawn
    heights = [float(part.split('"')[1]) for part in drawn.split(" y1=")[1:]]
    assert all(0 <= height <= 210 for height in heights)
