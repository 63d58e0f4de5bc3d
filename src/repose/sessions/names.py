"""Names of people, in any script."""

import unicodedata
from typing import Final

from repose.calibration.whose import composed
from repose.errors import ReposeError
from repose.sessions.records import LONGEST_NAME

_REFUSED: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of the text that follows, beyond the name."""

_JOINERS: Final = frozenset({"Cf", "Mn", "Me", "Mc", "Zs"})
"""Characters that show nothing by themselves; some scripts, and emoji, need them."""


def checked_name(name: str) -> str:
    """A name as it is kept: composed characters, single spaces.

    Raises:
        ReposeError: it is empty or invisible, too long, or has characters that are no text.
    """
    name = composed(name)
    kinds = [unicodedata.category(character) for character in name]
    if len(name) > LONGEST_NAME:
        raise ReposeError(f"a name has at most {LONGEST_NAME} characters, not {len(name)}; shorten it")
    if not set(kinds) - _JOINERS:
        raise ReposeError("a name has at least one letter, digit or sign; give one")
    if _REFUSED & set(name) or any(kind in ("Cc", "Cs") for kind in kinds):
        raise ReposeError("a name has no control characters; leave them out")
    return name
