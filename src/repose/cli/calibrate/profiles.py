"""`repose calibrate list, show, check, diff, history`: what counts, for whom, since when and why."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from repose.cli.calibrate.changing import Name, rollback, set_numbers
from repose.cli.calibrate.tables import diff_table, history_table, list_table, show_table
from repose.cli.console import output
from repose.cli.options import Calibration, Database
from repose.errors import ReposeError

if TYPE_CHECKING:
    from repose.calibration.history import Revision
    from repose.calibration.profiles import Profiles

Json = Annotated[bool, typer.Option("--json", help="Print JSON, no table.")]

EMPTY: Final = """No profile has been made yet: the default thresholds count for everybody.
Make one for everybody here, or for a person:
  repose calibrate set clinic heel-slides.complete_share=0.6 --why "agreed in the team"
  repose calibrate set "Åsa" heel-slides.left.target_deg=80 --why "reaches 80° after the operation"
They will be in {folder}"""


def register(app: typer.Typer) -> None:
    """Add the commands about profiles to the group."""
    for name, command, examples in (
        ("list", list_profiles, ("list", "list --json")),
        ("show", show, ("show", 'show --person "Åsa" --exercise heel-slides')),
        ("check", check, ("check", 'check clinic "Åsa"', "check my-thresholds.toml")),
        ("diff", diff, ('diff "Åsa"', 'diff "Åsa@2" "Åsa@3"', "diff clinic default")),
        ("history", history, ("history clinic", 'history "Åsa" --json')),
        (
            "set",
            set_numbers,
            (
                'set "Åsa" heel-slides.left.target_deg=80 --why "reaches 80° since the operation"',
                'set clinic --unset heel-slides.complete_share --why "back to the default" --dry-run',
            ),
        ),
        ("rollback", rollback, ('rollback "Åsa" 2 --why "80° was too much"',)),
    ):
        lines = "\n".join(f"  repose calibrate {example}" for example in examples)
        app.command(name, epilog=f"\b\nExamples:\n{lines}")(command)


def list_profiles(as_json: Json = False) -> None:
    """List the profiles: for whom, which revision, since when, by whom, and whether the file is right."""
    from repose.cli.calibrate.tables import Entry

    profiles = _profiles()
    entries = [Entry.of(profiles, name) for name in profiles.names()]
    if as_json:
        typer.echo(_json([entry.as_json() for entry in entries]))
        return
    if not entries:
        typer.echo(EMPTY.format(folder=profiles.folder))
        return
    console = output()
    console.print(list_table(entries))
    console.print(f"In {profiles.folder}", markup=False, style="dim", soft_wrap=True)
    for entry in entries:
        if entry.problem:
            typer.echo(f"{entry.problem}; {entry.instead}")


def show(
    person: Annotated[
        str | None, typer.Option(metavar="NAME", help="For this person; without it, for everybody here.")
    ] = None,
    exercise: Annotated[str | None, typer.Option(metavar="SLUG", help="Of this exercise only.")] = None,
    calibration: Calibration = None,
    as_json: Json = False,
) -> None:
    """Show each threshold in force: its value, what is allowed, where it comes from, and what it does."""
    from repose.calibration.effective import effective
    from repose.calibration.profiles import Profiles, in_force
    from repose.exercises import slugs
    from repose.exercises.load import definitions

    layers = Profiles().layers(person, calibration)
    own = {slug for layer in layers[1:] for slug in layer.tables}
    # Of an exercise that is gone nothing is in force; `check` says that its numbers wait.
    chosen = [exercise] if exercise else [*slugs(), *sorted((own & set(definitions())) - set(slugs()))]
    found = [in_force(slug, layers) for slug in chosen]
    sheets = {one.exercise.slug: effective(one, layers) for one in found}
    if as_json:
        typer.echo(
            _json(
                {
                    "person": person,
                    "exercises": {
                        one.exercise.slug: {
                            "fingerprint": one.exercise.thresholds.fingerprint,
                            "thresholds": {
                                row.key: {
                                    "value": row.value,
                                    "unit": row.about.unit,
                                    "least": row.about.least,
                                    "most": row.about.most,
                                    "from": row.layer,
                                    "revision": row.revision,
                                    "means": row.about.means,
                                }
                                for row in sheets[one.exercise.slug]
                            },
                        }
                        for one in found
                    },
                }
            )
        )
        return
    console = output()
    for one in found:
        thresholds = one.exercise.thresholds
        whom = layers[2].name if person and len(layers) > 2 else "everybody here"
        console.print(f"{one.exercise.name} ({one.exercise.slug}), for {whom}", markup=False, style="bold")
        console.print(show_table(sheets[one.exercise.slug]))
        console.print(f"Fingerprint of these numbers: {thresholds.fingerprint}\n", style="dim")


def check(
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE|NAME", help="Files or profiles; without any, all in the folder."),
    ] = None,
    database: Database = None,
) -> None:
    """Check profiles and their versions; tell all that is wrong, a line each. Exit code 2 if anything is."""
    from repose.calibration.upkeep import look_at_file, look_at_folder, look_at_profile

    profiles = _profiles()
    is_gone = _gone(database)
    looked = 0
    findings = []
    if not what:
        findings = list(look_at_folder(profiles, is_gone))
        looked = len(profiles.person_paths()) + profiles.path("clinic").is_file()
    for text in what or []:
        path = _file_or_profile(profiles, text)
        ours = (profiles.path("clinic"), *profiles.person_paths())
        found = next((one for one in ours if one == path or _same_file(one, path)), None)
        findings += (
            look_at_file(profiles, path) if found is None else look_at_profile(profiles, found, is_gone)
        )
        looked += 1
    for finding in findings:
        typer.echo(f"note: {finding.text}" if finding.note else finding.text)
    wrong = sum(not finding.note for finding in findings)
    files = "1 file" if looked == 1 else f"{looked} files"
    if wrong:
        typer.echo(f"{files} checked: {wrong} {'problem' if wrong == 1 else 'problems'}.")
        raise typer.Exit(2)
    if not looked:
        typer.echo(f"There is no profile in {profiles.folder}: nothing to check.")
        return
    typer.echo(f"{files} checked: all is right.")


def diff(
    one: Annotated[str, typer.Argument(metavar="A", help='A profile, or one at a revision: "Åsa@2".')],
    other: Annotated[
        str | None,
        typer.Argument(metavar="B", help='Another one, or "default"; without it, what is below A.'),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare what two profiles put in force, or a profile at two revisions, or with what is below it."""
    from repose.calibration.compare import Sheet, differences

    profiles = _profiles()
    first = Sheet.of(profiles, one)
    second = first.below() if other is None else Sheet.of(profiles, other)
    found = differences(first, second)
    if as_json:
        rows = [
            {"key": row.key, "a": row.one, "b": row.other, "unit": row.unit, "means": row.means}
            for row in found
        ]
        typer.echo(_json({"a": first.title, "b": second.title, "differences": rows}))
        return
    if not found:
        typer.echo(f"{first.title} and {second.title} put the same numbers in force.")
        return
    output().print(diff_table(first.title, second.title, found))


