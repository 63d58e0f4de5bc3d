"""The routes that answer with a page."""

from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from repose.coaching.programme import MOST_REPS
from repose.errors import NotThereError
from repose.exercises import definitions
from repose.live.port import Engine
from repose.live.protocol import IN_FLIGHT, MOST_BYTES, PROTOCOL
from repose.reports.capture_picture import capture_picture
from repose.web.coach.api import exercise_infos
from repose.web.coach.connection import SEND_S
from repose.web.coach.documentation import describe
from repose.web.coach.hub import GOING_AWAY, KEPT_S, MOST_CLIENTS, REFUSED, TOO_LONG, TRY_LATER
from repose.web.coach.incoming import MOST_A_SECOND
from repose.web.coach.mailbox import MOST_WAITING
from repose.web.rendering import render

_OTHERS: Final = (
    ("/", "The page of the live coach.", "HTML"),
    ("/range.svg", "The picture of the range that was found last.", "SVG"),
    ("/protocol", "This page.", "HTML"),
    ("/openapi.json", "The routes that answer in JSON, as OpenAPI.", "JSON"),
    ("/static/…", "What the pages are made of.", "files"),
)

_CLOSINGS: Final = (
    (GOING_AWAY, "Repose was ended."),
    (
        REFUSED,
        f"More than {MOST_A_SECOND} messages in a second were sent; or messages were not read: "
        f"{MOST_WAITING} waited, or sending one took {SEND_S:g} s.",
    ),
    (TOO_LONG, f"A message of more than {MOST_BYTES} bytes was sent."),
    (TRY_LATER, f"{MOST_CLIENTS} connections are open already."),
)


def page_routes(app: FastAPI, cookie: str, engine: Engine | None) -> APIRouter:
    """The routes.

    Args:
        app: the application that its documentation page describes.
        cookie: name of the cookie that lets in.
        engine: whose session is coached; None without a coach, then `/` leads to the kept sessions.
    """
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    @router.get("/")
    async def live() -> Response:
        if engine is None:
            return RedirectResponse("/sessions", 303)
        return HTMLResponse(render("live.html.j2", exercises=exercise_infos(), most_reps=MOST_REPS))

    @router.get("/range.svg")
    def range_picture() -> Response:
        found = engine.found() if engine is not None else None
        if found is None:
            raise NotThereError("no range was looked for since the start")
        picture = capture_picture(found, definitions()[found.exercise].name)
        return Response(picture, media_type="image/svg+xml")

    @router.get("/protocol")
    async def protocol() -> HTMLResponse:
        return HTMLResponse(
            render(
                "protocol.html.j2",
                described=describe(app.openapi()),
                others=_OTHERS,
                closings=_CLOSINGS,
                cookie=cookie,
                in_flight=IN_FLIGHT,
                kept_s=KEPT_S,
                protocol=PROTOCOL,
            )
        )

    return router
