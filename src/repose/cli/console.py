"""The two consoles, and progress bars with the time left."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from repose.pipeline import OnFrame

PIPE_WIDTH: Final = 120
"""Columns of a table that goes to a file or another program, where no terminal says how wide it is."""

OnClip = Callable[[int, int, str], None]
"""Called before each clip with clips done, clips in all, and the name of the next."""


OnSeconds = Callable[[str, float, float], None]
"""Called with what is done now, and how many seconds of how many of it are over."""


def table(*columns: str) -> Table:
    """A table of the house's look; columns with numbers are added with `add_column`."""
    plain = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, header_style="dim")
    for column in columns:
        plain.add_column(column)
    return plain


def output() -> Console:
    """The console for results, on stdout."""
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, emoji=False)


def notes() -> Console:
    """The console for everything else, on stderr."""
    return Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


@contextmanager
def _bar() -> Iterator[Progress]:
    """A bar on stderr, silent where stderr is no terminal; shown once it is started.

    Until then the bar that the making of the pose model shows has the terminal to itself.
    """
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    try:
        yield bar
    finally:
        if bar.live.is_started:  # before rich 14, stopping alone prints an empty line
            bar.stop()


@contextmanager
def progress(title: str) -> Iterator[OnFrame]:
    """A bar over the frames of one source."""
    with _bar() as bar:
        task = bar.add_task(title, total=None)

        def on_frame(done: int, total: int | None, time_s: float) -> None:
            bar.start()
            # What a file says of its frames is an estimate, and may be too small.
            expected = max(done, total) if total else None
            bar.update(task, completed=done, total=expected, description=f"{title}, {time_s:.0f} s")

        yield on_frame


@contextmanager
def clip_progress() -> Iterator[tuple[OnClip, OnFrame]]:
    """A bar over many clips, which also moves within each."""
    with _bar() as bar:
        task = bar.add_task("counting", total=None)
        clips_done = 0

        def on_clip(done: int, total: int, name: str) -> None:
            nonlocal clips_done
            clips_done = done
            bar.update(task, completed=done, total=total, description=f"counting {name}")

        def on_frame(done: int, total: int | None, time_s: float) -> None:
            bar.start()
            bar.update(task, completed=clips_done + (min(done / total, 1) if total else 0))

        yield on_clip, on_frame


@contextmanager
def time_progress() -> Iterator[OnSeconds]:
    """A bar over things that take a known time, one after the other."""
    with _bar() as bar:
        task = bar.add_task("", total=None)

        def on_seconds(title: str, done_s: float, total_s: float) -> None:
            bar.start()
            bar.update(task, completed=min(done_s, total_s), total=total_s, description=title)

        yield on_seconds
