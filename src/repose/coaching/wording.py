"""What is said and written, for the ear first: short, kind, plain. Left and right are the person's own."""

from collections.abc import Sequence
from typing import Final

from repose.coaching.programme import PlannedSet
from repose.counting.machine import Prescribed
from repose.counting.result import Phase
from repose.exercises import Definition
from repose.kinematics.channels import joint_of
from repose.kinematics.quality import Sight

INTENDED_USE: Final = "Repose counts the exercises that your clinician prescribed. It is no medical device."
STOP_IF_IT_HURTS: Final = "Stop if it hurts."
SEEN: Final = "Good, I can see you."
KEEP_STILL: Final = "Keep still until I say begin."
COUNTDOWN: Final = ("Three.", "Two.", "One.")
BEGIN: Final = "Begin."
TEN_SECONDS: Final = "Ten seconds."
RELAX: Final = "And relax."
HALFWAY: Final = "Halfway. Well done."
PAUSED: Final = "Paused."
GOING_ON: Final = "Going on."
CAMERA_BACK: Final = "The camera is back."
PICTURE_AWAY: Final = "The picture was away for a while."
BACK_TO_START: Final = "Take the start position to go on."
LEFT_POSITION: Final = "You left the start position."
STOPPED: Final = "Stopped."
NOBODY_THERE: Final = "Nothing has happened for ten minutes, so the session ends here."
VIDEO_ENDED: Final = "The video has ended."

FINDING_RANGE: Final = "We find out how far you can go."
TRY_AGAIN: Final = "Let us try again."
AS_FAR: Final = "As far as is comfortable"
STAY_THERE: Final = "Stay there."
ON_THE_PAGE: Final = "What follows from it is on the page. Nothing is changed yet."
NOT_AT_REST: Final = "I did not see you at rest in the start position."
SEEN_BETTER: Final = "If you did, place the camera nearer and at your side, in good light."
SIDES_DIFFER: Final = "It was not the same side each time."

STAY: Final = "Stay like this"
GET_READY: Final = "Get ready"
REST: Final = "Rest"
DONE: Final = "Done"
THEN_PLACING: Final = "then the camera is placed"
THEN_REST: Final = "then rest"
THEN_DONE: Final = "then you are done"

LOST: Final[dict[Sight, tuple[str, str]]] = {
    Sight.NO_FRAMES: ("No picture comes from the camera.", "Check the camera and its cable."),
    Sight.NO_BODY: ("I cannot see you.", "Come into the picture, with your whole body, from the side."),
    Sight.TOO_DARK: ("It is too dark to see you.", "Switch on a light in front of you."),
    Sight.CUT_OFF: ("Part of you is outside the picture.", "Move the camera back or turn it."),
    Sight.HIDDEN: ("I cannot see your legs.", "Clear the view from the side."),
    Sight.BAD_VIEW: ("I cannot see the exercise from here.", "Place the camera at your side."),
}
"""What is wrong when the view is lost, and what to change."""

_ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def number(value: int) -> str:
    """A number in words, up to 99; as digits beyond."""
    if value < len(_ONES):
        return _ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    return str(value)


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def seconds(value: float) -> str:
    """A time, such as "20 seconds" or "2 minutes"."""
    whole = round(value)
    if whole >= 120:
        return f"{round(whole / 60)} minutes"
    return "1 second" if whole == 1 else f"{whole} seconds"


def limb(planned: PlannedSet, definition: Definition) -> str:
    """What is to move: "left leg", "both feet"; "" for exercises without sides."""
    if definition.sides == "none":
        return ""
    part = ("foot", "feet") if joint_of(definition.signal) == "ankle" else ("leg", "legs")
    return f"both {part[1]}" if planned.side == "both" else f"{planned.side} {part[0]}"


def position(definition: Definition) -> str:
    """What to do to be in the start position."""
    return sentence(f"lie {definition.position}" if definition.lying else definition.position)


def title(planned: PlannedSet, definition: Definition) -> str:
    """An exercise within a sentence: "heel slides, left leg", "the backwards stretch"."""
    name = definition.name[:1].lower() + definition.name[1:]
    if not name.endswith("s"):
        name = f"the {name}"
    return ", ".join(part for part in (name, limb(planned, definition)) if part)


def announcement(planned: PlannedSet, definition: Definition, left: int, *, whole: bool) -> str:
    """Which exercise comes and how to begin.

    Args:
        planned: the set.
        definition: its exercise.
        left: reps that are still to be done.
        whole: whether the position is said too.
    """
    what = [definition.name, limb(planned, definition)]
    if planned.of > 1:
        what.append(f"set {planned.number} of {planned.of}")
    parts = [sentence(", ".join(part for part in what if part))]
    parts.append(sentence(f"{number(left)} more" if left < planned.reps else _times(left)))
    if planned.hold_s >= 2:
        parts.append(f"Hold each for {seconds(planned.hold_s)}.")
    if whole:
        parts.append(position(definition))
    return " ".join(parts)


def then_reps(left: int, *, more: bool) -> str:
    """How many reps follow the start position."""
    if more:
        return f"then {left} more"
    return "then 1 rep" if left == 1 else f"then {left} reps"


def furthest(definition: Definition) -> str:
    """What a capture asks for: as far as is comfortable."""
    going = definition.words.rest[:1].upper() + definition.words.rest[1:]
    if definition.ends == 2:
        return f"{going} as far as is comfortable, then the other way, and back to rest."
    return f"{going} as far as is comfortable, stay for a moment, and go back."


