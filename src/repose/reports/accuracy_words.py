"""What an evaluation says, in words: shared by the table for the terminal and the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from repose.counting.result import Rep
from repose.evaluation.evaluate import Evaluation
from repose.evaluation.metrics import Agreement, ClipScore, Outcome, Share, Summary
from repose.evaluation.truth import TrueRep

INTENDED_USE = (
    "Repose counts and times exercises that a clinician prescribed; it does not diagnose, "
    "and is not a medical device."
)

METHOD = (
    "Rep events are matched one to one, on the same side, within 0.5 s of the true end position. "
    "Shares come with 95 % Wilson intervals, angles with limits of agreement (±1.96 SD over measured time). "
    "Clips rightly not measured have no part in count errors."
)

SHORT_SIDE = {"left": "L", "right": "R", "both": "B"}

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the summary: its name, what DESIGN aims at, and its value in each column."""

    label: str
    target: str
    values: tuple[str, ...]


def answer(clip: ClipScore) -> str:
    """What a clip's count is worth, in a word or two."""
    if clip.by_luck:
        return "exact by luck"
    return {
        Outcome.EXACT: "exact",
        Outcome.REFUSED: "not measured",
        Outcome.WRONG: "WRONG",
        Outcome.FAILED: "FAILED",
    }[clip.outcome]


def failures_first(clips: Sequence[ClipScore]) -> list[ClipScore]:
    """Clips with a wrong answer first, those whose counting failed before all."""
    order = (Outcome.FAILED, Outcome.WRONG, Outcome.EXACT, Outcome.REFUSED)
    return sorted(
        clips,
        key=lambda clip: (order.index(clip.outcome), not clip.by_luck, clip.truth.exercise, clip.name),
    )


def headline(total: Summary) -> str:
    """The answer to "how good is it" in one or two sentences, the bad news included."""
    wrong = total.clips - total.right.count
    parts = [f"{total.exact.count} counted exactly"]
    if total.by_luck:
        parts[0] += f", {total.by_luck} of them by luck"
    if total.refused:
        parts.append(f"{total.refused} rightly not measured")
    sentence = (
        f"{total.right.count} of {total.clips} clips answered right ({'; '.join(parts)}), {wrong} wrong."
    )
    interval = total.right.interval
    if interval is not None:
        low, high = map(percent, interval)
        sentence += f" On more clips like these, {low} to {high} % would be right (95 % interval)."
    return sentence


def remarks(clip: ClipScore) -> tuple[str, ...]:
    """What is to be said of one clip, worst first; nothing if all was right."""
    if clip.error is not None:
        return (f"Counting stopped: {clip.error}",)
    found = clip.matching
    said: list[str] = []
    if clip.outcome is Outcome.REFUSED:
        why = clip.truth.not_measurable
        return (f"A view that cannot show the exercise ({why}). Not measured: {_reasons(clip)}.",)
    if clip.outcome is Outcome.WRONG and clip.truth.not_measurable:
        said.append(f"A hard view ({clip.truth.not_measurable}): it should have been refused.")
    if clip.by_luck:
        said.append("The count is exact, but not all of the reps are.")
    # What has a better name is not listed a second time as false or missed.
    named = (*found.wrong_side, *found.partials_counted)
    said += [f"Wrong side: counted {_counted(rep)}." for rep in found.wrong_side]
    said += [f"A partial counted as a rep: {_counted(rep)}." for rep in found.partials_counted]
    said += [f"A rep taken for a partial: {_counted(rep)}, {rep.reason}." for rep in found.reps_as_partials]
    said += [f"False rep: {_counted(rep)}." for rep in found.false if rep not in named]
    said += [f"Missed rep: {_true(rep)}." for rep in found.missed]
    said += [f"Missed partial: {_true(rep)}." for rep in found.missed_partials]
    said += [
        f"False partial: {_counted(rep)}, {rep.reason}."
        for rep in found.false_partials
        if rep not in found.reps_as_partials
    ]
    if clip.result and clip.result.unmeasured:
        said.append(f"Not measured: {_reasons(clip)}.")
    return tuple(said)


