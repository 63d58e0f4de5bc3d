"""What is to be said of a fit, in plain words."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from repose.calibration.fitting.fit import FEWEST, Fit, ThresholdFit, Verdict
from repose.calibration.fitting.numbers import with_numbers
from repose.calibration.fitting.score import Example, Mistakes
from repose.calibration.fitting.search import Plateau
from repose.calibration.thresholds import about
from repose.counting.result import Rep
from repose.evaluation.matching import assign
from repose.exercises import Exercise

HOLD_WORSE_S: Final = 0.1
"""A hold that is wrong by so much more is worth a word."""

EARLY: Final = (None, "not_said", "turned_back_early")
"""Reasons of a partial that a threshold of how far somebody goes can tell from a rep."""


def headline(fit: Fit) -> str:
    """What came of it, in a sentence or two."""
    now, fitted = amount(fit.present), amount(fit.fitted)
    match fit.verdict:
        case Verdict.NOTHING:
            return f"Nothing to gain: {now} with the thresholds in force, and no others do better."
        case Verdict.CHANCE:
            assert fit.left_out is not None  # noqa: S101 - the verdict of several sessions
            return (
                f"Not worth it: the fit turns {now} into {fitted}, but recordings that it does not know are "
                f"counted no better than now, or not surely: {amount(fit.left_out)} ({_changed(fit)})."
            )
        case Verdict.FEW if fit.left_out is None:
            return (
                f"Too few: the fit turns {now} into {fitted} in one session, and nothing says what it does "
                "to the next."
            )
        case Verdict.FEW:
            return f"Better, but not sure with so few: {fitted} instead of {now}, and {_left_out(fit)}."
        case Verdict.BETTER:
            return f"Better: {fitted} instead of {now}, and {_left_out(fit)}."


def threshold_words(one: ThresholdFit) -> tuple[str, ...]:
    """What is to be said of one threshold."""
    said = []
    if one.fitted == one.present and one.left_alone:
        said.append(f"{one.key} {one.present:g}: left as it is until reps count and partials are annotated")
    elif one.fitted == one.present:
        said.append(f"{one.key} {one.present:g}: nothing to gain")
    else:
        said.append(f"{one.key} {one.present:g}: {one.fitted:g} counts best")
    said.append(f"the same {span(one)}")
    if one.on_a_cliff:
        said.append(f"{one.fitted:g} stands on a cliff: {_cliff(one, one.plateau, one.fitted)}")
    elif one.was_on_a_cliff and one.fitted != one.present:
        cliff = _cliff(one, one.present_plateau, one.present)
        said.append(f"the present {one.present:g} stands on a cliff: {cliff}")
    return tuple(said)


def span(one: ThresholdFit) -> str:
    """The plateau: from where to where, and how wide that is."""
    plateau = one.plateau
    if plateau.open_low and plateau.open_high:
        return "wherever it stands"
    wide = f"{plateau.width:.3g} {unit(one.key)}, {one.steps} steps of {one.axis.step:g}"
    if plateau.open_low:
        return f"up to {plateau.high:g} ({wide})"
    if plateau.open_high:
        return f"from {plateau.low:g} on ({wide})"
    return f"from {plateau.low:g} to {plateau.high:g} ({wide})"


def unit(key: str) -> str:
    """The unit of a threshold."""
    return about(key.rpartition(".")[2]).unit


def amount(found: Mistakes) -> str:
    """Mistakes in words: "3 reps missed, 1 too many, 2 partials wrong"."""
    said = [
        f"{number} {what}"
        for number, what in (
            (found.missed, f"{'rep' if found.missed == 1 else 'reps'} missed"),
            (found.extra, f"{'rep' if found.extra == 1 else 'reps'} too many"),
            (found.partials, f"{'partial' if found.partials == 1 else 'partials'} wrong"),
        )
        if number
    ]
    return ", ".join(said) or "no mistake"


def warnings(fit: Fit) -> tuple[str, ...]:
    """What should make one careful, the most important first."""
    return (*_of_number(fit), *_of_choice(fit), *_of_what_is_in_it(fit), *_of_truth(fit))


def _of_number(fit: Fit) -> Iterator[str]:
    sessions = len(fit.sessions)
    if sessions < FEWEST:
        all_better = ""
        if sessions > 1:
            all_better = (
                f" (that all {sessions} get better happens by chance once in {2**sessions} times; "
                f"all {FEWEST}, once in {2**FEWEST})"
            )
        yield (
            f"Too few recordings: {_sessions(sessions)}, and {FEWEST} are needed to tell a gain from "
            f"chance{all_better}. Annotate {FEWEST - sessions} more, of other days."
        )


def _of_choice(fit: Fit) -> Iterator[str]:
    for one in fit.thresholds:
        if one.on_a_cliff:
            yield f"{one.key} {one.fitted:g} stands on a cliff: {_cliff(one, one.plateau, one.fitted)}."
    before, after = fit.present.mean_hold_off_s, fit.fitted.mean_hold_off_s
    if before is not None and after is not None and after - before > HOLD_WORSE_S:
        yield f"Holds get worse: off by {after:.1f} s instead of {before:.1f} s on average."
    wrong = [one for one in fit.recordings if one.fitted.points]
    if wrong and fit.verdict is not Verdict.NOTHING:
        listed = "; ".join(f"{one.name}: {amount(one.fitted)}" for one in wrong[:3])
        yield f"Even the best numbers leave mistakes: {listed}{'; …' if len(wrong) > 3 else ''}."


def _of_what_is_in_it(fit: Fit) -> Iterator[str]:
    truths = [one.truth for one in fit.examples]
    if not any(truth.partials for truth in truths):
        yield (
            "No movement in them was too small to count: nothing tells how low the thresholds may go. "
            "Annotate partials, too."
        )
    if not any(truth.complete for truth in truths):
        yield "No complete rep is in them: nothing tells how high the thresholds may go."
    sides = {rep.side for truth in truths for rep in truth.reps} - {"both"}
    common = any("." not in one.key for one in fit.thresholds)
    if fit.exercise.definition.sides == "one" and len(sides) == 1 and common:
        side = next(iter(sides))
        yield f"Only the {side} side is in them: nothing tells whether the other one needs the same numbers."
    days = {one.recorded_at and one.recorded_at.astimezone().date() for one in fit.examples}
    if len(days) == 1 and None not in days and len(fit.examples) > 1:
        yield f"All of them are of one day ({next(iter(days))}): other days may look different."
    persons = {one.session: one.person for one in fit.examples}
    gained = {persons[session] for session, (before, after) in fit.sessions.items() if after < before}
    if len(set(persons.values())) > 1 and len(gained) == 1 and None not in gained:
        whose = next(iter(gained))
        yield f"Only sessions of {whose} get better: fit to these alone, for a profile of their own."
    if all(one.seen_before for one in fit.examples):
        yield (
            "All of them were signed off with the machine's count in view, none annotated without: that "
            "makes the present thresholds look better than they are."
        )


def _of_truth(fit: Fit) -> Iterator[str]:
    exercise = with_numbers(fit.exercise, {one.key: one.fitted for one in fit.thresholds})
    for one in sorted(fit.examples, key=lambda one: one.name):
        found = contradiction(one, exercise or fit.exercise)
        if found:
            yield (
                f"Contradictory: in {one.name}, the rep at {found.rep_s:.1f} s went {found.rep_share:.2f} of "
                f"the way and counts, the partial at {found.partial_s:.1f} s went {found.partial_share:.2f} "
                "and does not; no threshold tells these apart."
            )


class Contradiction(NamedTuple):
    """A rep and a partial of one recording and side, of which the partial went further."""

    rep_s: float
    rep_share: float
    partial_s: float
    partial_share: float


APART: Final = 0.05
"""Share of the way by which the partial must have gone further: less is the landmarks' noise."""


