"""What the person, or the page in their name, can ask of a session."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from repose.coaching.programme import Programme
from repose.counting.result import Side


class _Command(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Start(_Command):
    """Begin a session with this programme. Ends the one under way, if any.

    Attributes:
        programme: what is to be done.
        person: name or pseudonym of who exercises; "" for who exercised last.
        prescribe: make the programme this person's own from now on.
        keep_video: keep a video of the session, from its first set on.
    """

    type: Literal["start"] = "start"
    programme: Programme
    person: str = Field(default="", max_length=200)
    prescribe: bool = False
    keep_video: bool = False


class Calibrate(_Command):
    """Begin a session that finds out how far a person can go: three tries. Ends the one under way, if any.

    Nothing is changed by it: what is proposed stands in `view.found`, to be looked at and saved elsewhere.

    Attributes:
        exercise: slug.
        side: that is to move; None where the exercise has no sides, or both move together.
        person: name or pseudonym of who is to move; "" for who exercised last.
    """

    type: Literal["calibrate"] = "calibrate"
    exercise: str = Field(max_length=40)
    side: Side | None = None
    person: str = Field(default="", max_length=200)


class Continue(_Command):
    """Go on with a session that was interrupted. Ends the one under way, if any.

    Attributes:
        session: its id.
    """

    type: Literal["continue"] = "continue"
    session: str = Field(max_length=64)


class Pause(_Command):
    """Stop counting until `resume`."""

    type: Literal["pause"] = "pause"


class Resume(_Command):
    """Go on after a pause."""

    type: Literal["resume"] = "resume"


class Skip(_Command):
    """Leave out what is under way: a rest, or the rest of a set."""

    type: Literal["skip"] = "skip"


class Stop(_Command):
    """End the session; its summary follows."""

    type: Literal["stop"] = "stop"


Command = Annotated[Start | Calibrate | Continue | Pause | Resume | Skip | Stop, Field(discriminator="type")]
"""Any of them, told apart by its `type`."""
