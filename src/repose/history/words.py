"""What a history says, in words: plain, and without blame for a day of rest."""

from datetime import date
from typing import Final

from repose.counting.result import Side
from repose.exercises.load import name_of, signal_of
from repose.history.plan import DayState, Line
from repose.history.regularity import Regularity
from repose.history.trends import Break, Followed, Measure, Sides, Trend, Verdict
from repose.kinematics.channels import joint_of

SIDE: Final[dict[Side, str]] = {"left": "Left", "right": "Right", "both": "Both"}

STATE: Final = {
    DayState.ALL: "all of the plan",
    DayState.PART: "part of the plan",
    DayState.UNPLANNED: "exercised, nothing was prescribed",
    DayState.NONE: "no exercise",
}

TITLE: Final = {
    Measure.ANGLE: "How far",
    Measure.TEMPO: "How long a rep takes",
    Measure.HOLD: "How long it is held",
}

ABOUT: Final = {
    Measure.ANGLE: "angle of the {joint} at the end position, degrees",
    Measure.TEMPO: "seconds from leaving rest to being back",
    Measure.HOLD: "seconds at the end position",
}

BANDS: Final = (
    "The camera does not measure alike in two sessions: its place, the light and clothes make a difference. "
    "A change is called one only when it is larger than that: the shaded bands show how far a number may "
    "stray by measurement alone. They come from clips of rendered people whose movement is known, filmed "
    "from many places (1.96 · √2 times the standard deviation between clips). With a camera that always "
    "stands in the same place they are rather too wide. The angles are those that the camera sees, not those "
    "of a goniometer."
)

_MORE: Final = {
    (Measure.ANGLE, Verdict.MORE): "{} further",
    (Measure.ANGLE, Verdict.LESS): "{} less far",
    (Measure.TEMPO, Verdict.MORE): "{} slower",
    (Measure.TEMPO, Verdict.LESS): "{} faster",
    (Measure.HOLD, Verdict.MORE): "{} longer",
    (Measure.HOLD, Verdict.LESS): "{} shorter",
}


def exercise_name(slug: str) -> str:
    """An exercise's name for people."""
    return name_of(slug)


def about(measure: Measure, slug: str) -> str:
    """What a number is, and its unit."""
    signal = signal_of(slug)
    joint = joint_of(signal) if signal else "joint"
    return ABOUT[measure].format(joint=joint)


def amount(measure: Measure, value: float) -> str:
    """A number with its unit."""
    if measure is Measure.ANGLE:
        return f"{value:.0f}°".replace("-", "−")
    return f"{value:.1f} s"


def trend(one: Trend, of: Followed) -> str:
    """What became of one side's number."""
    who = "" if one.side == "both" else f"{SIDE[one.side]}: "
    now = amount(of.measure, one.points[-1].value if one.after is None else one.after)
    if one.before is None or one.after is None:
        said = f"{now} now, too early for a trend"
    elif one.verdict is Verdict.SAME:
        said = f"{now} now, no change that the camera can tell"
    else:
        change = amount(of.measure, abs(one.after - one.before))
        said = f"{now} now, {_MORE[of.measure, one.verdict].format(change)} than in the first two weeks"
    text = f"{who}{said}."
    return text[0].upper() + text[1:]


def sides(one: Sides, of: Followed) -> str:
    """Left against right."""
    if one.left is None or one.right is None:
        return "Left against right: too few days to compare."
    if one.verdict is Verdict.SAME:
        return "Left against right: no difference that the camera can tell."
    much = _MORE[of.measure, one.verdict].format(amount(of.measure, abs(one.left - one.right)))
    return f"Left against right: the left {much} than the right."


def band(of: Followed) -> str:
    """The smallest change that can be told."""
    return f"The camera can tell changes of more than {amount(of.measure, of.band)}."


def changed(one: Break) -> str:
    """What is measured with since a day."""
    return f"new {' and '.join(one.what)}"


def line(one: Line) -> str:
    """What was done of one exercise and side."""
    if not one.planned_reps:
        return f"{_many(one.reps, 'rep')} beside the plan"
    if one.done:
        beyond = one.reps - one.planned_reps
        return f"all {_many(one.planned_reps, 'rep')} done" + (f", and {beyond} more" if beyond else "")
    sets = f"{one.sets} of {_many(one.planned_sets, 'set')}"
    return f"{one.reps} of {_many(one.planned_reps, 'rep')}, {sets}; {_many(one.left, 'rep')} left"


def regular(one: Regularity) -> tuple[str, ...]:
    """How regularly somebody exercised."""
    if one.longest is None:
        return ("No session yet. The first one will be here when it is done.",)
    days = f"the last {one.of} days" if one.of > 1 else "today"
    recent = (
        f"Exercise on {one.recent} of {days}."
        if one.recent and one.of > 1
        else "The first day of exercise is today."
        if one.recent
        else f"No session in {days}. Any day is a good one to go on."
    )
    said = [recent]
    if one.longest.days > 1:
        said.append(
            f"The longest run: {one.longest.days} days, {short_day(one.longest.first)} to "
            f"{short_day(one.longest.last)} {one.longest.last.year}."
        )
    said.append(f"{_many(one.total, 'day')} with exercise in all.")
    return tuple(said)


def short_day(day: date) -> str:
    """Such as "3 May"."""
    return f"{day.day} {day:%b}"


def long_day(day: date, today: date) -> str:
    """Such as "Today, Sunday 22 November", or "Friday 20 November 2026"."""
    name = f"{day:%A} {day.day} {day:%B}"
    return f"Today, {name}" if day == today else f"{name} {day.year}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
