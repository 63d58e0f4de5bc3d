"""A person, a camera and a clock for sessions: everything that a session gets, and everything it gives."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np

from repose.capture.trouble import Trouble, TroubleKind
from repose.coaching.commands import Command, Start
from repose.coaching.messages import Done, Output, Say, Stage, Tone, View
from repose.coaching.programme import Item, Programme
from repose.coaching.session import Session
from repose.counting.result import Rep
from repose.pose.landmarks import PoseTrack
from tests.puppet import Doing, perform
from tests.puppet.damage import picked

RATE: Final = 10.0
"""Pictures a second: few, to be quick."""

GONE: Final = Trouble(TroubleKind.GONE, "The camera is gone. Check its cable.")
SLOW: Final = Trouble(TroubleKind.SLOW, "The camera gives few pictures. Counting goes on.")
ENDED: Final = Trouble(TroubleKind.ENDED, "The video has ended.")


def item(exercise: str = "heel-slides", **dose: object) -> Item:
    """A short item: two reps, a short rest."""
    return Item.model_validate({"exercise": exercise, "reps": 2, "rest_s": 4, **dose})


def programme(*items: Item) -> Programme:
    """A programme; of one short set of heel slides with the left leg, if nothing else is said."""
    return Programme(items=items or (item(sides=("left",)),))


def done(slug: str = "heel-slides", side: str = "left", **how: object) -> PoseTrack:
    """A film of a set being done."""
    return perform(Doing(slug, side, **{"reps": 2, "tempo_s": 2.4, "settle_s": 1.2, **how})).film(RATE)  # type: ignore[arg-type]


def resting(slug: str = "heel-slides") -> PoseTrack:
    """A film of the start position."""
    return picked(done(slug, "both" if slug == "backwards-stretch" else "left"), slice(0, 10))


@cache
def _reached(stage: Stage, slug: str, items: tuple[Item, ...]) -> "Player":
    player = Player()
    player.start(*items)
    player.reach(stage, slug)
    return player


def reached(stage: Stage, *items: Item, slug: str = "heel-slides") -> "Player":
    """A player who kept the start position until a stage was reached; of the usual item if none is given."""
    return deepcopy(_reached(stage, slug, items))


class Player:
    """Plays films to a session, and waits with them while the session holds the video.

    Attributes:
        session: what is tested.
        time_s: of the latest picture.
        outputs: all that the session gave, with the stage in which it was afterwards.
        stages: in order, without repetitions.
    """

    def __init__(self, session: Session | None = None) -> None:
        self.session = session or Session()
        self.time_s = 0.0
        self.outputs: list[tuple[Output, Stage]] = []
        self.stages: list[Stage] = [Stage.IDLE]

    @property
    def view(self) -> View:
        return self.session.view()

    @property
    def stage(self) -> Stage:
        return self.view.stage

    def note(self, outputs: list[Output]) -> list[Output]:
        stage = self.stage
        if stage is not self.stages[-1]:
            self.stages.append(stage)
        self.outputs += [(output, stage) for output in outputs]
        return outputs

    def command(self, command: Command) -> list[Output]:
        return self.note(self.session.command(command, self.time_s))

    def start(self, *items: Item) -> None:
        self.command(Start(programme=programme(*items)))

    def trouble(self, trouble: Trouble | None) -> list[Output]:
        return self.note(self.session.trouble(trouble, self.time_s))

    def wait(self, seconds: float) -> None:
        """Time without pictures."""
        end_s = self.time_s + seconds
        while self.time_s < end_s - 1e-9:
            self.time_s = min(self.time_s + 0.5, end_s)
            self.note(self.session.pass_time(self.time_s))

    def show(self, track: PoseTrack, k: int, people: int | None = 1, after_s: float = 1 / RATE) -> None:
        """One picture."""
        self.time_s += after_s
        one = replace(picked(track, slice(k, k + 1)), time_s=np.array([self.time_s]))
        self.note(self.session.see(one, people))

    def play(self, track: PoseTrack, until: Callable[[View], bool] | None = None) -> int:
        """Play a film as the engine does, until it or the session ends, or until something shows.

        Returns:
            How many pictures were played.
        """
        after_s = float(np.median(np.diff(track.time_s)))
        k = 0
        while k < len(track.time_s):
            if self.stage in (Stage.WELCOME, Stage.RESTING) and self.session.holds_video:
                self.wait(0.5)
            else:
                self.show(track, k, after_s=after_s)
            over = self.stage in (Stage.IDLE, Stage.DONE)
            if over or (until is not None and until(self.view)):
                return k
            k += not self.session.holds_video
        return k

    def keep(self, track: PoseTrack, seconds: float, k: int = -1) -> None:
        """Keep still in one picture of a film."""
        for _ in range(round(seconds * RATE)):
            self.show(track, k % len(track.time_s))

    def move(self, track: PoseTrack) -> None:
        """Go through a film, whatever the session wants."""
        for k in range(len(track.time_s)):
            self.show(track, k)

    def vanish(self, seconds: float) -> None:
        """Pictures without anybody."""
        nobody = resting()
        self.keep(replace(nobody, points=np.full_like(nobody.points, np.nan)), seconds)

    def reach(self, stage: Stage, slug: str = "heel-slides") -> None:
        """Keep the start position until a stage is reached."""
        track = resting(slug)
        for _ in range(round(120 * RATE)):
            if self.stage is stage:
                return
            if self.stage in (Stage.WELCOME, Stage.RESTING):
                self.wait(0.5)
            else:
                self.show(track, 0)
        raise AssertionError(f"still {self.stage}, not {stage}")

    # What came of it.

    @property
    def said(self) -> list[str]:
        return [output.text for output, _ in self.outputs if isinstance(output, Say)]

    @property
    def tones(self) -> list[str]:
        return [output.name for output, _ in self.outputs if isinstance(output, Tone)]

    @property
    def heard(self) -> list[str]:
        """Words, and tones as "~name"."""
        return [
            output.text if isinstance(output, Say) else f"~{output.name}"
            for output, _ in self.outputs
            if not isinstance(output, Done)
        ]

    @property
    def counted(self) -> list[Rep]:
        """Reps and partials, in order."""
        return [output.rep for output, _ in self.outputs if isinstance(output, Done)]

    @property
    def reps(self) -> list[int]:
        """Complete reps of each set."""
        return [one.reps for one in self.view.sets]

    def times(self, text: str) -> list[float]:
        """When something was said."""
        return [
            output.time_s for output, _ in self.outputs if isinstance(output, Say) and output.text == text
        ]

    def forget(self) -> None:
        """Only what comes from now on is of interest."""
        self.outputs.clear()
