"""`repose calibrate fit`: the thresholds that count annotated recordings best."""

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from repose.cli.console import clip_progress, notes, output, table, time_progress
from repose.cli.options import Calibration, Database, Exercise, Model
from repose.cli.outputs import check_outputs
from repose.cli.selecting import OfPerson

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from repose.calibration.fitting.cases import Cases
    from repose.calibration.fitting.fit import Fit
    from repose.calibration.fitting.score import Mistakes
    from repose.exercises import Exercise as CountedBy


def fit(
    exercise: Exercise,
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE|DIR]...",
            help="Clips or recordings with NAME.truth.json beside them, or folders of such. Without any, "
            "the kept sets that were annotated or signed off.",
        ),
    ] = None,
    person: OfPerson = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY", help="Fit this one, and no others but those named so; may be given several times."
        ),
    ] = None,
    side: Annotated[
        Literal["left", "right"] | None, typer.Option(help="Fit thresholds of this side's own.")
    ] = None,
    calibration: Calibration = None,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most the newest N kept sets.")
    ] = None,
    model: Model = "full",
    picture: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a picture of each threshold's range there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
    database: Database = None,
) -> None:
    """Find the thresholds that count annotated recordings best. Nothing is saved: that is up to you.

    What is found is tried on each session with what is fitted to the others alone, for anything fits what it
    knows. Beware of a threshold on a cliff, where the count changes right beside it.
    """
    from repose.calibration.fitting.as_json import fit_json
    from repose.calibration.fitting.fit import fit as fitted_to
    from repose.calibration.fitting.numbers import check_keys, usual_keys
    from repose.calibration.profiles import Profiles

    in_force = Profiles().load(exercise, person, calibration)
    keys = usual_keys(in_force, side)
    if threshold:
        prefix = f"{side}." if side else ""
        keys = tuple(key if "." in key else f"{prefix}{key}" for key in threshold)
    check_keys(in_force, keys)
    pictures = [] if picture is None else [picture / f"{exercise}.{key}.svg" for key in keys]
    if picture is not None and not picture.exists() and picture.parent.is_dir():
        picture.mkdir()
    check_outputs(pictures, [])
    cases = _cases(in_force, sources or [], person, model, limit, database)
    with time_progress() as on_seconds:
        found = fitted_to(
            cases.exercise,
            cases.examples,
            keys,
            lambda done, total: on_seconds("fitting", done, total),
        )
    _write_pictures(found, pictures)
    if as_json:
        said = fit_json(found) | {"not_used": list(cases.left_out)}
        typer.echo(json.dumps(said, allow_nan=False, indent=2, ensure_ascii=False))
        return
    for sentence in cases.left_out:
        notes().print(f"not used: {sentence}", markup=False)
    _print(output(), found, person)


def _cases(
    exercise: "CountedBy",
    sources: list[Path],
    person: str | None,
    model: str,
    limit: int | None,
    database: str | None,
) -> "Cases":
    """What was named: clips, and kept sets unless it was clips alone."""
    from contextlib import closing

    from rich.markup import escape

    from repose.calibration.fitting.cases import MOST_SETS, clip_cases_of, kept_cases_of
    from repose.sessions.find import find_person
    from repose.sessions.open_store import open_store

    kept = None
    if not sources or database is not None or limit is not None:
        with closing(open_store(database)) as store, time_progress() as on_seconds:
            kept = kept_cases_of(
                store,
                exercise,
                None if person is None else find_person(store, person).id,
                most=limit or MOST_SETS,
                on_case=lambda done, total, name: on_seconds(escape(f"reading {name}"), done, total),
            )
    if not sources:
        assert kept is not None  # noqa: S101 - read above, for there are no sources
        return kept
    with clip_progress() as (on_clip, on_frame):
        clips = clip_cases_of(sources, exercise, model=model, on_clip=on_clip, on_frame=on_frame)
    return clips if kept is None else kept + clips


def _write_pictures(found: "Fit", pictures: list[Path]) -> None:
    from repose.calibration.fitting.picture import picture_file
    from repose.whole_file import write_whole

    for one, path in zip(found.thresholds, pictures, strict=bool(pictures)):
        write_whole(path, picture_file(one).encode())


def _print(console: "Console", found: "Fit", person: str | None) -> None:
    from rich.text import Text

    from repose.calibration.fitting.words import headline, warnings

    console.print(_thresholds(found))
    console.print(_mistakes(found))
    console.print(Text(headline(found), style="bold"))
    for warning in warnings(found):
        console.print(Text(f"! {warning}"))
    if found.changes:
        console.print(Text("Nothing is saved. To save it:", style="dim"))
        typer.echo(save_command(found, person))


def save_command(found: "Fit", person: str | None) -> str:
    """The command that saves what was found."""
    numbers = [f"{found.exercise.slug}.{key}={number:g}" for key, number in found.changes.items()]
    why = f"fitted to {len(found.recordings)} annotated recordings"
    return shlex.join(["repose", "calibrate", "set", person or "clinic", *numbers, "--why", why])


def _thresholds(found: "Fit") -> "Table":
    from repose.calibration.fitting.words import span

    rows = table("threshold")
    rows.add_column("now", justify="right")
    rows.add_column("fitted", justify="right")
    rows.add_column("counts the same", overflow="fold")
    rows.add_column("", overflow="fold")
    for one in found.thresholds:
        remark = "on a cliff" if one.on_a_cliff else "now on a cliff" if one.was_on_a_cliff else ""
        rows.add_row(one.key, f"{one.present:g}", f"{one.fitted:g}", span(one), remark)
    return rows


def _mistakes(found: "Fit") -> "Table":
    rows = table(f"of {len(found.recordings)} recordings, {len(found.sessions)} sessions")
    for title in ("reps missed", "too many", "partials wrong", "hold off", "recordings with a mistake"):
        rows.add_column(title, justify="right")
    columns = (
        ("now", found.present, [one.present for one in found.recordings]),
        ("fitted", found.fitted, [one.fitted for one in found.recordings]),
        ("fitted without knowing them", found.left_out, [one.left_out for one in found.recordings]),
    )
    for name, total, each in columns:
        rows.add_row(name, *(["–"] * 5 if total is None else _numbers(total, each)))
    return rows


def _numbers(total: "Mistakes", each: "list[Mistakes] | list[Mistakes | None]") -> list[str]:
    off_s = total.mean_hold_off_s
    return [
        str(total.missed),
        str(total.extra),
        str(total.partials),
        "–" if off_s is None else f"{off_s:.2f} s",
        str(sum(bool(one and one.points) for one in each)),
    ]
