"""The headers that make a browser careful."""

from typing import Final

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob: data:",
    "font-src": "'self'",
    # A video to be annotated is played from the file that was chosen, and never sent anywhere.
    "media-src": "'self' blob:",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

_PLAIN: Final = {
    "X-Content-Type-Options": "nosniff",
    # Others are told nothing. With "no-referrer", browsers would not tell ourselves where a form comes from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The camera is read by the server; no page needs any of these.
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
# No Strict-Transport-Security: it would bind all that this host serves, on every port, and make a certificate
# that a clinic signed itself an error that nobody can pass. Nothing answers here without TLS anyway, and the
# cookie is never sent without it.


def security_headers(path: str, host: str | None, *, tls: bool = False) -> dict[str, str]:
    """Headers for every response.

    Args:
        path: that was asked for.
        host: the Host header, if it is one of ours. It is named for WebSockets, which not every browser
            counts as part of 'self'.
        tls: whether the connection is encrypted.
    """
    connect = f"'self' {'wss' if tls else 'ws'}://{host.lower()}" if host else "'self'"
    policy = "; ".join(f"{name} {value}" for name, value in {**_POLICY, "connect-src": connect}.items())
    # What pages are made of is the same for everybody, but may be another one tomorrow.
    kept = "no-cache" if path.startswith("/static/") else "no-store"
    return {"Content-Security-Policy": policy, "Cache-Control": kept, **_PLAIN}
