"""`repose licences`: what Repose is made of that others made."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from repose.cli.console import output, table


def licences(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list, no table.")] = False,
) -> None:
    """List the software of others in Repose: version here, versions it was tested with, licence."""
    from repose.third_party import BESIDE, installed, tried

    known = tried()
    here = installed()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in here], indent=2))
        return
    shown = table("package", "version", "tested from", "to", "licence")
    for one in here:
        ends = known.get(one.name)
        lowest, newest = (ends.lowest, ends.newest) if ends else ("", "")
        shown.add_row(one.name, one.version, lowest, newest, escape(one.licence))
    output().print(shown)
    for sentence in BESIDE:
        typer.echo(sentence)
