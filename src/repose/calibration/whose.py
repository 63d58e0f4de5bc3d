"""Whose a profile is: what its file says, not what the file is called.

A file that Repose makes is called after the person, readable, and different for each name. A clinician may
call it otherwise; `person = "…"` in it says for whom it is.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from repose.calibration.history import numbers, read_revision
from repose.calibration.load import PERSON, parsed, read_bytes
from repose.errors import ReposeError


def composed(name: str) -> str:
    """A name as it is compared and kept: composed characters, single spaces."""
    return unicodedata.normalize("NFC", " ".join(name.split()))


def same(one: str, other: str) -> bool:
    """Whether two names mean one person; upper and lower case do not count."""
    return _folded(one) == _folded(other)


def file_name(name: str) -> str:
    """A file name that any system takes: readable, and different for each name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")
    digest = hashlib.sha256(_folded(name).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{words}-{digest}.toml" if words else f"{digest}.toml"


def whose(path: Path) -> str:
    """The person that a profile is for; "" where nothing says it.

    Of a file that is damaged or gone, its newest version says it, or else the line that can be made out.
    """
    content = b""
    try:
        content = read_bytes(path)
        if person := parsed(content, path).get(PERSON, ""):
            return composed(person)
    except ReposeError:
        pass  # what is wrong with it is told when it is read
    return _saved_person(path) or _made_out(content, path)


def profile_paths(folder: Path) -> Iterator[Path]:
    """The profiles in a folder; of one whose file is gone but whose versions are there, where it was.

    Raises:
        ReposeError: the folder cannot be read.
    """
    try:
        found = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ReposeError(f"{folder}: cannot be read ({error.strerror}); allow reading it") from error
    # Names that begin with a dot are of editors and of macOS, and files that are just being written.
    paths = {path for path in found if path.suffix == ".toml" and path.name[0] != "." and path.is_file()}
    paths |= {
        path.with_suffix(".toml")
        for path in found
        if path.suffix == ".history" and path.name[0] != "." and numbers(path)
    }
    yield from sorted(paths)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", composed(name).casefold())


def _saved_person(path: Path) -> str:
    for number in reversed(numbers(path)):
        try:
            text = read_revision(path, number).text
            return composed(parsed(text.encode(), path).get(PERSON, ""))
        except ReposeError:
            continue
    return ""


def _made_out(content: bytes, path: Path) -> str:
    for line in content.decode("utf-8-sig", "replace").splitlines():
        # A letter that cannot be read would make it another name.
        if re.match(rf"\s*{PERSON}\s*=", line) and "\ufffd" not in line.partition("#")[0]:
            try:
                return composed(parsed(line.encode(), path).get(PERSON, ""))
            except ReposeError:
                continue
    return ""
