"""The routes of the pages about kept sessions, room by room."""

from fastapi import APIRouter

from repose.audit.audited_profiles import AuditedProfiles
from repose.calibration.profiles import Profiles
from repose.sessions.store import Store
from repose.web.kept.accuracy import accuracy_routes
from repose.web.kept.annotate import annotate_routes
from repose.web.kept.audit import audit_routes
from repose.web.kept.calibrate import calibrate_routes
from repose.web.kept.data import data_routes
from repose.web.kept.history import history_routes
from repose.web.kept.privacy import privacy_routes
from repose.web.kept.reports import report_routes
from repose.web.kept.review import review_routes


def kept_routes(store: Store, profiles: Profiles) -> APIRouter:
    """All of them; the log notes who sees and changes which profile."""
    profiles = AuditedProfiles(store, profiles.folder)
    routes = APIRouter()
    routes.include_router(history_routes(store))
    routes.include_router(accuracy_routes(store))
    routes.include_router(review_routes(store))
    routes.include_router(annotate_routes(store))
    routes.include_router(calibrate_routes(store, profiles))
    routes.include_router(report_routes(store))
    routes.include_router(data_routes(store, profiles))
    routes.include_router(privacy_routes(store, profiles))
    routes.include_router(audit_routes(store))
    return routes
