"""`repose exercise new`: a definition from one demonstration."""

import re
import unicodedata
from pathlib import Path
from typing import Annotated, Literal

import typer

from repose.cli.console import output, progress, table
from repose.cli.exercise.copy import To
from repose.cli.options import Model
from repose.errors import ReposeError


def new(
    source: Annotated[
        str, typer.Option("--from", metavar="FILE", help="A video or recording: rest, a few reps, rest.")
    ],
    name: Annotated[str, typer.Option(metavar="TEXT", help="Its name for people.")] = "",
    slug: Annotated[
        str, typer.Option(metavar="SLUG", help="Its name in commands; else it follows from the other name.")
    ] = "",
    to: To = None,
    signal: Annotated[
        str | None, typer.Option(metavar="ANGLE", help="Count on this angle, not on the clearest one.")
    ] = None,
    sides: Annotated[
        Literal["one", "pair", "none"] | None,
        typer.Option(help="Whose it is, if the camera misjudges it: one leg, a pair, or none in particular."),
    ] = None,
    model: Model = "full",
) -> None:
    """Propose an exercise from a demonstration: a second of rest, three or four reps, a second of rest.

    Says why it proposes what it proposes, writes a commented file, and counts the demonstration by it.
    """
    from repose.cli.count_table import print_count
    from repose.exercises import slugs
    from repose.exercises.keep import keep, place_for
    from repose.exercises.own import own_folder
    from repose.exercises.propose import propose
    from repose.exercises.writing import checked_name, checked_slug, text_of
    from repose.pipeline import count_source

    if source.startswith("camera:"):
        raise ReposeError("a demonstration is a video or a recording; record one first, then name its file")
    clip = Path(source).name
    name = checked_name(name or _readable(slug or Path(source).stem))
    slug = checked_slug(slug or _plain(name) or _plain(Path(source).stem))
    path = place_for(slug, to)
    with progress("looking") as on_frame:
        _, track, _ = count_source(source, slugs()[0], model=model, on_frame=on_frame)
    try:
        found = propose(track, slug, name, signal=signal, sides=sides)
    except ReposeError as error:
        raise ReposeError(f"{clip}: {error}") from error
    for reason in found.reasons:
        typer.echo(reason)
    moved = table("angle", "side", "range", "at rest", "repeats", "")
    for one in found.candidates:
        times = f"{len(one.ends)} times" if len(one.ends) != 1 else "once"
        noise = f"±{one.noise_deg / 2:.1f}°"
        angle = one.signal.replace("_", " ")
        moved.add_row(angle, one.side, f"{one.range_deg:.0f}°", noise, times, one.why_not)
    output().print(moved)
    notes = (
        f"{name}: proposed from one demonstration, {clip}. Change what you like, and then:",
        f"  repose exercise check {path}",
        "",
        *found.reasons,
    )
    keep(path, text_of(found.exercise, notes))
    print_count(output(), found.check, clip, found.exercise.definition)
    reps = len(found.check.reps)
    typer.echo(f"{path}: written; with it, the demonstration counts {reps} {'rep' if reps == 1 else 'reps'}")
    typer.echo("The words that are said in it are only a beginning: edit them, and look at each number.")
    if path.parent == own_folder():
        typer.echo(f"`repose exercise show {slug}` explains it; `repose live` offers it from now on")


def _plain(name: str) -> str:
    """A slug from a name, such as "side-step" from "Side step"."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].strip("-")


def _readable(name: str) -> str:
    words = re.sub(r"[-_]+", " ", "".join(sign for sign in name if sign.isprintable())).strip()
    return (words[:1].upper() + words[1:])[:60] or "My exercise"
