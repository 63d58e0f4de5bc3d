"""Whether the camera stands well, before anybody exercises: seven checks, each with what to change.

What is seen is taken together over a second, so that nothing flickers: the median of each landmark makes one
body, which `outlook` judges. A check that has failed must be right by a little more before it passes again.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from repose.coaching.framing import cut_off, reframe
from repose.coaching.messages import Check
from repose.coaching.outlook import Outlook, Posture, outlook
from repose.exercises import Exercise
from repose.kinematics.quality import DARK
from repose.pose.landmarks import Points, PoseTrack, X

WINDOW_S: Final = 1.0
"""Time over which medians are taken."""

LEAST_S: Final = 0.4
LEAST_POSES: Final = 3
"""Less than this tells nothing yet."""

FOUND_SHARE: Final = 0.5
"""Share of the poses with a body from which there is somebody."""

STEADY_S: Final = 0.7
"""A check that fails for this long is complained about."""

GOOD_S: Final = 1.0
"""All is well when nothing has failed for this long."""

LOOKS: Final = 3
"""Latest looks for further people that decide: half of them, so that the first one does at once."""

VIEW_SLACK_DEG: Final = 4.0
"""A view that was refused must be better than counting asks by this; counting has the same hysteresis."""

FAR: Final = 0.25
NEAR: Final = 1.1
SIZE_SLACK: Final = 0.02
"""Height of the person, standing or stretched out, as a share of the picture's longer side (too far) and
of the side along which the exercise's posture lies (too close). A body that was lost is found again down to
0.21 to 0.35 (12 pictures made smaller, median 0.26); clips that begin at 0.25 to 0.29 count right. The
largest persons who fit measure 0.75 lying and 0.86 standing."""

FILLED: Final = 0.95
"""Size from which turning the camera no longer gets the whole person into the picture."""

TILT_DEG: Final = 15.0
TILT_SLACK_DEG: Final = 3.0
"""Roll of the camera that is told. Under level cameras bodies slope by up to 9° as `outlook` measures it.
With landmarks turned by 20°, 119 of 134 clips seen from the side are told, by 15° 17, by 10° one."""

_POSTURES: Final = {
    "supine": Posture.LYING,
    "standing": Posture.STANDING,
    "upright": Posture.STANDING,
    "seated": Posture.SEATED,
}
"""In which posture somebody waits for an exercise of each kind."""

_WHERE: Final = {
    Posture.LYING: "Put the camera at your side",
    Posture.STANDING: "Stand sideways to the camera",
    Posture.SEATED: "Sit sideways to the camera",
}

BODY, LIGHT, ALONE, FRAMED = "Somebody in the picture", "Enough light", "Only one person", "Whole body"
DISTANCE, SIDE_VIEW, LEVEL = "Right distance", "Seen from the side", "Camera level"


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    time_s: float
    points: Points | None
    light: float


class Placement:
    """The checks for one exercise; show it poses in time order."""

    def __init__(self, exercise: Exercise, frame_size: tuple[int, int]) -> None:
        """Begin with nothing seen.

        Args:
            exercise: what will be done; its posture and the views it can be counted from matter.
            frame_size: (width, height) of the picture in pixels.
        """
        self._exercise = exercise
        self._frame_size = frame_size
        self._lying = exercise.definition.lying
        self._posture = _POSTURES[exercise.definition.posture]
        self._window: deque[_Seen] = deque()
        self._looks: deque[bool] = deque(maxlen=LOOKS)
        self._checks = self._decide()
        self._failing_s: dict[str, float] = {}
        self._well_s: float | None = None
        self._time_s = 0.0

    def see(self, track: PoseTrack, people: int | None = None) -> None:
        """Take one or more poses, later than all before.

        Args:
            track: the poses.
            people: how many persons were counted in a look since the last call; None without one.
        """
        if people is not None:
            self._looks.append(people > 1)
        for index, time_s in enumerate(track.time_s.tolist()):
            points = track.points[index]
            found = not bool(np.isnan(points[0, X]))
            self._window.append(_Seen(time_s, points if found else None, float(track.light[index])))
            while time_s - self._window[0].time_s > WINDOW_S:
                self._window.popleft()
            self._time_s = time_s
            self._checks = self._decide()
            self._remember()

    def checks(self) -> tuple[Check, ...]:
        """All seven, the most important first."""
        return self._checks

    def complaint(self) -> Check | None:
        """The most important check that has been failing steadily."""
        for check in self._checks:
            since_s = self._failing_s.get(check.name)
            if since_s is not None and self._time_s - since_s >= STEADY_S:
                return check
        return None

    @property
    def good(self) -> bool:
        """Whether the whole body has been well seen, and nothing has failed, for a while."""
        return self._well_s is not None and self._time_s - self._well_s >= GOOD_S

    def _remember(self) -> None:
        """Since when each check has failed, and since when none has."""
        failing = {check.name for check in self._checks if check.ok is False}
        self._failing_s = {name: self._failing_s.get(name, self._time_s) for name in failing}
        seen = all(check.ok for check in self._checks if check.name in ("body", "framed", "distance"))
        if failing or not seen:
            self._well_s = None
        elif self._well_s is None:
            self._well_s = self._time_s

    def _decide(self) -> tuple[Check, ...]:
        window = self._window
        if len(window) < LEAST_POSES or window[-1].time_s - window[0].time_s < LEAST_S:
            return _untold(self._alone())
        found = [seen.points for seen in window if seen.points is not None]
        if len(found) < FOUND_SHARE * len(window):
            return self._nobody()
        points = np.median(np.stack(found), axis=0)[None]
        look = outlook(points, self._frame_size)
        return (
            Check("light", True, LIGHT),
            Check("body", True, BODY),
            self._alone(),
            self._framed(points, look),
            self._distance(look),
            self._side_view(look),
            self._level(look),
        )

    def _nobody(self) -> tuple[Check, ...]:
        light = float(np.median([seen.light for seen in self._window]))
        dark = light < DARK
        advice = "It is too dark. Switch on a light in front of you." if dark else ""
        where = _WHERE[self._posture]
        show = f"I can't see you. {where}, two metres away, all of you in the picture."
        return (
            Check("light", not dark, LIGHT, advice),
            Check("body", False, BODY, show),
            *_untold(self._alone())[2:],
        )

    def _alone(self) -> Check:
        """Somebody else in the picture may be followed in the place of the person."""
        if not self._looks:
            return Check("alone", None, ALONE)
        if 2 * sum(self._looks) < len(self._looks):
            return Check("alone", True, ALONE)
        advice = "I see two people. Only you should be in the picture."
        return Check("alone", False, ALONE, advice)

    def _framed(self, points: Points, look: Outlook) -> Check:
        missing = cut_off(points, slack=self._failed("framed"))
        if not missing:
            return Check("framed", True, FRAMED)
        if look.posture is not self._posture:
            # Somebody close by who has yet to lie down: what to do with the camera shows only then.
            place = self._exercise.definition.position
            return Check("framed", False, FRAMED, f"I can't see all of you. Get into position: {place}.")
        large = self._size(look) > FILLED
        return Check("framed", False, FRAMED, reframe(missing, standing=not self._lying, too_large=large))

    def _distance(self, look: Outlook) -> Check:
        slack = SIZE_SLACK if self._failed("distance") else 0.0
        if look.height_px / max(self._frame_size) < FAR + slack:
            return Check("distance", False, DISTANCE, "You are too far away. Move the camera closer to you.")
        if self._size(look) > NEAR - slack:
            return Check("distance", False, DISTANCE, "You are too close. Move the camera further back.")
        return Check("distance", True, DISTANCE)

    def _side_view(self, look: Outlook) -> Check:
        limits = self._exercise.thresholds
        slack = VIEW_SLACK_DEG if self._failed("side_view") else 0.0
        if look.posture is not self._posture:
            return Check("side_view", None, SIDE_VIEW)
        if not self._lying:
            if look.shoulder_turn >= limits.turn_deg + slack:
                return Check("side_view", True, SIDE_VIEW)
            chair = " with the chair" if self._posture is Posture.SEATED else ""
            advice = f"Turn sideways{chair}, so that the camera looks at you from the side."
            return Check("side_view", False, SIDE_VIEW, advice)
        if look.trunk_depth > limits.feet_end_deg - slack:
            stands, towards = "feet", "head"
        elif look.trunk_depth < slack - limits.head_end_deg:
            stands, towards = "head", "feet"
        else:
            return Check("side_view", True, SIDE_VIEW)
        advice = (
            f"The camera stands too far towards your {stands}. "
            f"Move it towards your {towards}, so that it looks at you from the side."
        )
        return Check("side_view", False, SIDE_VIEW, advice)

    def _level(self, look: Outlook) -> Check:
        if look.tilt is None:
            return Check("level", None, LEVEL)
        if abs(look.tilt) <= TILT_DEG - (TILT_SLACK_DEG if self._failed("level") else 0.0):
            return Check("level", True, LEVEL)
        return Check("level", False, LEVEL, "The camera is tilted. Put it level.")

    def _size(self, look: Outlook) -> float:
        """The person's height in the exercise's posture, as a share of the picture along it."""
        width, height = self._frame_size
        return look.along_px / width if self._lying else look.height_px / height

    def _failed(self, name: str) -> bool:
        return name in self._failing_s


def _untold(alone: Check) -> tuple[Check, ...]:
    return (
        Check("light", None, LIGHT),
        Check("body", None, BODY),
        alone,
        Check("framed", None, FRAMED),
        Check("distance", None, DISTANCE),
        Check("side_view", None, SIDE_VIEW),
        Check("level", None, LEVEL),
    )
