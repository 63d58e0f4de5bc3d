"""What belongs to a row, in all tables: found through their foreign keys, so that no table is forgotten."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Session

from repose.sessions.tables import Table

AT_ONCE: Final = 500
"""Keys in one statement: any database takes so many parameters."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table that belong to what is deleted: those whose `column` holds one of the `keys`."""

    table: SqlTable
    column: ColumnElement[Any]
    keys: Sequence[Any]


def belongings(session: Session, table: type[Table], keys: Sequence[Any]) -> tuple[Part, ...]:
    """Rows by their key, and all that belong to them; owners come before what they own."""
    root = Table.metadata.tables[table.__tablename__]
    owned: dict[SqlTable, Sequence[Any]] = {root: keys}
    parts = [Part(root, _key(root), keys)]
    owners = {link.column.table for one in Table.metadata.sorted_tables for link in one.foreign_keys}
    for other in Table.metadata.sorted_tables:
        for link in other.foreign_keys:
            if link.column.table not in owned:
                continue
            part = Part(other, link.parent, owned[link.column.table])
            parts.append(part)
            if other in owners:
                owned[other] = [
                    key
                    for some in portions(part.keys)
                    for key in session.scalars(select(_key(other)).where(part.column.in_(some)))
                ]
    return tuple(parts)


def count(session: Session, parts: Sequence[Part], table: type[Table] | None = None) -> int:
    """How many rows there are, in all tables or one."""
    return sum(
        session.scalar(select(func.count()).select_from(part.table).where(part.column.in_(some))) or 0
        for part in parts
        if table is None or part.table.name == table.__tablename__
        for some in portions(part.keys)
    )


def delete_rows(session: Session, parts: Sequence[Part]) -> None:
    """Delete them, what is owned before its owner."""
    for part in reversed(parts):
        for some in portions(part.keys):
            session.execute(delete(part.table).where(part.column.in_(some)))


def portions(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The keys, so few at a time that any database takes them as parameters."""
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def _key(table: SqlTable) -> ColumnElement[Any]:
    return next(iter(table.primary_key.columns))
