"""The routes of the pages about kept sessions, room by room."""

from fastapi import APIRouter

from repose.sessions.store import Store
from repose.web.history import history_routes


def kept_routes(store: Store) -> APIRouter:
    """All of them."""
    routes = APIRouter()
    routes.include_router(history_routes(store))
    return routes
