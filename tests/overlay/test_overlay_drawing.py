from dataclasses import replace

import numpy as np
import pytest

from repose.capture.frames import Frame
from repose.counting.counter import Status
from repose.counting.result import Phase
from repose.exercises import load_exercise, slugs
from repose.exercises.subject import Subject
from repose.kinematics.quality import Sight
from repose.overlay.drawing import draw
from repose.overlay.figure import Image
from repose.overlay.painter import Painter
from repose.overlay.palette import ATTENTION, LEFT, REACHED, RIGHT
from repose.pose.landmarks import COLUMNS, LANDMARKS, VISIBILITY, Pose, X, Y, not_found

KNEE = Subject(joint="knee", sides="one", high=1.0, low=0.0, share=0.8, hold_s=0.0)

STATUS = Status(
    time_s=1.0,
    phase=Phase.GOING,
    side="right",
    angle=57.0,
    excursion=0.5,
    hold_s=0.0,
    counts={"left": 0, "right": 2, "both": 0, "total": 2},
    cue=None,
    sight=Sight.GOOD,
)


def lying_pose() -> Pose:
    """Somebody on their back, seen from the side, one knee up, in the middle of the picture."""
    points = np.zeros((len(LANDMARKS), len(COLUMNS)), np.float32)
    points[:, VISIBILITY] = 1
    spots = {
        "shoulder": (0.3, 0.6), "elbow": (0.35, 0.65), "wrist": (0.4, 0.65), "hip": (0.5, 0.6),
        "knee": (0.6, 0.45), "ankle": (0.7, 0.6), "heel": (0.7, 0.62), "foot_index": (0.74, 0.6),
        "ear": (0.2, 0.6),
    }  # fmt: skip
    for index, name in enumerate(LANDMARKS):
        points[index, [X, Y]] = spots.get(name.removeprefix("left_").removeprefix("right_"), (0.22, 0.58))
    return Pose(1.0, points, 0.5)


def grey(width: int = 640, height: int = 360) -> Image:
    return np.full((height, width, 3), 128, np.uint8)


def changed(before: Image, after: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((before != after).any(axis=2))


def has(image: Image, colour: tuple[int, int, int]) -> bool:
    return bool((image == colour[::-1]).all(axis=2).any())


def test_the_picture_given_is_left_alone() -> None:
    image = grey()
    drawn = draw(image, lying_pose(), STATUS, KNEE)
    assert (image == 128).all()
    assert drawn.shape == image.shape
    assert drawn.dtype == np.uint8


def test_the_working_joint_is_lit_at_its_place() -> None:
    drawn = draw(grey(), lying_pose(), STATUS, KNEE)
    around = drawn[int(0.45 * 360) - 12 : int(0.45 * 360) + 12, int(0.6 * 640) - 12 : int(0.6 * 640) + 12]
    assert has(around, ATTENTION)
    assert has(around, RIGHT)


def test_the_angle_is_written_beside_the_joint() -> None:
    with_angle = draw(grey(), lying_pose(), STATUS, KNEE)
    other_angle = draw(grey(), lying_pose(), replace(STATUS, angle=99.0), KNEE)
    rows, columns = np.nonzero(changed(with_angle, other_angle))
    assert 0.2 * 360 < rows.min() <= rows.max() < 0.45 * 360
    assert 0.5 * 640 < columns.min() <= columns.max() < 0.7 * 640


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        ({"counts": {"left": 0, "right": 3, "both": 0, "total": 3}}, (0.0, 0.3)),
        ({"excursion": 0.7}, (0.8, 1.0)),
        ({"phase": Phase.RETURNING}, (0.6, 1.0)),
        ({"hold_s": 2.0}, (0.0, 0.6)),
        ({"cue": "Bend"}, (0.3, 0.7)),
    ],
)
def test_each_thing_has_its_corner(change: dict[str, object], columns: tuple[float, float]) -> None:
    before = draw(grey(), lying_pose(), STATUS, KNEE)
    after = draw(grey(), lying_pose(), replace(STATUS, **change), KNEE)  # type: ignore[arg-type]
    where = np.nonzero(changed(before, after))[1] / 640
    assert columns[0] <= where.min() <= where.max() <= columns[1]


def test_the_gauge_fills_and_changes_colour_in_the_target_zone() -> None:
    def filled(excursion: float) -> int:
        drawn = draw(grey(), not_found(0.0, 0.5), replace(STATUS, side=None, excursion=excursion), KNEE)
        column = drawn[:, 640 - 20]
        return int(((column == 240).all(axis=1) | (column == REACHED[::-1]).all(axis=1)).sum())

    levels = [filled(excursion) for excursion in (-0.5, 0.0, 0.2, 0.5, 0.75, 0.9, 1.0, 1.2)]
    assert levels == sorted(levels)
    assert levels[-1] > 3 * levels[2]
    assert not has(draw(grey(), not_found(0.0, 0.5), replace(STATUS, excursion=0.79), KNEE), REACHED)
    assert has(draw(grey(), not_found(0.0, 0.5), replace(STATUS, excursion=0.81), KNEE), REACHED)