def way_back(definition: Definition) -> str:
    """What comes after the furthest position."""
    return definition.words.holding if definition.ends == 2 else definition.words.returning


def tries_left(left: int) -> str:
    """How many tries are to come."""
    return "Rest. And once more." if left == 1 else f"Rest. And {number(left)} more times."


def try_cue(phase: Phase, definition: Definition, *, stayed: bool) -> str:
    """What to do in a try, in few words; `stayed` once the end position was kept for long enough."""
    if stayed and phase in (Phase.GOING, Phase.HOLDING, Phase.RETURNING):
        return way_back(definition)
    return {
        Phase.REST: definition.words.rest,
        Phase.GOING: AS_FAR,
        Phase.HOLDING: STAY_THERE.rstrip("."),
        Phase.RETURNING: AS_FAR,
    }.get(phase, position(definition).rstrip("."))


def range_announcement(planned: PlannedSet, definition: Definition) -> str:
    """That a range is to be found, of what, and how to begin."""
    what = sentence(title(planned, definition))
    return f"{FINDING_RANGE} {what} {position(definition)} Rest until I say begin."


def again(why: str, definition: Definition) -> str:
    """Why the tries gave nothing, and that they are made once more."""
    return f"{why} {TRY_AGAIN} {position(definition)}"


def degrees(value: float) -> str:
    """Such as "41 degrees"."""
    whole = round(value)
    if whole == 0:
        return "less than 1 degree"
    return "1 degree" if whole == 1 else f"{whole} degrees"


def another_movement(definition: Definition) -> str:
    """What was done is not the exercise."""
    name = definition.name[:1].lower() + definition.name[1:]
    return f"That was another movement than {name}."


def not_the_side(side: Prescribed) -> str:
    """It was not the prescribed side that moved, or not both."""
    return (
        "I did not see both sides move alike."
        if side == "both"
        else f"It was not the {side} side that moved."
    )


def tries(count: int) -> str:
    """How many tries: "no try", "one try", "two tries"."""
    return {0: "no try", 1: "one try"}.get(count, f"{number(count)} tries")


def listed(items: Sequence[str]) -> str:
    """Such as "60°, 61° and 63°"."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def _times(reps: int) -> str:
    return "once" if reps == 1 else f"{number(reps)} times"


def count(reps: int, target: int) -> str:
    """The number of a rep, and near the end how many are left."""
    left = target - reps
    said = sentence(number(reps))
    if left == 1 and target > 2:
        return f"{said} Last one."
    if left == 2 and target > 4:
        return f"{said} Two more."
    return said


def coming(now: PlannedSet, then: PlannedSet, definition: Definition) -> str:
    """What comes after a set: "the right leg", "set 2 of 10", "the backwards stretch, both legs"."""
    if then.exercise != now.exercise:
        return title(then, definition)
    if then.side != now.side:
        both = then.side == "both"
        return limb(then, definition) if both else f"the {limb(then, definition)}"
    return f"set {then.number} of {then.of}"


def set_done(reps: int, rest_s: float, then: str) -> str:
    """A set is done, and what comes."""
    rest = f" Rest {seconds(rest_s)}." if rest_s >= 1 else ""
    return f"{sentence(number(reps))} Set done.{rest} Then {then}."


def welcome_back(reps: int) -> str:
    """Seen again, with the reps that were kept."""
    return f"Welcome back. {sentence(f'{number(reps)} done, go on')}" if reps else "Welcome back. Go on."


def hold_too_short(held_s: float, target_s: float) -> str:
    """A hold that fell short of its dose."""
    if round(held_s) < 2 or target_s < 5:
        return "Hold a little longer."
    return f"That was {seconds(held_s)}. Hold for {round(target_s)}."


def hold_left(left_s: int) -> str:
    """Seconds left of a hold."""
    return "One minute." if left_s == 60 else sentence(number(left_s))


def partial(reason: str, planned: PlannedSet, definition: Definition) -> str:
    """What to do differently, by the reason why a movement was no rep."""
    match reason:
        case "turned_back_early":
            return "Further, both ways." if definition.ends == 2 else "A little further."
        case "one_way_only":
            return "Pull up and point away." if definition.of_programme else "Both ways, please."
        case "hold_too_short":
            return "Hold longer."
        case "other_side":
            moving = limb(planned, definition)
            return sentence(f"{moving}, please" if planned.side == "both" else f"the {moving}, please")
        case "other_movement":
            if not definition.of_programme:
                return sentence(definition.words.rest)
            return {
                "ankle_dorsiflexion": "Only the feet move.",
                "knee_flexion": "One leg, with the heel on the floor.",
                "hip_flexion": "One knee to the chest, and bent.",
            }.get(definition.signal, sentence(definition.words.rest))
        case "left_position":
            return "Stay in position, please."
        case "view_lost":
            return "I could not see that one."
    return "Back to the start each time."


def phase_cue(phase: Phase, definition: Definition, *, held: bool) -> str:
    """The exercise's own words for where in a rep the person is; `held` once the hold is long enough."""
    words = definition.words
    return {
        Phase.REST: words.rest,
        Phase.GOING: words.going,
        Phase.HOLDING: words.returning if held else words.holding,
        Phase.RETURNING: words.returning,
    }.get(phase, position(definition).rstrip("."))
