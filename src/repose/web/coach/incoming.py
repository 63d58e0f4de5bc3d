"""What clients send: understood, or refused with a reason in words."""

from collections.abc import Callable
from typing import Final

from pydantic import ValidationError

from repose.live.protocol import CLIENT_MESSAGES, ClientMessage

MOST_A_SECOND: Final = 100
"""Messages that one client may send in a second; a page that acknowledges each picture sends about 30."""

_LONGEST: Final = 300
_LONGEST_VALUE: Final = 60
"""Characters of a reason, and of a value in it: what was sent may be long."""


class MisunderstoodError(Exception):
    """A message that is not one of the protocol; its text says why, in one line."""


def understand(text: str) -> ClientMessage:
    """Read a client's message.

    Raises:
        MisunderstoodError: it is not one of the protocol.
    """
    try:
        return CLIENT_MESSAGES.validate_json(text)
    except ValidationError as error:
        raise MisunderstoodError(_cut(_why(error), _LONGEST)) from error


def _why(error: ValidationError) -> str:
    """One line for the first problem: field, value and what is allowed."""
    first = error.errors(include_url=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    # The first part of the place is the type of the message.
    field = ".".join(str(part) for part in first["loc"][1:])
    match first["type"]:
        case "json_invalid":
            return f"This is not JSON: {message.removeprefix('Invalid JSON: ')}"
        case "union_tag_invalid":
            context = first["ctx"]
            return f"Unknown type {_short(context['tag'])}: known are {context['expected_tags']}"
        case "union_tag_not_found":
            return "The message needs a type"
        case "dict_type" if not field:
            return "A message is a JSON object with a type"
        case "missing":
            return f"{field} is missing"
        case "extra_forbidden":
            return f"{field} is not known"
        case "value_error":
            return f"{field}: {message}" if field else message
    return f"{field} = {_short(first['input'])}: {message[0].lower()}{message[1:]}"


def _short(value: object) -> str:
    return _cut(repr(value), _LONGEST_VALUE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


class Meter:
    """Tells when a client sends more than it may: a bucket that empties at the rate that is allowed."""

    def __init__(self, clock: Callable[[], float], most_a_second: int = MOST_A_SECOND) -> None:
        self._clock = clock
        self._rate = most_a_second
        self._level = 0.0
        self._seen_s = clock()

    def too_many(self) -> bool:
        """Count one message; whether it is one too many."""
        now_s = self._clock()
        self._level = max(0.0, self._level - (now_s - self._seen_s) * self._rate)
        self._seen_s = now_s
        if self._level > self._rate - 1:
            return True
        self._level += 1
        return False