def figures(evaluation: Evaluation) -> tuple[tuple[str, ...], tuple[Figure, ...]]:
    """The summary as a table: the names of its columns (exercises, then "all"), and its lines."""
    columns = (*evaluation.exercises, "all")
    summaries = (*evaluation.exercises.values(), evaluation.total)
    lines: list[tuple[str, str, Callable[[Summary], str]]] = [
        ("clips", "", lambda of: str(of.clips)),
        ("right answers", "", lambda of: _share(of.right)),
        ("counted exactly", "≥ 99 %", lambda of: _share(of.exact)),
        ("exact by luck", "0", lambda of: str(of.by_luck)),
        ("rightly not measured", "", lambda of: str(of.refused)),
        ("stopped with an error", "0", lambda of: str(of.failed)),
        ("reps counted / true", "", lambda of: f"{of.counted_reps} / {of.true_reps}"),
        ("count error, mean (MAE)", "", lambda of: number(of.mae, 2)),
        ("at most one off (OBO)", "", lambda of: _share(of.off_by_one)),
        ("rep precision", "", lambda of: number(of.precision, 3)),
        ("rep recall", "", lambda of: number(of.recall, 3)),
        ("rep F1", "≥ 0.985", lambda of: number(of.f1, 3)),
        ("reps on the wrong side", "0", lambda of: str(of.wrong_side)),
        ("partials recognised", "", lambda of: _plain_share(of.partials)),
        ("false partials", "", lambda of: str(of.false_partials)),
        ("partials counted as reps", "0", lambda of: str(of.partials_counted)),
        ("reps taken for partials", "0", lambda of: str(of.reps_as_partials)),
        ("false reps in 10 idle min", "≤ 1", lambda of: number(of.false_reps_in_10_min, 1)),
        ("hold error, median (s)", "", lambda of: number(of.hold.median, 2)),
        ("hold error, 95th pct. (s)", "≤ 0.25", lambda of: number(of.hold.p95, 2)),
        ("angle error, MAE (°)", "hip, knee ≤6", lambda of: number(of.angle.mae, 1)),
        ("angle bias (°)", "", lambda of: signed(of.angle.bias)),
        ("limits of agreement (°)", "", lambda of: _limits(of.angle)),
        ("peak angle, MAE (°)", "", lambda of: number(of.peak_angle.mae, 1)),
        ("peak angle bias (°)", "", lambda of: signed(of.peak_angle.bias)),
        ("angle range, MAE (°)", "ankle ≤5", lambda of: number(of.angle_range.mae, 1)),
        ("not measured (s)", "", lambda of: f"{of.not_measured_s:.0f} of {of.duration_s:.0f}"),
        ("landmarker (ms a frame)", "", lambda of: number(of.landmarker_ms, 1)),
        ("all else (ms a frame)", "≤ 10 % of it", lambda of: number(of.outside_ms, 1)),
    ]
    return columns, tuple(
        Figure(label, target, tuple(value(each) for each in summaries)) for label, target, value in lines
    )


def counts_in_words(counts: dict[str, int]) -> str:
    """Counts such as "3 right", "2 left + 3 right", "0"."""
    return " + ".join(f"{n} {side}" for side, n in counts.items() if n and side != "total") or "0"


def short_counts(counts: dict[str, int]) -> str:
    """The same where there is little room: "2L+3R"."""
    return "+".join(f"{counts[side]}{short}" for side, short in SHORT_SIDE.items() if counts[side]) or "0"


def number(value: float | None, digits: int) -> str:
    """A number with fixed digits, or a dash for what is unknown."""
    return UNKNOWN if value is None else f"{value:.{digits}f}"


def signed(value: float | None) -> str:
    """A number with its sign, or a dash for what is unknown."""
    return UNKNOWN if value is None else f"{value:+.1f}".replace("-", "−")


def _share(share: Share) -> str:
    """Such as "19 of 23", and below it "83 % (63–93)"."""
    if share.value is None or share.interval is None:
        return UNKNOWN
    low, high = share.interval
    return f"{share.count} of {share.of}\n{percent(share.value)} % ({percent(low)}–{percent(high)})"


def _limits(angle: Agreement) -> str:
    return UNKNOWN if angle.low is None else f"{signed(angle.low)} … {signed(angle.high)}"


def _plain_share(share: Share) -> str:
    return f"{share.count} of {share.of}" if share.of else UNKNOWN


def percent(value: float) -> str:
    """A share as percent, without its sign."""
    # 99.6 % must not become 100 %.
    return f"{100 * value:.{1 if 0.99 < value < 1 else 0}f}"


def _counted(rep: Rep) -> str:
    return f"{rep.side} at {rep.peak_s:.1f} s"


def _true(rep: TrueRep) -> str:
    return f"{rep.side} at {sum(rep.peak) / 2:.1f} s"


def _reasons(clip: ClipScore) -> str:
    """Seconds not measured, by reason."""
    spans = clip.result.unmeasured if clip.result else ()
    seconds: dict[str, float] = {}
    for span in spans:
        seconds[span.reason] = seconds.get(span.reason, 0.0) + span.end_s - span.start_s
    return ", ".join(f"{reason} ({length:.1f} s)" for reason, length in seconds.items())
