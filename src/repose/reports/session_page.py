"""A session as one printed page for a clinician: HTML that loads nothing and runs nothing."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from repose import INTENDED_USE, __version__
from repose.history.bands import band_of
from repose.reports import session_words as words
from repose.reports.markup import Markup, tag
from repose.reports.session_facts import Facts, Line
from repose.reports.session_figures import dose_bar, range_strip, trend

STYLE: Final = Markup((files("repose.reports") / "session.css").read_text(encoding="utf-8"))

_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

POLICY: Final = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
"""Content-Security-Policy of the page: nothing but its one style, told by its hash."""

LONG_NAME: Final = 40
"""Characters of a name from which on it is set smaller."""

LONGEST_SOURCE: Final = 60


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each list is shown, so that a sheet stays one page; the rest is told by its number.

    Attributes:
        lines: of the exercises.
        lists: form faults, and reasons why time was not measured.
        flags: reps to look at.
    """

    lines: int = 14
    lists: int = 8
    flags: int = 10

    def less(self) -> "Room | None":
        """The next smaller room; None where there is none."""
        smaller = Room(max(self.lines - 2, 6), max(self.lists - 1, 3), max(self.flags - 2, 0))
        return smaller if smaller != self else None


def room_for(facts: Facts) -> Room:
    """The room of a sheet in a browser's print; `session_pdf` measures instead."""
    # A line of the table is twice as high as one of a list.
    taken = 2 * max(0, len(facts.lines) - 6) + max(0, len(facts.faults) - 5)
    return Room(flags=max(7 - taken, 0), lists=7 if taken < 8 else 4)


def sessions_page(sessions: Sequence[Facts], room: Room | None = None) -> str:
    """The page, with a sheet for each session.

    Args:
        sessions: at least one.
        room: of each sheet; None for what usually fits.
    """
    names = ", ".join(dict.fromkeys(one.session.person.name for one in sessions))
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="generator", content=f"Repose {__version__}"),
        tag("title", f"Exercise report: {names}, {words.short_day(sessions[0].session.head.begun_at)}"),
        tag("style", STYLE),
    )
    body = tag("body", *(_sheet(one, room or room_for(one)) for one in sessions))
    return "<!doctype html>\n" + tag("html", head, body, lang="en") + "\n"


def _sheet(facts: Facts, room: Room) -> Markup:
    note = words.not_ended(facts)
    return tag(
        "article",
        _head(facts),
        tag("p", words.verdict(facts), class_="verdict"),
        tag("p", note, class_="note") if note else None,
        _table(facts, room) if facts.lines else None,
        tag("section", _faults(facts, room), _unseen(facts, room), class_="two cells"),
        _flags(facts, room),
        tag("section", tag("p", words.review(facts)), tag("p", words.kept(facts)), class_="review"),
        _foot(facts),
        class_="sheet",
    )


def _head(facts: Facts) -> Markup:
    session = facts.session
    name, source = session.person.name, session.head.source
    if len(source) > LONGEST_SOURCE:
        source = source[: LONGEST_SOURCE - 1] + "…"
    views = f", seen {' and '.join(facts.views)}" if facts.views else ""
    return tag(
        "header",
        tag(
            "div",
            tag(
                "div",
                tag("p", "Exercise session report", class_="kicker"),
                tag("h1", name, class_="long" if len(name) > LONG_NAME else None, dir="auto"),
            ),
            tag(
                "p",
                tag("b", words.day(session.head.begun_at)),
                words.when(facts),
                tag("br"),
                f"{source}{views}",
                class_="date",
            ),
            class_="cells",
        ),
        tag("p", tag("b", "Prescribed: "), words.programme(facts), class_="programme"),
    )


def _table(facts: Facts, room: Room) -> Markup:
    shown = facts.lines[: room.lines]
    heads = (
        ("", 1),
        ("side", 1),
        ("sets", 1),
        ("reps done", 1),
        ("range at the end position", 2),
        ("hold", 1),
        ("trend (sessions)", 1),
    )
    rows = []
    for k, line in enumerate(shown):
        same = k > 0 and shown[k - 1].exercise == line.exercise
        rows.append(_row(line, same=same))
    return tag(
        "section",
        tag("h2", "Dose, range and holds"),
        tag(
            "div",
            tag(
                "table",
                tag(
                    "thead",
                    tag("tr", *(tag("th", head, scope="col", colspan=width) for head, width in heads)),
                ),
                tag("tbody", *rows),
            ),
            class_="scroll",
        ),
        _more(len(facts.lines) - len(shown), "line"),
        tag(
            "p",
            "Range: mean (least–greatest) of the joint angle at the end of complete reps. In the picture: "
            "thick stroke = mean, bar = least to greatest, dashed line with arrow = target; its left end is "
            "halfway from rest to target. Trend: mean range of sessions measured in the same way, the dot is "
            f"this one; in the grey band, a change is less than the camera can tell ({words.bands(facts)}).",
            class_="key",
        ),
    )


