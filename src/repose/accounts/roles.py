"""What a person with an account may do."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What an account is for."""

    PATIENT = "patient"
    """Sees, takes along and deletes their own data, and nobody else's."""
    REVIEWER = "reviewer"
    """Sees everybody's sessions, and says what was counted wrongly."""
    CLINICIAN = "clinician"
    """Does what a reviewer does, sets what counts for whom, and coaches before the camera."""
    ADMIN = "admin"
    """Does all of this, keeps the accounts and the log, and deletes."""


class Right(StrEnum):
    """What a page or a request needs."""

    OPEN = "open"
    """Nothing: it tells nothing about anybody."""
    SIGNED_IN = "signed in"
    """To be somebody; whose data it is about does not matter, or there is none in it."""
    OWN = "own data"
    """To see, take along or delete the data of a person: a patient's own, anybody's for the others."""
    REVIEW = "review"
    """To say what was counted wrongly, of anybody."""
    CALIBRATE = "calibrate"
    """To set what counts, for anybody."""
    COACH = "coach"
    """To see the camera and to control the session before it."""
    ADMIN = "admin"
    """To keep the installation: accounts, retention, the log, deleting everything."""


_PATIENT: Final = frozenset({Right.OPEN, Right.SIGNED_IN, Right.OWN})
_REVIEWER: Final = _PATIENT | {Right.REVIEW}
_CLINICIAN: Final = _REVIEWER | {Right.CALIBRATE, Right.COACH}

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.PATIENT: _PATIENT,
        Role.REVIEWER: _REVIEWER,
        Role.CLINICIAN: _CLINICIAN,
        Role.ADMIN: frozenset(Right),
    }
)
"""What each role may do."""
