from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from repose.bench.clip import LEAD_S, repeat, with_lead
from repose.capture.video import VideoFile
from repose.overlay.video import OverlayWriter


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds that grow lighter, ten frames a second."""
    with OverlayWriter(tmp_path / "clip.mp4", 10) as writer:
        for number in range(20):
            writer.write(number / 10, np.full((48, 64, 3), 40 + 10 * number, np.uint8))
    return tmp_path / "clip.mp4"


def shades(path: Path) -> list[tuple[float, int]]:
    """Time and shade of each frame, as the number it was made from; the first is the darkest."""
    with VideoFile(path) as source:
        light = [(frame.time_s, float(frame.image.mean())) for frame in source]
    darkest, lightest = light[0][1], max(shade for _, shade in light)
    return [(time_s, round(19 * (shade - darkest) / (lightest - darkest))) for time_s, shade in light]


def test_the_first_picture_stands_before_a_clip_that_keeps_its_pace(clip: Path, tmp_path: Path) -> None:
    length_s = with_lead(clip, tmp_path / "once.mp4")
    frames = shades(tmp_path / "once.mp4")
    assert length_s == pytest.approx(LEAD_S + 2.0, abs=0.1)
    assert len(frames) == round(length_s * 30)
    assert {shade for time_s, shade in frames if time_s < LEAD_S} == {0}
    for time_s, shade in frames:
        assert shade == pytest.approx(max(0.0, (time_s - LEAD_S) * 10), abs=1.01)


def test_rounds_follow_each_other_without_a_gap(clip: Path, tmp_path: Path) -> None:
    length_s = with_lead(clip, tmp_path / "once.mp4")
    repeat(tmp_path / "once.mp4", tmp_path / "long.mp4", 3, length_s)
    once, long = shades(tmp_path / "once.mp4"), shades(tmp_path / "long.mp4")
    assert [shade for _, shade in long] == [shade for _, shade in once] * 3
    steps = [after - before for (before, _), (after, _) in pairwise(long)]
    assert steps == pytest.approx([1 / 30] * len(steps), abs=1e-3)
