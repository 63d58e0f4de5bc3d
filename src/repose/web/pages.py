"""The routes that answer with a page."""

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse

from repose import __version__
from repose.web.api import exercise_infos
from repose.web.documentation import describe
from repose.web.rendering import render


def page_routes(app: FastAPI, intended_use: str) -> APIRouter:
    """The routes; `app` is the one that its documentation page describes."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
    always = {"intended_use": intended_use, "version": __version__}

    @router.get("/")
    async def live() -> HTMLResponse:
        return HTMLResponse(render("live.html.j2", exercises=exercise_infos(), **always))

    @router.get("/protocol")
    async def protocol() -> HTMLResponse:
        return HTMLResponse(render("protocol.html.j2", described=describe(app.openapi()), **always))

    return router
