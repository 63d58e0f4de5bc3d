"""The picture: mirrored, with the skeleton; the newest wins, and every one is accounted for."""

import base64
import io
import time
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from repose.live.protocol import Lit, PictureHeader
from repose.overlay.palette import ATTENTION, FAINT, LEFT, RIGHT, Colour
from repose.pose.landmarks import LANDMARKS
from tests.web.coach.page import views
from tests.web.coach.page.stand import Stand

Landmarks = list[tuple[float, float, float]]

GREY: Final = (90, 90, 90)


def _jpeg(left: Colour, right: Colour) -> bytes:
    """A picture of two colours side by side."""
    image = Image.new("RGB", (640, 360), left)
    image.paste(right, (320, 0, 640, 360))
    encoded = io.BytesIO()
    image.save(encoded, "JPEG", quality=95)
    return encoded.getvalue()


def _figure(hidden: str = "") -> Landmarks:
    """Somebody lying with the head to the left of the picture, the left leg above the right one."""
    along = {
        "shoulder": 0.3, "elbow": 0.35, "wrist": 0.4, "hip": 0.5, "knee": 0.65, "ankle": 0.8, "heel": 0.82,
        "foot_index": 0.85,
    }  # fmt: skip
    points = []
    for name in LANDMARKS:
        x = next((place for part, place in along.items() if name.endswith(part)), 0.2)
        y = 0.3 if "left" in name else 0.7
        points.append((x, y, 0.1 if hidden and hidden in name else 0.9))
    return points


def _header(seq: int = 1, landmarks: Landmarks | None = None, lit: Lit | None = None) -> PictureHeader:
    return PictureHeader(
        seq=seq,
        time_s=1.0,
        captured_ms=time.time() * 1000,
        width=640,
        height=360,
        landmarks=landmarks,
        lit=lit,
    )


def _painted(stand: Stand) -> NDArray[np.uint8]:
    """(height, width, 3) RGB of the canvas."""
    stand.wait(lambda: stand.sent("shown"))
    address = stand.page.evaluate("document.querySelector('#picture').toDataURL()")
    return np.array(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGB"))


def _near(painted: NDArray[np.uint8], x: float, y: float, colour: Colour, reach: int = 6) -> int:
    """How many pixels around a place, in shares of the canvas, have a colour."""
    height, width = painted.shape[:2]
    column, row = round(x * width), round(y * height)
    there = painted[max(0, row - reach) : row + reach, max(0, column - reach) : column + reach].astype(int)
    return int((np.abs(there - colour).max(axis=2) < 40).sum())


def _open(stand: Stand) -> None:
    stand.open()
    stand.show(views.WORKING)


def test_the_picture_is_mirrored_and_fills_its_place(stand: Stand) -> None:
    _open(stand)
    stand.picture(_header(), _jpeg((200, 0, 0), (0, 0, 200)))
    painted = _painted(stand)
    assert painted[50, 50, 2] > 150
    assert painted[50, -50, 0] > 150
    box = stand.page.locator("#picture").bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 640 / 360) < 0.02
    assert box["height"] > 0.5 * 768


def test_the_skeleton_is_mirrored_with_the_colours_of_the_sides(stand: Stand) -> None:
    _open(stand)
    stand.picture(_header(landmarks=_figure()), _jpeg(GREY, GREY))
    painted = _painted(stand)
    # Half way down each shin, mirrored.
    assert _near(painted, 1 - 0.725, 0.3, LEFT) > 5
    assert _near(painted, 1 - 0.725, 0.7, RIGHT) > 5
    assert _near(painted, 0.725, 0.3, LEFT) == 0


def test_what_is_hidden_is_faint(stand: Stand) -> None:
    _open(stand)
    stand.picture(_header(landmarks=_figure(hidden="left_knee")), _jpeg(GREY, GREY))
    painted = _painted(stand)
    assert _near(painted, 1 - 0.725, 0.3, FAINT) > 3
    assert _near(painted, 1 - 0.725, 0.3, LEFT) == 0


def test_the_working_joint_is_lit_and_its_angle_is_not_mirrored(stand: Stand) -> None:
    stand.page.add_init_script(
        """{ window.written = []; const fill = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
          window.written.push([text, this.getTransform().a]); fill.call(this, text, x, y); }; }"""
    )
    _open(stand)
    stand.picture(_header(landmarks=_figure(), lit=Lit("knee", "right", 63.4)), _jpeg(GREY, GREY))
    painted = _painted(stand)
    assert _near(painted, 1 - 0.65, 0.7, ATTENTION, reach=9) > 30
    assert _near(painted, 1 - 0.65, 0.3, ATTENTION, reach=9) == 0
    written = dict(stand.page.evaluate("window.written"))
    assert set(written) == {"63°", "L", "R"}
    assert all(along > 0 for along in written.values())


def test_angles_below_zero_and_none(stand: Stand) -> None:
    _open(stand)
    stand.picture(_header(1, _figure(), Lit("ankle", "both", -12.0)), _jpeg(GREY, GREY))
    stand.wait(lambda: len(stand.sent("shown")) == 1)
    stand.picture(_header(2, _figure(), Lit("trunk", "middle", None)), _jpeg(GREY, GREY))
    stand.wait(lambda: len(stand.sent("shown")) == 2)
    assert all(shown["latency_ms"] is not None for shown in stand.sent("shown"))


def test_a_source_without_pictures_shows_the_skeleton_alone(stand: Stand) -> None:
    _open(stand)
    stand.picture(_header(landmarks=_figure()), b"")
    assert _near(_painted(stand), 1 - 0.725, 0.3, LEFT) > 5


def test_every_picture_is_reported_and_only_painted_ones_have_a_latency(stand: Stand) -> None:
    _open(stand)
    jpeg = _jpeg(GREY, GREY)
    for seq in range(1, 9):
        stand.picture(_header(seq), jpeg)
    stand.wait(lambda: len(stand.sent("shown")) == 8)
    shown = {message["seq"]: message["latency_ms"] for message in stand.sent("shown")}
    assert sorted(shown) == list(range(1, 9))
    assert shown[8] is not None
    assert 0 < shown[8] < 60_000
    painted = [seq for seq, latency_ms in shown.items() if latency_ms is not None]
    assert painted == sorted(painted)


def test_a_broken_picture_is_left_out_and_the_next_is_shown(stand: Stand) -> None:
    _open(stand)
    stand.picture(_header(1), b"no JPEG at all")
    stand.wait(lambda: stand.sent("shown"))
    assert stand.sent("shown")[0]["latency_ms"] is None
    stand.picture(_header(2), _jpeg((200, 0, 0), (0, 0, 200)))
    stand.wait(lambda: len(stand.sent("shown")) == 2)
    assert stand.sent("shown")[1]["latency_ms"] is not None


def test_before_the_start_the_picture_is_a_preview(stand: Stand) -> None:
    stand.open()
    stand.show(views.IDLE)
    stand.picture(_header(), _jpeg((200, 0, 0), (0, 0, 200)))
    assert _painted(stand)[20, 20, 2] > 150
    assert stand.shown("#preview-place canvas")
