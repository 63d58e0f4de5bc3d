"""Tables to files, row by row: CSV, Parquet and JSON. pyarrow is imported where it is used."""

import json
import math
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, Self

from repose.sessions.export_about import about_table
from repose.sessions.export_tables import Column, Kind, Row, Table

if TYPE_CHECKING:
    pass

Format = Literal["csv", "parquet", "json"]

FORMATS: Final[tuple[Format, ...]] = ("csv", "parquet", "json")

ROWS: Final = 4096
"""Rows that are written together."""

_FORMULA: Final = ("=", "+", "-", "@", "'", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a text begins that a spreadsheet may take for a formula; and the mark that is put before it."""


class _Writer(Protocol):
    def write(self, rows: Sequence[Row]) -> None: ...

    def close(self) -> None: ...


class TableWriter:
    """Writes one table in several formats; use it in a `with`."""

    def __init__(self, table: Table, files: dict[Format, Path], made_at: datetime) -> None:
        """Begin the files.

        Args:
            table: what is written.
            files: where, by format.
            made_at: when the export is made.
        """
        self._rows: list[Row] = []
        self._closing = ExitStack()
        self._writers: list[_Writer] = []
        for kind, path in files.items():
            writer = _WRITERS[kind](table, path, made_at)
            self._closing.callback(writer.close)
            self._writers.append(writer)

    def write(self, row: Row) -> None:
        """Append a row."""
        self._rows.append(row)
        if len(self._rows) >= ROWS:
            self._flush()

    def _flush(self) -> None:
        for writer in self._writers:
            writer.write(self._rows)
        self._rows.clear()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is left, and close the files."""
        with self._closing:
            if kind is None:
                self._flush()


def cell_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def text_of_cell(cell: str) -> str:
    """The text that `cell_text` was given."""
    return cell.removeprefix("'")


class _Parquet:
    def __init__(self, table: Table, path: Path, made_at: datetime) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types: dict[Kind, Any] = {
            "text": pa.string(),
            "whole": pa.int64(),
            "number": pa.float64(),
            "yes_no": pa.bool_(),
            "moment": pa.timestamp("us", tz="UTC"),
            "list": pa.list_(pa.string()),
            "json": pa.string(),
        }
        said = json.dumps(about_table(table, made_at), ensure_ascii=False)
        self._columns = table.columns
        self._schema = pa.schema(
            [pa.field(one.name, types[one.kind], metadata={"meaning": one.meaning}) for one in table.columns],
            metadata={"repose.about": said},
        )
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, rows: Sequence[Row]) -> None:
        import pyarrow as pa

        if rows:
            arrays = [
                pa.array([_plain(one, row[one.name]) for row in rows], self._schema.field(one.name).type)
                for one in self._columns
            ]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


class _Csv:
    def __init__(self, table: Table, path: Path, made_at: datetime) -> None:
        import pyarrow as pa
        from pyarrow import csv

        types: dict[Kind, Any] = {
            "whole": pa.int64(),
            "number": pa.float64(),
            "yes_no": pa.bool_(),
        }
        self._columns = table.columns
        self._schema = pa.schema([(one.name, types.get(one.kind, pa.string())) for one in table.columns])
        self._writer = csv.CSVWriter(path, self._schema)

    def write(self, rows: Sequence[Row]) -> None:
        import pyarrow as pa

        if rows:
            arrays = [
                pa.array([_cell(one, row[one.name]) for row in rows], self._schema.field(one.name).type)
                for one in self._columns
            ]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


class _Json:
    def __init__(self, table: Table, path: Path, made_at: datetime) -> None:
        self._columns = table.columns
        self._file = path.open("w", encoding="utf-8", newline="\n")
        said = json.dumps(about_table(table, made_at), ensure_ascii=False)
        self._file.write(f'{{"about": {said},\n"rows": [')
        self._before = "\n"

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            values = {one.name: _in_json(one, row[one.name]) for one in self._columns}
            self._file.write(self._before + json.dumps(values, ensure_ascii=False, allow_nan=False))
            self._before = ",\n"

    def close(self) -> None:
        self._file.write("\n]}\n")
        self._file.close()


_WRITERS: Final[dict[Format, Any]] = {"csv": _Csv, "parquet": _Parquet, "json": _Json}


def _plain(column: Column, value: Any) -> Any:  # noqa: ANN401 - of any kind of column
    """A value as Parquet takes it."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return json.dumps(value, ensure_ascii=False, allow_nan=False) if column.kind == "json" else value


def _cell(column: Column, value: Any) -> Any:  # noqa: ANN401
    """A value as CSV takes it."""
    value = _in_json(column, value)
    if value is None:
        return None
    match column.kind:
        case "json":
            return json.dumps(value, ensure_ascii=False, allow_nan=False)
        case "list":
            return cell_text(";".join(value))
        case "text":
            return cell_text(value)
    return value


def _in_json(column: Column, value: Any) -> Any:  # noqa: ANN401
    """A value as JSON takes it."""
    value = None if isinstance(value, float) and not math.isfinite(value) else value
    if column.kind == "moment" and value is not None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value
