"""Which camera is opened when it is plugged in again."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from repose.capture.plug import Plug
from repose.errors import ReposeError


class Device:
    """A camera that gives one picture; those that are not there do not open."""

    there: frozenset[int] = frozenset()

    def __init__(self, index: int) -> None:
        self.index = index

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.index in Device.there

    def set(self, *_: float) -> bool:
        return True

    def get(self, *_: float) -> float:
        return 30.0

    def grab(self) -> bool:
        return True

    def retrieve(self) -> tuple[bool, object]:
        # How light its picture is says which one it is.
        return True, np.full((48, 64 + self.index, 3), 50, np.uint8)

    def release(self) -> None:
        """Nothing to release."""


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of links, which lead to devices beside it."""
    monkeypatch.setattr(cv2, "VideoCapture", Device)
    monkeypatch.setattr(Device, "there", frozenset())
    folder = tmp_path / "by-id"
    folder.mkdir()
    return folder


def plugged(links: Path, **cameras: int) -> None:
    """These cameras are there now, by their own names, each with its number."""
    for link in links.iterdir():
        link.unlink()
    for name, number in cameras.items():
        (links.parent / f"video{number}").touch()
        (links / name).symlink_to(links.parent / f"video{number}")
    Device.there = frozenset(cameras.values())


def opened(plug: Plug) -> int:
    """The number of the camera that is opened."""
    with plug() as camera:
        assert camera.info.name == "camera:1", "it is called as the user called it"
        return camera.info.size[0] - 64


def test_it_is_found_under_another_number(links: Path) -> None:
    plug = Plug(1, links)
    plugged(links, built_in=0, own=1)
    assert opened(plug) == 1
    plugged(links, built_in=0, own=2)
    assert opened(plug) == 2


def test_another_camera_that_has_its_number_now_is_not_opened(links: Path) -> None:
    plug = Plug(1, links)
    plugged(links, built_in=0, own=1)
    assert opened(plug) == 1
    plugged(links, built_in=0, of_the_neighbour=1)
    with pytest.raises(ReposeError, match="camera:1: is not plugged in; plug it in again"):
        plug()
    plugged(links, built_in=1, own=0)
    assert opened(plug) == 0


def test_one_that_comes_later_is_taken_by_its_number(links: Path) -> None:
    plug = Plug(1, links)
    with pytest.raises(ReposeError, match="camera:1: gives no picture"):
        plug()
    plugged(links, own=1)
    assert opened(plug) == 1


def test_without_such_links_the_number_must_do(links: Path) -> None:
    plugged(links, own=1)
    plug = Plug(1, links / "nowhere")
    assert opened(plug) == 1
    plugged(links, other=1)
    assert opened(plug) == 1


def test_links_that_lead_elsewhere_are_passed_over(links: Path) -> None:
    plugged(links, own=1)
    (links / "a_microphone").symlink_to(links.parent / "pcm0")
    (links / "in_circles").symlink_to(links / "in_circles")
    plug = Plug(1, links)
    assert opened(plug) == 1
    assert opened(plug) == 1
