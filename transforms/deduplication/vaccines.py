"""What is known of each vaccine, and how a typed label finds it."""

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import BaseModel

# What typists put between the parts of a name: AstraZeneca, Astra Zeneca, Vero-Cell.
SEPARATORS = " -_./()"


class AgeStart(BaseModel, frozen=True, extra="forbid"):
    """From this day on the vaccine was given from this age."""

    start: date
    age: int


class Vaccine(BaseModel, frozen=True, extra="forbid"):
    """One licensed vaccine; `names` are its label and its brand names."""

    names: tuple[str, ...]
    approved_on: date
    primary_doses: int
    min_interval_days: int | None
    age_starts: tuple[AgeStart, ...]


Vaccines = Sequence[Vaccine]


def key(label: str) -> str:
    """The label without case and separators."""
    return label.lower().translate(str.maketrans("", "", SEPARATORS))


def known_keys(vaccines: Vaccines) -> dict[str, str]:
    """The vaccine's key for the key of each of its names."""
    return {key(name): key(vaccine.names[0]) for vaccine in vaccines for name in vaccine.names}


def label_key(label: str, known: Mapping[str, str]) -> str | None:
    """One key per vaccine whatever it was called; an unknown label is its own key."""
    typed = key(label)
    return known.get(typed, typed) or None
