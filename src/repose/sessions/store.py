"""The port behind which sessions are kept.

Every method is one transaction: when it returns, what it wrote is on the disk and survives a `kill -9`;
when it raises, nothing of it was written. All may be called from any thread.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from repose.accounts.account import Accounts
from repose.audit.entry import AuditLog
from repose.coaching.programme import Programme
from repose.counting.result import Rep
from repose.pose.landmarks import PoseTrack
from repose.sessions.figures import Judged, SetFigures, SideFigures
from repose.sessions.records import (
    Annotation,
    Deleted,
    KeptChange,
    KeptSession,
    Person,
    Prescription,
    Selection,
    SessionEntry,
    SessionHead,
    SetHead,
    SetState,
)
from repose.sessions.usage import Place, Usage


class Store(Protocol):
    """Keeps persons, programmes, sessions and what reviewers said of them.

    Every method raises `ReposeError`, in one line that says what to do, when the store cannot be used
    (locked, read-only, full, damaged), and when something with the given id is not there.
    """

    # Persons and programmes.

    def persons(self) -> tuple[Person, ...]:
        """All persons, by name."""
        ...

    def person(self, person_id: str) -> Person:
        """One person."""
        ...

    def person_named(self, name: str) -> Person:
        """The person of this name, added if there is none.

        Spaces around it, and upper and lower case, do not count.

        Raises:
            ReposeError: also for an empty name, control characters, or more than `LONGEST_NAME` characters.
        """
        ...

    def rename_person(self, person_id: str, name: str) -> Person:
        """Give another name; refused if somebody else has it, in upper or lower case."""
        ...

    def prescribe(self, person_id: str, programme: Programme, since: datetime) -> None:
        """Put a programme in force from a moment on."""
        ...

    def prescriptions(self, person_id: str) -> tuple[Prescription, ...]:
        """The programmes of a person, oldest first."""
        ...

    # Sessions as they happen.

    def begin_session(self, head: SessionHead) -> str:
        """Begin a session; gives its id."""
        ...

    def begin_set(self, session_id: str, head: SetHead, state: SetState) -> int:
        """Begin a set; gives its id."""
        ...

    def update_set(self, set_id: int, state: SetState) -> None:
        """Put down what has become known of a set, in place of what was."""
        ...

    def keep_rep(self, set_id: int, rep: Rep) -> int:
        """Keep a rep or partial; gives its id."""
        ...

    def keep_landmarks(self, session_id: str, track: PoseTrack) -> None:
        """Append landmarks, later than all before, on the session's clock; none are no error.

        Raises:
            ValueError: they are not later, or the arrays are not what `PoseTrack` documents.
        """
        ...

    def keep_video(self, session_id: str, name: str) -> None:
        """Note that a video of the session is kept under this name, in the folder for videos.

        Raises:
            ValueError: the name has folders.
        """
        ...

    def end_session(self, session_id: str, at: datetime | None) -> None:
        """Note when a session ended; None opens it again, to be continued."""
        ...

    # Sessions as they were.

    def sessions(
        self, selection: Selection = ..., *, limit: int | None = None, offset: int = 0
    ) -> tuple[SessionEntry, ...]:
        """The selected sessions, newest first; at most `limit` of them after the first `offset`."""
        ...

    def session_ids(self, prefix: str, limit: int = 2) -> tuple[str, ...]:
        """Ids that begin with some characters, in order; at most `limit` of them."""
        ...

    def person_of(self, session_id: str) -> str:
        """The id of the person whose session it is."""
        ...

    def session_of(self, set_id: int) -> str:
        """The id of the session that a set is of."""
        ...

    def session(self, session_id: str) -> KeptSession:
        """One whole session."""
        ...

    def landmarks(
        self, session_id: str, from_s: float | None = None, to_s: float | None = None
    ) -> Iterator[PoseTrack]:
        """The landmarks of a session, or those from one time up to another, in chunks.

        Each track is of one frame size and one pose model. A chunk that is damaged raises a `ReposeError`
        when its turn comes.
        """
        ...

    # What sessions come to, added up by the store; not those that found out how far a person can go.

    def side_figures(
        self, person_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SideFigures, ...]:
        """What the machine counted in a person's sessions, for each exercise and side, oldest first."""
        ...

    def set_figures(
        self, person_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[SetFigures, ...]:
        """What the machine counted in a person's sets, for each side, oldest first."""
        ...

    def exercised(self, person_id: str) -> dict[str, datetime]:
        """When a person's sessions with a complete rep began, by their ids, oldest first."""
        ...

    def corrected(self, person_id: str) -> Iterator[KeptSession]:
        """A person's sessions in which a reviewer has changed a rep at some time, without `recorded_s`."""
        ...

    def judged(self, selection: Selection = ...) -> Judged:
        """Which sets were annotated or signed off; of an exercise alone, if one is selected."""
        ...

    def with_sets(self, sets: Mapping[str, frozenset[int]]) -> Iterator[KeptSession]:
        """Many sessions at once, each with these of its sets only, and without `recorded_s`."""
        ...

    # Reviewers.

    def add_change(
        self, session_id: str, who: str, why: str, change: dict[str, Any], *, after: int | None
    ) -> KeptChange:
        """Append a change.

        Args:
            session_id: of the session.
            who: name of the reviewer.
            why: in the reviewer's words; "" for no reason given.
            change: as JSON.
            after: id of the newest change that the reviewer knew, None without any.

        Raises:
            ReposeError: also if somebody else has changed the session since `after`.
        """
        ...

    def add_annotation(self, set_id: int, who: str, truth: dict[str, Any]) -> Annotation:
        """Append an annotation of a set."""
        ...

    # The log, settings and deletion.

    @property
    def audit(self) -> AuditLog:
        """The log of who did what with whose data; what writes to it is `repose.audit.audited`."""
        ...

    def setting(self, key: str) -> Any:  # noqa: ANN401 - JSON
        """A setting of this installation; None if it was never set."""
        ...

    def set_setting(self, key: str, value: Any) -> None:  # noqa: ANN401 - JSON
        """Change a setting; any JSON."""
        ...

    @property
    def videos(self) -> Path:
        """The folder in which videos are kept; it may not be there yet."""
        ...

    def video_file(self, session_id: str) -> Path | None:
        """The video of a session; None where none was asked for, or it is not there any more."""
        ...

    def usage(self) -> dict[str, Usage]:
        """How much is kept of each person who has a session, by id."""
        ...

    @property
    def place(self) -> Place:
        """Where everything is kept."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Who may sign in from another computer."""
        ...

    def delete_backups(self, copies: Sequence[Path]) -> None:
        """Delete copies of the database from before updates, and see that they are gone."""
        ...

    def delete_session(self, session_id: str) -> Deleted:
        """Delete a session with its recording and video, and verify it.

        A SQLite file holds not a byte of it any more. What a PostgreSQL server keeps in logs, copies and
        pages not yet used again is a matter of its owner.
        """
        ...

    def delete_person(self, person_id: str) -> Deleted:
        """Delete a person with all that belongs to them, in the same way."""
        ...

    def delete_landmarks(self, session_id: str) -> Deleted:
        """Delete the recording and the video of a session in the same way, but keep what was counted."""
        ...

    def close(self) -> None:
        """Release the store; closing twice is harmless."""
        ...
