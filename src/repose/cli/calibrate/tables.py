"""Profiles as tables, for the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from repose.cli.console import table
from repose.errors import ReposeError

if TYPE_CHECKING:
    from rich.table import Table

    from repose.calibration.compare import Difference
    from repose.calibration.effective import Effective
    from repose.calibration.history import Change, Revision
    from repose.calibration.profiles import Profiles


@dataclass(frozen=True, slots=True)
class Entry:
    """A profile in the list.

    Attributes:
        name: of it.
        path: of its file.
        revision: its newest version; 0 without one.
        at, who, why: of that version; None and "" without one.
        numbers: how many it changes.
        state: whether its file is right, in a few words.
        problem: what is wrong with it, a line; "" where nothing is.
        instead: what is in force because of that.
    """

    name: str
    path: str
    revision: int
    at: datetime | None
    who: str
    why: str
    numbers: int
    state: str
    problem: str = ""
    instead: str = ""

    @classmethod
    def of(cls, profiles: "Profiles", name: str) -> "Entry":
        """A profile that there is; one that is broken is told, too."""
        from repose.calibration.thresholds import flat

        path = str(profiles.path(name))
        try:
            profile = profiles.read(name)
        except ReposeError as error:
            instead = "nothing is counted with it until that is mended"
            return cls(name, path, 0, None, "", "", 0, "broken: not used", str(error), instead)
        at, who, why = None, "", ""
        if profile.revision:
            try:
                newest = profiles.version(name, profile.revision)
                at, who, why = newest.at, newest.who, newest.why
            except ReposeError:
                why = "this version cannot be read"
        state, instead = "right", ""
        if profile.problem:
            state = f"broken: revision {profile.good} in force"
            instead = f"revision {profile.good}, the last good one, stays in force"
        elif profile.edited:
            state = "right, edited by hand"
        numbers = len(flat(profile.tables))
        return cls(name, path, profile.revision, at, who, why, numbers, state, profile.problem, instead)

    def as_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "name": self.name,
            "file": self.path,
            "revision": self.revision,
            "at": None if self.at is None else self.at.isoformat(),
            "who": self.who,
            "why": self.why,
            "numbers": self.numbers,
            "state": self.state,
            "problem": self.problem,
        }


def list_table(entries: Sequence[Entry]) -> "Table":
    """Profiles as rows: for whom, revision, since when, by whom, how many numbers, the state of the file."""
    from rich.markup import escape

    rows = table()
    for title in ("profile", "revision", "since", "by", "numbers", "file"):
        rows.add_column(
            title, justify="right" if title in ("revision", "numbers") else "left", overflow="fold"
        )
    for entry in entries:
        rows.add_row(
            escape(entry.name),
            str(entry.revision or "–"),
            since(entry.at),
            escape(entry.who),
            str(entry.numbers),
            entry.state,
        )
    return rows


def show_table(numbers: "Sequence[Effective]") -> "Table":
    """The thresholds in force as rows."""
    from rich.markup import escape

    from repose.calibration.effective import shown_number

    rows = table()
    for title in ("threshold", "value", "allowed", "from", "what it does"):
        rows.add_column(
            title, justify="right" if title == "value" else "left", overflow="fold",
            no_wrap=title in ("threshold", "value", "allowed"),
        )  # fmt: skip
    for row in numbers:
        own = row.layer != "default"
        rows.add_row(
            row.key,
            shown_number(row.value, _short(row.about.unit)),
            f"{row.about.least:g} to {row.about.most:g}",
            escape(row.origin),
            escape(row.about.means),
            style="bold" if own else None,
        )
    return rows


def diff_table(one: str, other: str, found: "Sequence[Difference]") -> "Table":
    """Differing numbers as rows."""
    from rich.markup import escape

    from repose.calibration.effective import shown_number

    rows = table("threshold")
    for title in (one, other):
        rows.add_column(escape(title), justify="right", overflow="fold")
    rows.add_column("what it does", overflow="fold")
    for row in found:
        unit = _short(row.unit)
        rows.add_row(row.key, shown_number(row.one, unit), shown_number(row.other, unit), escape(row.means))
    return rows


def history_table(revisions: "Sequence[Revision]") -> "Table":
    """Versions as rows, oldest first."""
    from rich.markup import escape

    rows = table()
    for title in ("revision", "when", "who", "why", "looked at", "what changed"):
        rows.add_column(
            title, justify="right" if title == "revision" else "left", overflow="fold",
            no_wrap=title in ("revision", "when"),
        )  # fmt: skip
    for one in revisions:
        rows.add_row(
            str(one.revision),
            since(one.at),
            escape(one.who),
            escape(one.why),
            escape("\n".join(recording[:40] for recording in one.recordings)),
            "\n".join(change_lines(one.changes)) or "no number",
        )
    return rows


def change_lines(changes: "Sequence[Change]") -> list[str]:
    """Such as "heel-slides.target_deg: 108 → 80 °"; a dash is what is below the profile."""
    from repose.calibration.edit import about_number
    from repose.calibration.effective import shown_number

    lines = []
    for change in changes:
        known = about_number(change.key)
        unit = _short(known.unit) if known else ""
        after = shown_number(change.after, unit if change.after is not None else "")
        lines.append(f"{change.key}: {shown_number(change.before)} → {after}")
    return lines


def since(at: datetime | None) -> str:
    """A moment on this computer's clock."""
    return "–" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"


def _short(unit: str) -> str:
    """A unit as it stands in a table: a share needs none."""
    return "" if unit == "of the way" else unit
