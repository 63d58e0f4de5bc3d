"""Where annotated recordings come from: kept sets that somebody has judged, and clips with truth files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from repose.calibration.fitting.score import Example
from repose.counting.machine import Prescribed
from repose.counting.rejudge import Replay
from repose.counting.replay import Prepared, prepare
from repose.counting.result import Rep
from repose.errors import ReposeError
from repose.evaluation.kept_accuracy import Basis, kept_cases
from repose.evaluation.truth import SUFFIX, clip_of, find_truths, read_truth
from repose.exercises import Exercise
from repose.pipeline import OnFrame, count_source
from repose.sessions.measured import measured_set
from repose.sessions.records import KeptSession, KeptSet, Selection
from repose.sessions.store import Store

MOST_SETS: Final = 60
"""Sets that are fitted to, the newest ones: more take minutes, and add little."""

OnCase = Callable[[int, int, str], None]
"""Called before each recording with how many are read, how many there are, and the name of the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Annotated recordings of one exercise.

    Attributes:
        exercise: with the thresholds in force.
        examples: the recordings.
        left_out: what was judged but is no part of it, and why: a sentence each.
    """

    exercise: Exercise
    examples: tuple[Example, ...]
    left_out: tuple[str, ...] = ()

    def __add__(self, other: "Cases") -> "Cases":
        """Both together, under the thresholds of the first."""
        return Cases(self.exercise, self.examples + other.examples, self.left_out + other.left_out)


def kept_cases_of(
    store: Store,
    exercise: Exercise,
    person_id: str | None = None,
    *,
    most: int = MOST_SETS,
    on_case: OnCase | None = None,
) -> Cases:
    """The sets of an exercise that are kept with their landmarks, and were annotated or signed off.

    Args:
        store: where they are kept.
        exercise: with the thresholds in force: `profiles.load(slug, name)`, or of the clinic without a name.
        person_id: whose sets; None for everybody's.
        most: the newest so many sets.
        on_case: told of the progress.

    Raises:
        ReposeError: the store cannot be used.
    """
    judged = store.judged(Selection(person_id=person_id, exercise=exercise.slug)).sets
    ids = [(session_id, set_id) for session_id, sets in judged.items() for set_id in sorted(sets)]
    chosen = ids[:most]
    examples: list[Example] = []
    left_out: list[str] = []
    session: KeptSession | None = None
    for done, (session_id, set_id) in enumerate(chosen):
        if session is None or session.id != session_id:
            session = store.session(session_id)
        one = next(each for each in session.sets if each.id == set_id)
        name = set_name(session, one)
        if on_case:
            on_case(done, len(chosen), name)
        try:
            example = _kept_example(store, session, one, exercise)
        except ReposeError as error:
            left_out.append(f"{name}: {error}")
        else:
            examples += [example] if example else []
    if len(ids) > len(chosen):
        left_out.append(f"{len(ids) - len(chosen)} older sets: the newest {len(chosen)} are enough")
    return Cases(exercise, tuple(examples), tuple(left_out))


def clip_cases_of(
    paths: Sequence[Path],
    exercise: Exercise,
    *,
    model: str = "full",
    on_clip: OnCase | None = None,
    on_frame: OnFrame | None = None,
) -> Cases:
    """Clips, or recordings, with a truth file beside them; those of other exercises are passed over.

    Args:
        paths: folders, truth files, clips or recordings.
        exercise: with the thresholds in force.
        model: pose model for clips; a recording has its landmarks already, and is preferred.
        on_clip: told before each clip.
        on_frame: told within each clip.

    Raises:
        ReposeError: there is no truth file, or one is not right; or a clip cannot be read.
    """
    read = [(path, read_truth(path)) for path in _truth_files(paths)]
    ours = [(path, truth) for path, truth in read if truth.exercise == exercise.slug]
    examples: list[Example] = []
    left_out: list[str] = []
    for done, (path, truth) in enumerate(ours):
        name = path.name.removesuffix(SUFFIX)
        if on_clip:
            on_clip(done, len(ours), name)
        if truth.not_measurable:
            left_out.append(f"{name}: its view cannot show the exercise")
            continue
        if truth.calibration:
            left_out.append(f"{truth.calibration}, which {name} names, but not the clip: it is fitted anew")
        clip = clip_of(path, truth, recordings=True)
        _, track, _ = count_source(str(clip), exercise, side=truth.side, model=model, on_frame=on_frame)
        examples.append(Example(name, truth, counting((prepare(track),), truth.side), session=str(clip)))
    return Cases(exercise, tuple(examples), tuple(left_out))


def counting(parts: Sequence[Prepared], side: Prescribed) -> Callable[[Exercise], tuple[Rep, ...]]:
    """What counts a recording by one exercise after the other; where only the judge differs, that is quick.

    Args:
        parts: its poses, measured, from each time at which a counter began.
        side: the prescribed side.
    """
    replays = [Replay(part, side) for part in parts]

    def count(exercise: Exercise) -> tuple[Rep, ...]:
        return tuple(rep for replay in replays for rep in replay.count(exercise)[0])

    return count


def set_name(session: KeptSession, one: KeptSet) -> str:
    """A kept set for people: who, when, which set, and the begin of the session's id."""
    side = "" if one.head.prescribed == "auto" else f" {one.head.prescribed}"
    day = f"{session.head.begun_at.astimezone():%Y-%m-%d %H:%M}"
    return f"{session.person.name} {day}{side} set {one.head.number} of {one.head.of} [{session.id[:8]}]"


def _kept_example(store: Store, session: KeptSession, one: KeptSet, exercise: Exercise) -> Example | None:
    """None where nothing is in force of what was said of it.

    Raises:
        ReposeError: why it cannot be used.
    """
    judged = kept_cases(session, (one.id,))
    if not judged:
        return None
    if judged[0].score.truth.not_measurable:
        raise ReposeError("its view cannot show the exercise")
    if one.head.counted_by.definition != exercise.definition:
        raise ReposeError("the exercise was defined differently then")
    return Example(
        name=set_name(session, one),
        truth=judged[0].score.truth,
        count=counting(measured_set(store, session, one).parts, one.head.prescribed),
        session=session.id,
        person=session.person.name,
        recorded_at=session.head.begun_at,
        seen_before=judged[0].basis is Basis.SIGNED_OFF,
    )


def _truth_files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += find_truths(path)
        elif path.name.endswith(SUFFIX):
            found.append(path)
        else:
            beside = path.with_name(path.stem + SUFFIX)
            if not path.is_file() or not beside.is_file():
                raise ReposeError(f"{path}: needs its truth file {beside.name} beside it")
            found.append(beside)
    return list(dict.fromkeys(found))
