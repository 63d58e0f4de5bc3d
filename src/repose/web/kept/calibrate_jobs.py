"""Work that takes longer than an answer: begun, asked after, and thrown away."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar
from uuid import uuid4

from repose.errors import NotThereError, ReposeError

MOST_JOBS: Final = 8
"""Finished ones that are remembered."""

T = TypeVar("T")

OnProgress = Callable[[int, int, str], None]
"""Called with how much is done, how much there will be, and what is done next."""


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """How far a piece of work is.

    Attributes:
        id: its name.
        done, of: how much of it is done.
        doing: what is done now, in words.
        result: None until it is done.
        problem: why it came to nothing, in words; "" where it did not.
    """

    id: str
    done: int = 0
    of: int = 1
    doing: str = ""
    result: T | None = None
    problem: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.result is not None or self.problem != ""


class Jobs(Generic[T]):
    """One piece of work at a time, in a thread of its own. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job[T]] = OrderedDict()

    def begin(self, work: Callable[[OnProgress], T]) -> Job[T]:
        """Begin a piece of work.

        Raises:
            ReposeError: another one is not over yet.
        """
        job: Job[T] = Job(uuid4().hex)
        with self._lock:
            if any(not other.over for other in self._jobs.values()):
                raise ReposeError("another fit is under way; wait until it is over")
            self._jobs[job.id] = job
            while len(self._jobs) > MOST_JOBS:
                self._jobs.popitem(last=False)
        # The thread works for whoever asked: it sees what they may see, and the log names them.
        context = copy_context()
        threading.Thread(
            target=context.run, args=(self._run, job.id, work), name="calibrate-fit", daemon=True
        ).start()
        return job

    def of(self, id_: str) -> Job[T]:
        """How far a piece of work is.

        Raises:
            NotThereError: there is no such work, or Repose was started anew since.
        """
        with self._lock:
            if id_ not in self._jobs:
                raise NotThereError("this fit is not known any more; begin it anew")
            return self._jobs[id_]

    def _run(self, id_: str, work: Callable[[OnProgress], T]) -> None:
        def on_progress(done: int, of: int, doing: str) -> None:
            self._put(id_, done=done, of=max(of, 1), doing=doing)

        try:
            self._put(id_, result=work(on_progress))
        except ReposeError as error:
            self._put(id_, problem=str(error))
        except BaseException:
            # Whoever waits for it must be told; the reason is in the log.
            self._put(id_, problem="this failed unexpectedly; the log of Repose says why")
            raise

    def _put(self, id_: str, **changed: object) -> None:
        with self._lock:
            self._jobs[id_] = replace(self._jobs[id_], **changed)  # type: ignore[arg-type]
