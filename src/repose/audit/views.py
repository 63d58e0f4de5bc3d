"""Views of a person's data, each in the log once: who looks again within ten minutes is still looking."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from repose.accounts.acting import Acting, Doing, acting, acting_now
from repose.audit.entry import AuditLog
from repose.errors import ReposeError

SAME_S: Final = 600.0
"""Time in which the same view again is the same view, counted from the first."""

MOST: Final = 10_000
"""Views that are remembered; of one that is forgotten there is one entry more."""

AGAIN_S: Final = 10.0
"""After the log could not be written, at this computer, it is tried again when so much time has passed."""

LATE: Final = ", noted late"
"""What is said of a view that the log could not take when it happened."""

NOT_DONE: Final = ": failed"
"""What is said of a deed that was noted, and then failed."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _View:
    who: Acting
    what: str
    person_id: str | None
    session_id: str | None


class Views:
    """Notes who sees what. To be called before it is shown; may be used by many threads."""

    def __init__(self, log: AuditLog, clock: Callable[[], float] = time.monotonic) -> None:
        """Make one that has seen nothing.

        Args:
            log: where to.
            clock: monotonic seconds.
        """
        self._log = log
        self._clock = clock
        self._writing = threading.Lock()  # guards changes of what follows
        self._noted: OrderedDict[_View, float] = OrderedDict()
        self._owed: dict[_View, None] = {}
        self._not_before = -float("inf")

    def saw(self, what: str, person_id: str | None, session_id: str | None = None) -> None:
        """Somebody sees this now, or takes it along, as `acting_now` says.

        What is read in order to change or delete it is no view: of that there is another entry.

        Raises:
            ReposeError: it cannot be noted, and whoever sees it has an account. At this computer it is
                shown all the same, with a warning, and noted once that is possible again.
        """
        who = acting_now()
        if who.doing not in (Doing.VIEW, Doing.EXPORT):
            return
        # A list of everybody's is to a patient one of their own.
        view = _View(who, what, person_id or who.person_id, session_id)
        if self._is_noted(view):
            return
        with self._writing:
            if not self._is_noted(view):
                self._note(view)

    def _is_noted(self, view: _View) -> bool:
        at = self._noted.get(view)
        return at is not None and self._clock() - at < SAME_S

    def _note(self, view: _View) -> None:
        if view.who.role is None and self._clock() < self._not_before:
            self._owe(view)
            return
        try:
            self._append(view)
            for late in list(self._owed):
                self._append(late, LATE)
                del self._owed[late]
        except ReposeError as error:
            if view.who.role is not None:
                raise ReposeError(
                    f"this cannot be shown, because the log cannot note who sees it ({error})"
                ) from error
            if not self._owed:
                _log.warning("the log of who sees what cannot be written, for now: %s", error)
            self._not_before = self._clock() + AGAIN_S
            self._owe(view)

    def _append(self, view: _View, late: str = "") -> None:
        with acting(view.who):
            self._log.append(view.who.doing, view.what + late, view.person_id, view.session_id)
        self._noted[view] = self._clock()
        self._noted.move_to_end(view)
        if len(self._noted) > MOST:
            self._noted.popitem(last=False)

    def _owe(self, view: _View) -> None:
        if len(self._owed) < MOST:
            self._owed[view] = None


@contextmanager
def noted(
    log: AuditLog, doing: Doing, what: str, person_id: str | None, session_id: str | None = None
) -> Iterator[None]:
    """Note a deed in the log, then do it in the block; of one that fails that is noted too.

    Raises:
        ReposeError: it cannot be noted; then it is not done.
    """
    log.append(doing, what, person_id, session_id)
    try:
        yield
    except BaseException:
        with suppress(ReposeError):
            log.append(doing, what + NOT_DONE, person_id, session_id)
        raise
