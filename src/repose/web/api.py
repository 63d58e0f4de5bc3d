"""The routes that answer in JSON."""

from fastapi import APIRouter

from repose import __version__
from repose.coaching.programme import Programme, usual_item, usual_programme
from repose.exercises import definitions
from repose.web.answers import ExerciseInfo, Health, ProtocolSchemas, exercise_info
from repose.web.documentation import protocol_schemas
from repose.web.engine import Engine
from repose.web.protocol import StateMessage


def exercise_infos() -> tuple[ExerciseInfo, ...]:
    """All exercises in words, in the programme's order."""
    return tuple(exercise_info(definition, usual_item(slug)) for slug, definition in definitions().items())


def api_routes(engine: Engine) -> APIRouter:
    """The routes, over this engine."""
    router = APIRouter()

    @router.get("/health")
    async def health() -> Health:
        """Tell that this is Repose. Needs no cookie."""
        return Health(name="repose", version=__version__)

    @router.get("/api/exercises")
    async def exercises() -> tuple[ExerciseInfo, ...]:
        """List the exercises in words, with their default doses."""
        return exercise_infos()

    @router.get("/api/programme")
    async def programme() -> Programme:
        """Give the usual programme, as `start` takes it."""
        return usual_programme()

    @router.get("/api/session")
    async def session() -> StateMessage:
        """Give what there is to show of the session now."""
        return engine.state()

    @router.get("/api/protocol")
    async def protocol() -> ProtocolSchemas:
        """Give the JSON schemas of the WebSocket's messages; /protocol has them in words."""
        return protocol_schemas()

    return router
