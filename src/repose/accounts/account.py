"""Accounts, and the port behind which they are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from repose.accounts.roles import Role


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in.

    Attributes:
        id: of the account.
        name: to sign in with; unique whatever its case.
        role: what the account may do.
        person_id: of a patient: whose data is their own. None for all other roles.
        password_hash: by argon2id, in its own text format.
        added_at: when.
    """

    id: str
    name: str
    role: Role
    person_id: str | None
    password_hash: str
    added_at: datetime


class Accounts(Protocol):
    """Keeps accounts. Every method is one transaction, and raises `ReposeError` as `Store` does."""

    def all(self) -> tuple[Account, ...]:
        """All accounts, by name."""
        ...

    def named(self, name: str) -> Account | None:
        """The account of this name, whatever its case; None without one."""
        ...

    def add(self, name: str, role: Role, password_hash: str, person_id: str | None = None) -> Account:
        """Add an account.

        Raises:
            ReposeError: the name is taken or is none, or it is not a patient who has a person.
        """
        ...

    def set_password(self, account_id: str, password_hash: str, *, instead_of: str | None = None) -> None:
        """Change a password.

        Args:
            account_id: of the account.
            password_hash: the new one.
            instead_of: the hash that must still be in force, else nothing happens; None for whichever is.
        """
        ...

    def remove(self, account_id: str) -> None:
        """Remove an account; refused for the last admin while there are others."""
        ...
