"""Who is acting, and what about: known to everything that happens on their behalf.

A page's request and a command each run in an `acting` block; the store asks here whose data may be seen, and
the log whom to name. Threads of a request's pool know it too; a thread of one's own needs a copied context.
"""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from repose.accounts.roles import RIGHTS, Right, Role


class Doing(StrEnum):
    """What somebody does with a person's data."""

    VIEW = "view"
    EDIT = "edit"
    EXPORT = "export"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody, and what they are about.

    Attributes:
        name: of the account; of the user of this computer where there is none.
        role: of the account; None at this computer, where everything is allowed.
        person_id: whose data alone may be seen; None for everybody's. A patient's is never everybody's.
        doing: what reading a person's data is for.
    """

    name: str
    role: Role | None = None
    person_id: str | None = None
    doing: Doing = Doing.VIEW


NOBODY: Final = Acting("nobody", Role.PATIENT)
"""Whoever has not signed in: a patient who is no person, and so may see nothing."""

_ACTING: Final[ContextVar[Acting | None]] = ContextVar("acting", default=None)


def at_this_computer() -> Acting:
    """The user of this computer."""
    try:
        return Acting(getpass.getuser())
    except (KeyError, OSError):  # a user without a name, as in a container; OSError from Python 3.13 on
        return Acting("?")


def acting_now() -> Acting:
    """Who is acting; the user of this computer where nobody else was named."""
    return _ACTING.get() or at_this_computer()


@contextmanager
def acting(who: Acting) -> Iterator[None]:
    """Name who acts in the block."""
    token = _ACTING.set(who)
    try:
        yield
    finally:
        _ACTING.reset(token)


@contextmanager
def doing(what: Doing) -> Iterator[None]:
    """Name what reading data in the block is for; who acts stays the same."""
    with acting(replace(acting_now(), doing=what)):
        yield


def may(right: Right) -> bool:
    """Whether who acts now may do this."""
    who = acting_now()
    if who.role is None:
        return True
    if who.role is Role.PATIENT and who.person_id is None:
        return right is Right.OPEN
    return right in RIGHTS[who.role]


def account_name() -> str:
    """The name of the account that acts; "" at this computer, where nobody needs one."""
    who = acting_now()
    return "" if who.role is None else who.name


def signature(given: str) -> str:
    """The name under which something is kept: that of the account, whatever else was given."""
    return account_name() or given
