"""What a user can mend, as an answer: one line, as JSON to a script and as a page to a person."""

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from repose.errors import NotThereError
from repose.web.rendering import render


async def problem(request: Request, error: Exception) -> Response:
    """Tell what is wrong and what to do; the handler of `ReposeError`."""
    status = 404 if isinstance(error, NotThereError) else 400
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(render("problem.html.j2", why=str(error)), status)
    return JSONResponse({"detail": str(error)}, status)


async def not_as_described(_: Request, error: Exception) -> Response:
    """Tell what in a request is not as OpenAPI has it; the handler of `RequestValidationError`.

    FastAPI's own gives back what was sent, which fails where that cannot be written as UTF-8.
    """
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
    detail = [{key: one[key] for key in ("type", "loc", "msg")} for one in error.errors()]
    return JSONResponse({"detail": detail}, 422)
