"""What the commands that serve pages have in common: where, for whom, and what they print."""

import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from repose.errors import ReposeError

if TYPE_CHECKING:
    from repose.sessions.store import Store
    from repose.web.access import Access
    from repose.web.address import Bind

Host = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="An address of this computer. Others reach only what is served --beyond-this-computer.",
    ),
]

Beyond = Annotated[
    bool,
    typer.Option(
        "--beyond-this-computer",
        help="Let other computers in: with --host, a certificate, and an account for each person.",
    ),
]

TlsCert = Annotated[
    Path | None, typer.Option("--tls-cert", metavar="FILE", help="The certificate for that, in PEM format.")
]

TlsKey = Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="Its key, in PEM format.")]

Names = Annotated[
    list[str] | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help="A name or address by which others reach this computer, beside --host; may be given again.",
    ),
]

NoBrowser = Annotated[
    bool, typer.Option("--no-browser", help="Only print the address of the page, do not open it.")
]


def require_admin(store: "Store") -> None:
    """See that somebody keeps the accounts before others are let in.

    Raises:
        ReposeError: nobody does.
    """
    from repose.accounts.roles import Role

    if not any(account.role is Role.ADMIN for account in store.accounts.all()):
        raise ReposeError(
            "--beyond-this-computer: there is no admin's account yet; add one by "
            "`repose account add NAME --role admin`"
        )


def opening(
    bind: "Bind", listener: socket.socket, access: "Access", *, no_browser: bool, path: str = ""
) -> Callable[[], None]:
    """What happens once pages are served: the address is printed, and opened in the browser.

    Args:
        bind: where they are served.
        listener: the socket there.
        access: the secrets.
        no_browser: whether the browser is left alone.
        path: of the page that is opened; "" for the first.
    """
    url, to = bind.url(listener), f"&to={path}" if path else ""

    def tell() -> None:
        typer.echo(f"Repose is at {url}/?token={access.token}{to} (Ctrl-C ends it)")
        for other in bind.urls_of_others(listener):
            typer.echo(f"Other computers sign in at {other}{path or '/'}")
        if not no_browser:
            # Some browsers only return when they are closed.
            where = (f"{url}/?token={access.ticket()}{to}",)
            threading.Thread(target=webbrowser.open, args=where, daemon=True).start()

    return tell
