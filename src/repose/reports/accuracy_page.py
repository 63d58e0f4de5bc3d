"""An evaluation as one self-contained page: numbers, and the picture of every clip's signal."""

from collections.abc import Sequence
from pathlib import Path

from repose.evaluation.evaluate import Evaluation
from repose.evaluation.metrics import ClipScore, Outcome
from repose.exercises.load import signal_of
from repose.reports import signal_picture
from repose.reports.accuracy_words import (
    INTENDED_USE,
    METHOD,
    UNKNOWN,
    answer,
    counts_in_words,
    failures_first,
    figures,
    headline,
    number,
    remarks,
    signed,
)
from repose.reports.markup import Markup, join, tag
from repose.whole_file import write_whole

STYLE = Markup("""
:root {
  color-scheme: light dark;
  --page: #fff; --ink: #1b1f24; --quiet: #59626d; --line: #d4d9df; --grey: #eceff2;
  --true: #0a5fa8; --true-soft: #cfe3f5; --counted: #00705a; --counted-soft: #c9ebe2; --bad: #b3261e;
  --doubt: #8a5a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15181c; --ink: #e8eaed; --quiet: #a3abb5; --line: #3b424b; --grey: #24292f;
    --true: #79b8f3; --true-soft: #173a5a; --counted: #4fd1ae; --counted-soft: #10493b; --bad: #ff8a80;
    --doubt: #f0b849;
  }
}
body { margin: 0 auto; max-width: 66rem; padding: 1.5rem 1rem 4rem;
  background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2.5rem 0 .5rem; } h3 { margin: 0; font-size: 1.1rem; }
p { margin: .4rem 0; max-width: 48rem; } .quiet { color: var(--quiet); font-size: .9rem; }
.headline { font-size: 1.15rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line);
  text-align: right; vertical-align: top; }
th:first-child, td:first-child { text-align: left; padding-left: 0; } th { font-weight: 600; }
td { white-space: pre; }
article { margin: 1.2rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .6rem; }
article.wrong { border: 2px solid var(--bad); } article.doubtful { border: 2px dashed var(--doubt); }
.answer { padding: .1rem .6rem; border: 1px solid currentColor; border-radius: 1rem;
  font-size: .85rem; font-weight: 600; white-space: nowrap; }
.wrong .answer { color: var(--bad); } .right .answer { color: var(--counted); }
.doubtful .answer { color: var(--doubt); }
article header { display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: baseline; }
article ul { margin: .4rem 0; padding-left: 1.2rem; }
.picture { display: block; width: 100%; min-width: 44rem; height: auto; margin-top: .6rem; }
details { margin-top: .4rem; } summary { cursor: pointer; }
dl.key { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0;
  font-size: .9rem; }
dl.key dt { font-weight: 600; } dl.key dd { margin: 0; }
@media print { article { break-inside: avoid; } }
""")

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page may load nothing at all."""

KEY = (
    (
        "truly, counted",
        "A bar for each rep, from leaving rest to being back. Dark within it: the end position (truly), "
        "the hold (counted).",
    ),
    ("hatched, dashed", "A partial: a movement that was started and did not earn a rep."),
    ("L, R, B", "Left, right, both; then the time held."),
    ("✗, thick border", "A mistake: missed, or false."),
    ("dotted lines", "The limits by which it was counted."),
    ("light bands", "The holds of counted reps."),
    ("hatched grey", "Not measured."),
    ("angle", "Solid: as counted. Dashed: as it truly was."),
)


def accuracy_page(evaluation: Evaluation) -> str:
    """The page. It loads nothing, and its policy forbids it to; every text in it is escaped."""
    clips = failures_first(evaluation.clips)
    versions = ", ".join(f"{key} {value}" for key, value in evaluation.software.items())
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", "Repose: accuracy"),
        tag("style", STYLE, signal_picture.STYLE),
    )
    body = tag(
        "body",
        signal_picture.SHARED,
        tag("h1", "Repose: accuracy"),
        tag("p", INTENDED_USE, class_="quiet"),
        tag("p", headline(evaluation.total), class_="headline"),
        tag("h2", "In numbers"),
        _summary(evaluation),
        tag("p", METHOD, class_="quiet"),
        tag("p", f"Model: {evaluation.model}. {versions}", class_="quiet"),
        tag("h2", "Clip by clip, wrong ones first"),
        tag(
            "details",
            tag("summary", "How to read the pictures"),
            tag("dl", *(join(tag("dt", name), tag("dd", meaning)) for name, meaning in KEY), class_="key"),
        ),
        *(_clip(clip) for clip in clips),
    )
    return "<!doctype html>\n" + tag("html", head, body, lang="en") + "\n"


def write_accuracy_page(evaluation: Evaluation, path: Path) -> None:
    """Write the page to a file, whole or not at all.

    Raises:
        ReposeError: the file cannot be written.
    """
    write_whole(path, accuracy_page(evaluation).encode())


def _summary(evaluation: Evaluation) -> Markup:
    columns, lines = figures(evaluation)
    rows = [(line.label, *line.values, line.target) for line in lines]
    return _table(("", *columns, "target"), rows)


def _clip(clip: ClipScore) -> Markup:
    counted, true = counts_in_words(clip.counts), counts_in_words(clip.truth.counts)
    said = remarks(clip)
    return tag(
        "article",
        tag(
            "header",
            tag("h3", clip.name),
            tag("span", _answer(clip), class_="answer"),
            tag("span", f"{clip.truth.exercise}, counted {counted}, truly {true}", class_="quiet"),
        ),
        tag("ul", *(tag("li", remark) for remark in said)) if said else None,
        tag("div", signal_picture.signal_picture(clip), class_="scroll"),
        _events(clip),
        class_="wrong" if not clip.right else "doubtful" if clip.by_luck else "right",
    )


def _answer(clip: ClipScore) -> str:
    sign = "✗" if not clip.right else "≈" if clip.by_luck else "✓"
    return f"{sign} {answer(clip)}"


def _events(clip: ClipScore) -> Markup | None:
    """The evidence: each matched rep beside its truth."""
    found = clip.matching
    if clip.outcome is Outcome.FAILED or (not found.reps and not found.partials):
        return None
    angle = signal_of(clip.truth.exercise)
    rows = []
    for true, rep in sorted((*found.reps, *found.partials), key=lambda pair: pair[1].peak_s):
        start, end = true.peak
        truly = clip.truth.peak_angle(true)
        degrees = rep.peak.get(angle)
        rows.append(
            (
                f"{rep.side}{'' if rep.reason is None else f', partial: {rep.reason}'}",
                f"{start:.1f} – {end:.1f}" if end > start else f"{start:.1f}",
                f"{rep.peak_s:.1f}",
                number(true.hold_s, 2),
                f"{rep.hold_s:.2f}",
                UNKNOWN if truly != truly else signed(truly),
                signed(degrees),
                f"{rep.excursion:.2f}",
                f"{rep.confidence:.2f}",
                ", ".join(rep.faults) or UNKNOWN,
            )
        )
    heads = (
        "matched",
        "true end position (s)",
        "counted peak (s)",
        "true hold (s)",
        "counted hold (s)",
        f"true {angle.replace('_', ' ')} (°)",
        "counted (°)",
        "excursion",
        "confidence",
        "faults",
    )
    return tag("details", tag("summary", f"Reps and partials that match: {len(rows)}"), _table(heads, rows))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", head, scope="col") for head in heads))),
            tag("tbody", *(tag("tr", *(tag("td", value) for value in row)) for row in rows)),
        ),
        class_="scroll",
    )
