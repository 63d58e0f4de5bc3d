"""What a report of a session says, in words: shared by the page and the text for the terminal."""

from datetime import datetime
from typing import Final

from repose.coaching.programme import usual_sides
from repose.counting.result import Side
from repose.exercises.load import known, name_of, signal_of
from repose.history.bands import band_of
from repose.reports.session_facts import Facts, FaultCount, Line, Spread
from repose.reports.session_flags import Flag, Kind
from repose.sessions.records import Origin

UNKNOWN: Final = "–"

ANGLES: Final = (
    "Degrees. Knee flexion: 0 = straight. Hip flexion: 0 = thigh in line with the trunk, "
    "+ towards the chest. "
    "Ankle dorsiflexion: + = toes towards the shin. Trunk extension: + = backwards. "
    "Left and right are the person’s own."
)
"""The conventions of the angles."""

_REASONS: Final = {
    "turned_back_early": "range not full",
    "one_way_only": "only one way of two",
    "hold_too_short": "hold too short",
    "other_side": "not the prescribed side",
    "other_movement": "another movement",
    "left_position": "left the start position",
    "view_lost": "went out of view",
    "not_finished": "not finished",
    "not_said": "no reason given",
}

_UNSEEN: Final = {
    "no_frames": "no picture from the camera",
    "no_body": "nobody found in the picture",
    "too_dark": "too dark",
    "cut_off": "partly outside the picture",
    "hidden": "legs hidden",
    "bad_view": "exercise not visible from this direction",
}

_KINDS: Final = {
    Kind.REJECTED: "rejected by the reviewer",
    Kind.CHANGED: "changed by the reviewer",
    Kind.ADDED: "added by the reviewer",
    Kind.DOUBTFUL: "counted, but seen badly",
    Kind.PARTIAL: "not counted",
}


def plain(name: str) -> str:
    """A name of the code for people: "knee_bends" is "knee bends"."""
    return name.replace("_", " ")


def reason(name: str) -> str:
    """Why a partial does not count."""
    return _REASONS.get(name, plain(name))


def unseen(name: str) -> str:
    """Why time was not measured."""
    return _UNSEEN.get(name, plain(name))


def exercise(slug: str) -> str:
    """The name of an exercise."""
    return name_of(slug)


def side(exercise: str, which: Side | None) -> str:
    """The side, for a table; a dash for exercises without sides."""
    definition = known().get(exercise)
    if which is None or (definition is not None and definition.sides == "none"):
        return UNKNOWN
    return which


def signal(exercise: str) -> str:
    """The joint angle that an exercise is counted on."""
    return plain(signal_of(exercise)) or "angle"


def degrees(value: float) -> str:
    """An angle, such as "104°"; a true minus for those below zero."""
    return f"{value:.0f}°".replace("-0°", "0°").replace("-", "−")


def spread_deg(spread: Spread | None) -> str:
    """Such as "104° (96–110)"."""
    if spread is None:
        return UNKNOWN
    low, high = degrees(spread.low).rstrip("°"), degrees(spread.high).rstrip("°")
    # A dash beside a minus is hard to read.
    return (
        f"{degrees(spread.mean)} ({low} to {high})"
        if "−" in low
        else f"{degrees(spread.mean)} ({low}–{high})"
    )


def seconds(value: float) -> str:
    """A short time: "1.4 s"."""
    return f"{value:.1f} s"


def length(value: float) -> str:
    """A longer time: "42 s", "26 min", "3 h 05 min"."""
    whole = round(value)
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def clock(value: float) -> str:
    """A time in the session: "4:05", "1:02:03"."""
    whole = int(value)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def share(part: float, whole: float) -> str:
    """A share as a percentage; all but nothing is not called nothing, nor all but all all."""
    if whole <= 0:
        return UNKNOWN
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "under 1 %"
    if 99 < percent < 100:
        return "over 99 %"
    return f"{percent:.0f} %"


