"""The routes that answer in JSON."""

from fastapi import APIRouter, Response, Security
from fastapi.security import APIKeyCookie

from repose import __version__
from repose.calibration.profiles import Profiles
from repose.coaching.programme import Programme, usual_item, usual_programme
from repose.exercises.load import offered
from repose.live.port import Engine
from repose.live.protocol import StateMessage
from repose.sessions.store import Store
from repose.web.answers import ExerciseInfo, Health, ProtocolSchemas, exercise_info
from repose.web.coach.documentation import protocol_schemas
from repose.web.coach.starting import starting_routes


def exercise_infos() -> tuple[ExerciseInfo, ...]:
    """The exercises of the programme in words, in its order, and then one's own."""
    return tuple(exercise_info(definition, usual_item(slug)) for slug, definition in offered().items())


def api_routes(engine: Engine | None, cookie: str, store: Store | None, profiles: Profiles) -> APIRouter:
    """The routes.

    Args:
        engine: whose session it is; None without a coach, then there is no session to tell of.
        cookie: name of the cookie that lets in. The guard checks it; here it is only documented.
        store: where sessions are kept; None where nothing is.
        profiles: the thresholds in force.
    """
    # Without auto_error the scheme refuses nothing by itself.
    let_in = Security(APIKeyCookie(name=cookie, auto_error=False, description="Set by /?token=…"))
    health = APIRouter()
    api = APIRouter(dependencies=[let_in])

    @health.get("/health", operation_id="health")
    async def get_health() -> Health:
        """Tell that this is Repose."""
        return Health(name="repose", version=__version__)

    @api.get("/api/exercises", operation_id="exercises")
    async def get_exercises() -> tuple[ExerciseInfo, ...]:
        """List the exercises in words, with their default doses."""
        return exercise_infos()

    @api.get("/api/programme", operation_id="programme")
    async def get_programme() -> Programme:
        """Give the usual programme, as `start` takes it."""
        return usual_programme()

    @api.get("/api/protocol", operation_id="protocol")
    async def get_protocol() -> ProtocolSchemas:
        """Give the JSON schemas of the WebSocket's messages; `/protocol` has them in words."""
        return protocol_schemas()

    if engine is not None:
        running = engine

        @api.get("/api/session", operation_id="session", response_model=StateMessage)
        async def get_session() -> Response:
            """Give what there is to show of the session now, as `state` has it."""
            return Response(running.state().model_dump_json(), media_type="application/json")

    if engine is not None and store is not None:
        api.include_router(starting_routes(engine, store, profiles))

    routes = APIRouter()
    routes.include_router(health)
    routes.include_router(api)
    return routes