def history(name: Name, as_json: Json = False) -> None:
    """Show every version of a profile: when, who, why, what was looked at, what changed from what to what."""
    from repose.calibration.history import numbers, read_revision

    profiles = _profiles()
    path = profiles.path(name)
    found: list[Revision] = []
    damaged: list[str] = []
    for number in numbers(path):
        try:
            found.append(read_revision(path, number))
        except ReposeError as error:
            damaged.append(str(error))
    if as_json:
        typer.echo(_json([_revision_json(one) for one in found]))
    elif found:
        output().print(history_table(found))
    elif not damaged:
        typer.echo(_never_saved(profiles, name))
    for problem in damaged:
        typer.echo(f"repose: {problem}", err=True)
    if damaged:
        raise typer.Exit(2)


def _profiles() -> "Profiles":
    from repose.calibration.profiles import Profiles

    return Profiles()


def _never_saved(profiles: "Profiles", name: str) -> str:
    if profiles.path(name).is_file():
        return f"{profiles.path(name)} was written by hand and has not been used or saved yet: no history."
    known = ", ".join(profiles.names()) or "none yet"
    raise ReposeError(f"there is no profile {name!r}; there are: {known}")


def _revision_json(one: "Revision") -> dict[str, Any]:
    return {
        "revision": one.revision,
        "at": one.at.isoformat(),
        "who": one.who,
        "why": one.why,
        "recordings": list(one.recordings),
        "changes": [
            {"key": change.key, "before": change.before, "after": change.after} for change in one.changes
        ],
    }


def _file_or_profile(profiles: "Profiles", text: str) -> Path:
    from repose.calibration.history import numbers

    path = Path(text)
    if path.is_file():
        return path
    if text and text not in ("", ".", "..") and "\0" not in text:
        found = profiles.path(text)
        if found.exists() or numbers(found):
            return found
    known = ", ".join(profiles.names()) or "none yet"
    raise ReposeError(f"{text!r} is neither a file nor a profile; profiles: {known}")


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _gone(database: str | None) -> Callable[[str], bool] | None:
    """Tells whether a recording is not kept any more; None where there is no database to ask."""
    from repose.sessions.database import address_url
    from repose.sessions.open_store import named_address, open_store

    try:
        url = address_url(named_address(database))
        if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
            return None
        with closing(open_store(database)) as store:
            ids = frozenset(entry.id for entry in store.sessions())
    except ReposeError:
        if database is not None:
            raise
        return None

    def is_gone(recording: str) -> bool:
        begin = recording.strip().lower()
        is_id = 8 <= len(begin) <= 32 and not set(begin) - set("0123456789abcdef")
        return is_id and not any(one.startswith(begin) for one in ids)

    return is_gone


def _json(content: Any) -> str:  # noqa: ANN401
    return json.dumps(content, indent=2, ensure_ascii=False)
