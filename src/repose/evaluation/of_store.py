"""The accuracy of what a store keeps."""

from collections.abc import Iterable

from repose.evaluation.kept_accuracy import Accuracy, Case, accuracy, kept_cases
from repose.sessions.records import Selection
from repose.sessions.store import Store


def accuracy_of(store: Store, selection: Selection, clips: Iterable[Case] = ()) -> Accuracy:
    """How right the counts of the selected sessions were; only judged sets are read.

    Args:
        store: where they are kept.
        selection: which sessions; of an exercise, only its sets.
        clips: cases of annotated clips, to be added.
    """
    judged = store.judged(selection)
    cases: list[Case] = []
    for session in store.with_sets(judged.sets):
        cases += kept_cases(session, judged.sets[session.id])
    # A sign-off that was undone judges nothing.
    undone = sum(map(len, judged.sets.values())) - len(cases)
    return accuracy([*cases, *clips], judged.others + undone)
