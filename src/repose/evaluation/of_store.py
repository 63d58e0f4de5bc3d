"""The accuracy of what a store keeps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from repose.evaluation.kept_accuracy import Accuracy, Case, accuracy, kept_cases
from repose.sessions.records import Purpose, Selection
from repose.sessions.store import Store


def accuracy_of(
    store: Store, selection: Selection, clips: Iterable[Case] = (), most: int | None = None
) -> Accuracy:
    """How right the counts of the selected sessions were; only judged sets are read.

    Args:
        store: where they are kept.
        selection: which sessions; of an exercise, only its sets.
        clips: cases of annotated clips, to be added.
        most: read the newest sessions only, up to the one that makes it so many sets; None for all.
    """
    # Tries are counted by an exercise that takes any movement for a rep.
    judged = store.judged(replace(selection, purpose=Purpose.EXERCISE))
    chosen = dict(_newest(judged.sets, most))
    cases: list[Case] = []
    for session in store.with_sets(chosen):
        cases += kept_cases(session, chosen[session.id])
    read = sum(map(len, chosen.values()))
    # A sign-off that was undone judges nothing.
    return accuracy(
        [*cases, *clips],
        others=judged.others + read - len(cases),
        left_out=sum(map(len, judged.sets.values())) - read,
    )


def _newest(sets: Mapping[str, frozenset[int]], most: int | None) -> Iterator[tuple[str, frozenset[int]]]:
    taken = 0
    for session_id, ids in sets.items():
        if most is not None and taken >= most:
            return
        taken += len(ids)
        yield session_id, ids