def number(count: int, one: str, more: str = "") -> str:
    """Such as "1 rep", "2 reps"."""
    return f"{count} {one if count == 1 else more or one + 's'}"


def day(at: datetime) -> str:
    """A day where this machine is: "Monday, 1 March 2027"."""
    local = at.astimezone()
    return f"{local:%A}, {local.day} {local:%B %Y}"


def short_day(at: datetime) -> str:
    """Such as "1 Mar 2027"."""
    local = at.astimezone()
    return f"{local.day} {local:%b %Y}"


def moment(at: datetime) -> str:
    """Day and time where this machine is."""
    return f"{short_day(at)}, {at.astimezone():%H:%M}"


def when(facts: Facts) -> str:
    """From when to when the session went."""
    head, ended = facts.session.head, facts.session.ended_at
    begun = head.begun_at.astimezone()
    if head.origin is Origin.VIDEO:
        return f"video counted at {begun:%H:%M}, {length(facts.set_s)} long"
    if ended is None:
        return f"begun at {begun:%H:%M}, not ended"
    took_s = (ended - head.begun_at).total_seconds()
    return f"{begun:%H:%M}–{ended.astimezone():%H:%M} ({length(took_s)})"


def not_ended(facts: Facts) -> str | None:
    """Said of a session that runs or was broken off."""
    if facts.session.ended_at is not None:
        return None
    return (
        "This session was not ended: it was still running, or was interrupted. "
        "It is told as far as it was kept."
    )


def programme(facts: Facts) -> str:
    """What was prescribed, in short."""
    if facts.session.head.programme is None:
        return "no programme: a saved video" if facts.session.head.origin is Origin.VIDEO else "no programme"
    doses = []
    for item in facts.session.head.programme.items:
        dose = f"{item.sets} × {item.reps}" if item.sets > 1 else f"{item.reps}"
        sides = item.sides or usual_sides(item.exercise)
        each = " each side" if len(sides) == 2 else f" {sides[0]}" if sides and sides[0] != "both" else ""
        hold = f", hold {item.hold_s:g} s" if item.hold_s else ""
        doses.append(f"{exercise(item.exercise)} {dose}{each}{hold}")
    return "; ".join(doses)


def dose(line: Line) -> str:
    """Reps done of those that were prescribed."""
    return f"{line.done} of {line.prescribed}" if line.prescribed is not None else f"{line.done}"


def sets(line: Line) -> str:
    """Sets done of those that were prescribed."""
    return f"{line.sets} of {line.sets_asked}" if line.sets_asked is not None else f"{line.sets}"


def hold(line: Line) -> str:
    """Mean and shortest hold."""
    if line.hold is None:
        return UNKNOWN
    return f"{seconds(line.hold.mean)} (least {line.hold.low:.1f})"


def held(line: Line) -> str:
    """How many holds kept the dose."""
    if not line.hold_asked_s:
        return "none prescribed"
    return f"{line.held} of {line.hold.n if line.hold else 0} kept {line.hold_asked_s:g} s"


def verdict(facts: Facts) -> str:
    """The answer to "what was done", in a sentence or three."""
    if not facts.lines:
        return "Nothing was done in this session: no set was begun."
    parts = [_done(facts)]
    if partials := facts.partials:
        parts.append(f"{number(partials, 'movement')} did not count as a rep.")
    short = [line for line in facts.lines if line.hold and line.held < line.hold.n]
    if short:
        missed = sum(line.hold.n - line.held for line in short if line.hold)
        parts.append(f"{number(missed, 'hold')} shorter than prescribed.")
    if facts.faults:
        first = facts.faults[0]
        parts.append(f"Most frequent form fault: {fault(first)} ({first.reps} of {first.of}).")
    if facts.unseen_s >= 1:
        parts.append(f"{share(facts.unseen_s, facts.set_s)} of the exercise time could not be measured.")
    return " ".join(parts)


