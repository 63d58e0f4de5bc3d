"""Accounts in the database of the kept sessions."""

import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from repose.accounts.account import Account
from repose.accounts.roles import Role
from repose.errors import NotThereError, ReposeError
from repose.sessions.names import checked_name
from repose.sessions.records import LONGEST_NAME
from repose.sessions.tables import AccountRow, PersonRow

Transaction = Callable[[], AbstractContextManager[Session]]


class SqlAccounts:
    """Keeps accounts; see `repose.accounts.account.Accounts` for what each method does."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        """Keep them in a database.

        Args:
            reading: begins a transaction of the store that changes nothing.
            writing: begins one that may.
        """
        self._reading = reading
        self._writing = writing

    def all(self) -> tuple[Account, ...]:
        """All accounts, by name."""
        with self._reading() as session:
            return tuple(map(_account, session.scalars(select(AccountRow).order_by(AccountRow.folded))))

    def named(self, name: str) -> Account | None:
        """The account of this name, whatever its case."""
        try:
            wanted = folded(name)
        except ReposeError:
            return None
        with self._reading() as session:
            row = session.scalars(select(AccountRow).where(AccountRow.folded == wanted)).one_or_none()
            return None if row is None else _account(row)

    def add(self, name: str, role: Role, password_hash: str, person_id: str | None = None) -> Account:
        """Add an account."""
        name = checked_name(name)
        if (role is Role.PATIENT) != (person_id is not None):
            raise ReposeError("a patient's account is that of a person, and no other is; name the person")
        with self._writing() as session:
            if person_id is not None and session.get(PersonRow, person_id) is None:
                raise NotThereError(f"there is no person {person_id!r}; it may have been deleted")
            row = AccountRow(
                name=name,
                folded=folded(name),
                role=role.value,
                person_id=person_id,
                password_hash=password_hash,
                added_at=datetime.now(UTC),
            )
            try:
                with session.begin_nested():
                    session.add(row)
            except IntegrityError as error:
                raise ReposeError(f"there is an account {name!r} already; choose another name") from error
            return _account(row)

    def set_password(self, account_id: str, password_hash: str, *, instead_of: str | None = None) -> None:
        """Change a password."""
        wanted = [AccountRow.id == account_id]
        if instead_of is not None:
            wanted.append(AccountRow.password_hash == instead_of)
        with self._writing() as session:
            if session.get(AccountRow, account_id) is None:
                raise _none(account_id)
            session.execute(update(AccountRow).where(*wanted).values(password_hash=password_hash))

    def remove(self, account_id: str) -> None:
        """Remove an account."""
        with self._writing() as session:
            row = session.get(AccountRow, account_id)
            if row is None:
                raise _none(account_id)
            others = session.scalar(select(func.count()).where(AccountRow.id != account_id))
            admins = session.scalar(
                select(func.count()).where(AccountRow.id != account_id, AccountRow.role == Role.ADMIN.value)
            )
            if others and not admins:
                raise ReposeError(
                    f"{row.name} is the last admin: add another one first, or remove the other accounts"
                )
            session.delete(row)


def folded(name: str) -> str:
    """A name as it is looked up: upper and lower case do not count.

    Raises:
        ReposeError: it is no name.
    """
    wanted = unicodedata.normalize("NFC", checked_name(name).casefold())
    if len(wanted) > 2 * LONGEST_NAME:  # some letters are three without their case
        raise ReposeError("this name is too long to sign in with; shorten it")
    return wanted


def _account(row: AccountRow) -> Account:
    return Account(row.id, row.name, Role(row.role), row.person_id, row.password_hash, row.added_at)


def _none(account_id: str) -> NotThereError:
    return NotThereError(f"there is no account {account_id!r}; it may have been removed")
