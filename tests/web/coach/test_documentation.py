"""The documentation page and the OpenAPI document say all that there is."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import httpx
import pytest
from fastapi.openapi.models import OpenAPI
from pydantic import BaseModel

from repose.coaching.messages import View
from repose.coaching.programme import Programme, usual_programme
from repose.live.protocol import ClientMessage, PictureHeader, ServerMessage, StateMessage
from repose.web.answers import ExerciseInfo, Health, ProtocolSchemas
from repose.web.coach.documentation import describe, protocol_schemas
from tests.web.coach.running import running

SERVER: tuple[type[BaseModel], ...] = get_args(get_args(ServerMessage)[0])
CLIENT: tuple[type[BaseModel], ...] = get_args(get_args(ClientMessage)[0])


@pytest.fixture(scope="module")
def browser() -> Iterator[httpx.Client]:
    with running() as server, server.browser() as client:
        yield client


@pytest.fixture(scope="module")
def page(browser: httpx.Client) -> str:
    return browser.get("/protocol").text


@pytest.fixture(scope="module")
def openapi(browser: httpx.Client) -> dict[str, Any]:
    document: dict[str, Any] = browser.get("/openapi.json").json()
    return document


def section(page: str, name: str) -> str:
    """The part of the page about one type, as text."""
    found = re.search(rf'<section id="{name}">(.*?)</section>', page, re.DOTALL)
    assert found, name
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split())


def definitions() -> dict[str, dict[str, Any]]:
    """Every type that a message is made of, by name."""
    schemas = protocol_schemas()
    found = {"PictureHeader": schemas.picture_header}
    for schema in (schemas.server, schemas.client, schemas.picture_header):
        found |= schema["$defs"]
    return found


@pytest.mark.parametrize("message", [*SERVER, *CLIENT], ids=lambda message: message.__name__)
def test_the_page_tells_of_every_message(page: str, message: type[BaseModel]) -> None:
    said = section(page, message.__name__)
    assert message.model_fields["type"].default in said.split()
    assert message.__doc__
    assert " ".join(message.__doc__.split("Attributes:")[0].replace("`", " ").split()) in " ".join(
        said.split()
    )


@pytest.mark.parametrize("name", definitions())
def test_the_page_tells_of_every_field_its_type_and_its_limits(page: str, name: str) -> None:
    schema = definitions()[name]
    said = section(page, name)
    for field, is_ in schema.get("properties", {}).items():
        if field == "type":
            continue
        assert field in said.split()
        for limit in ("minimum", "maximum", "maxLength", "minItems", "maxItems"):
            if limit in is_:
                assert f"{is_[limit]}" in said
        if "default" in is_:
            left_out = f"if left out {json.dumps(is_['default'])}"
            assert (left_out in said) == (name in protocol_schemas().client["$defs"])
    for value in schema.get("enum", ()):
        assert str(value) in said


def test_what_the_docstrings_say_of_fields_is_on_the_page(page: str) -> None:
    assert "seconds left of the countdown or rest." in section(page, "View")
    assert View.__doc__
    assert len(re.findall(r"^        [a-z_, ]+:", View.__doc__, re.MULTILINE)) > 10
    # Two names that share their words, and words that go on in the next line.
    said = section(page, "PictureHeader")
    assert said.count("of the analysed picture in pixels; the JPEG may be smaller") == 2
    assert "in shares of width and height; None when nobody was found." in said


def test_every_link_on_the_page_leads_somewhere(page: str) -> None:
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    links = re.findall(r'href="#([^"]+)"', page)
    assert len(links) > 30
    assert set(links) <= set(ids)


def test_the_page_tells_of_every_route(page: str, openapi: dict[str, Any]) -> None:
    for path in openapi["paths"]:
        assert f"<code>GET {path}</code>" in page
    for path in ("/", "/protocol", "/openapi.json"):
        assert f"<code>GET {path}</code>" in page


def test_only_health_is_said_to_need_no_cookie(openapi: dict[str, Any]) -> None:
    assert [route.path for route in describe(openapi).routes if route.open] == ["/health"]


def test_nothing_on_the_pages_is_loaded_from_elsewhere(browser: httpx.Client, page: str) -> None:
    for text in (page, browser.get("/").text):
        sources = re.findall(r'(?:src|href)="([^"]*)"', text)
        assert sources
        assert [source for source in sources if not source.startswith(("/", "#"))] == []
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>", text)


def test_the_openapi_document_is_valid_and_complete(openapi: dict[str, Any]) -> None:
    OpenAPI.model_validate(openapi)
    assert set(openapi["paths"]) == {
        "/health",
        "/api/exercises",
        "/api/programme",
        "/api/session",
        "/api/protocol",
    }
    schemas = openapi["components"]["schemas"]
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(openapi)):
        assert reference.removeprefix("#/components/schemas/") in schemas
    operations = [operation for methods in openapi["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["description"]
        assert operation["responses"]["200"]["content"]["application/json"]["schema"]


def test_the_routes_answer_as_documented(browser: httpx.Client) -> None:
    assert Health.model_validate(browser.get("/health").json()).name == "repose"
    assert Programme.model_validate(browser.get("/api/programme").json()) == usual_programme()
    assert StateMessage.model_validate(browser.get("/api/session").json()).machine.source == "fake"
    assert ProtocolSchemas.model_validate(browser.get("/api/protocol").json()) == protocol_schemas()
    exercises = [ExerciseInfo.model_validate(it) for it in browser.get("/api/exercises").json()]
    assert [it.slug for it in exercises] == [item.exercise for item in usual_programme().items]
    chest = next(it for it in exercises if it.slug == "knee-to-chest")
    assert (chest.dose.hold_s, chest.sides, chest.posture) == (20.0, ("left", "right"), "supine")
    assert "keep the head down" in chest.faults
    assert chest.unseen


def test_schemas_tell_messages_apart_by_their_type() -> None:
    schemas = protocol_schemas()
    for schema, messages in ((schemas.server, SERVER), (schemas.client, CLIENT)):
        tags = {message.model_fields["type"].default for message in messages}
        assert set(schema["discriminator"]["mapping"]) == tags
    assert set(schemas.picture_header["properties"]) == set(PictureHeader.model_fields)
