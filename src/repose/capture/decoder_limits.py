"""How much a video file may ask for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecoderLimits:
    """Limits of a video file and of the process that decodes it.

    The pictures are bounded by 8K, which no webcam and few phones reach. At that size, H.264, HEVC (10 bits)
    and VP9 took 0.6 to 1.1 GB (Linux, 4 threads), 4K took 0.3 GB.

    Attributes:
        file_bytes: size of the file: six hours of 4K from a phone are 130 GB, of 1080p from a webcam 5 to 20.
        pixels: of a picture; 8192 x 4320 and a little more.
        length_s: how long it lasts, in seconds.
        frames: how many there may be, whatever the file says of its length: its length at 120 a second.
        streams: pictures, sounds, subtitles and data; a phone writes up to six.
        memory_mb: memory for decoding, in megabytes (10^6 bytes).
        open_s: longest wait for the first picture, in seconds of both processes' life.
        frame_s: the same for any other.
    """

    file_bytes: int = 20 * 10**9
    pixels: int = 36_000_000
    length_s: float = 6 * 3600.0
    frames: int = 6 * 3600 * 120
    streams: int = 64
    memory_mb: int = 2000
    open_s: float = 30.0
    frame_s: float = 20.0
