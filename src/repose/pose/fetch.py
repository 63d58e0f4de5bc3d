"""Get the parts of a pose model from where they are published.

pip and npm do the fetching, so that a user's own index, proxy and cache are used. Every part is checked
against the manifest, whoever delivered it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Final

from repose.calibration.load import one_line
from repose.errors import ReposeError
from repose.pose.manifest import Manifest, Part, read_manifest

Progress = Callable[[str, float | None], None]
"""Told what is being done, and the share of it that is done, 0 to 1, or None if that is not known."""

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a model, or of a bundle; the largest have half of that. An archive can unpack to anything."""

_ARCHIVES: Final = (zipfile.BadZipFile, tarfile.TarError)

_LOOK_S: Final = 0.1
_WAIT_S: Final = 30.0
_CHUNK: Final = 1 << 18


def fetch_parts(parts: Sequence[Part], progress: Progress) -> list[bytes]:
    """The parts, in the order asked for, each with the right hash.

    Raises:
        ReposeError: pip or npm is not there or failed, or a part is not what it should be.
    """
    manifest = read_manifest()
    with tempfile.TemporaryDirectory(prefix="repose-", ignore_cleanup_errors=True) as folder:
        carriers: dict[str, Path] = {}
        for carrier in dict.fromkeys(part.carrier for part in parts):
            into = Path(folder, carrier)
            into.mkdir()
            carriers[carrier] = _FETCH[carrier](manifest, into, progress)
        progress("unpacking", None)
        return [_checked(part, _member(carriers[part.carrier], part.path)) for part in parts]


def fetch_ready(url: str, sha256: str, progress: Progress) -> bytes:
    """A ready-made bundle with this hash.

    Raises:
        ReposeError: it cannot be reached, or has another hash.
    """
    data = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=_WAIT_S) as answer:  # noqa: S310 - https, as the manifest checks
            total = int(answer.headers.get("Content-Length") or 0)
            while len(data) <= LARGEST and (chunk := answer.read(_CHUNK)):
                data += chunk
                progress("downloading Google's bundle", len(data) / total if total else None)
    except (OSError, HTTPException, ValueError) as error:
        raise ReposeError(f"{url}: {error}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ReposeError(f"{url}: holds another file than it should (SHA-256 differs)")
    return bytes(data)


def _with_pip(manifest: Manifest, folder: Path, progress: Progress) -> Path:
    wheel = manifest.pip
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    ]
    command += ["--no-deps", "--only-binary=:all:", "--implementation=cp"]
    command += [f"--python-version={wheel.python}", f"--abi={wheel.abi}", f"--platform={wheel.platform}"]
    command += [f"--dest={folder}", wheel.requirement]

    def watch() -> None:
        progress(_downloading("pip", wheel.bytes), min(_bytes_in(folder) / wheel.bytes, 1.0))

    _run("pip", command, folder, watch)
    return _only(folder, "*.whl", "pip")


def _with_npm(manifest: Manifest, folder: Path, progress: Progress) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise ReposeError("npm was not found; install Node.js (on Debian: sudo apt-get install npm)")
    package = manifest.npm
    command = [npm, "pack", "--loglevel=error", f"--pack-destination={folder}", package.package]
    # npm writes the file at the very end, so there is nothing to measure by.
    _run("npm", command, folder, lambda: progress(_downloading("npm", package.bytes), None))
    return _only(folder, "*.tgz", "npm")


_FETCH: Final = {"pip": _with_pip, "npm": _with_npm}


def _run(name: str, command: list[str], folder: Path, watch: Callable[[], None]) -> None:
    """Run a program whose temporary files go to this folder too, where they can be watched growing."""
    surroundings = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command, cwd=folder, env=surroundings, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        ) as process,
    ):
        try:
            while process.poll() is None:
                watch()
                try:
                    process.wait(_LOOK_S)
                except subprocess.TimeoutExpired:
                    continue
        except BaseException:
            process.kill()
            raise
        said.seek(0)
        lines = said.read().decode(errors="replace").split("\n")
    if process.returncode:
        told = [line.strip() for line in lines if line.strip()]
        errors = [line for line in told if line.lower().startswith(("error", "npm err"))]
        reason = (errors or told[-1:] or ["no reason given"])[0]
        raise ReposeError(f"{name} failed: {reason}")


def _downloading(program: str, size: int) -> str:
    return f"downloading {size / 1e6:.0f} MB with {program}"


def _bytes_in(folder: Path) -> int:
    total = 0
    # Temporary files and folders come and go meanwhile; `walk` passes over the folders.
    for inside, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(inside) / name).stat().st_size
    return total


def _only(folder: Path, pattern: str, program: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise ReposeError(f"{program} brought {len(found)} files where it should bring one")
    return found[0]


def _member(archive: Path, path: str) -> bytes:
    """A file of a wheel or of an npm package, read where it is: nothing is ever unpacked onto the disk.

    What is larger than any model is cut off, and so is not what it should be.
    """
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel, wheel.open(path) as member:
                return member.read(LARGEST)
        with tarfile.open(archive) as package:
            found = package.extractfile(path)
            return found.read(LARGEST) if found else b""
    # What is not as it should be may say so in any of these ways.
    except (KeyError, OSError, EOFError, RuntimeError, ValueError, zlib.error, *_ARCHIVES) as error:
        raise ReposeError(f"{archive.name} does not hold {path} ({one_line(str(error))})") from error


def _checked(part: Part, data: bytes) -> bytes:
    if hashlib.sha256(data).hexdigest() != part.sha256:
        raise ReposeError(f"{part.path} is not the file it should be (SHA-256 differs)")
    return data
