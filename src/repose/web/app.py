"""The FastAPI application, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles

from repose import INTENDED_USE, __version__
from repose.accounts.logins import Logins
from repose.accounts.own_data import OwnData
from repose.accounts.passwords import Passwords
from repose.calibration.profiles import Profiles
from repose.errors import ReposeError
from repose.live.port import Engine
from repose.sessions.store import Store
from repose.web.access import Access
from repose.web.coach.api import api_routes
from repose.web.coach.hub import Hub
from repose.web.coach.pages import page_routes
from repose.web.coach.socket import socket_routes
from repose.web.guard import Guard
from repose.web.kept.routes import kept_routes
from repose.web.limits import Limits
from repose.web.problems import REFUSALS, not_as_described, problem
from repose.web.rights import RouteNeeds
from repose.web.sign_in import sign_in_routes
from repose.web.turns import Turns

_STATIC: Final = Path(__file__).parent / "static"

_NO_TELEMETRY: Final[dict[str, Any]] = {
    "telemetry": {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
}
"""Recent versions of FastAPI report requests to a collector if the environment tells them to; older ones keep
the argument and make nothing of it."""


def create_app(
    engine: Engine | None,
    access: Access,
    hub: Hub | None = None,
    store: Store | None = None,
    profiles: Profiles | None = None,
    *,
    logins: Logins | None = None,
    passwords: Passwords | None = None,
) -> FastAPI:
    """The application of one engine and one store.

    Args:
        engine: already started, or soon to be; the application never starts or ends it. None serves the pages
            about kept sessions alone, without the coach.
        access: who is let in.
        hub: between the engine and the pages; made here if left out.
        store: of the kept sessions; None where nothing is kept, then there are no pages about them.
        profiles: the thresholds in force; None for those in the usual folder.
        logins: who is signed in with an account of the store; made here if left out.
        passwords: checks those; made here if left out.

    Raises:
        LookupError: it is not said what one of the routes needs.
    """
    profiles = profiles or Profiles()
    if engine is not None:
        hub = hub or Hub(engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if hub is None:
            yield
            return
        hub.open()
        yield
        await hub.close()

    app = FastAPI(
        title="Repose",
        version=__version__,
        description=INTENDED_USE,
        lifespan=lifespan,
        # The usual pages load their scripts from a CDN; /protocol is in their place.
        docs_url=None,
        redoc_url=None,
        responses=REFUSALS,
        **_NO_TELEMETRY,
    )
    own = None if store is None else OwnData(store)
    app.include_router(api_routes(engine, access.cookie_name, own, profiles))
    app.include_router(page_routes(app, access.cookie_name, engine))
    if hub is not None:
        app.include_router(socket_routes(hub))
    if store is not None and own is not None:
        logins = logins or Logins(store.accounts)
        app.include_router(kept_routes(own, profiles))
        passwords = passwords or Passwords()
        app.include_router(sign_in_routes(store.accounts, logins, access, passwords, store.audit))
    app.add_exception_handler(ReposeError, problem)
    app.add_exception_handler(RequestValidationError, not_as_described)
    app.mount("/static", StaticFiles(directory=_STATIC), "static")
    app.add_middleware(Turns, engine=engine)
    app.add_middleware(Limits)
    app.add_middleware(Guard, access=access, needs=RouteNeeds(app.routes), logins=logins)
    return app
