"""`repose live`: the coach, in the browser."""

import logging
import threading
import webbrowser
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from repose.cli.options import Calibration, Database, Model
from repose.errors import ReposeError

if TYPE_CHECKING:
    from repose.sessions.store import Store

_log = logging.getLogger(__name__)


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
    database: Database = None,
    keep_nothing: Annotated[
        bool, typer.Option("--keep-nothing", help="Keep no sessions, and show none.")
    ] = False,
) -> None:
    """Coach a session, by sound and picture. A page opens in the browser; Ctrl-C ends.

    Prints the address of the page, with a token that lets a browser in: whoever knows it, at this computer,
    sees the camera. What was counted is kept on this computer, with the points of the body that it was
    counted on; pictures are not, unless a video is asked for on the page. Nothing leaves the machine.
    """
    from repose.calibration.profiles import Profiles
    from repose.exercises.load import offered
    from repose.live.engine import Engine
    from repose.live.source import find_source
    from repose.pose.bundle import ensure_bundle
    from repose.web.access import Access
    from repose.web.address import listen, loopback, url_of
    from repose.web.app import create_app
    from repose.web.coach.hub import Hub
    from repose.web.serving import Server

    if keep_nothing and database is not None:
        raise ReposeError("--keep-nothing needs no --database; leave one of them out")
    address = loopback(host)
    watched = find_source(source)
    profiles = Profiles()
    for slug in offered():
        profiles.load(slug, file=calibration)
    if watched.has_pictures:
        ensure_bundle(model)
    listener = listen(address, port)
    access = Access(listener.getsockname()[1], address)
    with ExitStack() as stack:
        store = None if keep_nothing else stack.enter_context(closing(_opened(database)))
        engine = Engine(watched, model, calibration, store=store, profiles=profiles)
        stack.enter_context(closing(engine))
        hub = Hub(engine)
        url = url_of(listener)

        def tell() -> None:
            typer.echo(f"Repose is at {url}/?token={access.token} (Ctrl-C ends it)")
            if not no_browser:
                # Some browsers only return when they are closed.
                opening = (f"{url}/?token={access.ticket()}",)
                threading.Thread(target=webbrowser.open, args=opening, daemon=True).start()

        engine.start()
        Server(create_app(engine, access, hub, store, profiles), hub, listener, tell).serve_until_ended()


def _opened(database: str | None) -> "Store":
    """The store, without what is older than the retention time."""
    from repose.sessions import retention
    from repose.sessions.open_store import open_store

    store = open_store(database)
    try:
        retention.apply(store, datetime.now(UTC))
    except ReposeError as error:
        _log.warning("what is older than the retention time could not be deleted: %s", error)
    return store
