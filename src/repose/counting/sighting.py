"""Whether what is seen is the person, in the exercise's posture, from where the exercise shows."""

from typing import Final

from repose.counting.result import Phase
from repose.counting.state import State
from repose.exercises import Exercise
from repose.kinematics.channels import COLUMN
from repose.kinematics.clock import TICK_S

LYING_DEG: Final = 40.0
UPRIGHT_TRUNK_DEG: Final = 45.0
UPRIGHT_LEGS_DEG: Final = 60.0
"""Trunk and legs against the picture's horizontal. A bend backwards of 35° still counts as standing."""

SEATED_THIGHS_DEG: Final = 45.0
"""Thighs of somebody who sits, both together, against the picture's horizontal; one may be lifted."""

LEANING_TRUNK_DEG: Final = 30.0
"""Trunk of somebody on their feet, who may lean forwards: in a deep squat by 50°. Who lies is below it."""

FASTEST_HIPS: Final = 6.0
"""Trunk lengths a second (about 3 m/s): faster hips are another body, not this one."""

FARTHEST_HIPS: Final = 0.5
"""Trunk lengths that the hips of a person in position go at most while they are not seen."""

VIEW_SMOOTHING: Final = TICK_S / 1.0
"""Share of each tick in the estimate of the view: a time constant of one second."""

VIEW_HYSTERESIS_DEG: Final = 4.0


class Sighting:
    """The rules of one exercise for the view and the posture; holds no memory."""

    def __init__(self, exercise: Exercise) -> None:
        self._limits = exercise.thresholds
        self._posture = exercise.definition.posture
        self._lying = exercise.definition.lying

    def look(self, state: State, row: tuple[float, ...]) -> None:
        """Follow the camera's direction slowly, and decide with hysteresis whether it will do."""
        seen = row[_TRUNK_DEPTH] if self._lying else row[_SHOULDER_TURN]
        if seen != seen:
            return
        if state.view is None:
            state.view, doubt = seen, 0.0
        else:
            state.view += VIEW_SMOOTHING * (seen - state.view)
            doubt = -VIEW_HYSTERESIS_DEG if state.view_good else VIEW_HYSTERESIS_DEG
        limits = self._limits
        if self._lying:
            spare = min(limits.feet_end_deg - state.view, limits.head_end_deg + state.view)
        else:
            spare = state.view - limits.turn_deg
        state.view_good = spare >= doubt

    def jumped(self, state: State, row: tuple[float, ...]) -> bool:
        """Whether the hips moved faster, or further unseen, than a person's can: another body was found."""
        if state.hip is None:
            return False
        dx, dy = row[_HIP_X] - state.hip[0], row[_HIP_Y] - state.hip[1]
        unseen = state.phase is Phase.NOT_MEASURED
        reach: float = (FARTHEST_HIPS if unseen else FASTEST_HIPS * TICK_S) * row[_TRUNK_PX]
        return dx * dx + dy * dy > reach * reach

    def in_posture(self, row: tuple[float, ...]) -> bool:
        """Whether the body lies, sits or stands as the exercise needs it."""
        if self._posture == "supine":
            return row[_TRUNK_PITCH] <= LYING_DEG
        if self._posture == "standing":
            return row[_TRUNK_PITCH] >= UPRIGHT_TRUNK_DEG and row[_LEG_PITCH] >= UPRIGHT_LEGS_DEG
        if self._posture == "seated":
            return row[_TRUNK_PITCH] >= UPRIGHT_TRUNK_DEG and row[_THIGH_PITCH] <= SEATED_THIGHS_DEG
        return row[_TRUNK_PITCH] >= LEANING_TRUNK_DEG


_HIP_X, _HIP_Y, _TRUNK_PX = COLUMN["hip_x_px"], COLUMN["hip_y_px"], COLUMN["trunk_px"]
_TRUNK_PITCH, _THIGH_PITCH, _LEG_PITCH = COLUMN["trunk_pitch"], COLUMN["thigh_pitch"], COLUMN["leg_pitch"]
_TRUNK_DEPTH, _SHOULDER_TURN = COLUMN["trunk_depth"], COLUMN["shoulder_turn"]
