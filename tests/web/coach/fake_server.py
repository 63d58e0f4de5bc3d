"""`python -m tests.web.coach.fake_server`: the pages over a made-up session, for designing them."""

import argparse
from pathlib import Path

from repose.coaching.messages import Stage
from repose.web.access import Access
from repose.web.address import listen, url_of
from repose.web.app import create_app
from repose.web.coach.hub import Hub
from repose.web.serving import Server
from tests.program import SAMPLES
from tests.web.coach.scripted_engine import ScriptedEngine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8360)
    parser.add_argument("--clip", type=Path, default=SAMPLES / "heel-slides.mp4")
    parser.add_argument("--cycle", action="store_true", help="start the session without being asked")
    parser.add_argument("--stay", type=Stage, choices=list(Stage), help="go to this stage and stay there")
    asked = parser.parse_args()
    engine = ScriptedEngine(asked.clip, asked.cycle, asked.stay)
    listener = listen("127.0.0.1", asked.port)
    access = Access(listener.getsockname()[1])
    hub = Hub(engine)
    address = f"{url_of(listener)}/?token={access.token}"
    engine.play()
    server = Server(
        create_app(engine, access, hub),
        hub,
        listener,
        lambda: print(address, flush=True),  # noqa: T201 - it has no other output
    )
    try:
        server.serve_until_ended()
    finally:
        engine.close()


if __name__ == "__main__":
    main()
