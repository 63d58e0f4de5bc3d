"""The messages of the WebSocket `/ws`: what another client needs to know.

Text messages are JSON objects, told apart by `type`. A binary message from the server is a picture: the
length of its header as 4 bytes (unsigned, little-endian), the header (`PictureHeader`, JSON in UTF-8), and
the picture as JPEG, not mirrored; nothing after the header if the source has no pictures.

The server keeps at most `IN_FLIGHT` pictures on their way to a client, and sends the next, the newest, when
the client says that one was `shown`. A client that does not say so still gets everything else.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from repose.capture.trouble import Trouble
from repose.coaching.commands import Calibrate, Continue, Pause, Resume, Skip, Start, Stop
from repose.coaching.messages import Done, Say, Tone, View

PROTOCOL: Final = 1
"""Version of the protocol; another number means that old clients will not understand."""

IN_FLIGHT: Final = 2
"""Pictures that may be on their way to one client at a time."""

MOST_BYTES: Final = 65_536
"""Longest message that a client may send; a longer one closes its connection with code 1009."""

Role = Literal["controller", "watcher"]


@dataclass(frozen=True, slots=True)
class Machine:
    """How the machine keeps up.

    Attributes:
        source: "camera:0", or a file's name without folders.
        size: (width, height) of the pictures that are analysed; None before the first.
        camera_fps: pictures a second that the source gives.
        analysed_fps: pictures a second in which the body is looked for.
        dropped: pictures left out since the start because a newer one was there.
        model: the pose model in use.
        latency_ms: median time from capture to paint of the latest pictures, as pages report it.
        tone_ms: the same from a decision to its tone.
        trouble: what is wrong with the source; None when all is well.
        notes: what was changed to keep up, in sentences for people.
        keeps: whether sessions are kept.
        session: id of the kept session under way, or of the last one; None before its first set.
        unsaved: why what happens is not being saved, and what to do; None while all is well.
        films: whether a video of the session is being kept just now.
    """

    source: str
    size: tuple[int, int] | None = None
    camera_fps: float = 0.0
    analysed_fps: float = 0.0
    dropped: int = 0
    model: str = "full"
    latency_ms: float | None = None
    tone_ms: float | None = None
    trouble: Trouble | None = None
    notes: tuple[str, ...] = ()
    keeps: bool = False
    session: str | None = None
    unsaved: str | None = None
    films: bool = False


@dataclass(frozen=True, slots=True)
class Lit:
    """The working joint, to be lit in the picture.

    Attributes:
        joint: "knee", "hip", "ankle" or "trunk".
        side: "left", "right", "both", or "middle" for the trunk.
        angle_deg: to be written beside it.
    """

    joint: str
    side: str
    angle_deg: float | None


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)


class PictureHeader(_Message):
    """What stands before a picture.

    Attributes:
        seq: number of the picture.
        time_s: capture time on the session's clock.
        captured_ms: capture time on the wall clock, in milliseconds since 1970, for measuring latency.
        width, height: of the analysed picture in pixels; the JPEG may be smaller, with the same proportions.
        landmarks: [x, y, visibility] of the 33 landmarks in MediaPipe's order, x and y in shares of width and
            height; None when nobody was found.
        lit: the working joint; None without one.
    """

    seq: int
    time_s: float
    captured_ms: float
    width: int
    height: int
    landmarks: list[tuple[float, float, float]] | None
    lit: Lit | None


class Hello(_Message):
    """The first message of a connection."""

    type: Literal["hello"] = "hello"
    protocol: int = PROTOCOL
    software: str
    role: Role


class RoleChanged(_Message):
    """Who controls the session has changed; `why` is for people."""

    type: Literal["role"] = "role"
    role: Role
    why: str


class StateMessage(_Message):
    """What to show now. Sent after a change, at most ten times a second."""

    type: Literal["state"] = "state"
    view: View
    machine: Machine


class SayMessage(_Message):
    """Something to be spoken by the controlling page."""

    type: Literal["say"] = "say"
    say: Say


class ToneMessage(_Message):
    """A sound to be made by the controlling page.

    Attributes:
        decided_ms: when it was decided, in milliseconds since 1970, for measuring the delay.
    """

    type: Literal["tone"] = "tone"
    tone: Tone
    decided_ms: float


class DoneMessage(_Message):
    """A rep or a partial was counted."""

    type: Literal["done"] = "done"
    done: Done


class Problem(_Message):
    """Something that the client asked for was refused; `text` says why and what is allowed."""

    type: Literal["problem"] = "problem"
    text: str


ServerMessage = Annotated[
    Hello | RoleChanged | StateMessage | SayMessage | ToneMessage | DoneMessage | Problem,
    Field(discriminator="type"),
]
"""Any text message from the server."""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(_Request):
    """A picture was painted.

    Attributes:
        seq: of the picture.
        latency_ms: from capture to paint, by the client's clock; None if it was never painted.
    """

    type: Literal["shown"] = "shown"
    seq: int = Field(ge=0)
    latency_ms: float | None = Field(default=None, allow_inf_nan=False)


class Heard(_Request):
    """A tone was started; `delay_ms` is the time from its decision, by the client's clock."""

    type: Literal["heard"] = "heard"
    name: str = Field(max_length=40)
    delay_ms: float = Field(allow_inf_nan=False)


class TakeControl(_Request):
    """Control the session from this page; the one that did so becomes a watcher."""

    type: Literal["take_control"] = "take_control"


ClientMessage = Annotated[
    Start | Calibrate | Continue | Pause | Resume | Skip | Stop | Shown | Heard | TakeControl,
    Field(discriminator="type"),
]
"""Any text message from a client. Commands are heeded from the controlling page only."""

SERVER_MESSAGES: Final[TypeAdapter[ServerMessage]] = TypeAdapter(ServerMessage)
CLIENT_MESSAGES: Final[TypeAdapter[ClientMessage]] = TypeAdapter(ClientMessage)
