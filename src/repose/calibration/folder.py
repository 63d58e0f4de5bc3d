"""Where a clinic's own files are: its profiles, and its exercises."""

import os
from functools import cache
from pathlib import Path
from typing import Final

from platformdirs import user_data_path

VARIABLE: Final = "REPOSE_CALIBRATION"
"""Environment variable that names the folder."""


def usual_folder() -> Path:
    """What REPOSE_CALIBRATION names, or a folder in the user's data folder."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else _of_the_user()


@cache
def _of_the_user() -> Path:
    return user_data_path("repose", appauthor=False) / "calibration"
