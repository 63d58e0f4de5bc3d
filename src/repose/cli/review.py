"""`repose review`: look at a kept session, and correct its count."""

from typing import Annotated

import typer

from repose.cli.options import Database
from repose.cli.serving import Beyond, Host, Names, NoBrowser, TlsCert, TlsKey, opening, require_admin


def review(
    session: Annotated[
        str, typer.Argument(metavar="ID|latest", help="A session, or the first characters of its id.")
    ] = "latest",
    database: Database = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 for any free port.")] = 8351,
    host: Host = "127.0.0.1",
    beyond: Beyond = False,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    names: Names = None,
    no_browser: NoBrowser = False,
) -> None:
    """Review a kept session. A page opens in the browser; Ctrl-C ends.

    Shows the evidence for each rep, and keeps what you change beside the machine's own count. The other pages
    about what is kept are there too; the camera is not used. Nothing leaves the machine, unless it is served
    --beyond-this-computer: then people sign in from others, see `repose account`.
    """
    from repose.errors import ReposeError
    from repose.sessions.find import LATEST, find_session
    from repose.sessions.open_store import open_store
    from repose.web.address import bind_of, listen
    from repose.web.app import create_app
    from repose.web.serving import Server

    bind = bind_of(host, beyond=beyond, cert=tls_cert, key=tls_key, names=names or ())
    store = open_store(database)
    try:
        if session.strip().lower() == LATEST and not store.sessions(limit=1):
            raise ReposeError(
                "no session has been kept yet; exercise with `repose live`, or count a video with "
                "`repose count VIDEO --exercise SLUG --save`"
            )
        path = f"/sessions/{find_session(store, session)}"
        if bind.beyond:
            require_admin(store)
        with listen(bind.address, port) as listener:
            access = bind.access(listener)
            tell = opening(bind, listener, access, no_browser=no_browser, path=path)
            Server(create_app(None, access, store=store), None, listener, tell, bind.tls).serve_until_ended()
    finally:
        store.close()
