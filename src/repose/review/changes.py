"""What a reviewer can do to a session, as models: how they are stored and sent.

An event is named by a key: `m12` is the machine's rep or partial with the id 12 in the store; `c7` is the
event that the change with the id 7 made, `c7.1` the second of two.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from repose.counting.result import Side

Key = Annotated[str, Field(pattern=r"^(m\d+|c\d+(\.1)?)$", max_length=30)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Accept(_Change):
    """The event happened as it is told."""

    type: Literal["accept"] = "accept"
    event: Key


class Reject(_Change):
    """Nothing of the kind happened."""

    type: Literal["reject"] = "reject"
    event: Key


class Judge(_Change):
    """It happened, but it is a complete rep after all, or only a partial."""

    type: Literal["judge"] = "judge"
    event: Key
    complete: bool
    reason: str | None = Field(default=None, max_length=60)
    """Of a partial: why it does not count."""


class Add(_Change):
    """The machine missed one."""

    type: Literal["add"] = "add"
    set_id: int
    side: Side
    start_s: Seconds
    peak_s: Seconds
    end_s: Seconds
    complete: bool = True
    reason: str | None = Field(default=None, max_length=60)


class Move(_Change):
    """It happened at another time."""

    type: Literal["move"] = "move"
    event: Key
    start_s: Seconds
    peak_s: Seconds
    end_s: Seconds


class Split(_Change):
    """It was two: one up to a moment, the other from it on."""

    type: Literal["split"] = "split"
    event: Key
    at_s: Seconds


class Merge(_Change):
    """Two events of one set were one."""

    type: Literal["merge"] = "merge"
    first: Key
    second: Key


class ChangeSide(_Change):
    """Another side did it."""

    type: Literal["side"] = "side"
    event: Key
    side: Side


class ChangeFaults(_Change):
    """It had these form faults, and no others."""

    type: Literal["faults"] = "faults"
    event: Key
    faults: tuple[str, ...] = Field(max_length=20)


class SignOff(_Change):
    """The whole set was looked at: what is not changed is right, and nothing is missing.

    Only sets that were signed off, or annotated, have a part in the accuracy report.
    """

    type: Literal["sign_off"] = "sign_off"
    set_id: int


class Undo(_Change):
    """An earlier change shall not count; undoing an undo brings the change back."""

    type: Literal["undo"] = "undo"
    change: int


Change = Annotated[
    Accept | Reject | Judge | Add | Move | Split | Merge | ChangeSide | ChangeFaults | SignOff | Undo,
    Field(discriminator="type"),
]
"""Any of them, told apart by its `type`."""

CHANGE: Final[TypeAdapter[Change]] = TypeAdapter(Change)
"""Reads a change from JSON."""
