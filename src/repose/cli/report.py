"""`repose report`: a session on one page, to hand over."""

from pathlib import Path
from typing import Annotated

import typer

from repose.cli.console import output
from repose.cli.options import Database
from repose.cli.outputs import check_outputs
from repose.whole_file import write_whole


def report(
    sessions: Annotated[
        list[str],
        typer.Argument(
            metavar="SESSION…",
            help="Ids, as `repose sessions` lists them; their first characters; or latest.",
        ),
    ],
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one HTML file that needs no other.")
    ] = None,
    pdf: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a PDF, one A4 page a session.")
    ] = None,
    database: Database = None,
) -> None:
    """Report sessions to a clinician. One page for each session and nothing else.

    Dose, range and holds against what was prescribed, form faults, reps worth a look, and the trend. Without
    --html and --pdf, it is printed in short.
    """
    from repose.accounts.acting import Doing, doing
    from repose.reports.session_page import sessions_page
    from repose.reports.session_pdf import require_weasyprint, sessions_pdf
    from repose.reports.session_source import session_facts
    from repose.reports.session_text import print_session
    from repose.sessions.find import find_session
    from repose.sessions.open_store import open_store

    check_outputs([path for path in (html, pdf) if path], [])
    if pdf:
        require_weasyprint()
    store = open_store(database)
    try:
        ids = dict.fromkeys(find_session(store, text) for text in sessions)
        with doing(Doing.EXPORT if html or pdf else Doing.VIEW):
            found = [session_facts(store, id_) for id_ in ids]
    finally:
        store.close()
    if html:
        write_whole(html, sessions_page(found).encode())
    if pdf:
        write_whole(pdf, sessions_pdf(found))
    if not html and not pdf:
        for number, facts in enumerate(found):
            if number:
                typer.echo()
            print_session(output(), facts)
