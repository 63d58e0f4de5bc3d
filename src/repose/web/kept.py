"""The routes of the pages about kept sessions, room by room."""

from fastapi import APIRouter

from repose.sessions.store import Store


def kept_routes(store: Store) -> APIRouter:
    """All of them."""
    return APIRouter()
