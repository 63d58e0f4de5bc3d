"""A session that says what it announces, for somebody to kill it: `python -m tests.sessions.killed DATABASE`.

The puppet exercises as fast as the machine goes; but as in real time, what is handed over is written before
the next picture comes. Lines on standard output: `playing`, then `seen TIME` after each picture that was
counted, and `rep SET REP` after each rep or partial that was announced.
"""

import os
import sys
from typing import Final

from repose.coaching.messages import Done, Output
from repose.coaching.programme import Item
from repose.sessions.keeper import Keeper
from repose.sessions.open_store import open_store
from repose.sessions.writes import Writes
from tests.coaching.play import done, item
from tests.sessions.keeping import KeptPlayer

ITEMS: Final[tuple[Item, ...]] = (
    item(reps=4, rest_s=2),
    item("backwards-stretch", reps=4, hold_s=1, rest_s=2),
    item("knee-to-chest", reps=3, hold_s=2, rest_s=2),
)
"""Five sets."""


def say(line: str) -> None:
    """A whole line or nothing: a short write to a pipe is never cut in two."""
    os.write(1, f"{line}\n".encode())


class Saying(KeptPlayer):
    """Says what it announces, after it was kept."""

    def note(self, outputs: list[Output]) -> list[Output]:
        outputs = super().note(outputs)
        self.keeper.settle()
        for output in outputs:
            if isinstance(output, Done):
                say(f"rep {output.set_index} {output.rep!r}")
        watched = [record.watched[-1].last_s for record in self.session.progress().records if record.watched]
        if watched and watched[-1] == self.time_s:
            say(f"seen {self.time_s!r}")
        return outputs


def main(database: str) -> None:
    player = Saying(Keeper(open_store(database), Writes(patience_s=30.0)))
    films = [
        done("heel-slides", "left", reps=4),
        done("heel-slides", "right", reps=4),
        done("backwards-stretch", "both", reps=4, hold_s=1.5),
        done("knee-to-chest", "left", reps=3, hold_s=2.5),
        done("knee-to-chest", "right", reps=3, hold_s=2.5),
    ]
    say("playing")
    player.start(*ITEMS)
    for film in films:
        player.play(film)
    say("done")


if __name__ == "__main__":
    main(sys.argv[1])
