"""What the pose models are made of: `models/manifest.toml`, read and checked."""

import tomllib
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, StringConstraints

from repose.data_files import data_folder

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Checked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wheel(_Checked):
    """A wheel that carries parts, as pip is asked for it."""

    requirement: str
    python: str
    abi: str
    platform: str
    bytes: PositiveInt


class NpmPackage(_Checked):
    """A package that carries parts, as npm is asked for it."""

    package: str
    bytes: PositiveInt


class Part(_Checked):
    """A TFLite model inside a carrier, and how its input is scaled: (pixel - mean) / std."""

    carrier: Literal["pip", "npm"]
    path: str
    sha256: Sha256
    mean: float
    std: PositiveFloat


class Model(_Checked):
    """A pose model: its own part, and the hash of the bundle that is made of it and the detector.

    `ready_url` is where Google publishes a bundle of the same weights, and `ready_sha256` its hash.
    """

    landmarker: Part
    sha256: Sha256
    ready_url: str = Field(pattern=r"^https://")
    ready_sha256: Sha256 | None = None


class Manifest(_Checked):
    """The pose models by name, and what they share."""

    licence: str
    pip: Wheel
    npm: NpmPackage
    detector: Part
    models: dict[str, Model]


@cache
def read_manifest() -> Manifest:
    """The manifest that ships with this Repose."""
    with (data_folder("models") / "manifest.toml").open("rb") as file:
        return Manifest.model_validate(tomllib.load(file))
