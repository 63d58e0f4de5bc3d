"""What an exercise is, in plain sentences."""

from typing import Final

from repose.exercises.definition import Exercise, Guard, about_limit
from repose.exercises.own import own
from repose.kinematics.channels import DERIVED

_POSTURES: Final = {
    "supine": "lying on the back",
    "standing": "standing, the legs straight down",
    "seated": "sitting upright, the thighs about level",
    "upright": "on the feet, however bent the legs",
}

_SIDES: Final = {
    "one": "one leg at a time; which one is found out, or prescribed",
    "pair": "both feet together, or one alone",
    "none": "the whole body; it has no sides",
}

_NEEDS: Final = {
    "at_least": "at least {} at the end position",
    "at_most": "at most {} at the end position",
    "at_most_at_start": "at most {} at the start",
    "still": "moves no more than {}",
}


def kind_of(exercise: Exercise) -> str:
    """Where it comes from: "of the programme", "your own", or "an example"."""
    if exercise.definition.of_programme:
        return "of the programme"
    return "your own" if exercise.slug in own().good else "an example"


def signal_in_words(signal: str) -> str:
    """Such as "hip extension of both legs together (less hip flexion)"."""
    if signal not in DERIVED:
        return signal.replace("_", " ")
    derived = DERIVED[signal]
    angle = derived.angle.replace("_", " ")
    both = " of both legs together" if derived.both else ""
    if derived.sign > 0:
        return f"{angle}{both}"
    return f"{_singular(signal)}{both} ({angle} with the sign turned round)"


def _singular(signal: str) -> str:
    joint, movement = signal.split("_", 1)
    return f"{joint.removesuffix('s') if DERIVED[signal].both else joint} {movement}"


def describe(exercise: Exercise) -> tuple[tuple[str, str], ...]:
    """What it is: pairs of a heading and a sentence."""
    definition, limits = exercise.definition, exercise.thresholds
    end = (
        f" through rest to {limits.opposite_deg:g}°, and back"
        if limits.opposite_deg is not None
        else " and back"
    )
    dose = definition.dose
    doses = f"{dose.reps} reps" + (" each leg" if dose.each_side else "")
    doses += f", {dose.sets} sets" if dose.sets > 1 else ""
    doses += f", each held for {dose.hold_s:g} s" if dose.hold_s else ""
    lines = [
        ("name", f"{definition.name} ({exercise.slug}), {kind_of(exercise)}"),
        ("position", f"{definition.position}; counted while {_POSTURES[definition.posture]}"),
        ("who moves", _SIDES[definition.sides]),
        ("counted on", signal_in_words(definition.signal)),
        (
            "one rep",
            f"from rest (usually {limits.rest_deg:g}°; the own rest is measured, anywhere from "
            f"{limits.rest_from_deg:g}° to {limits.rest_to_deg:g}°) to {limits.target_deg:g}°{end}",
        ),
        (
            "counts",
            f"from {limits.complete_share:.0%} of the way, and {limits.own_best_share:.0%} of the person's "
            f"own usual rep; from {limits.partial_share:.0%} on it is told as a partial",
        ),
        ("dose", doses),
        ("is said", " · ".join(definition.words.model_dump().values())),
    ]
    lines += [("must be so", _guard(guard, limits.guards[guard.name])) for guard in definition.guards]
    for fault in definition.faults:
        about = about_limit(fault)
        limit = f"{limits.faults[fault.name]:g} {fault.limit or about.unit}"
        lines.append(("form fault", f"{fault.text}: {limit}"))
    lines += [("not seen", unseen.why) for unseen in definition.unseen]
    return tuple(lines)


def _guard(guard: Guard, limit: float) -> str:
    about = about_limit(guard)
    number = f"{limit:g}{about.unit if about.unit == '°' else f' {about.unit}'}"
    needs = _NEEDS[guard.needs].replace("{}", number)
    why = f"; {guard.limit}" if guard.limit else ""
    return f"{signal_in_words(guard.channel)} {needs}{why}"
