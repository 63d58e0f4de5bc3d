"""`repose bench`: what it can measure."""

from typing import Any, Final

import typer
from typer.core import TyperGroup

from repose.cli.bench_counting import counting
from repose.cli.bench_live import live
from repose.cli.bench_load import load
from repose.cli.bench_soak import soak
from repose.cli.bench_years import years

DEFAULT: Final = "counting"


class _WithDefault(TyperGroup):
    """A group whose first command is meant where none is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer's own Click
        """Name the default command, unless one is named or help is asked for."""
        named = args and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else [DEFAULT, *args])


app = typer.Typer(
    cls=_WithDefault,
    help=f"Measure speed and memory. Without a command: {DEFAULT}.",
    add_completion=False,
    rich_markup_mode=None,
)
app.command(DEFAULT)(counting)
app.command("live")(live)
app.command("load")(load)
app.command("soak")(soak)
app.command("years")(years)
