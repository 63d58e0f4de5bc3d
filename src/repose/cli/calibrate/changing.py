"""`repose calibrate set` and `repose calibrate rollback`: changing a profile, with a reason."""

import getpass
from typing import Annotated

import typer

from repose.cli.calibrate.tables import change_lines
from repose.errors import ReposeError

Name = Annotated[str, typer.Argument(metavar="NAME", help='"clinic", or the name of a person.')]

Why = Annotated[str, typer.Option(metavar="TEXT", help="The reason, for who asks later.")]

Who = Annotated[
    str | None, typer.Option(metavar="NAME", help="Who decides this; without it, your login name.")
]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would change; save nothing.")]


def set_numbers(
    name: Name,
    numbers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY=VALUE", help="heel-slides.left.target_deg=80; nothing after = takes it out."
        ),
    ] = None,
    unset: Annotated[
        list[str] | None,
        typer.Option("--unset", metavar="KEY", help="Take a number out: what is below holds again."),
    ] = None,
    why: Why = "",
    who: Who = None,
    dry_run: DryRun = False,
) -> None:
    """Change numbers of a profile and save it as a new revision; what was before stays in its history."""
    from repose.audit.audited_profiles import usual_profiles

    changes = _changes(numbers or [], unset or [])
    with usual_profiles(name) as profiles:
        before = profiles.read(name)
        if dry_run:
            lines = change_lines(profiles.draft(name, changes))
        else:
            saved = profiles.save(name, changes, who=_who(who), why=_why(why), expected=before.revision)
    if dry_run:
        typer.echo(f"{before.name}: nothing was saved; this would change:")
    else:
        lines = change_lines(saved.changes)
        new = "" if before.text or before.revision else ", a new profile"
        typer.echo(f"Saved {before.name} revision {saved.revision}{new}: {before.path}")
    for line in lines:
        typer.echo(f"  {line}")


def rollback(
    name: Name,
    revision: Annotated[int, typer.Argument(min=1, metavar="REVISION", help="The one to go back to.")],
    why: Why = "",
    who: Who = None,
) -> None:
    """Make an earlier revision of a profile the newest one. Those in between stay in its history."""
    from repose.audit.audited_profiles import usual_profiles

    with usual_profiles(name) as profiles:
        before = profiles.read(name)
        saved = profiles.roll_back(name, revision, who=_who(who), why=_why(why), expected=before.revision)
    typer.echo(f"{before.name} is as in revision {revision} again, saved as revision {saved.revision}:")
    for line in change_lines(saved.changes) or ["the file is right again; no number changed"]:
        typer.echo(f"  {line}")


def _changes(numbers: list[str], unset: list[str]) -> dict[str, float | None]:
    changes: dict[str, float | None] = {}
    for text in (*numbers, *(f"{key}=" for key in unset)):
        key, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise ReposeError(f"{text!r}: write KEY=VALUE, such as heel-slides.target_deg=80")
        if key in changes:
            raise ReposeError(f"{key} is given twice; give it once")
        try:
            changes[key] = float(value) if value else None
        except ValueError as error:
            raise ReposeError(f"{key} = {value!r}: must be a number, with a point: 0.6") from error
    if not changes:
        raise ReposeError("say what to change: KEY=VALUE, such as heel-slides.target_deg=80, or --unset KEY")
    return changes


def _why(why: str) -> str:
    if not why.strip():
        raise ReposeError('say why, for who asks later: --why "reaches 80° after the operation"')
    return why


def _who(who: str | None) -> str:
    if who is not None:
        return who
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:  # no such user, as in a container
        raise ReposeError("your login name cannot be found; say who you are: --who NAME") from error
