"""Two profiles side by side: the numbers that they put in force, where these are not the same."""

from dataclasses import dataclass
from typing import Final

from repose.calibration.edit import about_number
from repose.calibration.layers import SIDES, Layer, merged
from repose.calibration.load import tables_of
from repose.calibration.profiles import CLINIC, DEFAULT, Profiles
from repose.calibration.thresholds import flat
from repose.errors import ReposeError
from repose.exercises.load import default_layer, definitions

AT: Final = "@"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a profile puts in force.

    Attributes:
        title: "Åsa", "Åsa revision 2", "default".
        layers: from below.
    """

    title: str
    layers: tuple[Layer, ...]

    @classmethod
    def of(cls, profiles: Profiles, text: str) -> "Sheet":
        """What somebody named: a profile, one at a revision ("Åsa@2"), or "default".

        Raises:
            ReposeError: there is no such profile or revision, or it is not right.
        """
        default = default_layer()
        if text == DEFAULT:
            return cls(DEFAULT, (default,))
        name, number = _named(profiles, text)
        profile = profiles.read(name)
        layer = Layer(name, profile.path, profile.tables, profile.good)
        title = name
        if number is not None:
            saved = profiles.version(name, number).text
            layer = Layer(name, profile.path, tables_of(saved.encode(), profile.path), number)
            title = f"{name} revision {number}"
        if name == CLINIC:
            return cls(title, (default, layer))
        clinic = profiles.read(CLINIC)
        return cls(title, (default, Layer(CLINIC, clinic.path, clinic.tables, clinic.good), layer))

    def below(self) -> "Sheet":
        """The same without the profile: what it changes."""
        layers = self.layers[:-1] if len(self.layers) > 1 else self.layers
        return Sheet("what is below it" if len(layers) > 1 else DEFAULT, layers)

    def numbers(self, slug: str) -> dict[str, float]:
        """All numbers of an exercise, by dotted key."""
        return flat(merged(self.layers, slug)[0])


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not the same.

    Attributes:
        key: dotted, with the exercise.
        one, other: its values; of a side that has none of its own, that of both; None where there is none.
        unit, means: what is to be known of it.
    """

    key: str
    one: float | None
    other: float | None
    unit: str
    means: str


def differences(one: Sheet, other: Sheet) -> tuple[Difference, ...]:
    """Where two profiles differ, exercise by exercise."""
    found = []
    for slug in definitions():
        first, second = one.numbers(slug), other.numbers(slug)
        for key in dict.fromkeys((*second, *first)):
            before, after = _value(first, key), _value(second, key)
            if before != after:
                known = about_number(f"{slug}.{key}")
                unit, means = (known.unit, known.means) if known else ("", "")
                found.append(Difference(f"{slug}.{key}", before, after, unit, means))
    return tuple(found)


def _value(numbers: dict[str, float], key: str) -> float | None:
    first, _, rest = key.partition(".")
    return numbers.get(key, numbers.get(rest) if first in SIDES else None)


def _named(profiles: Profiles, text: str) -> tuple[str, int | None]:
    """The profile and the revision that are meant; a name may hold an @ itself."""
    known = profiles.names()
    found = {name.casefold(): name for name in known}
    if text.casefold() in found:
        return found[text.casefold()], None
    name, at, number = text.rpartition(AT)
    if at and name.casefold() in found and number.isascii() and number.isdigit():
        return found[name.casefold()], int(number)
    there = ", ".join((*known, DEFAULT))
    raise ReposeError(f"there is no profile {text!r}; there are: {there}; NAME{AT}2 is one at its revision 2")
