"""What is known of each vaccine, and how a typed label finds it."""

from collections.abc import Callable, Sequence
from datetime import date

from pydantic import BaseModel
from pyspark.sql import Column
from pyspark.sql import functions as F

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


def typed_key(label: Column) -> Column:
    """`key` of a typed label, null where nothing is left."""
    return F.nullif(F.translate(F.lower(label), SEPARATORS, ""), F.lit(""))


def label_key(label: Column, vaccines: Vaccines) -> Column:
    """One key per vaccine whatever it was called; an unknown label is its own key."""
    typed = typed_key(label)
    return F.coalesce(known_key(label, vaccines), typed)


def known_key(label: Column, vaccines: Vaccines) -> Column:
    """The key of the vaccine that the label names, null where it names none."""
    names = {key(name): key(v.names[0]) for v in vaccines for name in v.names}
    return _looked_up(names, typed_key(label))


def of_vaccine(
    label: Column, vaccines: Vaccines, value: Callable[[Vaccine], int | date | None]
) -> Column:
    """`value` of the vaccine that the label names, null where it names none or none is set."""
    values = {key(name): value(v) for v in vaccines for name in v.names}
    return _looked_up(values, typed_key(label))


def age_start(label: Column, on: Column, vaccines: Vaccines) -> Column:
    """The least age in years at which the vaccine was given on that day, null if not known."""
    typed = typed_key(label)
    ages = [
        F.when((typed == key(name)) & (on >= F.lit(start.start)), F.lit(start.age))
        for v in vaccines
        for start in v.age_starts
        for name in v.names
    ]
    return F.array_min(F.array(*ages))


def _looked_up(values: dict[str, str] | dict[str, int | date | None], typed: Column) -> Column:
    known = [F.lit(part) for item in values.items() if item[1] is not None for part in item]
    return F.try_element_at(F.create_map(*known), typed)
