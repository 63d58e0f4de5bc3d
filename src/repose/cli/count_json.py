"""A count as JSON, with the names that other programs read."""

import math

from repose.counting.result import CountResult, Rep

Json = dict[str, object]

TIME_DIGITS = 3
ANGLE_DIGITS = 1
SHARE_DIGITS = 3


def _rounded(value: float, digits: int) -> float | None:
    """The value to so many digits; None, which JSON has, for NaN, which it has not."""
    return round(value, digits) + 0.0 if math.isfinite(value) else None


def _rep(rep: Rep) -> Json:
    return {
        "side": rep.side,
        "start_s": _rounded(rep.start_s, TIME_DIGITS),
        "peak_s": _rounded(rep.peak_s, TIME_DIGITS),
        "end_s": _rounded(rep.end_s, TIME_DIGITS),
        "hold_s": _rounded(rep.hold_s, TIME_DIGITS),
        "peak": {name: _rounded(angle, ANGLE_DIGITS) for name, angle in rep.peak.items()},
        "excursion": _rounded(rep.excursion, SHARE_DIGITS),
        "confidence": _rounded(rep.confidence, SHARE_DIGITS),
        "faults": list(rep.faults),
    }


def count_json(result: CountResult, source: str, software: dict[str, str]) -> Json:
    """What `repose count --json` prints.

    Args:
        result: the count.
        source: name of the source, without folders.
        software: versions and model hash.
    """
    return {
        "exercise": result.exercise,
        "source": source,
        "duration_s": _rounded(result.duration_s, TIME_DIGITS),
        "not_measured_s": _rounded(result.not_measured_s, TIME_DIGITS),
        "counts": result.counts,
        "reps": [_rep(rep) for rep in result.reps],
        "partials": [_rep(rep) | {"reason": rep.reason} for rep in result.partials],
        "not_measured": [
            {
                "start_s": _rounded(span.start_s, TIME_DIGITS),
                "end_s": _rounded(span.end_s, TIME_DIGITS),
                "reason": span.reason,
            }
            for span in result.unmeasured
        ],
        "thresholds": result.thresholds,
        "software": software,
    }
