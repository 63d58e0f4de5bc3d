"""`repose count`: one exercise in one source."""

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from repose.cli.console import output, progress
from repose.cli.count_json import count_json
from repose.cli.options import Calibration, Database, ExerciseOrFile, Model, Side
from repose.cli.outputs import check_outputs
from repose.errors import ReposeError


def count(
    source: Annotated[str, typer.Argument(help="A video file, a camera (camera:0), or a recording.")],
    exercise: ExerciseOrFile,
    side: Side = "auto",
    model: Model = "full",
    calibration: Calibration = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
    save_recording: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep landmarks and timestamps (no pictures), to count them again."
        ),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(metavar="OUT.mp4", help="Write the video with skeleton, angle, count and hold time."),
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Keep the count and its landmarks as a session, to be reviewed.")
    ] = False,
    person: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Who is seen: counted by their own calibration. With --save and without this, who "
            "exercised last.",
        ),
    ] = "",
    database: Database = None,
) -> None:
    """Count an exercise. How many reps, on which side, held how long, and with which faults."""
    from repose.accounts.acting import Doing, doing
    from repose.calibration.profiles import Profiles
    from repose.cli.count_table import print_count
    from repose.exercises.own import chosen
    from repose.pipeline import count_source
    from repose.sessions.names import checked_name
    from repose.sessions.open_store import open_store
    from repose.sessions.persons import usual_name
    from repose.sessions.recording import is_recording

    if overlay is not None and overlay.suffix.lower() != ".mp4":
        raise ReposeError(f"{overlay}: the overlay is an MP4 video; give it a name that ends in .mp4")
    check_outputs(
        [path for path in (save_recording, overlay) if path],
        [path for path in (Path(source), calibration, Path(model)) if path and path.is_file()],
    )
    if not save and database is not None:
        raise ReposeError("--database tells how to --save; add that, or leave it out")
    if person:
        person = checked_name(person)
    if save:
        # A store that cannot be used is told before the work.
        with closing(open_store(database)) as store, doing(Doing.EDIT):
            person = person or usual_name(store)
    counted = Profiles().load(chosen(exercise), person, calibration)
    title = "counting until Ctrl-C" if source.startswith("camera:") else "counting"
    with progress(title) as on_frame:
        result, track, _ = count_source(
            source,
            counted,
            side=side,
            model=model,
            on_frame=on_frame,
            overlay=overlay,
            keep_landmarks=save or save_recording is not None,
        )
    if save_recording is not None:
        from repose.sessions import recording

        recording.save_recording(track, save_recording)
    name = Path(source).name if is_recording(source) else track.source
    session = None
    if save:
        from repose.sessions.saved_count import save_count

        with closing(open_store(database)) as store, doing(Doing.EDIT):
            session = save_count(store, result, track, counted, side, source=name, person=person)
    if as_json:
        said = count_json(result, name, track.software) | ({"session": session} if session else {})
        typer.echo(json.dumps(said, allow_nan=False, indent=2))
        return
    print_count(output(), result, name)
    if session is not None:
        from repose.sessions.find import SHOWN

        typer.echo(f"kept as session {session[:SHOWN]}; `repose review {session[:SHOWN]}` shows it")
