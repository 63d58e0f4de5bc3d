"""The accuracy of kept sessions for programs: plain numbers with stable names."""

from dataclasses import asdict
from typing import Any, Final

from repose import INTENDED_USE, __version__
from repose.evaluation.agreement import Kappa, together
from repose.evaluation.enough import FEWEST_EVENTS, enough_sets
from repose.evaluation.kept_accuracy import Accuracy, Case
from repose.evaluation.metrics import Summary
from repose.reports.accuracy_json import summary_json
from repose.reports.accuracy_review_words import BIAS, groups

VERSION: Final = 1


def review_json(of: Accuracy, selection: dict[str, Any]) -> dict[str, Any]:
    """What `repose accuracy --json` prints.

    Numbers are those of `repose evaluate --json`, by the same names. They are given even where there are too
    few data to tell anything; `enough` says so, for sets and for reps.

    Args:
        of: the accuracy.
        selection: what was asked for, as JSON.
    """
    return {
        "format": "repose-kept-accuracy",
        "version": VERSION,
        "software": {"repose": __version__},
        "intended_use": INTENDED_USE,
        "caution": BIAS,
        "selection": selection,
        "judged_sets": len(of.cases),
        "sets_not_judged": of.others,
        "total": _numbers(of.total),
        "by": {
            key: [{"name": each.name} | _numbers(each.summary) for each in members]
            for key, members in groups(of).items()
        },
        "faults": [{"exercise": one.exercise, "fault": one.fault} | _kappa(one.kappa) for one in of.faults],
        "all_faults": _kappa(together(of.faults)),
        "worst": [_case(case) for case in of.worst],
    }


def _numbers(of: Summary) -> dict[str, Any]:
    reps = min(of.matched + of.false, of.matched + of.missed)
    return summary_json(of) | {"enough": {"sets": enough_sets(of.exact), "reps": reps >= FEWEST_EVENTS}}


def _kappa(of: Kappa) -> dict[str, Any]:
    return asdict(of) | {"n": of.n, "agreed": of.agreed, "kappa": of.value, "enough": of.enough}


def _case(case: Case) -> dict[str, Any]:
    reps, partials = case.mistakes
    return {
        "session": case.session_id,
        "set": case.set_id,
        "clip": case.score.name if case.session_id is None else None,
        "person": case.person,
        "begun_at": case.begun_at.isoformat() if case.begun_at else None,
        "exercise": case.score.truth.exercise,
        "basis": case.basis.value,
        "counts": case.score.counts,
        "true_counts": case.score.truth.counts,
        "wrong_reps": reps,
        "wrong_partials": partials,
    }
