"""The page for those who are not let in. It carries its own looks, since the style sheets are closed too."""

import base64
import hashlib
from typing import Final

from starlette.responses import HTMLResponse, Response

from repose.web.rendering import render

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 system-ui, sans-serif; display: grid; min-height: 100svh; margin: 0;
  place-content: center; background: light-dark(#f4f5f5, #14181a); color: light-dark(#14181a, #eef1f1); }
main { max-width: 34rem; padding: 1.5rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem; }
code { font-family: ui-monospace, monospace; }
a { color: light-dark(#00695c, #6fd6c5); }
"""

_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Content-Security-Policy of this page: nothing but its one style, told by its hash."""


def refused(status: int, why: str) -> Response:
    """Say why, and how to get in."""
    page = render("refused.html.j2", why=why, style=_STYLE)
    return HTMLResponse(page, status, {"Content-Security-Policy": POLICY})
