"""What the HTTP routes answer, as models, so that OpenAPI can describe it."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from repose.coaching.programme import Item, allowed_sides
from repose.counting.result import Side
from repose.exercises import Definition
from repose.exercises.definition import Posture


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Health(_Answer):
    """That this is Repose, and nothing else."""

    name: str
    version: str


class ExerciseInfo(_Answer):
    """An exercise in words, with its default dose.

    Attributes:
        slug: name in messages and commands.
        name: name for people.
        position: the start position.
        posture: of the body.
        sides: those that can be asked for; "both" for exercises without sides and for a pair that works
            together.
        dose: the default dose.
        faults: the form faults that are told, as what to do instead.
        unseen: the faults that the camera cannot show, and why.
    """

    slug: str
    name: str
    position: str
    posture: Posture
    sides: tuple[Side, ...]
    dose: Item
    faults: tuple[str, ...]
    unseen: tuple[str, ...]


class ProtocolSchemas(_Answer):
    """JSON schemas of the WebSocket's messages.

    Attributes:
        protocol: version of the protocol.
        server: any text message from the server.
        client: any text message from a client.
        picture_header: the header in a binary message from the server.
    """

    protocol: int
    server: dict[str, Any]
    client: dict[str, Any]
    picture_header: dict[str, Any]


def exercise_info(definition: Definition, dose: Item) -> ExerciseInfo:
    """What people need to know of an exercise."""
    return ExerciseInfo(
        slug=definition.slug,
        name=definition.name,
        position=definition.position,
        posture=definition.posture,
        sides=allowed_sides(definition),
        dose=dose,
        faults=tuple(fault.text for fault in definition.faults),
        unseen=tuple(unseen.why for unseen in definition.unseen),
    )
