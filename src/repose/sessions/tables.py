"""What is kept, as tables. Nothing here depends on one kind of database.

What the machine counted is written once and never changed; what a reviewer says of it are rows of `changes`.
Who changes a table here adds a migration, and a database with data of the version before to its tests.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from repose.sessions.records import LONGEST_NAME


def new_id() -> str:
    """An identifier that nobody can guess or count."""
    return uuid4().hex


class Moment(TypeDecorator[datetime]):
    """A time of day, in UTC and aware of it; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way in."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {  # noqa: RUF012
        dict[str, Any]: JSON,
        list[Any]: JSON,
        datetime: Moment,
        float: Double,
    }
    # So that a migration can name what it changes, on any database.
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )


class PersonRow(Table):
    """Somebody who exercises."""

    __tablename__ = "persons"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), unique=True)
    added_at: Mapped[datetime]


class PrescriptionRow(Table):
    """A programme as it was prescribed from a moment on."""

    __tablename__ = "prescriptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]
    programme: Mapped[dict[str, Any]]


class SessionRow(Table):
    """One session: live, or a video counted and saved."""

    __tablename__ = "sessions"
    # A person's sessions are always read newest first.
    __table_args__ = (Index(None, "person_id", "begun_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    origin: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    programme: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    model: Mapped[str] = mapped_column(Text)
    software: Mapped[dict[str, Any]]
    video: Mapped[str | None] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(String(20))


class SetRow(Table):
    """One set, with the thresholds in force."""

    __tablename__ = "sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    exercise: Mapped[str] = mapped_column(String(40), index=True)
    prescribed: Mapped[str] = mapped_column(String(5))
    number: Mapped[int]
    of: Mapped[int]
    target: Mapped[int | None]
    hold_s: Mapped[float]
    begun_s: Mapped[float]
    thresholds: Mapped[dict[str, Any]]
    fingerprint: Mapped[str] = mapped_column(String(12))
    """Of the thresholds, to select and group by."""
    profiles: Mapped[list[Any]]
    definition: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    ended_s: Mapped[float | None]
    skipped: Mapped[bool]
    counted_from: Mapped[list[Any]]
    unmeasured: Mapped[list[Any]]
    view: Mapped[str | None] = mapped_column(Text)


class RepRow(Table):
    """A rep, or a partial with its reason, as the machine counted it."""

    __tablename__ = "reps"

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("sets.id", ondelete="CASCADE"), index=True)
    side: Mapped[str] = mapped_column(String(5))
    start_s: Mapped[float]
    peak_s: Mapped[float]
    end_s: Mapped[float]
    hold_start_s: Mapped[float]
    hold_s: Mapped[float]
    peak: Mapped[dict[str, Any]]
    angle_deg: Mapped[float | None]
    """The working joint's of `peak`, for queries."""
    excursion: Mapped[float]
    confidence: Mapped[float]
    faults: Mapped[list[Any]]
    decided_s: Mapped[float]
    reason: Mapped[str | None] = mapped_column(Text)


class ChunkRow(Table):
    """About a second of landmarks; all chunks of a session in order are its recording."""

    __tablename__ = "chunks"

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    first_s: Mapped[float] = mapped_column(primary_key=True)
    last_s: Mapped[float]
    width: Mapped[int]
    height: Mapped[int]
    model: Mapped[str] = mapped_column(Text)
    software: Mapped[dict[str, Any]]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ChangeRow(Table):
    """What a reviewer did; never changed, only undone by a later row."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(LONGEST_NAME))
    why: Mapped[str] = mapped_column(Text)
    change: Mapped[dict[str, Any]]


class AnnotationRow(Table):
    """What a person says happened in a set."""

    __tablename__ = "annotations"

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("sets.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(LONGEST_NAME))
    truth: Mapped[dict[str, Any]]


class SettingRow(Table):
    """A setting of this installation."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class AccountRow(Table):
    """Somebody who may sign in from another computer. A patient's account goes with the person."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    folded: Mapped[str] = mapped_column(String(2 * LONGEST_NAME), unique=True)
    """The name without case, by which it is found."""
    role: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    password_hash: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]


class AuditRow(Table):
    """Who did what with whose data; rows are only ever added, each chained to the one before by its hash.

    It refers to no other table: what it tells of may be gone.
    """

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(LONGEST_NAME))
    role: Mapped[str] = mapped_column(String(20))
    doing: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[str | None] = mapped_column(String(32), index=True)
    session_id: Mapped[str | None] = mapped_column(String(32))
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    """Unique, so that two who append at once cannot both follow the same entry."""
    hash: Mapped[str] = mapped_column(String(64))
