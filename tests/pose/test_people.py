"""How many people are in a picture: real pictures, alone and put together."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from repose.capture.video import VideoFile
from repose.errors import ReposeError
from repose.pose import mediapipe_version
from repose.pose.landmarks import LANDMARKS
from repose.pose.people import Found, People, apart, pieces
from tests.program import SAMPLES
from tests.puppet import Puppet, Scene

Picture = NDArray[np.uint8]
LYING = ("ankle-pumps", "heel-slides", "knee-to-chest")


def picture(sample: str) -> Picture:
    with closing(VideoFile(SAMPLES / f"{sample}.mp4")) as video:
        return next(iter(video)).image


@pytest.fixture(scope="module")
def people(full_bundle: Path) -> Iterator[People]:
    with closing(People(full_bundle)) as made:
        yield made


@pytest.mark.parametrize("sample", [*LYING, "backwards-stretch"])
def test_one_person_is_one(people: People, sample: str) -> None:
    assert people.count(picture(sample)) == 1


@pytest.mark.parametrize("share", [0.15, 0.5])
def test_one_person_in_the_dark_or_far_away_is_one(people: People, share: float) -> None:
    image = picture("heel-slides")
    assert people.count((image * share).astype(np.uint8)) == 1
    assert people.count(np.asarray(cv2.resize(image, None, fx=share + 0.3, fy=share + 0.3), np.uint8)) == 1


def test_an_empty_room_holds_nobody(people: People) -> None:
    image = picture("backwards-stretch")
    height, width = image.shape[:2]
    # The person stands in the middle; the wall beside it goes on there.
    room = np.asarray(cv2.resize(image[:, : width // 4], (width, height)), np.uint8)
    assert people.count(room) == 0
    assert people.count(np.zeros((90, 160, 3), np.uint8)) == 0


def test_two_standing_side_by_side_are_two(people: People) -> None:
    image = picture("backwards-stretch")
    assert people.count(np.hstack([image, image[:, ::-1]])) == 2


@pytest.mark.parametrize("sample", LYING)
def test_two_lying_one_behind_the_other_are_two(people: People, sample: str) -> None:
    image = picture(sample)
    assert people.count(np.vstack([image, image[:, ::-1]])) == 2


@pytest.mark.parametrize("sample", LYING)
@pytest.mark.parametrize("left", [True, False], ids=["left", "right"])
def test_somebody_standing_beside_a_lying_person_is_a_second(people: People, sample: str, left: bool) -> None:
    image = picture(sample).copy()
    height, width = image.shape[:2]
    other = np.asarray(cv2.resize(picture("backwards-stretch"), (width, height)), np.uint8)
    strip = other[:, round(width * 0.4) : round(width * 0.6)]
    strip = np.asarray(cv2.resize(strip, None, fx=0.8, fy=0.8), np.uint8)
    y = round(height * 0.05)
    x = 0 if left else width - strip.shape[1]
    image[y : y + strip.shape[0], x : x + strip.shape[1]] = strip
    assert people.count(image) == 2


def test_looking_changes_nothing(people: People) -> None:
    image = picture("heel-slides")
    before = image.copy()
    assert people.count(image) == people.count(image)
    assert (image == before).all()


# The parts.


@pytest.mark.parametrize(("width", "height"), [(640, 480), (848, 480), (1280, 720), (480, 848), (1001, 333)])
def test_the_pieces_cover_the_picture_and_overlap(width: int, height: int) -> None:
    whole, *squares = pieces(width, height)
    assert whole == (0, 0, width, height)
    side = min(width, height)
    along = 0 if width > height else 1
    assert all(piece[2:] == (side, side) and piece[1 - along] == 0 for piece in squares)
    starts = [piece[along] for piece in squares]
    assert starts[0] == 0
    assert starts[-1] + side == max(width, height)
    assert max(np.diff(starts)) <= side / 2 + 1


def test_a_square_picture_is_looked_at_once() -> None:
    assert pieces(480, 480) == [(0, 0, 480, 480)]


def body(x: float = 0.5, y: float = 0.5, seed: int = 0, facing_left: bool = True) -> Found:
    """A lying puppet, its landmarks a little off."""
    scene = Scene(facing="left" if facing_left else "right", centre=(x, y))
    points = scene.film(Puppet(), np.zeros(1)).points[0, :, [0, 1, 3]].T.astype(np.float64)
    points[:, :2] = points[:, :2] * scene.frame_size + np.random.default_rng(seed).normal(0, 4, (33, 2))
    return points


def test_the_same_person_seen_twice_is_one() -> None:
    assert len(apart([body(seed=1), body(seed=2)])) == 1


def test_a_person_and_its_legs_seen_alone_are_one() -> None:
    legs = body(seed=1)
    upper = [index for index, name in enumerate(LANDMARKS) if "shoulder" in name or index < 11]
    knee = legs[LANDMARKS.index("left_knee"), :2].copy()
    legs[upper, :2] = knee + (legs[upper, :2] - legs[LANDMARKS.index("left_shoulder"), :2]) / 4
    assert len(apart([body(), legs])) == 1


def test_a_person_taken_the_wrong_way_round_is_one() -> None:
    assert len(apart([body(), body(facing_left=False)])) == 1


def test_the_best_seen_is_kept() -> None:
    faint, clear = body(seed=1), body(seed=2)
    faint[:, 2] *= 0.8
    (kept,) = apart([faint, clear])
    assert kept is clear


def test_two_lying_apart_are_two() -> None:
    assert len(apart([body(y=0.3), body(y=0.7)])) == 2
    assert len(apart([])) == 0


# What does not work.


def test_a_bundle_that_is_none_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "bad.task"
    bad.write_bytes(b"no bundle")
    with pytest.raises(ReposeError, match=r"bad\.task: MediaPipe cannot use this pose model"):
        People(bad)


def test_a_mediapipe_that_phones_home_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mediapipe_version, "version", lambda name: "0.10.35")
    with pytest.raises(ReposeError, match="sends usage data"):
        People(tmp_path / "any.task")


def test_nothing_is_written_to_the_screen(full_bundle: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with closing(People(full_bundle)) as people:
        people.count(picture("heel-slides"))
    assert capfd.readouterr() == ("", "")


def test_closing_twice_is_harmless(full_bundle: Path) -> None:
    people = People(full_bundle)
    people.close()
    people.close()
