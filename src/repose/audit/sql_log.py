"""The log on a database, SQLite or PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, Row, Select, func, insert, or_, select

from repose.accounts.acting import Doing, acting_now
from repose.audit.chain import following
from repose.audit.entry import BrokenEntryError, Entry
from repose.audit.witness import SUFFIX, Witness
from repose.errors import ReposeError
from repose.sessions.complaints import told
from repose.sessions.database import POSTGRESQL, SQLITE, reading, shown, writing
from repose.sessions.tables import AuditRow

AT_ONCE: Final = 2000
"""Entries that are read together."""

_LOCK: Final = 7_377_674
"""Any number, the same in every Repose: of PostgreSQL's lock against appending twice at once."""

_COLUMNS: Final = tuple(AuditRow.__table__.columns)


def witness_file(engine: Engine, folder: Path) -> Path:
    """Where the witness is: beside the SQLite file; of a database elsewhere, in a folder of this computer."""
    url = engine.url
    if url.get_backend_name() == SQLITE:
        path = Path(str(url.database)).absolute()
        return path.with_name(path.name + SUFFIX)
    name = "".join(c if c.isalnum() else "-" for c in f"{url.host or 'local'}-{url.database}")
    return folder / f"{name}{SUFFIX}"


class SqlAuditLog:
    """Keeps the log in the table `audit`; see `repose.audit.entry.AuditLog`."""

    def __init__(
        self, engine: Engine, witness: Path, wall: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Take the database.

        Args:
            engine: of the database, with its tables up to date.
            witness: the file beside it.
            wall: the time of day.
        """
        self._to_read, self._to_write = reading(engine), writing(engine)
        self._name = shown(engine.url)
        self._witness = Witness(witness)
        self._wall = wall

    @property
    def witness(self) -> Path:
        """The file that knows the hashes too."""
        return self._witness.path

    def append(self, doing: Doing, what: str, person_id: str | None, session_id: str | None) -> Entry:
        """Append an entry about who acts now, chained to the newest."""
        who = acting_now()
        newest = select(AuditRow.number, AuditRow.hash).order_by(AuditRow.number.desc()).limit(1)
        with told(self._name), self._to_write.begin() as connection:
            # SQLite let nobody else write since the transaction began.
            if connection.dialect.name == POSTGRESQL:
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            found = connection.execute(newest).first()
            before = None if found is None else (found.number, found.hash)
            entry = following(before, who, doing, what, person_id, session_id, self._wall())
            values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
            connection.execute(insert(AuditRow).values(values | {"doing": doing.value}))
        self._witness.note(entry)
        return entry

    def entries(
        self, person_id: str | None = None, *, limit: int, before: int | None = None
    ) -> tuple[Entry, ...]:
        """Entries of a person with those of everybody at once, or all; newest first."""
        wanted = select(*_COLUMNS).order_by(AuditRow.number.desc()).limit(limit)
        if person_id is not None:
            wanted = wanted.where(or_(AuditRow.person_id == person_id, AuditRow.person_id.is_(None)))
        if before is not None:
            wanted = wanted.where(AuditRow.number < before)
        return tuple(self._read(wanted))

    def chain(self) -> Iterator[Entry]:
        """All entries, oldest first."""
        wanted = select(*_COLUMNS).order_by(AuditRow.number).limit(AT_ONCE)
        last: int | None = None
        while True:
            number = last
            for entry in self._read(wanted if last is None else wanted.where(AuditRow.number > last)):
                number = entry.number
                yield entry
            if number == last:
                return
            last = number

    def _read(self, wanted: Select[Any]) -> Iterator[Entry]:
        """The wanted entries; one by one where they cannot be read all at once, up to the broken one."""
        try:
            found = self._rows(wanted)
        except (ReposeError, ValueError, TypeError):
            numbers = [entry.number for entry in self._rows(wanted.with_only_columns(AuditRow.number))]
            for number in numbers:
                try:
                    (row,) = self._rows(select(*_COLUMNS).where(AuditRow.number == number))
                except (ReposeError, ValueError, TypeError) as error:
                    raise BrokenEntryError(number) from error
                yield _entry(row)
            return
        yield from map(_entry, found)

    def _rows(self, wanted: Select[Any]) -> Sequence[Row[Any]]:
        with told(self._name), self._to_read.connect() as connection:
            return connection.execute(wanted).all()


def _entry(row: Row[Any]) -> Entry:
    kept = row._mapping
    doing = kept["doing"]
    try:
        doing = Doing(doing)
    except ValueError:  # nobody wrote that: its hash tells
        return Entry(**kept)
    return Entry(**{**kept, "doing": doing})
