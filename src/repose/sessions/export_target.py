"""Where an export goes: a folder or a ZIP file, which appears whole or not at all."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

from repose.calibration.load import is_plain, shown
from repose.errors import ReposeError
from repose.whole_file import for_owner

PACKED: Final = frozenset({".parquet", ".mp4", ".webm", ".mkv", ".zip"})
"""Endings of files that compressing makes no smaller."""


class Target(Protocol):
    """Takes the files of an export."""

    def file(self, name: str) -> AbstractContextManager[Path]:
        """A path to write a file to, by its name in the export; it is taken in when the `with` ends."""
        ...


def check_target(to: Path) -> None:
    """See to it that an export can go there.

    Raises:
        ReposeError: it cannot.
    """
    folder = to.absolute().parent
    if not folder.is_dir():
        raise ReposeError(f"{to}: the folder {folder} does not exist; make it first")
    if is_zip(to):
        if to.is_dir():
            raise ReposeError(f"{to}: is a folder; name a ZIP file, or a folder that does not end in .zip")
    elif to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise ReposeError(f"{to}: exists already; name a new or empty folder, or a file that ends in .zip")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ReposeError(f"{to}: cannot be written ({error.strerror}); choose another place") from error


def is_zip(to: Path) -> bool:
    """Whether a ZIP file is meant, rather than a folder."""
    return to.suffix.lower() == ".zip"


@contextmanager
def opened(to: Path) -> Iterator[Target]:
    """The target for as long as the `with` lasts; after an error, nothing of it is left.

    Raises:
        ReposeError: it cannot be written.
    """
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        try:
            if is_zip(to):
                beside = tempfile.TemporaryDirectory(dir=to.absolute().parent, prefix=".repose-")
                with (
                    beside as folder,
                    open(part, "wb", opener=for_owner) as file,
                    zipfile.ZipFile(file, "w") as archive,
                ):
                    yield _Zip(archive, Path(folder))
                part.replace(to)
            else:
                part.mkdir(mode=0o700)
                yield _Folder(part)
                if to.exists():
                    to.rmdir()
                part.replace(to)
        except BaseException:
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ReposeError(
            f"{to}: cannot be written ({error.strerror or error}); make room, or choose another place"
        ) from error


def _within(name: str) -> str:
    """The name of a file of an export, if it stays in it wherever that is unpacked.

    Raises:
        ReposeError: it does not. Nobody names files in Repose, but a database may come from anywhere.
    """
    parts = name.split("/")
    if not is_plain(name) or "\\" in name or ":" in name or any(part in ("", ".", "..") for part in parts):
        raise ReposeError(f"{shown(name)} is no name for a file of an export; the database was tampered with")
    return name


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def file(self, name: str) -> Iterator[Path]:
        path = self._folder / _within(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        yield path


class _Zip:
    def __init__(self, archive: zipfile.ZipFile, folder: Path) -> None:
        self._archive = archive
        self._folder = folder

    @contextmanager
    def file(self, name: str) -> Iterator[Path]:
        path = self._folder / _within(name).replace("/", "_")
        yield path
        kind = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
        self._archive.write(path, name, kind)
        path.unlink()
