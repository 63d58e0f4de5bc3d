"""Work for processes apart, most of it not well behaved. Runs there, and imports little."""

import json
import os
import signal
import socket
import sys
import time
from pathlib import Path

import numpy as np

from repose.apart.inside import Inside


def echo(inside: Inside) -> None:
    while True:
        inside.send(inside.receive())


def negative(inside: Inside) -> None:
    """Turns pictures at their place."""
    while True:
        place, height, width = inside.receive()
        inside.pictures.put(place, 255 - inside.pictures.view(place, height, width))
        inside.send(b"done")


def kill_itself(inside: Inside) -> None:
    os.kill(os.getpid(), getattr(signal, inside.about["signal"]))
    time.sleep(60)


def fail(inside: Inside) -> None:
    raise RuntimeError("a mistake")


def hang(inside: Inside) -> None:
    inside.send(b"hanging")
    time.sleep(60)


def toil(inside: Inside) -> None:
    inside.send(b"toiling")
    while True:
        np.sort(np.random.default_rng(0).random(1_000_000))


def hoard(inside: Inside) -> None:
    kept = []
    while True:
        kept.append(np.ones(10_000_000, np.uint8))


def tell(inside: Inside) -> None:
    """What this process has got and may do."""
    import resource

    said: dict[str, object] = {"environment": dict(os.environ), "path": sys.path, "stdin": sys.stdin.read()}
    said["core"] = resource.getrlimit(resource.RLIMIT_CORE)
    said["files"] = len(list(Path("/proc/self/fd").iterdir()))
    said["status"] = Path("/proc/self/status").read_text()
    said["first_to_go"] = int(Path("/proc/self/oom_score_adj").read_text())
    try:
        Path(inside.about["file"]).write_text("written")
    except OSError as error:
        said["writing"] = error.errno
    kept: list[socket.socket] = []
    try:
        while True:
            kept.append(socket.socket())
    except OSError as error:
        said["opening"] = error.errno
    inside.send(json.dumps(said).encode())


def say_last(inside: Inside) -> None:
    inside.send(b"the last word")


def decode_many(inside: Inside) -> None:
    """Decode one file after another, in the same process: frames of each, or why it is refused."""
    from repose.capture.decoder import Decoder, RefusedError
    from repose.capture.decoder_limits import DecoderLimits

    while True:
        path = inside.receive().decode()
        try:
            decoder = Decoder(path, DecoderLimits())
            frames = [(time_s, image.shape) for time_s, image in decoder]
            inside.send(json.dumps({"frames": frames, "ended": decoder.ended_early}).encode())
        except RefusedError as refusal:
            inside.send(json.dumps({"refused": str(refusal)}).encode())
