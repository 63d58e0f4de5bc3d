"""Pictures as binary messages."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repose.live.pictures import Picture, decoded
from repose.live.protocol import Lit, PictureHeader
from tests.web.coach.fake_engine import picture


def test_a_message_is_length_header_and_jpeg() -> None:
    header = PictureHeader(
        seq=3,
        time_s=0.2,
        captured_ms=1e12,
        width=640,
        height=480,
        landmarks=[(0.5, 0.25, 0.9)] * 33,
        lit=Lit("knee", "left", 41.0),
    )
    message = Picture(header, b"\xff\xd8jpeg").encoded()
    (length,) = struct.unpack("<I", message[:4])
    said = json.loads(message[4 : 4 + length])
    assert said["landmarks"][32] == [0.5, 0.25, 0.9]
    assert said["lit"] == {"joint": "knee", "side": "left", "angle_deg": 41.0}
    assert message[4 + length :] == b"\xff\xd8jpeg"
    assert decoded(message) == Picture(header, b"\xff\xd8jpeg")


def test_a_source_without_pictures_sends_the_header_alone() -> None:
    assert decoded(picture(1, size=0).encoded()).jpeg == b""


@given(st.binary(max_size=60))
def test_what_is_no_picture_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decoded(message)
