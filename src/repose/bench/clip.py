"""A long video out of a short one, as if a webcam had taken it."""

from pathlib import Path
from typing import Final

import av

from repose.capture.video import VideoFile
from repose.overlay.video import OverlayWriter

FRAME_RATE: Final = 30.0
"""Pictures a second of a usual webcam. Samples have 15: each of theirs is shown twice."""

LEAD_S: Final = 2.0
"""The first picture stands so long before the movement, for the coach to find the start position."""


def with_lead(clip: Path, to: Path) -> float:
    """Write a clip at the frame rate of a webcam, its first picture standing for `LEAD_S` before it.

    Returns:
        Its length in seconds.

    Raises:
        ReposeError: the clip cannot be read.
    """
    number = 0
    with VideoFile(clip) as source, OverlayWriter(to, FRAME_RATE) as writer:
        pictures = iter(source)
        frame = next(pictures)
        for following in pictures:
            while number / FRAME_RATE - LEAD_S < following.time_s:
                writer.write(number / FRAME_RATE, frame.image)
                number += 1
            frame = following
        writer.write(number / FRAME_RATE, frame.image)
    return (number + 1) / FRAME_RATE


def repeat(clip: Path, to: Path, rounds: int, round_s: float) -> None:
    """Play a clip again and again, its packets copied as they are."""
    with av.open(str(to), "w") as target:
        copy = None
        for number in range(rounds):
            with av.open(str(clip)) as source:
                stream = source.streams.video[0]
                copy = copy or target.add_stream_from_template(stream)
                for packet in source.demux(stream):
                    if packet.dts is None or packet.pts is None:
                        continue
                    later = round(number * round_s / packet.time_base)
                    packet.pts, packet.dts, packet.stream = packet.pts + later, packet.dts + later, copy
                    target.mux(packet)
