"""The pages at the door, for those who are not let in, or not yet.

They carry their own looks: the style sheets are closed too.
"""

import base64
import hashlib
from typing import Any, Final

from starlette.responses import HTMLResponse, JSONResponse, Response

from repose.web.rendering import render

_STYLE: Final = """
:root { color-scheme: light dark;
  --ink: light-dark(#11171c, #f2f5f6); --accent: light-dark(#006b5a, #3fd6ab); }
*, *::before, *::after { box-sizing: border-box; }
body { font: 1.125rem/1.5 system-ui, sans-serif; display: grid; min-height: 100svh; margin: 0;
  place-content: center; background: light-dark(#f4f6f5, #0e1215); color: var(--ink); }
main { width: min(34rem, 100vw); padding: 1.5rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem; }
code { font-family: ui-monospace, monospace; }
a { color: var(--accent); }
form, form ~ p { max-width: 24rem; }
form { display: grid; gap: 1rem; }
label { display: grid; gap: .2rem; font-size: .9375rem; }
input, button { font: inherit; font-size: 1.0625rem; min-height: 48px; border-radius: 10px;
  padding: .45rem .8rem; }
input { color: inherit; width: 100%; border: 1px solid light-dark(#76838d, #7b8893);
  background: light-dark(#ffffff, #171d22); }
button { border: 1px solid var(--accent); background: var(--accent); color: light-dark(#ffffff, #06231b);
  font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.wrong { margin: 0; padding: .7rem 1rem; border-radius: 10px; background: light-dark(#fde4e1, #3a1512);
  color: light-dark(#a9211a, #ffa299); font-weight: 600; }
.quiet { color: light-dark(#4a5660, #aab6bf); font-size: .9375rem; }
"""

_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def _policy(forms: str) -> str:
    """Content-Security-Policy of such a page: nothing but its one style, told by its hash."""
    return (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action {forms}; "
        "frame-ancestors 'none'"
    )


def refused(status: int, why: str, *, json: bool = False, may_sign_in: bool = False) -> Response:
    """Say why, and how to get in.

    Args:
        status: of the answer.
        why: in words.
        json: whether a script asks.
        may_sign_in: whether there are accounts.
    """
    if json:
        return JSONResponse({"detail": why}, status)
    page = render("refused.html.j2", why=why, style=_STYLE, may_sign_in=may_sign_in)
    return HTMLResponse(page, status, {"Content-Security-Policy": _policy("'none'")})


def sign_in_page(
    status: int = 200, *, why: str = "", name: str = "", to: str = "/", headers: dict[str, str] | None = None
) -> Response:
    """The form.

    Args:
        status: of the answer.
        why: what was wrong with the last attempt.
        name: that was given then.
        to: where one wants to go.
        headers: beside the usual ones.
    """
    about: dict[str, Any] = {"why": why, "name": name, "to": to, "style": _STYLE}
    page = render("sign-in.html.j2", **about)
    return HTMLResponse(page, status, {"Content-Security-Policy": _policy("'self'"), **(headers or {})})
