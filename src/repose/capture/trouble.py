"""What can be wrong with a camera while it runs."""

from dataclasses import dataclass
from enum import StrEnum


class TroubleKind(StrEnum):
    """Told apart because people can mend each in another way."""

    GONE = "gone"
    """It cannot be opened: unplugged, or used by another program."""
    FROZEN = "frozen"
    """It is open and gives no new picture."""
    BLACK = "black"
    """Its pictures are black: a covered lens, a closed shutter."""
    SLOW = "slow"
    """It gives too few pictures a second; counting goes on."""
    ENDED = "ended"
    """A file has come to its end; nothing more will come."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong now.

    Attributes:
        kind: which kind of trouble.
        text: what is wrong and what to do, in a sentence that can be spoken.
    """

    kind: TroubleKind
    text: str
