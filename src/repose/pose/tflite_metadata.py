"""Tell a TFLite model how its input picture is scaled, as MediaPipe's landmarker wants to be told.

MediaPipe reads mean and standard deviation from `ModelMetadata` inside the model file, and refuses a model
without. Google's own writer is not in the MediaPipe versions we allow, and packing the model again with the
`flatbuffers` package gives other bytes from one version of it to the next. So the few tables that are new
are written here and put *before* the model, which is left as it is: the same bytes on every machine.

FlatBuffers in short: a table is a signed offset to its vtable, then its fields in cells; the vtable says at
which byte of the table each field is. Whatever has no fixed size is reached by an unsigned offset, forward
from the cell. Numbers are little-endian. The slots below are field numbers of TFLite's `schema.fbs` and
MediaPipe's `metadata_schema.fbs`.
"""

import struct
from dataclasses import dataclass
from typing import Final

_VERSION, _BUFFERS, _METADATA = 0, 4, 6
_MODEL_SLOTS: Final = 8

_ALIGNED: Final = 64
"""The model moves by a multiple of this many bytes, so that its weights stay as aligned as they were."""

_NORMALIZATION_OPTIONS: Final = b"\x01"
"""`ProcessUnitOptions.NormalizationOptions`."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Fields by slot: bytes (at most 4) of a number, or what the field refers to."""

    fields: "dict[int, bytes | _Node]"


@dataclass(frozen=True, slots=True)
class _Vector:
    """References to tables."""

    items: "list[_Node]"


@dataclass(frozen=True, slots=True)
class _Array:
    """A vector of numbers, or a string, as bytes."""

    count: int
    data: bytes


@dataclass(frozen=True, slots=True)
class _InModel:
    """Something in the model that comes after, at this position of it."""

    position: int


_Node = _Table | _Vector | _Array | _InModel


def with_normalization(model: bytes, mean: float, std: float) -> bytes:
    """The model with metadata that says: the input is (pixel - mean) / std, pixels from 0 to 255.

    Args:
        model: a TFLite file with one input.
        mean: subtracted from each pixel value.
        std: what the difference is divided by.

    Returns:
        The same model with metadata; always the same bytes.

    Raises:
        ValueError: not a TFLite file.
    """
    if model[4:8] != b"TFL3":
        raise ValueError("not a TFLite model")
    metadata = _file(_normalization(mean, std), b"M001")
    root = _u32(model, 0)
    fields: dict[int, bytes | _Node] = {}
    for slot in range(_MODEL_SLOTS):
        cell = _cell(model, root, slot)
        if cell is not None:
            number = slot == _VERSION
            fields[slot] = model[cell : cell + 4] if number else _InModel(cell + _u32(model, cell))
    buffers = _items(model, fields.get(_BUFFERS))
    entries = _items(model, fields.get(_METADATA))
    entry = _Table({0: _string("TFLITE_METADATA"), 1: struct.pack("<I", len(buffers))})
    fields[_BUFFERS] = _Vector([*buffers, _Table({0: _Array(len(metadata), metadata)})])
    fields[_METADATA] = _Vector([*entries, entry])
    return _file(_Table(fields), b"TFL3", model)


def _normalization(mean: float, std: float) -> _Table:
    """`ModelMetadata` of a model with one input picture."""
    options = _Table({0: _floats(mean), 1: _floats(std)})
    unit = _Table({0: _NORMALIZATION_OPTIONS, 1: options})
    tensor = _Table({0: _string("image"), 4: _Vector([unit])})
    subgraph = _Table({2: _Vector([tensor])})
    return _Table({0: _string("pose"), 3: _Vector([subgraph])})


def _floats(value: float) -> _Array:
    return _Array(1, struct.pack("<f", value))


def _string(text: str) -> _Array:
    return _Array(len(text), text.encode("ascii") + b"\0")


def _u32(data: bytes, position: int) -> int:
    return int(struct.unpack_from("<I", data, position)[0])


def _cell(data: bytes, table: int, slot: int) -> int | None:
    """Where a field of the table at this position is; None if it is left out."""
    vtable = table - struct.unpack_from("<i", data, table)[0]
    size = struct.unpack_from("<H", data, vtable)[0]
    entry = 4 + 2 * slot
    offset = struct.unpack_from("<H", data, vtable + entry)[0] if entry < size else 0
    return table + offset if offset else None


def _items(model: bytes, vector: "bytes | _Node | None") -> list[_Node]:
    """The tables that a vector in the model refers to."""
    if not isinstance(vector, _InModel):
        return []
    first = vector.position + 4
    cells = range(first, first + 4 * _u32(model, vector.position), 4)
    return [_InModel(cell + _u32(model, cell)) for cell in cells]


def _file(root: _Table, identifier: bytes, model: bytes = b"") -> bytes:
    """A FlatBuffers file: the new tables, then the model that they refer to."""
    out = bytearray(4) + identifier
    later: list[tuple[int, int]] = []
    struct.pack_into("<I", out, 0, _write(out, root, later))
    if model:
        out += bytes(-len(out) % _ALIGNED)
    for cell, position in later:
        struct.pack_into("<I", out, cell, len(out) + position - cell)
    return bytes(out) + model


def _write(out: bytearray, node: _Table | _Vector | _Array, later: list[tuple[int, int]]) -> int:
    """Append a node and what it refers to.

    Args:
        out: what is written so far.
        node: what to append.
        later: cells that refer into the model are added here, with the position there.

    Returns:
        The position of the node.
    """
    out += bytes(-len(out) % 4)
    start = len(out)
    references: list[tuple[int, _Node]] = []
    if isinstance(node, _Array):
        # TFLite wants the data of a buffer at a multiple of 16.
        out += bytes(-(start + 4) % 16)
        start = len(out)
        out += struct.pack("<I", node.count) + node.data
    elif isinstance(node, _Vector):
        out += struct.pack("<I", len(node.items)) + bytes(4 * len(node.items))
        references = [(start + 4 + 4 * index, item) for index, item in enumerate(node.items)]
    else:
        slots = max(node.fields) + 1
        cells = {slot: 4 + 4 * place for place, slot in enumerate(sorted(node.fields))}
        vtable = struct.pack(
            f"<{slots + 2}H",
            4 + 2 * slots,
            4 + 4 * len(cells),
            *(cells.get(slot, 0) for slot in range(slots)),
        )
        out += vtable + bytes(-len(vtable) % 4)
        start, vtable_at = len(out), start
        out += struct.pack("<i", start - vtable_at) + bytes(4 * len(cells))
        for slot, value in node.fields.items():
            cell = start + cells[slot]
            if isinstance(value, bytes):
                out[cell : cell + len(value)] = value
            else:
                references.append((cell, value))
    for cell, target in references:
        if isinstance(target, _InModel):
            later.append((cell, target.position))
        else:
            struct.pack_into("<I", out, cell, _write(out, target, later) - cell)
    return start
