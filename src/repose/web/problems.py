"""What a user can mend, as an answer: one line, as JSON to a script and as a page to a person."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from repose.web.rendering import render


async def problem(request: Request, error: Exception) -> Response:
    """Tell what is wrong and what to do; the handler of `ReposeError`."""
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(render("problem.html.j2", why=str(error)), 400)
    return JSONResponse({"detail": str(error)}, 400)
