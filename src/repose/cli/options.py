"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Exercise = Annotated[str, typer.Option(metavar="SLUG", help="Which exercise; `repose exercises` lists them.")]

ExerciseOrFile = Annotated[
    str,
    typer.Option(
        "--exercise",
        metavar="SLUG|FILE.toml",
        help="Which exercise; `repose exercises` lists them. Or the file of one of your own.",
    ),
]

Side = Annotated[
    Literal["auto", "left", "right", "both"],
    typer.Option(help="The side that is prescribed; auto finds out which one works."),
]

Model = Annotated[
    str,
    typer.Option(
        metavar="lite|full|heavy|PATH",
        help="The pose model: heavy is the most exact, and slow; PATH is that of a .task bundle.",
    ),
]

Calibration = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A TOML file whose thresholds override the default ones."),
]
"""None means the default thresholds alone."""

Database = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Where sessions are kept: an SQLite file, or postgresql://user@host/name. Without it, what the "
        "variable REPOSE_DATABASE names, or a file in your data folder.",
    ),
]
"""What `repose.sessions.open_store.open_store` takes."""
