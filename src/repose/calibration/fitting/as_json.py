"""A fit as JSON, for programs and for the page."""

from typing import Any

from repose.calibration.fitting.fit import Fit, ThresholdFit
from repose.calibration.fitting.score import REP_POINTS, Mistakes
from repose.calibration.fitting.words import headline, threshold_words, unit, warnings


def fit_json(fit: Fit) -> dict[str, Any]:
    """All of it; scores are wrong reps, of which a wrong partial is a quarter."""
    return {
        "exercise": fit.exercise.slug,
        "verdict": fit.verdict.value,
        "headline": headline(fit),
        "warnings": list(warnings(fit)),
        "changes": {f"{fit.exercise.slug}.{key}": number for key, number in fit.changes.items()},
        "sessions": len(fit.sessions),
        "better": fit.better,
        "worse": fit.worse,
        "by_chance": fit.chance,
        "now": _mistakes(fit.present),
        "fitted": _mistakes(fit.fitted),
        "left_out": _mistakes(fit.left_out),
        "thresholds": [_threshold(one) for one in fit.thresholds],
        "recordings": [
            {
                "name": one.name,
                "session": one.session,
                "now": _mistakes(one.present),
                "fitted": _mistakes(one.fitted),
                "left_out": _mistakes(one.left_out),
            }
            for one in fit.recordings
        ],
    }


def _threshold(one: ThresholdFit) -> dict[str, Any]:
    return {
        "key": one.key,
        "unit": unit(one.key),
        "now": one.present,
        "fitted": one.fitted,
        "plateau": {
            "low": one.plateau.low,
            "high": one.plateau.high,
            "width": round(one.plateau.width, 6),
            "steps": one.steps,
            "open_low": one.plateau.open_low,
            "open_high": one.plateau.open_high,
        },
        "on_a_cliff": one.on_a_cliff,
        "was_on_a_cliff": one.was_on_a_cliff,
        "words": list(threshold_words(one)),
        "values": list(one.curve.values),
        "scores": [points / REP_POINTS for points in one.curve.scores],
    }


def _mistakes(found: Mistakes | None) -> dict[str, Any] | None:
    if found is None:
        return None
    off_s = found.mean_hold_off_s
    return {
        "score": found.points / REP_POINTS,
        "missed": found.missed,
        "extra": found.extra,
        "partials": found.partials,
        "hold_off_s": None if off_s is None else round(off_s, 3),
    }
