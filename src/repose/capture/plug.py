"""The same camera again, whatever number it has when it is plugged in anew."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from repose.errors import ReposeError

if TYPE_CHECKING:
    from repose.capture.camera import Camera

LINKS: Final = Path("/dev/v4l/by-id")
"""Where Linux has a link for each camera, named after maker, model and serial number."""

_DEVICE: Final = re.compile(r"video([0-9]+)")


class Plug:
    """Opens one camera again and again.

    Cameras are named by number, and who is plugged in again may get another one: the number may even be that
    of another camera by then, which nobody wants to be seen by. So the first camera that was open is
    remembered by its own name, where the system has one (Linux); elsewhere by its number.
    """

    def __init__(self, index: int, links: Path = LINKS) -> None:
        """Take the number of the camera, from 0; it need not be there yet."""
        self._index = index
        self._links = links
        self._link: Path | None = None

    def __call__(self) -> "Camera":
        """Open it.

        Raises:
            ReposeError: it is not there, does not open, or gives no picture.
        """
        from repose.capture.camera import Camera  # only here: OpenCV takes its time to load

        index = self._now()
        camera = Camera(index, name=f"camera:{self._index}")
        if self._link is None:
            self._link = next((link for link in self._all() if _number(link) == index), None)
        return camera

    def _now(self) -> int:
        """The number that it has now."""
        if self._link is None:
            return self._index
        number = _number(self._link)
        if number is None:
            raise ReposeError(f"camera:{self._index}: is not plugged in; plug it in again")
        return number

    def _all(self) -> list[Path]:
        try:
            return sorted(self._links.iterdir())
        except OSError:
            return []


def _number(link: Path) -> int | None:
    """The number of the camera that a link leads to; None where it leads nowhere."""
    try:
        device = _DEVICE.fullmatch(link.resolve(strict=True).name)
    except (OSError, RuntimeError):
        return None
    return int(device[1]) if device else None
