"""`repose accuracy`: how right the counts of kept sessions were."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from repose.cli.console import clip_progress, output
from repose.cli.options import Database
from repose.cli.outputs import check_outputs
from repose.cli.selecting import OfExercise, OfPerson, Since, Until, selected

if TYPE_CHECKING:
    from repose.evaluation.kept_accuracy import Case


def accuracy(
    person: OfPerson = None,
    exercise: OfExercise = None,
    since: Since = None,
    until: Until = None,
    clips: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Add the annotated clips, or recordings, in a folder.")
    ] = None,
    database: Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write one page.")] = None,
) -> None:
    """Compare kept counts with what reviewers say. Sets that nobody judged have no part in it."""
    from repose.evaluation.of_store import accuracy_of
    from repose.reports.accuracy_review_json import review_json
    from repose.reports.accuracy_review_page import write_review_page
    from repose.reports.accuracy_review_table import print_accuracy
    from repose.sessions.open_store import open_store

    check_outputs([html] if html else [], [])
    store = open_store(database)
    try:
        selection = selected(store, person, exercise, since, until)
        who = None if selection.person_id is None else store.person(selection.person_id)
        found = accuracy_of(store, selection, _clips(clips, exercise) if clips else [])
    finally:
        store.close()
    asked = {
        "person": who.name if who else None,
        "exercise": exercise,
        "since": selection.since.isoformat() if selection.since else None,
        "until": selection.until.isoformat() if selection.until else None,
        "clips": clips.name if clips else None,
    }
    if html:
        write_review_page(found, [f"{key}: {value}" for key, value in asked.items() if value], html)
    if as_json:
        typer.echo(json.dumps(review_json(found, asked), allow_nan=False, indent=2, ensure_ascii=False))
    else:
        print_accuracy(output(), found)


def _clips(folder: Path, exercise: str | None) -> "list[Case]":
    """The cases of annotated clips; recordings are counted where there are any, for they are quicker."""
    from repose.evaluation.evaluate import evaluate
    from repose.evaluation.kept_accuracy import clip_cases
    from repose.pipeline import count_source

    with clip_progress() as (on_clip, on_frame):
        evaluation = evaluate(
            folder,
            count_clip=partial(count_source, on_frame=on_frame, keep_landmarks=False),
            recordings=True,
            on_clip=on_clip,
        )
    cases = clip_cases(evaluation)
    return [case for case in cases if exercise is None or case.score.truth.exercise == exercise]
