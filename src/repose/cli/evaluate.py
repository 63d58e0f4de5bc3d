"""`repose evaluate`: every clip in a folder that has a truth file."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from repose.cli.console import clip_progress, output
from repose.cli.options import Model
from repose.cli.outputs import check_outputs


def evaluate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Clips and their NAME.truth.json files.")],
    model: Model = "full",
    recordings: Annotated[
        bool, typer.Option("--recordings", help="Count NAME.parquet where there is one, not the video.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write one page with a picture of each clip's signal.")
    ] = None,
) -> None:
    """Compare counts with the truth. Counts every clip in DIR that has a truth file."""
    from repose.evaluation.evaluate import evaluate as evaluate_folder
    from repose.pipeline import count_source
    from repose.reports.accuracy_json import evaluation_json
    from repose.reports.accuracy_page import write_accuracy_page
    from repose.reports.accuracy_table import print_evaluation

    check_outputs([html] if html else [], [])
    with clip_progress() as (on_clip, on_frame):
        count_clip = partial(count_source, on_frame=on_frame, keep_landmarks=False)
        evaluation = evaluate_folder(
            folder, count_clip=count_clip, model=model, recordings=recordings, on_clip=on_clip
        )
    if html:
        write_accuracy_page(evaluation, html)
    if as_json:
        typer.echo(json.dumps(evaluation_json(evaluation), allow_nan=False, indent=2))
    else:
        print_evaluation(output(), evaluation)
