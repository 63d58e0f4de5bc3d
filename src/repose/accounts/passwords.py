"""Passwords: what is asked of them, and how they are kept."""

import unicodedata
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from repose.errors import ReposeError

SHORTEST: Final = 12
LONGEST: Final = 1000
"""Characters. Length is what makes a password strong; which characters it has is not asked (NIST 800-63B)."""

_COMMON: Final = frozenset(
    {
        "1234567890123", "123456789012", "1234567891011", "111111111111", "012345678910", "123123123123",
        "123456123456", "1q2w3e4r5t6y", "1qaz2wsx3edc", "qwertyuiop123", "qwertyuiop12", "qwerty123456",
        "q1w2e3r4t5y6", "zaq12wsxcde3", "password1234", "password12345", "passwordpassword", "password123456",
        "123456789abc", "abcdefghijkl", "abcdef123456", "iloveyou1234", "administrator", "changemenow1",
        "letmeinplease", "correcthorsebatterystaple", "unknown12345", "asdfghjkl123", "asdfasdfasdf",
    }
)  # fmt: skip
"""Those of 12 characters or more that lists of stolen passwords begin with."""


class Passwords:
    """Makes and checks argon2id hashes. Each takes 64 MB and part of a second: never on an event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Use a hasher; None for the parameters of RFC 9106 for little memory, as argon2-cffi has them."""
        self._hasher = hasher or PasswordHasher()

    def hashed(self, password: str, name: str) -> str:
        """The hash of a new password.

        Args:
            password: as it was typed.
            name: of the account.

        Raises:
            ReposeError: it is too easily guessed.
        """
        return self._hasher.hash(checked_password(password, name))

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Whether a password is the right one.

        Args:
            password: as it was typed.
            password_hash: None where there is no such account: that takes as long, and never fits.
        """
        try:
            self._hasher.verify(password_hash or self._nobodys, plain(password))
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        """Whether a hash was made with other parameters than are in use now."""
        return self._hasher.check_needs_rehash(password_hash)

    def again(self, password: str) -> str:
        """The hash of a password that is in use already, whatever is asked of new ones."""
        return self._hasher.hash(plain(password))

    @cached_property
    def _nobodys(self) -> str:
        """A hash that nothing needs to fit."""
        return self._hasher.hash("nobody has this password")


def checked_password(password: str, name: str) -> str:
    """A new password as it is hashed.

    Raises:
        ReposeError: it is too easily guessed, or too long.
    """
    password = plain(password)
    if len(password) < SHORTEST:
        raise ReposeError(
            f"a password has at least {SHORTEST} characters, not {len(password)}; some words in a row will do"
        )
    if len(password) > LONGEST:
        raise ReposeError(f"a password has at most {LONGEST} characters, not {len(password)}; shorten it")
    easy = password.casefold()
    if easy in _COMMON or len(set(easy)) < 4 or easy == plain(name).casefold():
        raise ReposeError("this password is one of the first that are tried; choose another")
    return password


def plain(password: str) -> str:
    """A password as it is hashed: the same letters, however a keyboard composes them.

    What is no text at all, as a form can send it, fits nothing.
    """
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode("utf-8")
