"""What the documentation page says, taken from the models themselves."""

from typing import Any

from repose.web.answers import ProtocolSchemas
from repose.web.protocol import CLIENT_MESSAGES, PROTOCOL, SERVER_MESSAGES, PictureHeader


def protocol_schemas() -> ProtocolSchemas:
    """The JSON schemas of the WebSocket's messages."""
    return ProtocolSchemas(
        protocol=PROTOCOL,
        server=SERVER_MESSAGES.json_schema(mode="serialization"),
        client=CLIENT_MESSAGES.json_schema(mode="validation"),
        picture_header=PictureHeader.model_json_schema(mode="serialization"),
    )


def describe(openapi: dict[str, Any]) -> dict[str, Any]:
    """The routes of an application, as OpenAPI has them."""
    return openapi
