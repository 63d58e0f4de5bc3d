"""What a user can mend, as an answer: one line, as JSON to a script and as a page to a person."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from repose.errors import NotThereError
from repose.web.rendering import render


class Refusal(BaseModel):
    """Why something was not done, and what to do, in a line."""

    detail: str


MOST_TOLD: Final = 20
"""Mistakes of one request that are told; there may be as many as it has words."""

LONGEST_PART: Final = 100
"""Characters of a name that was sent, where it is given back."""

REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": why, "model": Refusal, "content": {"text/html": {}}}
    for status, why in {
        400: "It cannot be done; or the Host header is not one of Repose's own.",
        403: "Whoever asks has not been let in, or has no right to it.",
        404: "It is not there.",
        408: "The request took too long to come.",
        409: "Somebody else has changed it meanwhile.",
        413: "The request is too large.",
        431: "Its address and headers are too large.",
        429: "There were too many attempts.",
        503: "Repose is busy, or cannot use its database; try again in a moment.",
    }.items()
}
"""What any route may answer instead of what was asked for: as a page to a person, as JSON to a script."""


def told(accept: str, why: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that says what is wrong: as a page to a person, as JSON to a script.

    Args:
        accept: the header in which whoever asks says what for.
        why: in words.
        status: of the answer.
        headers: beside the usual ones.
    """
    if "text/html" in accept:
        return HTMLResponse(render("problem.html.j2", why=why), status, headers)
    return JSONResponse({"detail": why}, status, headers)


async def problem(request: Request, error: Exception) -> Response:
    """Tell what is wrong and what to do; the handler of `ReposeError`."""
    status = 404 if isinstance(error, NotThereError) else 400
    return told(request.headers.get("accept", ""), str(error), status)


async def not_as_described(_: Request, error: Exception) -> Response:
    """Tell what in a request is not as OpenAPI has it; the handler of `RequestValidationError`.

    FastAPI's own gives back what was sent, which fails where that cannot be written as UTF-8.
    """
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
    detail = [
        {"type": one["type"], "loc": [_short(part) for part in one["loc"]], "msg": one["msg"]}
        for one in error.errors()[:MOST_TOLD]
    ]
    return JSONResponse({"detail": detail}, 422)


def _short(part: str | int) -> str | int:
    """A part of a place in a request; what was sent as a name may be long."""
    return part if isinstance(part, int) else part[:LONGEST_PART]
