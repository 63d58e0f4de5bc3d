"""Types of JSON schemas in words."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]

_LIMITS: Final = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "matching {}",
}
_COUNTS: Final = {"minItems": "at least {}", "maxItems": "at most {}"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the words for a type; with `to`, it leads to the type of that name."""

    text: str
    to: str | None = None


def kind_in_words(schema: Schema) -> Iterator[Part]:
    """A type in words, with its limits, in pieces."""
    if "$ref" in schema:
        name = name_of(schema["$ref"])
        yield Part(name, name)
    elif "const" in schema:
        yield Part(json.dumps(schema["const"]))
    elif "enum" in schema:
        yield from _joined([[Part(json.dumps(value))] for value in schema["enum"]])
    elif union := schema.get("anyOf") or schema.get("oneOf"):
        yield from _joined([list(kind_in_words(member)) for member in union])
    elif schema.get("type") == "array":
        yield from _array(schema)
    elif isinstance(values := schema.get("additionalProperties"), Mapping):
        yield Part("object of ")
        yield from kind_in_words(values)
    else:
        yield Part(str(schema.get("type", "anything")))
    limits = [words.format(schema[key]) for key, words in _LIMITS.items() if key in schema]
    if limits:
        yield Part(", " + ", ".join(limits))


def _array(schema: Schema) -> Iterator[Part]:
    if members := schema.get("prefixItems"):
        yield Part("[")
        for number, member in enumerate(members):
            yield Part(", " if number else "")
            yield from kind_in_words(member)
        yield Part("]")
        return
    yield Part("array of ")
    yield from kind_in_words(schema.get("items", {}))
    if limits := [words.format(schema[key]) for key, words in _COUNTS.items() if key in schema]:
        yield Part(f" ({', '.join(limits)} of them)")


def _joined(kinds: list[list[Part]]) -> Iterator[Part]:
    for number, kind in enumerate(kinds):
        if number:
            yield Part(" or ")
        yield from kind


def name_of(reference: str) -> str:
    """The name of the type that a `$ref` leads to."""
    return reference.rsplit("/", 1)[1]
