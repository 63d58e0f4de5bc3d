"""The certificate and its key, with which connections are encrypted."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from repose.errors import ReposeError

HOW: Final = (
    "openssl req -x509 -newkey rsa:3072 -nodes -days 365 -keyout key.pem -out cert.pem -subj /CN=repose "
    '-addext "subjectAltName=DNS:{name},IP:127.0.0.1"'
)
"""A command that makes both."""


_ANOTHERS: Final = frozenset({"KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED"})
"""What OpenSSL says of a key that is not the certificate's; the last one, of a key of another kind."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM format.

    Attributes:
        cert: the certificate, followed by those in between.
        key: its private key, without a password.
    """

    cert: Path
    key: Path


def checked_tls(cert: Path, key: Path) -> Tls:
    """The files, checked to be there and to belong together.

    Raises:
        ReposeError: they cannot be used.
    """
    for option, path in (("--tls-cert", cert), ("--tls-key", key)):
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            raise ReposeError(
                f"{option} {path}: cannot be read ({error.strerror}); name another file"
            ) from error

    def no_password() -> str:
        raise ReposeError(
            f"--tls-key {key}: needs a password, which nobody can type here; "
            "`openssl pkey -in KEY -out OPEN.pem` takes it off"
        )

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key, no_password)
    except ssl.SSLError as error:
        if error.reason in _ANOTHERS:
            raise ReposeError(f"--tls-key {key}: is not the key of {cert}; name the one that is") from error
        raise ReposeError(
            f"--tls-cert {cert}, --tls-key {key}: are no certificate and key in PEM format; make them by "
            + HOW.format(name="NAME")
        ) from error
    return Tls(cert, key)