def test_left_and_right_have_their_colours() -> None:
    counts = {"left": 1, "right": 0, "both": 0, "total": 1}
    drawn = draw(grey(), not_found(0.0, 0.5), replace(STATUS, side="left", counts=counts), KNEE)
    assert has(drawn[:, :200], LEFT)
    assert not has(drawn[:, :200], RIGHT)


def test_a_hold_turns_green_when_the_prescribed_time_is_reached() -> None:
    subject = replace(KNEE, hold_s=5.0)
    status = replace(STATUS, phase=Phase.HOLDING)
    early = draw(grey(), not_found(0.0, 0.5), replace(status, hold_s=4.0), subject)
    late = draw(grey(), not_found(0.0, 0.5), replace(status, hold_s=5.0), subject)
    assert not has(early[300:, :400], REACHED)
    assert has(late[300:, :400], REACHED)


def test_what_is_not_measured_says_why_and_shows_no_numbers() -> None:
    status = replace(STATUS, phase=Phase.NOT_MEASURED, sight=Sight.TOO_DARK, angle=None, excursion=None)
    drawn = draw(grey(), not_found(0.0, 0.1), status, KNEE)
    assert has(drawn[250:], ATTENTION)
    assert (drawn[100:250] == 128).all()


@pytest.mark.parametrize("slug", slugs())
@pytest.mark.parametrize("size", [(640, 360), (360, 640), (64, 48), (33, 47)])
def test_every_exercise_is_drawn_on_every_size(slug: str, size: tuple[int, int]) -> None:
    subject = Subject.of(load_exercise(slug))
    status = replace(STATUS, side="both" if slug == "ankle-pumps" else "left", cue="Hold", hold_s=1.5)
    drawn = draw(grey(*size), lying_pose(), status, subject)
    assert drawn.shape == (size[1], size[0], 3)
    assert changed(grey(*size), drawn).any()


def test_landmarks_outside_the_picture_are_no_trouble() -> None:
    pose = lying_pose()
    pose.points[:, [X, Y]] += 5
    assert draw(grey(), pose, STATUS, KNEE).shape == (360, 640, 3)


class Written:
    """A writer that remembers."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.images: list[Image] = []

    def write(self, time_s: float, image: Image) -> None:
        self.times.append(time_s)
        self.images.append(image)


def test_frames_wait_until_the_status_has_reached_them() -> None:
    written = Written()
    painter = Painter(written, KNEE)  # type: ignore[arg-type]
    for number in range(10):
        status = replace(STATUS, time_s=max(0.0, number / 10 - 0.5))
        painter.add(Frame(number / 10, grey()), not_found(number / 10, 0.5), status)
        assert [time_s for time_s in written.times if time_s > status.time_s] == []
    assert written.times == [0.0, 0.1, 0.2, 0.3, 0.4]
    painter.finish(status)
    assert written.times == [number / 10 for number in range(10)]


def test_each_frame_gets_the_first_status_that_reached_it() -> None:
    written = Written()
    painter = Painter(written, KNEE)  # type: ignore[arg-type]
    late = replace(STATUS, time_s=0.1, counts={"left": 0, "right": 9, "both": 0, "total": 9})
    painter.add(Frame(0.1, grey()), not_found(0.1, 0.5), replace(STATUS, time_s=0.0))
    painter.add(Frame(0.2, grey()), not_found(0.2, 0.5), late)
    assert len(written.images) == 1
    assert (written.images[0] == draw(grey(), not_found(0.1, 0.5), late, KNEE)).all()


def test_a_pair_fills_the_gauge_both_ways() -> None:
    pair = replace(KNEE, joint="ankle", sides="pair", high=0.6, low=-0.4, share=0.4)

    def filling(excursion: float) -> tuple[int, int]:
        drawn = draw(grey(), not_found(0.0, 0.5), replace(STATUS, excursion=excursion), pair)
        rows = np.flatnonzero((drawn[80:288, 640 - 20] == REACHED[::-1]).all(axis=1))
        return int(rows.min()), int(rows.max())

    (up_top, up_bottom), (down_top, down_bottom) = filling(0.3), filling(-0.2)
    assert up_top < up_bottom <= down_top < down_bottom


def test_the_counts_of_a_pair_do_not_change_with_the_side_that_leads() -> None:
    pair = replace(KNEE, joint="ankle", sides="pair", high=0.6, low=-0.4, share=0.4)
    counts = {"left": 0, "right": 0, "both": 3, "total": 3}
    images = [
        draw(grey(), not_found(0.0, 0.5), replace(STATUS, side=side, counts=counts), pair)
        for side in ("left", "right", None)
    ]
    assert (images[0] == images[1]).all()
    assert (images[0] == images[2]).all()


def test_subjects_are_read_off_the_exercises() -> None:
    knee, ankle = (Subject.of(load_exercise(slug)) for slug in ("knee-to-chest", "ankle-pumps"))
    assert (knee.joint, knee.sides, knee.high, knee.low, knee.hold_s) == ("hip", "one", 1, 0, 20)
    assert (ankle.joint, ankle.sides, ankle.hold_s) == ("ankle", "pair", 0)
    assert ankle.low < 0 < ankle.high
    assert ankle.high - ankle.low == pytest.approx(1)
    assert ankle.share == load_exercise("ankle-pumps").thresholds.complete_share
