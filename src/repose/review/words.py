"""What was counted and changed, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from repose.counting.result import Side
from repose.exercises import Definition
from repose.kinematics.channels import joint_of
from repose.kinematics.quality import ADVICE, Sight
from repose.review.changes import (
    Accept,
    Add,
    ChangeFaults,
    ChangeSide,
    Judge,
    Merge,
    Move,
    Reject,
    SignOff,
    Split,
    Undo,
)
from repose.review.reviewed import UNSAID, understood
from repose.sessions.records import KeptSession

REASONS: Final = {
    "turned_back_early": "turned back early",
    "one_way_only": "one way only",
    "hold_too_short": "hold too short",
    "other_side": "the other side worked",
    "other_movement": "another movement",
    "left_position": "the position was left",
    "view_lost": "the view was lost",
    "not_finished": "not finished",
    UNSAID: "no reason given",
}
"""Why a partial is none of the reps."""

_SIGHTS: Final = {sight.name.lower(): ADVICE[sight] for sight in Sight if sight in ADVICE}


def reason_in_words(reason: str) -> str:
    """Why a partial does not count."""
    return REASONS.get(reason, reason.replace("_", " "))


def unseen_in_words(reason: str) -> str:
    """Why time was not measured, and what to change."""
    return _SIGHTS.get(reason, reason.replace("_", " "))


def faults_in_words(definition: Definition) -> dict[str, str]:
    """The form faults of an exercise by name: "heel lifts: keep the heel on the floor"."""
    return {fault.name: f"{fault.name.replace('_', ' ')}: {fault.text}" for fault in definition.faults}


def limb(definition: Definition, side: Side) -> str:
    """What moved: "left leg", "both feet"; "" for exercises without sides."""
    if definition.sides == "none":
        return ""
    part = ("foot", "feet") if joint_of(definition.signal) == "ankle" else ("leg", "legs")
    return f"both {part[1]}" if side == "both" else f"{side} {part[0]}"


def clock(time_s: float) -> str:
    """A time on the session's clock: "0:07.5", "1:02:03.0"."""
    tenths = round(time_s * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest / 10:04.1f}" if hours else f"{minutes}:{rest / 10:04.1f}"
    return f"{hours}:{text}" if hours else text


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words.

    Attributes:
        text: such as "rejected the rep at 0:12.3".
        set_id: of the set that it is about; None if that is not known.
    """

    text: str
    set_id: int | None


def tell(session: KeptSession) -> dict[int, Told]:
    """All changes of a session in words, by id; events go by the time of their end position."""
    names: dict[str, tuple[int | None, str]] = {
        f"m{kept.id}": (one.id, f"the {'partial' if kept.rep.reason else 'rep'} at {clock(kept.rep.peak_s)}")
        for one in session.sets
        for kept in one.reps
    }
    told: dict[int, Told] = {}
    unknown: tuple[int | None, str] = (None, "a rep that is gone")
    for number, change in understood(session):
        key = f"c{number}"
        match change:
            case None:
                told[number] = Told("a change of a newer Repose", None)
            case Undo():
                undone = told.get(change.change)
                again = undone is not None and undone.text.startswith("undid: ")
                text = (
                    undone.text.removeprefix("undid: ").removeprefix("did again: ") if undone else "a change"
                )
                told[number] = Told(
                    f"{'did again' if again else 'undid'}: {text}", undone.set_id if undone else None
                )
            case Add():
                what = "rep" if change.complete else "partial"
                names[key] = (change.set_id, f"the {what} at {clock(change.peak_s)}")
                why = "" if change.complete or not change.reason else f", {reason_in_words(change.reason)}"
                told[number] = Told(
                    f"added a {change.side} {what} at {clock(change.peak_s)}{why}", change.set_id
                )
            case SignOff():
                told[number] = Told("signed the set off", change.set_id)
            case Merge():
                set_id, first = names.get(change.first, unknown)
                names[key] = (set_id, first)
                told[number] = Told(f"merged {first} with {names.get(change.second, unknown)[1]}", set_id)
            case Split():
                set_id, name = names.get(change.event, unknown)
                names[key] = names[f"{key}.1"] = (set_id, f"a half of {name}")
                told[number] = Told(f"split {name} at {clock(change.at_s)}", set_id)
            case _:
                set_id, name = names.get(change.event, unknown)
                told[number] = Told(_of_one(change, name), set_id)
                if isinstance(change, Move):
                    names[change.event] = (set_id, f"the rep at {clock(change.peak_s)}")
    return told


def _of_one(change: Accept | Reject | Judge | Move | ChangeSide | ChangeFaults, name: str) -> str:
    match change:
        case Accept():
            return f"accepted {name}"
        case Reject():
            return f"rejected {name}"
        case Judge():
            why = f", {reason_in_words(change.reason)}" if change.reason else ""
            return f"counted {name} as {'complete' if change.complete else f'a partial{why}'}"
        case Move():
            return f"moved {name} to {clock(change.start_s)}, {clock(change.peak_s)}, {clock(change.end_s)}"
        case ChangeSide():
            return f"changed the side of {name} to {change.side}"
        case ChangeFaults():
            return f"changed the faults of {name} to {_listed(change.faults)}"


def _listed(faults: Sequence[str]) -> str:
    return ", ".join(fault.replace("_", " ") for fault in faults) or "none"
