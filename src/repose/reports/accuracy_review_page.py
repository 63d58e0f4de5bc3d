"""The accuracy of kept sessions as HTML: the content of a page, and a page in one file."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from repose import INTENDED_USE, __version__
from repose.evaluation.kept_accuracy import Accuracy, Case
from repose.reports import accuracy_review_words as words
from repose.reports.accuracy_page import POLICY
from repose.reports.accuracy_review_pictures import angle_pictures, month_picture
from repose.reports.markup import Markup, tag
from repose.whole_file import write_whole

MOST_WORST: Final = 25

STYLE: Final = Markup((files("repose.reports") / "accuracy_review.css").read_text(encoding="utf-8"))


def content(of: Accuracy, *, links: bool) -> Markup:
    """Headline, pictures, tables and the worst cases.

    Args:
        of: the accuracy.
        links: whether sessions can be opened from here.
    """
    if not of.cases:
        return tag(
            "section",
            tag("p", words.headline(of)),
            tag(
                "p",
                "Open a session, look at its sets, correct what is wrong and sign them off, or annotate "
                "them: then they count here.",
            ),
            class_="panel empty",
        )
    faults, angles = words.fault_table(of), words.angle_table(of)
    groups = words.groups(of)
    pictures = [one for one in (month_picture(groups["month"]), *angle_pictures(of)) if one]
    return tag(
        "div",
        tag(
            "section",
            tag("p", words.headline(of), class_="headline"),
            tag("p", tag("b", "Beware: "), words.BIAS, class_="caution"),
            class_="panel",
        ),
        _worst(of, links),
        *(_table(one) for one in words.tables(of, groups)),
        _table(faults) if faults else None,
        _table(angles) if angles else None,
        tag("section", *pictures, class_="panel pictures") if pictures else None,
        tag(
            "section",
            tag("h2", "How to read it"),
            tag("p", words.HOW),
            tag("p", words.RULES),
            class_="panel how",
        ),
        class_="accuracy",
    )


def review_page(of: Accuracy, selection: Sequence[str]) -> str:
    """A page that loads nothing, and is forbidden to; every text in it is escaped.

    Args:
        of: the accuracy.
        selection: what was asked for, in words.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", "Repose: accuracy of kept sessions"),
        tag("style", STYLE),
    )
    body = tag(
        "body",
        tag("h1", "How right the counts were"),
        tag("p", "; ".join(selection) or "All that is kept", "."),
        content(of, links=False),
        tag("p", f"Repose {__version__}. {INTENDED_USE}"),
    )
    return "<!doctype html>\n" + tag("html", head, body, lang="en") + "\n"


def write_review_page(of: Accuracy, selection: Sequence[str], path: Path) -> None:
    """Write the page to a file, whole or not at all.

    Raises:
        ReposeError: the file cannot be written.
    """
    write_whole(path, review_page(of, selection).encode())


def _worst(of: Accuracy, links: bool) -> Markup:
    shown = of.worst[:MOST_WORST]
    more = len(of.worst) - len(shown)
    return tag(
        "section",
        tag("h2", "Worst cases first", id="worst"),
        tag("ol", *(_case(case, links) for case in shown), class_="worst") if shown else None,
        None if shown else tag("p", "No mistake in any set that was judged."),
        tag("p", f"And {more} more with mistakes.") if more > 0 else None,
        class_="panel",
    )


def _case(case: Case, links: bool) -> Markup:
    title: Markup | str = words.case_title(case)
    if links and case.session_id is not None:
        title = tag("a", title, href=f"/sessions/{case.session_id}?set={case.set_id}")
    return tag(
        "li",
        tag("p", title, " ", tag("span", words.case_counts(case), class_="quiet")),
        tag("ul", *(tag("li", said) for said in words.case_remarks(case))),
    )


def _table(table: words.Table) -> Markup:
    head = tag("tr", *(tag("th", name, scope="col") for name in table.heads))
    rows = [
        tag("tr", tag("th", row[0], scope="row"), *(_cell(text) for text in row[1:])) for row in table.rows
    ]
    return tag(
        "section",
        tag("h2", table.title, id=f"by-{table.key}"),
        tag(
            "div",
            tag("table", tag("thead", head), tag("tbody", *rows)),
            class_="wide",
            tabindex=0,
            role="region",
            aria_labelledby=f"by-{table.key}",
        ),
        tag("p", table.note, class_="quiet") if table.note else None,
        class_="panel",
    )


def _cell(text: str) -> Markup:
    return tag("td", text, class_="few" if text.startswith(words.TOO_FEW) else None)
