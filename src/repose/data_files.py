"""Where the files that ship with Repose are: at the top of a checkout, or inside the installed package."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def checkout() -> Path | None:
    """The top of the checkout that Repose runs from; None if it is installed as a package."""
    top = _PACKAGE.parents[1]
    return top if (top / "pyproject.toml").is_file() and (top / "models").is_dir() else None


def data_folder(name: str) -> Path:
    """The folder `name` ("models" or "calibration") of this Repose."""
    top = checkout()
    return top / name if top else _PACKAGE / "data" / name
