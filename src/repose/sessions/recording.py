"""Recordings: the landmarks and timestamps of a session as a Parquet file, see docs/recording-format.md.

pyarrow is imported where it is used, so that commands without a recording do not pay for it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from repose.errors import ReposeError
from repose.plain_file import read_start
from repose.pose.landmarks import COLUMNS, LANDMARKS, PoseTrack
from repose.sessions import recording_schema
from repose.sessions.recording_pages import check_footer, check_pages
from repose.sessions.recording_schema import FORMAT, POINT_COLUMNS, VERSION

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

ROW_GROUP: Final = 4096
"""Frames in a row group, the smallest piece that can be read alone: 2.3 minutes at 30 frames a second."""

_MAGIC: Final = b"PAR1"

_DAMAGED: Final = "is damaged, or not a recording; copy it or make it again"

_LONGEST_TEXT: Final = 1 << 22
_MOST_ENTRIES: Final = 100_000
"""Bytes of a text, and entries of a list, in the description of a file."""


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """What a recording says of itself, beside the frames.

    Attributes:
        frames: number of frames.
        frame_size, source, model, software: as in `PoseTrack`.
    """

    frames: int
    frame_size: tuple[int, int]
    source: str
    model: str
    software: dict[str, str]


def is_recording(path: Path | str) -> bool:
    """Whether a file is meant as a recording, by its first bytes or its name; it may still be damaged."""
    path = Path(path)
    if path.suffix.lower() == ".parquet":
        return True
    try:
        return read_start(path, len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def save_recording(track: PoseTrack, path: Path | str) -> None:
    """Write a whole track.

    Raises:
        ReposeError: the file cannot be written.
        ValueError: dtypes, shapes or timestamps are not what `PoseTrack` documents.
    """
    with RecordingWriter(path, track.frame_size, track.source, track.model, track.software) as writer:
        writer.write(track)


def load_recording(path: Path | str) -> PoseTrack:
    """Read a whole recording; the arrays hold the very bits that were written.

    Raises:
        ReposeError: as for `read_chunks`.
    """
    with _opened(Path(path)) as (file, info):
        time_s = np.empty(info.frames, np.float64)
        points = np.empty((info.frames, len(LANDMARKS), len(COLUMNS)), np.float32)
        light = np.empty(info.frames, np.float32)
        done = 0
        for chunk in _chunks(file, info, ROW_GROUP):
            piece = slice(done, done := done + len(chunk.time_s))
            time_s[piece], points[piece], light[piece] = chunk.time_s, chunk.points, chunk.light
        return _track(info, time_s, points, light)


def read_chunks(path: Path | str, frames: int = ROW_GROUP) -> Iterator[PoseTrack]:
    """Read a recording piece by piece, in little memory whatever its length.

    Args:
        path: the recording.
        frames: the most frames in one piece, at least 1.

    Yields:
        Tracks that follow each other without a gap; none if the recording holds no frames.

    Raises:
        ReposeError: the file is missing or damaged, is no recording or one of a newer Repose, or does not
            hold what it should; then one message names all problems, before the first piece.
    """
    with _opened(Path(path)) as (file, info):
        yield from _chunks(file, info, frames)


def read_info(path: Path | str) -> RecordingInfo:
    """What a recording says of itself.

    Raises:
        ReposeError: as for `read_chunks`.
    """
    with _opened(Path(path)) as (_, info):
        return info


class RecordingWriter:
    """Writes a recording as it comes; use it in a `with`.

    The file appears under its name when it is closed, and whole. After an error, or `discard`, there is none,
    and what was there before under that name is untouched.
    """

    def __init__(
        self, path: Path | str, frame_size: tuple[int, int], source: str, model: str, software: dict[str, str]
    ) -> None:
        """Begin the file; the arguments are as in `PoseTrack`.

        Raises:
            ReposeError: the file cannot be written.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._path = Path(path)
        if self._path.is_dir():
            raise ReposeError(f"{self._path}: is a folder; give the name of a file in it")
        self._part = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        self._schema = recording_schema.schema().with_metadata(
            recording_schema.metadata(frame_size, source, model, software)
        )
        # The row group that is being filled.
        self._time_s = np.empty(ROW_GROUP, np.float64)
        self._points = np.empty((ROW_GROUP, len(POINT_COLUMNS)), np.float32)
        self._light = np.empty(ROW_GROUP, np.float32)
        self._rows = 0
        self._last_s = -np.inf
        self._file: pa.OSFile | None = None
        self._writer: pq.ParquetWriter | None = None
        with self._nothing_left_on_error():
            self._file = pa.OSFile(str(self._part), "wb")
            self._writer = pq.ParquetWriter(
                self._file,
                self._schema,
                # Measured, see docs/recording-format.md. Numbers hardly repeat, so a dictionary only costs.
                compression="zstd",
                compression_level=1,
                use_byte_stream_split=True,
                use_dictionary=False,
                write_statistics=["time_s"],
                write_page_checksum=True,
            )

    def write(self, track: PoseTrack) -> None:
        """Append frames after those before; the track's metadata are not looked at.

        Raises:
            ReposeError: the file cannot be written.
            ValueError: dtypes, shapes or timestamps are not what `PoseTrack` documents.
        """
        if self._writer is None:
            raise ValueError("the recording is closed")
        require_track(track, self._last_s)
        points = track.points.reshape(-1, len(POINT_COLUMNS))
        done, frames = 0, len(track.time_s)
        while done < frames:
            taken = min(ROW_GROUP - self._rows, frames - done)
            here, there = slice(self._rows, self._rows + taken), slice(done, done + taken)
            self._time_s[here] = track.time_s[there]
            self._points[here] = points[there]
            self._light[here] = track.light[there]
            self._rows += taken
            done += taken
            if self._rows == ROW_GROUP:
                self._flush()
        if frames:
            self._last_s = float(track.time_s[-1])

    def close(self) -> None:
        """Finish the file and give it its name; closing twice is harmless.

        Raises:
            ReposeError: the file cannot be written.
        """
        if self._writer is None or self._file is None:
            return
        self._flush()
        with self._nothing_left_on_error():
            self._writer.close()
            self._file.close()
            self._part.replace(self._path)
            self._writer = self._file = None

    def discard(self) -> None:
        """Leave no file; harmless after `close`."""
        writer, file = self._writer, self._file
        self._writer = self._file = None
        if file is None:
            return
        # The disk may be full or gone; the file goes all the same.
        with suppress(OSError):
            if writer is not None:
                writer.close()
        with suppress(OSError):
            file.close()
        with suppress(OSError):
            self._part.unlink()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file, or leave none after an error."""
        if kind is None:
            self.close()
        else:
            self.discard()

    def _flush(self) -> None:
        """Write the row group, full or not."""
        import pyarrow as pa

        if self._writer is None or self._rows == 0:
            return
        filled = slice(self._rows)
        columns = np.ascontiguousarray(self._points[filled].T)
        arrays = [self._time_s[filled], self._light[filled], *columns]
        with self._nothing_left_on_error():
            self._writer.write_table(
                pa.Table.from_arrays([pa.array(array) for array in arrays], schema=self._schema)
            )
        self._rows = 0

    @contextmanager
    def _nothing_left_on_error(self) -> Iterator[None]:
        """Discard the file after any error; the system's are told in one line."""
        try:
            yield
        except BaseException as error:
            self.discard()
            if not isinstance(error, OSError):
                raise
            raise ReposeError(
                f"{self._path}: cannot be written ({_reason(error)}); name a file in a folder that exists, "
                "may be written to and has room"
            ) from error


