from pathlib import Path

import pytest

from repose import demo
from repose.demo import CachedCounter, samples
from repose.errors import ReposeError
from repose.evaluation.truth import find_truths, read_truth
from repose.exercises import slugs
from tests.fakes import FakeSource, use


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A clip whose pictures come from a fake; the file stands for its bytes."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"some pictures")
    return path


def counted(counter: CachedCounter, clip: Path) -> bytes:
    model = clip.with_name("mine.task")
    model.write_bytes(b"a model")
    result, track, _ = counter(str(clip), "heel-slides", side="auto", model=str(model), calibration=None)
    return result.trace.angle.tobytes() + track.points.tobytes()


def test_the_second_time_landmarks_come_from_the_cache(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = CachedCounter(clip.parent / "cache")
    source = use(FakeSource(30), monkeypatch)
    first = counted(counter, clip)
    assert (source.decoded, counter.from_cache) == (30, 0)
    assert counted(counter, clip) == first
    assert (source.decoded, counter.from_cache) == (30, 1)


def test_fresh_runs_the_model_again(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = use(FakeSource(30), monkeypatch)
    first = counted(CachedCounter(clip.parent / "cache"), clip)
    assert counted(CachedCounter(clip.parent / "cache", fresh=True), clip) == first
    assert source.decoded == 60


def test_another_clip_of_the_same_name_is_not_taken_from_the_cache(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = use(FakeSource(30), monkeypatch)
    counter = CachedCounter(clip.parent / "cache")
    counted(counter, clip)
    clip.write_bytes(b"other pictures")
    counted(counter, clip)
    assert (source.decoded, counter.from_cache) == (60, 0)


def test_there_is_a_sample_of_each_exercise() -> None:
    assert {read_truth(path).exercise for path in find_truths(samples())} == set(slugs())


def test_an_installed_package_has_no_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "CHECKOUT", tmp_path)
    with pytest.raises(ReposeError, match="run the demo in the repository"):
        samples()
