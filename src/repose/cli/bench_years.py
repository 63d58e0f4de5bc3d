"""`repose bench years`: how a full database behaves."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from repose.cli.clips import clip_and_exercise
from repose.cli.console import notes, output, progress, table, time_progress
from repose.errors import ReposeError

if TYPE_CHECKING:
    from repose.bench.pages import PageTime
    from repose.bench.years import Made

DAYS_A_YEAR = 365.25


def years(
    database: Annotated[Path, typer.Argument(metavar="FILE", help="A new SQLite file, to be filled.")],
    persons: Annotated[int, typer.Option(min=1, max=1000, help="How many persons.")] = 50,
    length: Annotated[
        float, typer.Option("--years", min=0.05, max=20, help="How long each exercised.")
    ] = 5.0,
    signed_off: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the sessions that were signed off.")
    ] = 0.02,
    recorded: Annotated[
        int, typer.Option(min=1, max=1000, help="How many of the latest sessions keep their landmarks.")
    ] = 20,
    seed: Annotated[int, typer.Option(help="Of all chance.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
) -> None:
    """Measure a full database. Makes years of daily sessions and opens the pages about them.

    Five years of 50 persons take 4 GB and some minutes.
    """
    from repose.bench.pages import judged_sets, page_times
    from repose.bench.years import Wanted, database_bytes, make_years
    from repose.pipeline import count_source
    from repose.sessions.open_store import open_store

    if database.exists():
        raise ReposeError(f"{database}: is there already; name a new file")
    clip, slug = clip_and_exercise(None, None)
    with progress("reading the landmarks of a sample") as on_frame:
        _, recording, _ = count_source(str(clip), slug, on_frame=on_frame)
    wanted = Wanted(persons, max(1, round(length * DAYS_A_YEAR)), signed_off, recorded, seed)
    open_store(str(database)).close()
    with time_progress() as show:
        made = make_years(
            str(database), wanted, recording, lambda done, of: show("making sessions", done, of)
        )
    store = open_store(str(database))
    try:
        with notes().status("") as status:
            pages = page_times(store, status.update)
        judged = judged_sets(store)
    finally:
        store.close()
    size = database_bytes(database)
    if as_json:
        found = asdict(made) | {"judged_sets": judged, "bytes": size, "pages": [asdict(one) for one in pages]}
        typer.echo(json.dumps(found, indent=2))
    else:
        _print(made, judged, size, pages)


def _print(made: "Made", judged: int, size: int, pages: "tuple[PageTime, ...]") -> None:
    console = output()
    console.print(
        f"{made.sessions} sessions, {made.sets} sets, {made.reps} reps; {judged} sets judged; "
        f"{size / 1e6:.0f} MB, of which {made.recorded_bytes / 1e6:.0f} MB landmarks"
    )
    console.print(
        f"a session without its recording: {(size - made.recorded_bytes) / made.sessions / 1e3:.0f} kB; "
        f"a minute of landmarks: {made.recorded_bytes / made.recorded_s * 60 / 1e3:.0f} kB"
    )
    rows = table("page")
    for title in ("median, s", "longest, s", "kB"):
        rows.add_column(title, justify="right")
    for one in pages:
        rows.add_row(one.name, f"{one.seconds:.2f}", f"{one.longest_s:.2f}", f"{one.size / 1e3:.0f}")
    console.print(rows)