def require_track(track: PoseTrack, after_s: float) -> None:
    """Refuse arrays that would not come back as they are, or that could not be read."""
    frames = len(track.time_s)
    wanted: dict[str, tuple[NDArray[np.floating], type[np.floating], tuple[int, ...]]] = {
        "time_s": (track.time_s, np.float64, (frames,)),
        "points": (track.points, np.float32, (frames, len(LANDMARKS), len(COLUMNS))),
        "light": (track.light, np.float32, (frames,)),
    }
    for name, (array, dtype, shape) in wanted.items():
        if array.dtype != dtype or array.shape != shape:
            raise ValueError(f"{name} is {array.dtype} {array.shape}, not {np.dtype(dtype)} {shape}")
    if problems := recording_schema.time_problems(track.time_s):
        raise ValueError("; ".join(problems))
    if frames and track.time_s[0] <= after_s:
        raise ValueError("time_s does not increase from the frames before")


@contextmanager
def _opened(path: Path) -> Iterator[tuple["pq.ParquetFile", RecordingInfo]]:
    """Open and check a recording; what pyarrow says of damage becomes one line."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.is_dir():
        raise ReposeError(f"{path}: is a folder; give a recording in it")
    if not path.is_file():
        raise ReposeError(f"{path}: there is no such file; check its name and folder")
    try:
        with path.open("rb") as raw:
            try:
                check_footer(raw.fileno())
            except ReposeError as error:
                raise ReposeError(f"{path.name}: {error}") from error
            with pq.ParquetFile(
                path,
                # Without pre-buffering, only the row group at hand is in memory.
                pre_buffer=False,
                page_checksum_verification=True,
                thrift_string_size_limit=_LONGEST_TEXT,
                thrift_container_size_limit=_MOST_ENTRIES,
            ) as file:
                yield file, _checked(file, raw.fileno(), path.name)
    except OSError as error:
        if error.errno:
            raise ReposeError(
                f"{path.name}: cannot be read ({_reason(error)}); check its permissions"
            ) from error
        raise ReposeError(f"{path.name}: {_DAMAGED}") from error
    # Of what is damaged, Arrow also says ValueError and the like.
    except (pa.ArrowException, ValueError, LookupError, OverflowError, MemoryError) as error:
        raise ReposeError(f"{path.name}: {_DAMAGED}") from error


def _checked(file: "pq.ParquetFile", raw: int, name: str) -> RecordingInfo:
    """What the recording says of itself, once it holds what it should; else all problems in one line.

    Args:
        file: the recording.
        raw: descriptor of the same file.
        name: of the file.
    """
    said = recording_schema.decoded(file.schema_arrow.metadata)
    if said.get("repose.format") != FORMAT:
        raise ReposeError(f"{name}: is a Parquet file, but not a recording of Repose; give a recording")
    version = recording_schema.whole(said.get("repose.format_version", ""))
    if version > VERSION:
        raise ReposeError(
            f"{name}: made by a newer Repose, format {version}; this one reads up to {VERSION}: update Repose"
        )
    try:
        check_pages(raw, file.metadata, ("time_s", "light", *POINT_COLUMNS))
    except ReposeError as error:
        raise ReposeError(f"{name}: {error}") from error
    problems = recording_schema.metadata_problems(said) + recording_schema.column_problems(file.schema_arrow)
    if recording_schema.has_time(file.schema_arrow):
        time_s = _numpy(file.read(["time_s"]).column("time_s"))
        if len(time_s) != file.metadata.num_rows:
            raise ReposeError(f"{name}: {_DAMAGED}")
        problems += recording_schema.time_problems(time_s) or recording_schema.length_problems(time_s)
    frame_size, software = recording_schema.frame_size(said), recording_schema.software(said)
    if problems or frame_size is None or software is None:
        raise ReposeError(f"{name}: is not a usable recording: {'; '.join(problems)}; make it again")
    return RecordingInfo(
        file.metadata.num_rows, frame_size, said["repose.source"], said["repose.model"], software
    )


def _chunks(file: "pq.ParquetFile", info: RecordingInfo, frames: int) -> Iterator[PoseTrack]:
    """The frames in pieces of at most `frames`, as arrays of their own."""
    done = 0
    for batch in file.iter_batches(frames, columns=["time_s", "light", *POINT_COLUMNS]):
        done += batch.num_rows
        columns = np.empty((len(POINT_COLUMNS), batch.num_rows), np.float32)
        for row, name in zip(columns, POINT_COLUMNS, strict=True):
            row[:] = _numpy(batch.column(name))
        points = np.ascontiguousarray(columns.T).reshape(-1, len(LANDMARKS), len(COLUMNS))
        time_s, light = (np.array(_numpy(batch.column(name))) for name in ("time_s", "light"))
        yield _track(info, time_s, points, light)
    if done != info.frames:
        raise ValueError("it holds fewer frames than it says")


def _track(
    info: RecordingInfo, time_s: NDArray[np.float64], points: NDArray[np.float32], light: NDArray[np.float32]
) -> PoseTrack:
    return PoseTrack(time_s, points, light, info.frame_size, info.source, info.model, dict(info.software))


def _numpy(column: "pa.Array[Any] | pa.ChunkedArray[Any]") -> NDArray[np.floating]:
    """The numbers of a column; a null, which other tools may write, is NaN."""
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _reason(error: OSError) -> str:
    """What the system says, without the path."""
    return os.strerror(error.errno) if error.errno else str(error).partition("\n")[0]
