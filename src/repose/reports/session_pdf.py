"""The report as a PDF. WeasyPrint loads libraries of the system, so it is imported where it is used."""

import logging
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Final

from repose.errors import ReposeError
from repose.reports.session_facts import Facts
from repose.reports.session_page import Room, sessions_page

if TYPE_CHECKING:
    from weasyprint.document import Document

PACKAGES: Final = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
"""Debian's names of what WeasyPrint needs and does not bring."""

REMEDY: Final = f"on Debian: sudo apt-get install {' '.join(PACKAGES)}"


def sessions_pdf(sessions: Sequence[Facts]) -> bytes:
    """The report, one page for each session.

    Lists are cut, the number of what is left out told, until a session fits its page.

    Raises:
        ReposeError: the libraries that make a PDF are missing.
    """
    require_weasyprint()
    documents = [_one_page(session) for session in sessions]
    pages = [page for document in documents for page in document.pages]
    written: bytes = documents[0].copy(pages).write_pdf()
    return written


def require_weasyprint() -> None:
    """See to it that a PDF can be made.

    Raises:
        ReposeError: it cannot, and what to do.
    """
    # It warns of fonts that have no bold and the like; errors are raised.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    try:
        # What it prints when it fails is for its developers.
        with redirect_stdout(StringIO()):
            import weasyprint  # noqa: F401
    except ImportError as error:
        raise ReposeError(
            f"WeasyPrint cannot be loaded ({error}), so no PDF can be made; run: pip install weasyprint"
        ) from error
    except OSError as error:
        raise ReposeError(
            f"no PDF can be made, for a library is missing ({str(error).partition(':')[0]}); {REMEDY}, "
            "or ask for HTML"
        ) from error


def _one_page(session: Facts) -> "Document":
    """The session with as much of its lists as fits."""
    room: Room | None = Room()
    while True:
        document = _document(sessions_page([session], room))
        smaller = room.less() if room else None
        if len(document.pages) == 1 or smaller is None:
            return document
        room = smaller


def _document(page: str) -> "Document":
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    # The page names nothing outside itself, and nothing outside is fetched.
    nothing = URLFetcher(allowed_protocols=())
    return HTML(string=page, base_url=None, url_fetcher=nothing).render()
