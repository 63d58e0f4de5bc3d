"""All that can happen to a session, in any order."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from hypothesis import strategies as st

from repose.capture.trouble import Trouble
from repose.coaching.commands import Calibrate, Command, Pause, Resume, Skip, Start, Stop
from repose.pose.landmarks import PoseTrack
from tests.coaching.play import ENDED, GONE, SLOW, Player, done, item, programme, resting

ITEMS: Final = (item(reps=3, rest_s=3), item("backwards-stretch", reps=2, hold_s=1))


@dataclass(frozen=True)
class Poses:
    """Some pictures of a film."""

    film: PoseTrack
    first: int
    number: int

    def __repr__(self) -> str:
        return f"Poses(of {len(self.film.time_s)}, {self.first}, {self.number})"


@dataclass(frozen=True)
class Wait:
    """Time without a picture; `asleep` when nobody notices."""

    seconds: float
    asleep: bool


FIND: Final = Calibrate(exercise="heel-slides", side="left")

MOVING: Final = done(reps=2)
LYING: Final = resting()
NOBODY: Final = replace(LYING, points=np.full_like(LYING.points, np.nan))

Happening = Poses | Wait | Trouble | Command | None

happenings: Final[st.SearchStrategy[Happening]] = st.one_of(
    st.builds(Poses, st.just(MOVING), st.integers(0, len(MOVING.time_s) - 20), st.integers(1, 20)),
    st.builds(Poses, st.just(LYING), st.just(0), st.integers(1, 10)),
    st.builds(Poses, st.just(NOBODY), st.just(0), st.integers(1, 10)),
    st.builds(Wait, st.sampled_from((0.2, 1.0, 3.5, 20.0, 700.0)), st.booleans()),
    st.sampled_from((GONE, SLOW, ENDED, None, None)),
    st.sampled_from((Pause(), Resume(), Resume(), Skip(), Stop(), Start(programme=programme(*ITEMS)), FIND)),
)


def happen(player: Player, what: Happening, check: Callable[[Player], None] = lambda _: None) -> None:
    """Let it happen, and check the player after each picture."""
    match what:
        case Poses():
            for k in range(what.first, what.first + what.number):
                player.show(what.film, k % len(what.film.time_s))
                check(player)
        case Wait():
            player.time_s += what.seconds
            if not what.asleep:
                player.note(player.session.pass_time(player.time_s))
        case Trouble() | None:
            player.trouble(what)
        case _:
            player.command(what)
