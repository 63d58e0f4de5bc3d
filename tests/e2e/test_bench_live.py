"""`repose bench live`, on one short round."""

import json
from pathlib import Path

from tests.program import RunCli


def test_it_measures_and_counts_live_what_counting_the_clip_gives(run_cli: RunCli, one_slide: Path) -> None:
    said = run_cli("bench", "live", one_slide, "--exercise", "heel-slides", "--minutes", "0.1", "--json")
    assert said.code == 0, said.err
    figures = json.loads(said.out)
    assert figures["reps"] == {
        "live": {"complete": 1, "partial": 0}, "counted": {"complete": 1, "partial": 0}, "same": True,
    }  # fmt: skip
    latency, tone = figures["camera_to_screen_ms"], figures["rep_to_tone_ms"]
    assert 0 < latency["median"] <= latency["p95"] <= latency["max"]
    assert latency["n"] > 30
    assert tone["n"] >= 1
    assert tone["median"] > 0
    assert 5 < figures["fps"]["analysed"] <= 31
    assert 5 < figures["fps"]["shown"] <= 31
    assert figures["server_cpu_cores"] > 0
    assert figures["server_memory_mb"]["end"] > 50
