"""Videos that any Chromium plays."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np


def film(path: Path, seconds: float, from_s: float = 0.0, rate: int = 10) -> None:
    """A video that gets lighter, of which the first picture has a time of its own."""
    with av.open(str(path), "w") as file:
        stream: Any = file.add_stream("libvpx", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        stream.codec_context.time_base = Fraction(1, rate)
        for number in range(int(seconds * rate)):
            image = np.full((90, 160, 3), number % 255, np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = number + int(from_s * rate), Fraction(1, rate)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
