"""`repose account`: who may sign in from another computer."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from repose.accounts.roles import Role
from repose.cli.options import Database
from repose.errors import NotThereError, ReposeError

if TYPE_CHECKING:
    from repose.accounts.account import Account
    from repose.sessions.store import Store

app = typer.Typer(
    help="Who may sign in from another computer, where Repose is served --beyond-this-computer. At this "
    "computer nobody needs an account.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="To sign in with; upper and lower case do not count.")
]

PasswordFile = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|-",
        help="Read the password from the first line of a file, or of the standard input. Without it, it is "
        "asked for.",
    ),
]

Yes = Annotated[bool, typer.Option("--yes", help="Ask nothing.")]


@app.command("add")
def add(
    name: Name,
    role: Annotated[
        Role,
        typer.Option(
            help="patient: sees their own data; reviewer: everybody's, and says what was counted wrongly; "
            "clinician: sets what counts, and coaches; admin: all of this, and deletes."
        ),
    ],
    person: Annotated[
        str | None, typer.Option(metavar="WHO", help="Of a patient: whose data is their own.")
    ] = None,
    password_file: PasswordFile = None,
    database: Database = None,
) -> None:
    """Add an account."""
    from repose.accounts.passwords import Passwords
    from repose.sessions.find import find_person

    with _opened(database) as store:
        if (role is Role.PATIENT) != (person is not None):
            raise ReposeError(
                "a patient's account needs --person, whose data they may see"
                if person is None
                else f"--person is for patients; a {role} sees everybody's data"
            )
        person_id = None if person is None else find_person(store, person).id
        if store.accounts.named(name) is not None:
            raise ReposeError(f"there is an account {name!r} already; choose another name")
        hashed = Passwords().hashed(_password(password_file), name)
        added = store.accounts.add(name, role, hashed, person_id)
    typer.echo(f"{added.name} may sign in now, as {role}.")


@app.command("list")
def list_accounts(database: Database = None) -> None:
    """List the accounts."""
    from rich.markup import escape

    from repose.cli.console import output, table

    with _opened(database) as store:
        accounts = store.accounts.all()
        persons = {person.id: person.name for person in store.persons()} if accounts else {}
    console = output()
    if not accounts:
        console.print("There is no account; `repose account add NAME --role admin` adds the first.")
        return
    rows = table("name", "role", "person", "added")
    for account in accounts:
        whose = persons.get(account.person_id or "", "")
        rows.add_row(
            escape(account.name), account.role, escape(whose), f"{account.added_at.astimezone():%Y-%m-%d}"
        )
    console.print(rows)


@app.command("password")
def password(name: Name, password_file: PasswordFile = None, database: Database = None) -> None:
    """Give an account another password; whoever is signed in with it has to sign in again."""
    from repose.accounts.passwords import Passwords

    with _opened(database) as store:
        account = _named(store, name)
        store.accounts.set_password(account.id, Passwords().hashed(_password(password_file), account.name))
    typer.echo(f"{account.name} has a new password.")


@app.command("remove")
def remove(name: Name, yes: Yes = False, database: Database = None) -> None:
    """Remove an account; whoever is signed in with it is signed out. What is kept of a person stays."""
    with _opened(database) as store:
        account = _named(store, name)
        if not yes:
            if not sys.stdin.isatty():
                raise ReposeError("nobody can be asked here, so nothing was removed; add --yes to remove it")
            if not typer.confirm(f"Remove the account {account.name} ({account.role})?"):
                typer.echo("Nothing was removed.")
                raise typer.Exit
        store.accounts.remove(account.id)
    typer.echo(f"{account.name} may not sign in any more.")


@contextmanager
def _opened(database: str | None) -> "Iterator[Store]":
    from repose.sessions.open_store import open_store

    with closing(open_store(database)) as store:
        yield store


def _named(store: "Store", name: str) -> "Account":
    account = store.accounts.named(name)
    if account is None:
        raise NotThereError(f"there is no account {name!r}; `repose account list` lists them")
    return account


def _password(file: str | None) -> str:
    """A new password: never as an argument, which others see and shells remember."""
    if file is None:
        if not sys.stdin.isatty():
            raise ReposeError(
                "nobody can be asked for a password here; give --password-file FILE, or - for stdin"
            )
        said: str = typer.prompt("Password", hide_input=True, confirmation_prompt="The same again")
        return said
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "is no text"
        raise ReposeError(f"--password-file {file}: cannot be read ({why}); name another file") from error
    return text.splitlines()[0] if text else ""
