"""An evaluation for programs: plain numbers with stable names."""

from dataclasses import asdict
from typing import Any, Final

from repose.counting.result import Rep
from repose.evaluation.evaluate import Evaluation
from repose.evaluation.metrics import ClipScore, Share, Summary, summarise
from repose.evaluation.smallest_change import repeatabilities
from repose.evaluation.truth import TrueRep

VERSION: Final = 1


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """What `repose evaluate --json` prints: `total`, `exercises` by slug, and `clips` in order of name.

    Numbers are those of `Summary`, by the same names; shares are objects of `count`, `of`, `value` and
    `interval` (95 %, Wilson). An exercise also has the `smallest_change` between two sessions that is more
    than error. What is unknown is null.
    """
    return {
        "format": "repose-evaluation",
        "version": VERSION,
        "model": evaluation.model,
        "software": evaluation.software,
        "total": summary_json(evaluation.total),
        "exercises": {
            slug: summary_json(summary) | {"smallest_change": _smallest_change(evaluation, slug)}
            for slug, summary in evaluation.exercises.items()
        },
        "clips": [_clip(clip) for clip in evaluation.clips],
    }


def _smallest_change(evaluation: Evaluation, slug: str) -> dict[str, Any]:
    found = repeatabilities([clip for clip in evaluation.clips if clip.truth.exercise == slug])
    return {
        name: asdict(one) | {"smallest_change": one.smallest_change}
        for name, one in (
            ("peak_deg", found.peak_deg),
            ("hold_s", found.hold_s),
            ("tempo_s", found.tempo_s),
        )
    }


def summary_json(summary: Summary) -> dict[str, Any]:
    """The numbers of a summary, by their names there."""
    numbers = asdict(summary)
    for key in ("right", "exact", "off_by_one", "partials"):
        share: Share = getattr(summary, key)
        numbers[key] = asdict(share) | {"value": share.value, "interval": share.interval}
    return numbers | {"false_reps_in_10_min": summary.false_reps_in_10_min}


def _clip(clip: ClipScore) -> dict[str, Any]:
    found = clip.matching
    return {
        "name": clip.name,
        "source": clip.source,
        "exercise": clip.truth.exercise,
        "outcome": clip.outcome.value,
        "right": clip.right,
        "error": clip.error,
        "not_measurable": clip.truth.not_measurable,
        "counts": clip.counts,
        "true_counts": clip.truth.counts,
        "events": {
            "matched": [_true(true) | {"counted": _counted(rep)} for true, rep in found.reps],
            "missed": [_true(rep) for rep in found.missed],
            "false": [_counted(rep) for rep in found.false],
            "matched_partials": [_true(true) | {"counted": _counted(rep)} for true, rep in found.partials],
            "missed_partials": [_true(rep) for rep in found.missed_partials],
            "false_partials": [_counted(rep) for rep in found.false_partials],
        },
        "unmeasured": [asdict(span) for span in clip.result.unmeasured] if clip.result else [],
        "numbers": summary_json(summarise([clip])),
    }


def _true(rep: TrueRep) -> dict[str, Any]:
    start, end = rep.peak
    return {"side": rep.side, "peak_start_s": start, "peak_end_s": end, "hold_s": rep.hold_s}


def _counted(rep: Rep) -> dict[str, Any]:
    return {"side": rep.side, "peak_s": rep.peak_s, "hold_s": rep.hold_s, "reason": rep.reason}
