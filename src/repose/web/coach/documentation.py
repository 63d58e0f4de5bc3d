"""What the documentation page says.

It is taken from the models and their docstrings, so that it is never out of date.
"""

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from repose.coaching.messages import Urgency
from repose.live import protocol
from repose.live.protocol import CLIENT_MESSAGES, PROTOCOL, SERVER_MESSAGES, PictureHeader
from repose.web.answers import ProtocolSchemas
from repose.web.coach.kinds import Part, Schema, kind_in_words, name_of

_NUMBERED: Final[dict[str, type[Enum]]] = {"Urgency": Urgency}
"""Enumerations by number, whose names are not in a JSON schema."""

_ENTRY: Final = re.compile(r"(?P<names>\w+(?:, \w+)*): (?P<text>.*)")


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A field: its name, its type in words, what it is, and its default as JSON if it may be left out."""

    name: str
    kind: tuple[Part, ...]
    default: str | None
    text: str


@dataclass(frozen=True, slots=True)
class TypeWords:
    """A message, or a type that messages are made of.

    Attributes:
        name: of the type.
        tag: what `type` is in a message; None in all others.
        text: what it is.
        fields: of an object.
        kind: of all others.
    """

    name: str
    tag: str | None
    text: str
    fields: tuple[FieldWords, ...]
    kind: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class RouteWords:
    """An HTTP route: what it does, and what it answers."""

    method: str
    path: str
    text: str
    answer: tuple[Part, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Documentation:
    """All that the page shows.

    Attributes:
        introduction: paragraphs.
        routes: the HTTP routes that answer in JSON.
        server, client: the text messages of each.
        picture_header: the header of a binary message.
        types: what all of these are made of, by name.
    """

    introduction: tuple[str, ...]
    routes: tuple[RouteWords, ...]
    server: tuple[TypeWords, ...]
    client: tuple[TypeWords, ...]
    picture_header: TypeWords
    types: tuple[TypeWords, ...]


def protocol_schemas() -> ProtocolSchemas:
    """The JSON schemas of the WebSocket's messages."""
    return ProtocolSchemas(
        protocol=PROTOCOL,
        server=SERVER_MESSAGES.json_schema(mode="serialization"),
        client=CLIENT_MESSAGES.json_schema(mode="validation"),
        picture_header=PictureHeader.model_json_schema(mode="serialization"),
    )


def describe(openapi: Schema) -> Documentation:
    """Put an application's routes and the protocol's messages into words.

    Args:
        openapi: the application's OpenAPI document.
    """
    schemas = protocol_schemas()
    header = schemas.picture_header
    types = {
        **openapi.get("components", {}).get("schemas", {}),
        **header.get("$defs", {}),
        **schemas.client["$defs"],
        **schemas.server["$defs"],
    }
    server = _messages(schemas.server, sent_in=False)
    client = _messages(schemas.client, sent_in=True)
    shown = {message.name for message in (*server, *client)}
    return Documentation(
        introduction=tuple(_paragraphs(inspect.getdoc(protocol) or "")),
        routes=tuple(_routes(openapi)),
        server=server,
        client=client,
        picture_header=_type("PictureHeader", header, sent_in=False),
        types=tuple(
            _type(name, types[name], sent_in=name in schemas.client["$defs"])
            for name in sorted(types)
            if name not in shown
        ),
    )


def _messages(schema: Schema, sent_in: bool) -> tuple[TypeWords, ...]:
    """The members of a union that are told apart by their `type`."""
    names = (name_of(member["$ref"]) for member in schema["oneOf"])
    return tuple(_type(name, schema["$defs"][name], sent_in) for name in names)


def _type(name: str, schema: Schema, sent_in: bool) -> TypeWords:
    """A type in words; of what clients send in, fields may be left out, the server gives all of them."""
    text, described = _read(schema.get("description", ""))
    properties = schema.get("properties", {})
    tag = properties.get("type", {}).get("const")
    fields = (
        FieldWords(
            field,
            tuple(kind_in_words(is_)),
            json.dumps(is_["default"]) if sent_in and "default" in is_ else None,
            described.get(field, ""),
        )
        for field, is_ in properties.items()
        if not (field == "type" and tag)
    )
    if name in _NUMBERED:
        kind: tuple[Part, ...] = (
            Part(", ".join(f"{member.value} {member.name.lower()}" for member in _NUMBERED[name])),
        )
    else:
        kind = () if properties else tuple(kind_in_words(schema))
    return TypeWords(name, tag, text, tuple(fields), kind)


def _routes(openapi: Schema) -> Iterator[RouteWords]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            content = operation["responses"]["200"]["content"]
            json_ = content.get("application/json")
            yield RouteWords(
                method=method.upper(),
                path=path,
                text=operation.get("description") or operation.get("summary", ""),
                answer=tuple(kind_in_words(json_["schema"])) if json_ else (Part(", ".join(content)),),
                open=not operation.get("security"),
            )


def _read(docstring: str) -> tuple[str, dict[str, str]]:
    """The text of a Google docstring, and what it says of each attribute."""
    text, _, attributes = docstring.partition("Attributes:\n")
    described: dict[str, str] = {}
    names: list[str] = []
    for line in map(str.strip, attributes.splitlines()):
        if entry := _ENTRY.fullmatch(line):
            names = entry["names"].split(", ")
            described |= dict.fromkeys(names, entry["text"])
        else:
            described |= {name: f"{described[name]} {line}" for name in names}
    return " ".join(text.split()), {name: said.strip() for name, said in described.items()}


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield " ".join(paragraph.split())
