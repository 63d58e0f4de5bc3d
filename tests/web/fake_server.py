"""`python -m tests.web.fake_server`: the pages over a made-up session, for designing them."""

import argparse
from pathlib import Path

import uvicorn

from repose.coaching.messages import Stage
from repose.web.access import Access
from repose.web.app import create_app
from repose.web.protocol import MOST_BYTES
from tests.program import SAMPLES
from tests.web.scripted_engine import ScriptedEngine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8360)
    parser.add_argument("--clip", type=Path, default=SAMPLES / "heel-slides.mp4")
    parser.add_argument("--cycle", action="store_true", help="start the session without being asked")
    parser.add_argument("--stay", type=Stage, choices=list(Stage), help="go to this stage and stay there")
    asked = parser.parse_args()
    engine = ScriptedEngine(asked.clip, asked.cycle, asked.stay)
    access = Access(asked.port)
    engine.play()
    print(f"http://127.0.0.1:{asked.port}/?token={access.token}", flush=True)  # noqa: T201 - it has no other output
    uvicorn.run(
        create_app(engine, access),
        port=asked.port,
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=MOST_BYTES,
        ws_per_message_deflate=False,
    )


if __name__ == "__main__":
    main()
