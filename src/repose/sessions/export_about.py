"""What an export says of itself: conventions, versions, the meaning of each column, the intended use."""

import json
import textwrap
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from repose import INTENDED_USE, __version__
from repose.sessions.export_tables import ANGLES, TABLES, TIMES, Table

FORMAT: Final = "repose-export"
VERSION: Final = 1

CSV: Final = (
    "UTF-8, comma, texts in double quotes. An empty cell is unknown; lists are joined by semicolons. So that "
    "a spreadsheet takes no text for a formula, a text that begins with = + - @ ' or a tab has a ' put "
    "before it: take one ' off to get the text."
)

RECORDINGS: Final = (
    "Landmarks and times as Parquet, in the format of `repose count --save-recording`; each set is a file of "
    "its own, on the session's clock. `repose count FILE --exercise SLUG --side SIDE --calibration "
    "FILE.toml`, with what the table recordings says of it, counts its reps again; for an exercise that is "
    "not of the programme, give SLUG.exercise-….toml beside it in the place of SLUG. A set was over with its "
    "last prescribed rep; what counting finds after that was not kept."
)

PROFILES: Final = (
    "What decides for a person what counts, where it is not as for everybody: profiles/PERSON_ID.toml as it "
    "is now, and in profiles/PERSON_ID.history every version, with who saved it, when and why, and what "
    "changed. The clinic's profile is nobody's and not here; what each set was counted by is with its "
    "recording."
)


def about(made_at: datetime, problems: Sequence[str] = ()) -> dict[str, Any]:
    """All that is said, as JSON.

    Args:
        made_at: when the export was made.
        problems: what could not be exported.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "intended_use": INTENDED_USE,
        "repose": __version__,
        "made_at": made_at.isoformat(),
        "angles": {"unit": "degrees", **ANGLES},
        "times": TIMES,
        "csv": CSV,
        "recordings": RECORDINGS,
        "profiles": PROFILES,
        "problems": list(problems),
        "tables": {table.name: _dictionary(table) for table in TABLES},
    }


def about_table(table: Table, made_at: datetime) -> dict[str, Any]:
    """What is said at the head of one table."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "table": table.name,
        "intended_use": INTENDED_USE,
        "repose": __version__,
        "made_at": made_at.isoformat(),
        "angles": {"unit": "degrees", **ANGLES},
        "times": TIMES,
        **_dictionary(table),
    }


def readme(made_at: datetime, problems: Sequence[str] = ()) -> str:
    """The same for people, as plain text."""
    lines = [
        "Data from Repose",
        "================",
        "",
        INTENDED_USE,
        f"Made by Repose {__version__} on {made_at:%Y-%m-%d at %H:%M} UTC.",
        "This holds data about a person's health: keep it where nobody else can read it.",
        "",
    ]
    if problems:
        lines += ["What could not be exported", *(f"  {problem}" for problem in problems), ""]
    lines += ["Angles, in degrees", *(f"  {name}: {convention}" for name, convention in ANGLES.items()), ""]
    lines += ["Times", f"  {TIMES}", "", "CSV", f"  {CSV}", "", "Recordings", f"  {RECORDINGS}", ""]
    lines += ["Calibration profiles", f"  {PROFILES}", ""]
    for table in TABLES:
        lines += [f"Table {table.name}: {table.meaning}"]
        lines += [f"  {column.name} ({column.kind}): {column.meaning}" for column in table.columns]
        lines.append("")
    return "\n".join(_wrapped(line) for line in lines)


def as_json(said: dict[str, Any]) -> str:
    """As text, readable by people too."""
    return json.dumps(said, ensure_ascii=False, allow_nan=False, indent=2)


def _wrapped(line: str) -> str:
    return textwrap.fill(line, 100, subsequent_indent="    ", break_on_hyphens=False)


def _dictionary(table: Table) -> dict[str, Any]:
    return {
        "meaning": table.meaning,
        "columns": {
            column.name: {"kind": column.kind, "meaning": column.meaning} for column in table.columns
        },
    }
