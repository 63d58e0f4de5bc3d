"""A draft of a profile: the profile's own numbers with some of them changed, and what is in force then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from repose.calibration.layers import Layer, merged
from repose.calibration.profiles import CLINIC, InForce, Profiles, in_force
from repose.calibration.thresholds import flat
from repose.errors import ReposeError

Changes = Mapping[str, float | None]
"""New numbers by dotted key ("left.target_deg"); None takes the profile's own number out."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What a profile says of one exercise, and what it stands on.

    Attributes:
        name: of the profile.
        slug: of the exercise.
        layers: from below; the profile is the last one.
    """

    name: str
    slug: str
    layers: list[Layer]

    @classmethod
    def of(cls, profiles: Profiles, name: str, slug: str) -> "Stand":
        """As it is saved.

        Raises:
            ReposeError: a profile is not right, and has no last good version.
        """
        return cls(name, slug, profiles.layers(None if name == CLINIC else name))

    @property
    def own(self) -> dict[str, float]:
        """The profile's own numbers, by dotted key."""
        return flat(self.layers[-1].tables.get(self.slug, {}))

    @property
    def below(self) -> tuple[dict[str, float], dict[str, str]]:
        """The numbers without the profile's own, and the layer of each, by dotted key."""
        tables, origins = merged(self.layers[:-1], self.slug)
        return flat(tables), origins

    def in_force(self, changes: Changes) -> InForce:
        """The exercise under the draft.

        Raises:
            ReposeError: a number is not allowed; one line that names it as this page does.
        """
        top = self.layers[-1]
        tables = dict(top.tables)
        tables[self.slug] = _changed(tables.get(self.slug, {}), changes)
        try:
            return in_force(self.slug, [*self.layers[:-1], replace(top, tables=tables)])
        except ReposeError as error:
            raise ReposeError(self._plain(str(error))) from error

    def dotted(self, changes: Changes) -> dict[str, float | None]:
        """The changes as profiles take them, with the exercise before the key."""
        return {f"{self.slug}.{key}": number for key, number in changes.items()}

    def _plain(self, message: str) -> str:
        """A refusal without the file that the draft is not in."""
        return message.removeprefix(f"{self.layers[-1].path}: ").removeprefix(f"{self.slug}.")


def _changed(table: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """A copy of an exercise's table with some numbers put in or taken out."""
    copy = {key: _changed(value, {}) if isinstance(value, dict) else value for key, value in table.items()}
    for key, number in changes.items():
        *groups, name = key.split(".")
        here = copy
        for group in groups:
            here = here.setdefault(group, {})
            if not isinstance(here, dict):
                raise ReposeError(f"{key} is no number of an exercise")
        if number is None:
            here.pop(name, None)
        else:
            here[name] = number
    return copy
