"""`repose exercise check`: all that is wrong with an exercise's file."""

from pathlib import Path
from typing import Annotated

import typer

from repose.errors import ReposeError


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Files of exercises; without one, all in your folder."),
    ] = None,
) -> None:
    """Tell every mistake in an exercise's file: the key, its value, and what is allowed. Nothing is run."""
    from repose.exercises.check import mistakes, read_exercise
    from repose.exercises.own import SUFFIX, own_folder

    paths = files or sorted(own_folder().glob(f"[!.]*{SUFFIX}"))
    if not paths:
        typer.echo(f"no exercises of your own in {own_folder()}; `repose exercise copy` makes one")
        return
    wrong = 0
    slugs: dict[str, Path] = {}
    for path in paths:
        lines = list(mistakes(path))
        if not lines:
            one = read_exercise(path)
            slug = one.definition.slug
            if (first := slugs.setdefault(slug, path)) is not path:
                lines.append(f"{path}: slug = {slug!r}: is in {first} already; give one of them another")
            else:
                typer.echo(f"{path}: {one.definition.name} ({slug}): nothing is wrong with it")
        for line in lines:
            typer.echo(line)
        wrong += len(lines)
    if wrong:
        mistakes_said = "1 mistake" if wrong == 1 else f"{wrong} mistakes"
        raise ReposeError(f"{mistakes_said}: an exercise is not used until its file is right")
