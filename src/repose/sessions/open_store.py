"""Opening the store that the user named, and where its videos are."""

import os
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy.engine import URL

from repose.audit.audited import Audited
from repose.sessions.database import VARIABLE, address_url, usual_url
from repose.sessions.sql_store import SqlStore

VIDEOS = "videos"


def open_store(address: str | None = None) -> Audited:
    """Open the store, made or brought up to date if need be; its log notes who does what with whose data.

    Args:
        address: a database URL or a file for SQLite; None for what the environment variable
            REPOSE_DATABASE names, or else the file in the user's data folder.

    Raises:
        ReposeError: the database cannot be used.
    """
    named = named_address(address)
    return Audited(SqlStore(named, videos_folder(address_url(named))))


def named_address(address: str | None) -> str:
    """What the user named: as an option, in the environment, or not at all."""
    return address or os.environ.get(VARIABLE) or usual_url()


def videos_folder(url: URL) -> Path:
    """Beside the SQLite file; in the user's data folder for a database elsewhere."""
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).absolute().parent / VIDEOS
    return user_data_path("repose", appauthor=False) / VIDEOS
