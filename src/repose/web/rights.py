"""What each route needs, on one page. The guard lets nobody through to a route that is not here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from starlette.routing import Mount, compile_path

from repose.accounts.acting import Doing, may
from repose.accounts.roles import Right


@dataclass(frozen=True, slots=True)
class Needs:
    """What a route needs of whoever asks, and what it does with the data that it is about."""

    right: Right
    doing: Doing = Doing.VIEW


_OPEN: Final = Needs(Right.OPEN)
_SIGNED_IN: Final = Needs(Right.SIGNED_IN)
_OWN: Final = Needs(Right.OWN)
_REVIEW: Final = Needs(Right.REVIEW)
_CALIBRATE: Final = Needs(Right.CALIBRATE)
_COACH: Final = Needs(Right.COACH)

NEEDS: Final[dict[tuple[str, str], Needs]] = {
    # For everybody.
    ("GET", "/health"): _OPEN,
    ("GET", "/sign-in"): _OPEN,
    ("POST", "/sign-in"): _OPEN,
    ("POST", "/sign-out"): _SIGNED_IN,
    # What pages are made of, and what is the same for all.
    ("GET", "/static/{path:path}"): _SIGNED_IN,
    ("GET", "/protocol"): _SIGNED_IN,
    ("GET", "/privacy"): _SIGNED_IN,
    ("GET", "/openapi.json"): _SIGNED_IN,
    ("GET", "/api/exercises"): _SIGNED_IN,
    ("GET", "/api/programme"): _SIGNED_IN,
    ("GET", "/api/protocol"): _SIGNED_IN,
    # The coach.
    ("GET", "/"): _COACH,
    ("GET", "/range.svg"): _COACH,
    ("GET", "/ws"): _COACH,
    ("GET", "/api/session"): _COACH,
    ("GET", "/api/persons"): _COACH,
    ("GET", "/api/interrupted"): _COACH,
    ("POST", "/api/interrupted/leave"): Needs(Right.COACH, Doing.EDIT),
    # A person's data.
    ("GET", "/history"): _OWN,
    ("GET", "/sessions"): _OWN,
    ("GET", "/sessions/{session_id}"): _OWN,
    ("GET", "/sessions/{session_id}/report"): _OWN,
    ("GET", "/sessions/{session_id}/report.pdf"): Needs(Right.OWN, Doing.EXPORT),
    ("GET", "/api/sessions/{session_id}/review"): _OWN,
    ("GET", "/api/sessions/{session_id}/sets/{set_id}/signal"): _OWN,
    ("GET", "/api/sessions/{session_id}/landmarks"): _OWN,
    ("GET", "/api/sessions/{session_id}/video"): _OWN,
    ("GET", "/data"): _OWN,
    ("GET", "/data/persons/{person_id}/export.zip"): Needs(Right.OWN, Doing.EXPORT),
    ("GET", "/data/sessions/{session_id}/export.zip"): Needs(Right.OWN, Doing.EXPORT),
    ("GET", "/api/data/usage"): _OWN,
    ("POST", "/api/data/persons/{person_id}/delete-recordings"): Needs(Right.OWN, Doing.DELETE),
    ("POST", "/api/data/sessions/{session_id}/delete"): Needs(Right.OWN, Doing.DELETE),
    ("POST", "/api/data/sessions/{session_id}/delete-recording"): Needs(Right.OWN, Doing.DELETE),
    # Reviewing.
    ("GET", "/accuracy"): _REVIEW,
    ("GET", "/annotate"): _REVIEW,
    ("POST", "/api/truth/check"): _REVIEW,
    ("POST", "/api/recordings/landmarks"): _REVIEW,
    ("GET", "/api/sessions/{session_id}/sets/{set_id}/annotations"): _REVIEW,
    ("POST", "/api/sessions/{session_id}/sets/{set_id}/annotations"): Needs(Right.REVIEW, Doing.EDIT),
    ("POST", "/api/sessions/{session_id}/changes"): Needs(Right.REVIEW, Doing.EDIT),
    # Calibrating.
    ("GET", "/calibrate"): _CALIBRATE,
    ("GET", "/api/calibrate/profile"): _CALIBRATE,
    ("POST", "/api/calibrate/open"): _CALIBRATE,
    ("POST", "/api/calibrate/count"): _CALIBRATE,
    ("POST", "/api/calibrate/signal"): _CALIBRATE,
    ("POST", "/api/calibrate/past"): _CALIBRATE,
    ("POST", "/api/calibrate/propose"): _CALIBRATE,
    ("POST", "/api/calibrate/fit"): _CALIBRATE,
    ("GET", "/api/calibrate/fit/{job}"): _CALIBRATE,
    ("POST", "/api/calibrate/save"): Needs(Right.CALIBRATE, Doing.EDIT),
    ("POST", "/api/calibrate/roll-back"): Needs(Right.CALIBRATE, Doing.EDIT),
    # Keeping the installation.
    ("GET", "/audit"): Needs(Right.ADMIN),
    ("GET", "/data/export.zip"): Needs(Right.ADMIN, Doing.EXPORT),
    ("POST", "/api/data/persons/{person_id}/rename"): Needs(Right.ADMIN, Doing.EDIT),
    ("POST", "/api/data/persons/{person_id}/delete"): Needs(Right.ADMIN, Doing.DELETE),
    ("POST", "/api/data/delete-everything"): Needs(Right.ADMIN, Doing.DELETE),
    ("POST", "/api/data/delete-backups"): Needs(Right.ADMIN, Doing.DELETE),
    ("POST", "/api/data/retention/due"): Needs(Right.ADMIN),
    ("POST", "/api/data/retention"): Needs(Right.ADMIN, Doing.DELETE),
}
"""By method (a WebSocket's is GET, HEAD is as GET) and path, as the routes spell it."""


class RouteNeeds:
    """What the routes of an application need, found as the application finds them: the first that fits."""

    def __init__(self, routes: Iterable[Any]) -> None:
        """Look all routes up.

        Args:
            routes: of an application.

        Raises:
            LookupError: it is not said here what one of them needs.
        """
        self._known = []
        for method, path in asked_for(routes):
            needs = NEEDS.get((method, path))
            if needs is None:
                raise LookupError(f"{method} {path}: what this route needs is not said in {__name__}.NEEDS")
            self._known.append((method, compile_path(path)[0], needs))

    def of(self, method: str, path: str) -> Needs | None:
        """What a request needs.

        Args:
            method: of the request; a WebSocket's is GET, HEAD is as GET.
            path: that is asked for.

        Returns:
            None where there is no such route.
        """
        method = "GET" if method == "HEAD" else method
        return next(
            (needs for known, pattern, needs in self._known if known == method and pattern.match(path)), None
        )


def asked_for(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Method and path of each route, those of included routers too, in the order in which they are tried."""
    for route in routes:
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/{{path:path}}"
        elif hasattr(route, "path"):
            methods = getattr(route, "methods", None) or {"GET"}
            yield from ((method, route.path) for method in sorted(methods - {"HEAD"}))
        else:
            # What recent versions of FastAPI keep of an included router; older ones copy its routes.
            yield from asked_for(route.original_router.routes)


def may_go(path: str) -> bool:
    """Whether who acts now may see this page."""
    return may(NEEDS["GET", path].right)


def may_post(path: str) -> bool:
    """Whether who acts now may ask for this change."""
    return may(NEEDS["POST", path].right)


def home() -> str:
    """The page to begin with, for who acts now."""
    return "/" if may_go("/") else "/history"
