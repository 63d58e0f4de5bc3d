"""`repose live`: the coach, in the browser."""

import logging
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from repose.cli.options import Calibration, Database, Model
from repose.cli.serving import Beyond, Host, Names, NoBrowser, TlsCert, TlsKey, opening, require_admin
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
    host: Host = "127.0.0.1",
    beyond: Beyond = False,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    names: Names = None,
    no_browser: NoBrowser = False,
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
    counted on; pictures are not, unless a video is asked for on the page. Nothing leaves the machine, unless
    it is served --beyond-this-computer: then people sign in from others, see `repose account`.
    """
    from repose.calibration.profiles import Profiles
    from repose.exercises.load import offered
    from repose.live.engine import Engine
    from repose.live.source import find_source
    from repose.pose.bundle import ensure_bundle
    from repose.pose.mediapipe_version import check_mediapipe
    from repose.web.address import bind_of, listen
    from repose.web.app import create_app
    from repose.web.coach.hub import Hub
    from repose.web.serving import Server

    if keep_nothing and database is not None:
        raise ReposeError("--keep-nothing needs no --database; leave one of them out")
    bind = bind_of(host, beyond=beyond, cert=tls_cert, key=tls_key, names=names or ())
    if bind.beyond and keep_nothing:
        raise ReposeError("--keep-nothing keeps no accounts either, and --beyond-this-computer needs them")
    watched = find_source(source)
    profiles = Profiles()
    for slug in offered():
        profiles.load(slug, file=calibration)
    if watched.has_pictures:
        check_mediapipe()
    with ExitStack() as stack:
        store = None if keep_nothing else stack.enter_context(closing(_opened(database)))
        if bind.beyond and store is not None:
            require_admin(store)
        if watched.has_pictures:
            ensure_bundle(model)
        listener = stack.enter_context(listen(bind.address, port))
        access = bind.access(listener)
        engine = Engine(watched, model, calibration, store=store, profiles=profiles)
        stack.enter_context(closing(engine))
        hub = Hub(engine)
        app = create_app(engine, access, hub, store, profiles)
        tell = opening(bind, listener, access, no_browser=no_browser)
        engine.start()
        Server(app, hub, listener, tell, bind.tls).serve_until_ended()


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
