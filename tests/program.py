"""The program as the tests use it: its command line, and clips to count."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av

SAMPLES: Final = Path(__file__).parents[1] / "samples"


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


RunCli = Callable[..., Said]


def cut(clip: Path, to: Path, until_s: float) -> Path:
    """The beginning of a clip, its packets copied as they are."""
    with av.open(str(clip)) as source, av.open(str(to), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None and float(packet.dts * packet.time_base) < until_s:
                packet.stream = copy
                target.mux(packet)
    return to