def contradiction(example: Example, exercise: Exercise) -> Contradiction | None:
    """The smallest rep and the largest partial of a recording, if what was said of them cannot both be."""
    counted = list(example.count(exercise))
    for side in ("left", "right", "both"):
        true = [rep for rep in example.truth.reps if rep.side == side]
        mine: list[Rep] = [rep for rep in counted if rep.side == side]
        pairs = assign([rep.peak for rep in true], [rep.peak_s for rep in mine])
        reps = [mine[j] for i, j in pairs if true[i].complete]
        partials = [mine[j] for i, j in pairs if not true[i].complete and true[i].reason in EARLY]
        # What a guard or the other leg decides is not a matter of how far somebody went.
        partials = [rep for rep in partials if rep.reason in EARLY]
        if not reps or not partials:
            continue
        least = min(reps, key=lambda rep: rep.excursion)
        most = max(partials, key=lambda rep: rep.excursion)
        if most.excursion > least.excursion + APART:
            return Contradiction(least.peak_s, least.excursion, most.peak_s, most.excursion)
    return None


def _cliff(one: ThresholdFit, plateau: Plateau, value: float) -> str:
    room = plateau.room(value) or 0.0
    return (
        f"the count changes {room + one.axis.step:.2g} {unit(one.key)} beside it, which is less than the "
        f"landmarks' noise ({one.axis.near:.2g})"
    )


def _left_out(fit: Fit) -> str:
    assert fit.left_out is not None  # noqa: S101 - asked for where there are several sessions
    return f"counted without knowing them they have {amount(fit.left_out)} ({_changed(fit)})"


def _changed(fit: Fit) -> str:
    said = f"{fit.better} of {_sessions(len(fit.sessions))} better, {fit.worse} worse"
    return f"{said}; chance does that {_often(fit.chance)}" if fit.better else said


def _often(chance: float) -> str:
    return f"once in {1 / chance:.0f} times" if chance < 0.4 else "as often as not"


def _sessions(number: int) -> str:
    return f"{number} session" if number == 1 else f"{number} sessions"
