"""How much of the disk is taken by what is kept, and where that is."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from repose.sessions.tables import ChunkRow, SessionRow


@dataclass(frozen=True, slots=True)
class Usage:
    """What is kept of one person.

    Attributes:
        sessions: number of sessions.
        recorded_s: seconds of landmarks.
        landmark_bytes: size of these.
        videos: names of the videos that somebody asked to keep.
    """

    sessions: int = 0
    recorded_s: float = 0.0
    landmark_bytes: int = 0
    videos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything is kept.

    Attributes:
        name: the file, or the URL without its password.
        file: the file; None for a database elsewhere.
        videos: the folder for videos.
        backups: copies of the file from before updates, oldest first.
    """

    name: str
    file: Path | None
    videos: Path
    backups: tuple[Path, ...]


def usage_by_person(session: Session) -> dict[str, Usage]:
    """What is kept of each person who has a session, by id."""
    numbers = {
        row.person_id: int(row.number)
        for row in session.execute(
            select(SessionRow.person_id, func.count().label("number")).group_by(SessionRow.person_id)
        )
    }
    recorded = {
        row.person_id: (float(row.seconds), int(row.bytes))
        for row in session.execute(
            select(
                SessionRow.person_id,
                func.sum(ChunkRow.last_s - ChunkRow.first_s).label("seconds"),
                func.sum(func.length(ChunkRow.data)).label("bytes"),
            )
            .join(SessionRow, SessionRow.id == ChunkRow.session_id)
            .group_by(SessionRow.person_id)
        )
    }
    videos: dict[str, list[str]] = {}
    filmed = select(SessionRow.person_id, SessionRow.video).where(SessionRow.video.is_not(None))
    for row in session.execute(filmed.order_by(SessionRow.begun_at)):
        videos.setdefault(row.person_id, []).append(str(row.video))
    return {
        person_id: Usage(number, *recorded.get(person_id, (0.0, 0)), tuple(videos.get(person_id, ())))
        for person_id, number in numbers.items()
    }


def size_of(*files: Path) -> int:
    """Bytes of files; of those that are not there, none."""
    return sum(file.stat().st_size for file in files if file.is_file())
