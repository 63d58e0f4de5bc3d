"""Renew the golden files: python tests/counting/update_golden.py [--landmarks].

Without --landmarks only the expected counts are written anew, from the recordings that are there; look at
the difference before committing it. With it, the recordings are made again from samples/*.mp4 by the full
model, which a new model or a new MediaPipe calls for.
"""

import json
import sys
from pathlib import Path
from typing import Any

from repose.counting.counter import count
from repose.counting.result import CountResult, Rep
from repose.exercises import load_exercise, slugs
from repose.sessions.recording import load_recording, save_recording

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = Path(__file__).parents[2] / "samples"


def shortened(value: Any) -> Any:
    """With milliseconds, and thousandths of a degree or a share: what platforms agree on."""
    match value:
        case float():
            return round(value, 3) + 0.0
        case dict():
            return {key: shortened(item) for key, item in value.items()}
    return value


def as_golden(result: CountResult) -> dict[str, Any]:
    """What must not change unnoticed."""

    def told(rep: Rep) -> dict[str, Any]:
        return {
            "side": rep.side,
            "start_s": shortened(rep.start_s),
            "hold_start_s": shortened(rep.hold_start_s),
            "peak_s": shortened(rep.peak_s),
            "end_s": shortened(rep.end_s),
            "decided_s": shortened(rep.decided_s),
            "hold_s": shortened(rep.hold_s),
            "peak": shortened(rep.peak),
            "excursion": shortened(rep.excursion),
            "confidence": shortened(rep.confidence),
            "faults": list(rep.faults),
            "reason": rep.reason,
        }

    return {
        "exercise": result.exercise,
        "duration_s": shortened(result.duration_s),
        "not_measured_s": shortened(result.not_measured_s),
        "counts": result.counts,
        "reps": [told(rep) for rep in result.reps],
        "partials": [told(rep) for rep in result.partials],
    }


def update(slug: str, *, landmarks: bool) -> None:
    """Write the golden files of one exercise."""
    recording = GOLDEN / f"{slug}.parquet"
    if landmarks:
        from repose.pipeline import count_source

        _, track, _ = count_source(str(SAMPLES / f"{slug}.mp4"), slug)
        save_recording(track, recording)
    golden = as_golden(count(load_recording(recording), load_exercise(slug)))
    text = json.dumps(golden, indent=1, ensure_ascii=False)
    (GOLDEN / f"{slug}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name in slugs():
        update(name, landmarks="--landmarks" in sys.argv[1:])
