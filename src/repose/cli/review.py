"""`repose review`: look at a kept session, and correct its count."""

import threading
import webbrowser
from typing import Annotated

import typer

from repose.cli.options import Database


def review(
    session: Annotated[
        str, typer.Argument(metavar="ID|latest", help="A session, or the first characters of its id.")
    ] = "latest",
    database: Database = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 for any free port.")] = 8351,
    host: Annotated[
        str, typer.Option(help="An address of this computer; others than its own cannot reach it.")
    ] = "127.0.0.1",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address of the page, do not open it.")
    ] = False,
) -> None:
    """Review a kept session. A page opens in the browser; Ctrl-C ends.

    Shows the evidence for each rep, and keeps what you change beside the machine's own count. The other pages
    about what is kept are there too; the camera is not used. Nothing leaves the machine.
    """
    from repose.errors import ReposeError
    from repose.sessions.find import LATEST, find_session
    from repose.sessions.open_store import open_store
    from repose.web.access import Access
    from repose.web.address import listen, loopback, url_of
    from repose.web.app import create_app
    from repose.web.serving import Server

    address = loopback(host)
    store = open_store(database)
    try:
        if session.strip().lower() == LATEST and not store.sessions(limit=1):
            raise ReposeError(
                "no session has been kept yet; exercise with `repose live`, or count a video with "
                "`repose count VIDEO --exercise SLUG --save`"
            )
        path = f"/sessions/{find_session(store, session)}"
        listener = listen(address, port)
        access = Access(listener.getsockname()[1], address)
        url = url_of(listener)

        def tell() -> None:
            typer.echo(f"Repose is at {url}/?token={access.token}&to={path} (Ctrl-C ends it)")
            if not no_browser:
                # Some browsers only return when they are closed.
                opening = (f"{url}/?token={access.ticket()}&to={path}",)
                threading.Thread(target=webbrowser.open, args=opening, daemon=True).start()

        Server(create_app(None, access, store=store), None, listener, tell).serve_until_ended()
    finally:
        store.close()