def _done(facts: Facts) -> str:
    if facts.prescribed is None:
        return f"{number(facts.done, 'complete rep')}; no dose was prescribed."
    beyond = facts.done - facts.done_of_dose
    more = f", and {beyond} beyond the dose" if beyond else ""
    return (
        f"{facts.done_of_dose} of {facts.prescribed} prescribed reps done "
        f"({share(facts.done_of_dose, facts.prescribed)}){more}."
    )


def fault(count: FaultCount) -> str:
    """Such as "knee bends, in ankle pumps"."""
    return f"{plain(count.fault)}, in {_within(count.exercise)}"


def of_set(flag: Flag) -> str:
    """Which set, such as "Ankle pumps, set 2 of 10"."""
    name = exercise(flag.exercise)
    return f"{name}, set {flag.number} of {flag.of}" if flag.of > 1 else name


def flagged(flag: Flag) -> str:
    """Why a rep is worth a look; its form faults in brackets."""
    said = _KINDS[flag.kind]
    if flag.reason is not None:
        said += f": {reason(flag.reason)}"
    if flag.faults:
        said += f" ({', '.join(map(plain, flag.faults))})"
    return said


def review(facts: Facts) -> str:
    """Whether somebody looked at the session, who and when."""
    count = f"The machine counted {number(facts.machine, 'complete rep')}"
    if not facts.reviewers or facts.reviewed_at is None:
        return f"Not reviewed: nobody has checked this count. {count}."
    sets = facts.session.sets
    signed = len(facts.reviewed.signed_off)
    checked = "all sets" if signed == len(sets) else f"{signed} of {number(len(sets), 'set')}"
    after = "the same" if facts.done == facts.machine else f"{facts.done}"
    return (
        f"Reviewed by {', '.join(facts.reviewers)}, last on {moment(facts.reviewed_at)}; "
        f"{checked} signed off. "
        f"{count}; after review it is {after}."
    )


def kept(facts: Facts) -> str:
    """Whether landmarks and a video are kept."""
    recorded = "The landmarks are kept" if facts.session.recorded_s else "The landmarks are not kept"
    if facts.session.head.video is None:
        return f"{recorded}; no video is kept."
    return f"{recorded}, and a VIDEO of this session is kept on the machine it was made on."


def versions(facts: Facts) -> str:
    """Software, model and thresholds in force."""
    software = dict(facts.session.head.software)
    sha = software.pop("model_sha256", None)
    model = f"pose model {facts.session.head.model}" + (
        f" (SHA-256 {sha[:12]}…)" if sha and len(sha) > 12 else f" (SHA-256 {sha})" if sha else ""
    )
    names = {"repose": "Repose", "mediapipe": "MediaPipe"}
    programs = ", ".join(
        f"{names.get(name, name)} {version}" for name, version in software.items() if name in names
    )
    prints = "; ".join(f"{_within(slug)} {', '.join(of)}" for slug, of in facts.fingerprints.items())
    return f"Counted by {programs or 'an unknown Repose'} with {model}. Thresholds: {prints or 'none'}."


def _within(slug: str) -> str:
    """The name of an exercise within a sentence."""
    name = exercise(slug)
    return name[:1].lower() + name[1:]


def change(line: Line, smallest_deg: float) -> str:
    """How the range changed from the first of so many sessions to this one, if that can be told."""
    by = line.past[-1].mean_deg - line.past[0].mean_deg
    if abs(by) <= smallest_deg:
        return f"no clear change ({len(line.past)})"
    return f"{by:+.0f}° ({len(line.past)})".replace("-", "−")


def bands(facts: Facts) -> str:
    """The smallest changes that the camera can tell, of each exercise of the session."""
    slugs = dict.fromkeys(line.exercise for line in facts.lines)
    return ", ".join(f"{_within(slug)} {band_of(slug).angle_deg:.0f}°" for slug in slugs)
