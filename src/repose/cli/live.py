"""`repose live`: the coach, in the browser."""

import threading
import webbrowser
from typing import Annotated

import typer

from repose.cli.options import Calibration, Model


def live(
    source: Annotated[
        str,
        typer.Option(
            metavar="camera:N|FILE",
            help="What to watch: a camera, or a video or recording that is played in its place.",
        ),
    ] = "camera:0",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 for any free port.")] = 8350,
    host: Annotated[
        str, typer.Option(help="An address of this computer; others than its own cannot reach it.")
    ] = "127.0.0.1",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address of the page, do not open it.")
    ] = False,
    model: Model = "full",
    calibration: Calibration = None,
) -> None:
    """Coach a session, by sound and picture. A page opens in the browser; Ctrl-C ends.

    Prints the address of the page, with a token that lets a browser in: whoever knows it, at this computer,
    sees the camera. Nothing leaves the machine, and no pictures are kept.
    """
    from repose.exercises import load_exercise, slugs
    from repose.live.engine import Engine
    from repose.live.source import find_source
    from repose.pose.bundle import ensure_bundle
    from repose.web.access import Access
    from repose.web.address import listen, loopback, url_of
    from repose.web.app import create_app
    from repose.web.hub import Hub
    from repose.web.serving import Server

    address = loopback(host)
    watched = find_source(source)
    for slug in slugs():
        load_exercise(slug, calibration)
    if watched.has_pictures:
        ensure_bundle(model)
    listener = listen(address, port)
    access = Access(listener.getsockname()[1], address)
    engine = Engine(watched, model, calibration)
    hub = Hub(engine)
    url = url_of(listener)

    def tell() -> None:
        typer.echo(f"Repose is at {url}/?token={access.token} (Ctrl-C ends it)")
        if not no_browser:
            # Some browsers only return when they are closed.
            opening = (f"{url}/?token={access.ticket()}",)
            threading.Thread(target=webbrowser.open, args=opening, daemon=True).start()

    engine.start()
    try:
        Server(create_app(engine, access, hub), hub, listener, tell).serve_until_ended()
    finally:
        engine.close()
