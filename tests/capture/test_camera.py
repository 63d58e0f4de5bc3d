"""The camera: freshness, timestamps and errors, on a fake device with its own clock."""

from collections.abc import Callable, Iterator
from itertools import count, islice, pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from repose.capture.camera import STALE_S, Camera
from repose.capture.open import open_source
from repose.errors import ReposeError

Picture = NDArray[np.uint8] | None


class FakeDevice:
    """A camera that takes 40 ms for each picture and 7 ms to decode it; None is a failed grab."""

    def __init__(
        self, pictures: Iterator[Picture], opens: bool = True, tick_s: float = 0.04, decode_s: float = 0.007
    ) -> None:
        self.pictures = pictures
        self.opens = opens
        self.tick_s = tick_s
        self.decode_s = decode_s
        self.now_s = 1000.0
        self.released = 0
        self.picture: Picture = None

    def isOpened(self) -> bool:  # noqa: N802, OpenCV's name
        return self.opens

    def set(self, prop: int, value: float) -> bool:
        return False

    def get(self, prop: int) -> float:
        return 25.0 if prop == cv2.CAP_PROP_FPS else 0.0

    def grab(self) -> bool:
        self.now_s += self.tick_s
        self.picture = next(self.pictures, None)
        return self.picture is not None

    def retrieve(self) -> tuple[bool, Picture]:
        self.now_s += self.decode_s
        return self.picture is not None, self.picture

    def release(self) -> None:
        self.released += 1

    def clock(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def noisy(number: int) -> NDArray[np.uint8]:
    return np.random.default_rng(number).integers(0, 255, (48, 64, 3), np.uint8)


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeDevice], Camera]:
    def plugged(device: FakeDevice) -> Camera:
        monkeypatch.setattr(cv2, "VideoCapture", lambda _: device)
        monkeypatch.setattr("repose.capture.camera.time.sleep", device.sleep)
        return Camera(0, clock=device.clock)

    return plugged


def test_time_is_when_the_frame_was_grabbed(plug: Callable[[FakeDevice], Camera]) -> None:
    camera = plug(FakeDevice(noisy(n) for n in count()))
    frames = list(islice(camera, 4))
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.047, 0.094, 0.141])
    np.testing.assert_array_equal(frames[0].image, noisy(1))  # picture 0 only showed that the camera works


def test_what_it_says_of_itself(plug: Callable[[FakeDevice], Camera]) -> None:
    info = plug(FakeDevice(noisy(n) for n in count())).info
    assert (info.name, info.size, info.frame_rate, info.frame_count) == ("camera:0", (64, 48), 25.0, None)


def test_timestamps_increase_under_a_coarse_clock(plug: Callable[[FakeDevice], Camera]) -> None:
    device = FakeDevice((noisy(n) for n in count()), tick_s=0, decode_s=0)
    times = [frame.time_s for frame in islice(plug(device), 5)]
    assert times == pytest.approx([0, 0.001, 0.002, 0.003, 0.004])


def test_a_frozen_picture_is_noticed(plug: Callable[[FakeDevice], Camera]) -> None:
    device = FakeDevice(noisy(min(n, 10)) for n in count())
    camera = iter(plug(device))
    assert len(list(islice(camera, 10))) == 10
    last_s = device.now_s
    with pytest.raises(ReposeError, match=r"^camera:0: no new picture for 2 s; plug[^\n]*$"):
        next(camera)
    assert STALE_S <= device.now_s - last_s < STALE_S + 0.2


def test_one_changed_pixel_is_a_new_picture(plug: Callable[[FakeDevice], Camera]) -> None:
    def pictures() -> Iterator[Picture]:
        for number in count():
            picture = noisy(0).copy()
            picture[7, 9, 1] = number % 2
            yield picture

    assert len(list(islice(plug(FakeDevice(pictures())), 100))) == 100


def test_a_repeated_picture_is_passed_over(plug: Callable[[FakeDevice], Camera]) -> None:
    frames = list(islice(plug(FakeDevice(noisy(n // 2) for n in count())), 5))
    assert all(not np.array_equal(a.image, b.image) for a, b in pairwise(frames))


def test_a_short_dropout_is_a_gap(plug: Callable[[FakeDevice], Camera]) -> None:
    device = FakeDevice(None if 5 <= n < 20 else noisy(n) for n in count())
    times = [frame.time_s for frame in islice(plug(device), 8)]
    assert max(np.diff(times)) == pytest.approx(15 * 0.05 + 0.047)


def test_an_unplugged_camera_is_noticed(plug: Callable[[FakeDevice], Camera]) -> None:
    frames = iter(plug(FakeDevice(noisy(n) for n in range(6))))
    assert len(list(islice(frames, 5))) == 5
    with pytest.raises(ReposeError, match="no new picture"):
        next(frames)


def test_closing_ends_the_iteration(plug: Callable[[FakeDevice], Camera]) -> None:
    device = FakeDevice(noisy(n) for n in count())
    taken = 0
    with plug(device) as camera:
        for _ in camera:
            taken += 1
            if taken == 3:
                camera.close()
    assert taken == 3
    assert device.released >= 1


@pytest.mark.parametrize("device", [FakeDevice(iter([]), opens=False), FakeDevice(iter([]))])
def test_a_camera_without_picture(plug: Callable[[FakeDevice], Camera], device: FakeDevice) -> None:
    with pytest.raises(ReposeError, match=r"^camera:0: gives no picture; [^\n]*privacy settings$"):
        plug(device)
    assert device.released == 1


def test_open_source_takes_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def capture(number: int) -> FakeDevice:
        asked.append(number)
        return FakeDevice(noisy(n) for n in count())

    monkeypatch.setattr(cv2, "VideoCapture", capture)
    source = open_source("camera:12")
    assert asked == [12]
    assert source.info.name == "camera:12"
    assert source.ended_early is None


@pytest.mark.parametrize("text", ["camera:", "camera:x", "camera:-1", "camera:0 ", "camera:/dev/video0"])
def test_a_camera_that_is_none(text: str) -> None:
    with pytest.raises(ReposeError, match="the first one is camera:0"):
        open_source(text)
