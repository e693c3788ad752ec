"""What is known of each vaccine, and how a typed label finds it."""

from collections.abc import Mapping, Sequence
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


def known_keys(vaccines: Vaccines) -> dict[str, str]:
    """The vaccine's key for the key of each of its names."""
    return {key(name): key(vaccine.names[0]) for vaccine in vaccines for name in vaccine.names}


def label_key(label: str, known: Mapping[str, str]) -> str | None:
    """One key per vaccine whatever it was called; an unknown label is its own key."""
    typed = key(label)
    return known.get(typed, typed) or None


def licence(label: Column, vaccines: Vaccines) -> Column:
    """What is known of the vaccine that the label names, as one struct; null where it names none.

    A map of literals: Spark folds it once, and a row pays for one look-up.
    """
    known = {key(name): _known(v) for v in vaccines for name in v.names}
    entries = [part for name, value in known.items() for part in (F.lit(name), value)]
    return F.try_element_at(F.create_map(*entries), typed_key(label))


def _known(vaccine: Vaccine) -> Column:
    starts = [
        F.struct(F.lit(start.start).alias("start"), F.lit(start.age).alias("age"))
        for start in vaccine.age_starts
    ]
    return F.struct(
        F.lit(key(vaccine.names[0])).alias("key"),
        F.lit(vaccine.approved_on).alias("approved_on"),
        F.lit(vaccine.primary_doses).alias("primary_doses"),
        F.lit(vaccine.min_interval_days).cast("int").alias("min_interval_days"),
        F.array(*starts).cast("array<struct<start:date,age:int>>").alias("age_starts"),
    )
