"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Exercise = Annotated[str, typer.Option(metavar="SLUG", help="Which exercise; `repose exercises` lists them.")]

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