def _row(line: Line, *, same: bool) -> Markup:
    angle = line.angle
    picture = None
    if angle is not None and line.rest_deg is not None and line.target_deg is not None:
        picture = range_strip(angle, line.rest_deg, line.target_deg)
    target = "" if line.target_deg is None else f"target {words.degrees(line.target_deg)}"
    beside = [words.number(line.partials, "partial")] if line.partials else []
    beside += [f"machine {line.machine}"] if line.machine != line.done else []
    return tag(
        "tr",
        tag("th", "" if same else words.exercise(line.exercise), scope="row"),
        tag("td", words.side(line.exercise, line.side)),
        tag("td", words.sets(line), class_="small"),
        tag(
            "td",
            tag("div", words.dose(line), class_="strong"),
            dose_bar(line.done, line.prescribed) if line.prescribed else None,
            tag("div", f"{words.number(line.partials, 'partial')}", class_="small")
            if line.partials
            else None,
            class_="dose",
        ),
        tag("td", picture, class_="range"),
        tag(
            "td",
            tag("div", words.spread_deg(angle), class_="strong"),
            tag("div", f"{words.signal(line.exercise)}, {target}" if target else None, class_="small"),
        ),
        tag(
            "td",
            tag("div", words.hold(line), class_="strong"),
            tag("div", words.held(line), class_="small"),
        )
        if line.hold_asked_s
        else tag("td", words.UNKNOWN),
        _trend(line),
    )


def _trend(line: Line) -> Markup:
    smallest_deg = band_of(line.exercise).angle_deg
    picture = trend(line.past, smallest_deg)
    if picture is None:
        return tag("td", "no earlier session" if line.past else words.UNKNOWN, class_="small")
    return tag("td", picture, tag("div", words.change(line, smallest_deg), class_="small"))


def _faults(facts: Facts, room: Room) -> Markup:
    shown = facts.faults[: room.lists]
    rows = [
        tag(
            "tr",
            tag("td", words.plain(one.fault).capitalize()),
            tag("td", words.exercise(one.exercise), class_="quiet"),
            tag("td", f"{one.reps} of {one.of}"),
        )
        for one in shown
    ]
    return tag(
        "div",
        tag("h2", "Form faults ", tag("span", "reps and partials that showed them")),
        tag("table", tag("tbody", *rows)) if rows else tag("p", "None was seen.", class_="quiet"),
        _more(len(facts.faults) - len(shown), "fault"),
    )


def _unseen(facts: Facts, room: Room) -> Markup:
    shown = facts.unseen[: room.lists]
    rows = [
        tag(
            "tr",
            tag("td", words.unseen(one.reason).capitalize()),
            tag("td", f"{words.length(one.seconds)}, {words.share(one.seconds, facts.set_s)}"),
        )
        for one in shown
    ]
    return tag(
        "div",
        tag("h2", "Not measured ", tag("span", f"of {words.length(facts.set_s)} of exercise")),
        tag("table", tag("tbody", *rows))
        if rows
        else tag("p", "All of it could be measured.", class_="quiet"),
        _more(len(facts.unseen) - len(shown), "reason"),
    )


def _flags(facts: Facts, room: Room) -> Markup:
    shown = facts.flags[: room.flags]
    rows = [
        tag(
            "tr",
            tag("td", words.clock(flag.peak_s)),
            tag("td", words.of_set(flag)),
            tag("td", words.side(flag.exercise, flag.side)),
            tag("td", words.flagged(flag)),
            tag("td", "" if flag.confidence is None else f"{100 * flag.confidence:.0f} %", class_="number"),
        )
        for flag in shown
    ]
    heads = (("time", None), ("", None), ("side", None), ("why", None), ("confidence", "number"))
    table = tag(
        "table",
        tag("thead", tag("tr", *(tag("th", head, scope="col", class_=kind) for head, kind in heads))),
        tag("tbody", *rows),
        class_="flags",
    )
    nothing = tag("p", "No rep was doubtful, corrected or left unfinished.", class_="quiet")
    return tag(
        "section",
        tag("h2", "Worth a look ", tag("span", "time in the session")),
        tag("div", table, class_="scroll") if rows else None if facts.flags else nothing,
        _more(len(facts.flags) - len(shown), "rep"),
    )


def _more(left: int, what: str) -> Markup | None:
    return tag("p", f"and {words.number(left, f'more {what}')}", class_="more") if left > 0 else None


def _foot(facts: Facts) -> Markup:
    return tag(
        "footer",
        tag(
            "p",
            tag("b", "Angles. "),
            words.ANGLES,
            tag("b", " Confidence "),
            "says how well a rep was seen and how clearly one side worked.",
        ),
        tag("p", words.versions(facts), f" Report by Repose {__version__}, session {facts.session.id[:8]}."),
        tag("p", tag("b", INTENDED_USE)),
        class_="foot",
    )
