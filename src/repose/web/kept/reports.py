"""The report of a session, to look at, print and hand over."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from repose.reports.session_facts import Facts
from repose.reports.session_page import POLICY, sessions_page
from repose.reports.session_pdf import sessions_pdf
from repose.reports.session_source import session_facts
from repose.sessions.find import find_session
from repose.sessions.store import Store


def report_routes(store: Store) -> APIRouter:
    """The routes over this store."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sessions/{session_id}/report")
    def report(session_id: str, download: bool = False) -> HTMLResponse:
        facts = session_facts(store, find_session(store, session_id))
        # The page brings its own style along, which this policy knows by its hash.
        headers = {"Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'"}
        if download:
            headers["Content-Disposition"] = _attachment(facts, "html")
        return HTMLResponse(sessions_page([facts]), headers=headers)

    @router.get("/sessions/{session_id}/report.pdf")
    def report_pdf(session_id: str) -> Response:
        facts = session_facts(store, find_session(store, session_id))
        headers = {"Content-Disposition": _attachment(facts, "pdf")}
        return Response(sessions_pdf([facts]), media_type="application/pdf", headers=headers)

    return router


def _attachment(facts: Facts, ending: str) -> str:
    """A file to be saved; its name tells the session, and not the person."""
    day = facts.session.head.begun_at.astimezone()
    return f'attachment; filename="repose-{day:%Y-%m-%d}-{facts.session.id[:8]}.{ending}"'
