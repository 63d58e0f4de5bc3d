"""What Repose sees and thinks, drawn onto a frame: a pure function of picture, pose and status."""

from repose.counting.counter import Status
from repose.counting.result import Phase
from repose.exercises.subject import Subject
from repose.overlay.figure import Image, draw_joint, draw_skeleton, light_joint, places_of
from repose.overlay.palette import SIDE_COLOURS
from repose.overlay.panels import draw_counts, draw_gauge, draw_state
from repose.pose.landmarks import Pose


def draw(image: Image, pose: Pose, status: Status, subject: Subject) -> Image:
    """The frame with everything Repose has to say about it.

    Args:
        image: (height, width, 3) uint8, BGR; left as it is.
        pose: what the pose model saw in it.
        status: what the counter thinks at its time.
        subject: what is counted.

    Returns:
        (height, width, 3) uint8, BGR.
    """
    canvas = image.copy()
    height, width = canvas.shape[:2]
    unit = min(height, width) / 360
    measured = status.phase is not Phase.NOT_MEASURED
    if pose.found:
        places = places_of(pose, width, height)
        # Which of a pair leads changes from frame to frame; they are shown as working together.
        working = "both" if subject.sides == "pair" else status.side
        draw_skeleton(canvas, pose, places, working if measured else None, unit)
        if measured and status.angle is not None:
            if subject.sides == "pair":
                for side in ("left", "right"):
                    light_joint(canvas, places[f"{side}_{subject.joint}"], SIDE_COLOURS[side], unit)
            side = status.side if status.side in ("left", "right") else "middle"
            draw_joint(canvas, places, subject.joint, side, status.angle, unit)
    if measured and status.excursion is not None:
        draw_gauge(canvas, status, subject, unit)
    draw_counts(canvas, status, subject, unit)
    draw_state(canvas, status, subject, unit)
    return canvas
