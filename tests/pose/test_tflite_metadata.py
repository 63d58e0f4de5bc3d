"""Metadata written by us, read back by Google's own generated readers."""

import flatbuffers
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as schema

from repose.pose.tflite_metadata import with_normalization


def model(weights: list[bytes], metadata: dict[str, bytes], description: str | None) -> bytes:
    """A model without operators, as Google's writer packs it."""
    tree = schema.ModelT()
    tree.version = 3
    tree.description = description
    tree.subgraphs = [schema.SubGraphT()]
    tree.subgraphs[0].name = "main"
    tree.subgraphs[0].inputs = [0]
    tree.buffers = []
    for data in (b"", *weights, *metadata.values()):
        tree.buffers.append(schema.BufferT())
        tree.buffers[-1].data = np.frombuffer(data, np.uint8) if data else None
    tree.metadata = []
    for index, name in enumerate(metadata):
        entry = schema.MetadataT()
        entry.name, entry.buffer = name, 1 + len(weights) + index
        tree.metadata.append(entry)
    builder = flatbuffers.Builder(0)
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def read(data: bytes) -> schema.ModelT:
    return schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(data, 0))


def contents(tree: schema.ModelT) -> list[bytes]:
    return [b"" if buffer.data is None else bytes(buffer.data) for buffer in tree.buffers]


@given(
    weights=st.lists(st.binary(min_size=1, max_size=100), max_size=4),
    metadata=st.dictionaries(st.sampled_from(["min_runtime_version", "other"]), st.binary(min_size=1)),
    description=st.none() | st.just("MLIR Converted."),
)
def test_the_model_stays_and_the_metadata_is_added(
    weights: list[bytes], metadata: dict[str, bytes], description: str | None
) -> None:
    before = model(weights, metadata, description)
    after = with_normalization(before, 127.5, 127.5)
    assert after.endswith(before)
    assert (len(after) - len(before)) % 64 == 0, "the weights stay aligned"

    old, new = read(before), read(after)
    assert (new.version, new.description) == (3, description.encode() if description else None)
    assert [(graph.name, list(graph.inputs)) for graph in new.subgraphs] == [(b"main", [0])]
    assert contents(new)[:-1] == contents(old)
    assert [entry.name for entry in new.metadata[:-1]] == [entry.name for entry in old.metadata or []]
    assert new.metadata[-1].name == b"TFLITE_METADATA"
    assert new.metadata[-1].buffer == len(old.buffers)


@pytest.mark.parametrize(("mean", "std"), [(127.5, 127.5), (0.0, 255.0)])
def test_mediapipe_reads_mean_and_std(mean: float, std: float) -> None:
    data = contents(read(with_normalization(model([b"abc"], {}, None), mean, std)))[-1]
    assert metadata_schema.ModelMetadata.ModelMetadataBufferHasIdentifier(data, 0)
    tree = metadata_schema.ModelMetadataT.InitFromObj(
        metadata_schema.ModelMetadata.GetRootAsModelMetadata(data, 0)
    )
    [subgraph] = tree.subgraphMetadata
    [tensor] = subgraph.inputTensorMetadata
    [unit] = tensor.processUnits
    assert unit.optionsType == metadata_schema.ProcessUnitOptions.NormalizationOptions
    assert (list(unit.options.mean), list(unit.options.std)) == ([mean], [std])


def test_other_files_are_refused() -> None:
    with pytest.raises(ValueError, match="not a TFLite model"):
        with_normalization(b"PK\3\4 and so on", 0, 1)
