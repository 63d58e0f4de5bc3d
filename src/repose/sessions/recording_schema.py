"""What a recording must hold: its columns, its metadata, and what is wrong with a file that differs."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from repose.pose.landmarks import COLUMNS, LANDMARKS

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT: Final = "repose-recording"

VERSION: Final = 1
"""Goes up when an older Repose could not read, or would misread, what is written now."""

LONGEST_SIDE: Final = 32_768
"""Pixels along the side of a picture."""

LONGEST_S: Final = 12 * 3600.0
"""From the first frame to the last."""

LATEST_S: Final = 1e7
"""Numbers of seconds are no larger: four months."""

_DIGITS: Final = 9

POINT_COLUMNS: Final = tuple(f"{landmark}_{column}" for landmark in LANDMARKS for column in COLUMNS)
"""One column for each number of a frame, in the order of `PoseTrack.points`."""

_ABOUT: Final = (
    "One row for each frame. time_s: seconds from the first frame. light: mean luminance, 0 to 1. "
    "x, y: shares of the picture's width and height, from its upper left corner; z: depth in widths; "
    "world_x, world_y, world_z: metres, from the middle of the hips; visibility, presence: 0 to 1. "
    "NaN: no body was found in the frame."
)


def schema() -> "pa.Schema":
    """The columns, without metadata. None is nullable: NaN says not found, and keeps its bits."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("time_s", pa.float64(), nullable=False),
            pa.field("light", pa.float32(), nullable=False),
            *(pa.field(name, pa.float32(), nullable=False) for name in POINT_COLUMNS),
        ]
    )


def metadata(
    frame_size: tuple[int, int], source: str, model: str, software: dict[str, str]
) -> dict[bytes | str, bytes | str]:
    """The key-value metadata of a recording."""
    said = {
        "repose.format": FORMAT,
        "repose.format_version": str(VERSION),
        "repose.frame_width": str(frame_size[0]),
        "repose.frame_height": str(frame_size[1]),
        "repose.source": source,
        "repose.model": model,
        "repose.software": json.dumps(software),
        "repose.about": _ABOUT,
    }
    # A file name need not be valid Unicode; metadata must be.
    return {key: value.encode(errors="replace") for key, value in said.items()}


def decoded(said: Mapping[bytes, bytes] | None) -> dict[str, str]:
    """Metadata as text."""
    return {
        key.decode(errors="replace"): value.decode(errors="replace") for key, value in (said or {}).items()
    }


def whole(text: str) -> int:
    """A whole number; 0 where it is none, and for numbers of so many digits that they mean nothing."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0


def frame_size(said: dict[str, str]) -> tuple[int, int] | None:
    """(width, height) in pixels, or None if the metadata do not say, or say what no camera has."""
    width, height = (whole(said.get(f"repose.frame_{side}", "")) for side in ("width", "height"))
    return (width, height) if 0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE else None


def software(said: dict[str, str]) -> dict[str, str] | None:
    """Versions and model hash, or None if the metadata do not say."""
    try:
        value = json.loads(said.get("repose.software", ""))
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not all(isinstance(entry, str) for entry in value.values()):
        return None
    return value


def metadata_problems(said: dict[str, str]) -> list[str]:
    """What is wrong with the metadata, one phrase for each problem."""
    problems = []
    if (version := said.get("repose.format_version")) != str(VERSION):
        problems.append(f"its format version is {(version or 'missing')[:20]}, not {VERSION}")
    if frame_size(said) is None:
        problems.append("its frame size is missing or not two whole numbers of pixels")
    if software(said) is None:
        problems.append("its software is missing or not a JSON object of texts")
    problems += [f"its {key} is missing" for key in ("source", "model") if f"repose.{key}" not in said]
    return problems


def column_problems(found: "pa.Schema") -> list[str]:
    """What is wrong with the columns, one phrase for each kind of problem. Further columns are no problem."""
    wanted = schema()
    missing = [field.name for field in wanted if field.name not in found.names]
    twice = [field.name for field in wanted if found.names.count(field.name) > 1]
    wrong = [
        f"{field.name} ({found.field(field.name).type}, not {field.type})"
        for field in wanted
        if found.names.count(field.name) == 1 and found.field(field.name).type != field.type
    ]
    kinds = {"it lacks": missing, "it has twice": twice, "of the wrong type are": wrong}
    return [f"{kind} {_listed(names)}" for kind, names in kinds.items() if names]


def has_time(found: "pa.Schema") -> bool:
    """Whether the timestamps can be looked at."""
    return found.names.count("time_s") == 1 and found.field("time_s").type == schema().field("time_s").type


def time_problems(time_s: NDArray[np.floating]) -> list[str]:
    """What is wrong with the timestamps, one phrase for each kind of problem."""
    problems = []
    if not np.isfinite(time_s).all():
        problems.append(f"time_s has no number in frame {int(np.argmin(np.isfinite(time_s)))}")
    steps = np.diff(time_s)
    if (steps <= 0).any():
        problems.append(f"time_s does not increase in frame {int(np.argmax(steps <= 0)) + 1}")
    return problems


def length_problems(time_s: NDArray[np.floating]) -> list[str]:
    """What is wrong with the length of a recording; the time between two frames is counted through too."""
    if not len(time_s):
        return []
    if (length_s := float(time_s[-1] - time_s[0])) > LONGEST_S:
        return [f"it lasts {length_s / 3600:.0f} h, more than {LONGEST_S / 3600:.0f} h"]
    if max(abs(float(time_s[0])), abs(float(time_s[-1]))) > LATEST_S:
        return [f"time_s goes beyond {LATEST_S:.0f} s"]
    return []


def _listed(names: list[str]) -> str:
    """The names, the first few of many."""
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
