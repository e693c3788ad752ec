"""Standard records: the columns a matching file names, cleaned, of both tables alike."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import aliased, filled, named
from transforms.matching.dates import DEFAULT_FORMATS, checked_format, date_digits, parsed_date
from transforms.matching.kinds import KINDS, KindName
from transforms.matching.steps import after_steps, checked_step

RECORD, NAME_OF_RECORD = "_record", "_id"
ARRAY_SEPARATOR = "|"


def _several(value: Any) -> Any:  # noqa: ANN401
    return (value,) if isinstance(value, str) else value


Step = Annotated[str, AfterValidator(checked_step)]
Names = Annotated[tuple[str, ...], BeforeValidator(_several)]


class ColumnRule(BaseModel, frozen=True, extra="forbid"):
    """One column to compare: where it comes from and how it is cleaned.

    `source` and `right` name columns of the left and right table, joined by a blank when there
    are several; the kind's cleaning steps hold unless `clean` is given.
    """

    kind: KindName
    source: Names = Field(default=(), alias="from")
    right: Names = ()
    clean: tuple[Step, ...] | None = None
    formats: tuple[Annotated[str, AfterValidator(checked_format)], ...] = DEFAULT_FORMATS
    separator: str = Field(default=ARRAY_SEPARATOR, min_length=1)
    missing: tuple[str, ...] = ()
    block: bool = True
    compare: bool = True

    @property
    def steps(self) -> tuple[str, ...]:
        return KINDS[self.kind].clean if self.clean is None else self.clean

    def read_from(self, name: str, side: str) -> tuple[str, ...]:
        left = self.source or (name,)
        return (self.right or left) if side == "right" else left


Rules = Mapping[str, ColumnRule]


def standard_records(rows: DataFrame, key: str, rules: Rules, side: str) -> DataFrame:
    """One row per record: its number, its id as given, and every column of the matching file.

    The number is a hash of side and id, so that it does not depend on the order of rows.
    """
    # One select a stage: each uses the one before several times over.
    raw = rows.select(
        filled(named(key)).alias(NAME_OF_RECORD),
        *aliased({name: _raw(rule.read_from(name, side)) for name, rule in rules.items()}),
    )
    known = raw.select(
        NAME_OF_RECORD, *aliased({name: _known(F.col(name), rule) for name, rule in rules.items()})
    )
    read = known.select(
        NAME_OF_RECORD, *aliased({name: _read(F.col(name), rule) for name, rule in rules.items()})
    )
    has_id = F.col(NAME_OF_RECORD).isNotNull()
    return read.select(
        F.when(has_id, F.xxhash64(F.lit(side), NAME_OF_RECORD)).alias(RECORD),
        NAME_OF_RECORD,
        *aliased({name: _finished(F.col(name), rule) for name, rule in rules.items()}),
    )


def _raw(sources: Sequence[str]) -> Column:
    return filled(F.concat_ws(" ", *map(named, sources)))


def _known(text: Column, rule: ColumnRule) -> Column:
    if not rule.missing:
        return text
    return F.when(~F.lower(text).isin(*map(str.lower, rule.missing)), text)


def _read(text: Column, rule: ColumnRule) -> Column:
    match rule.kind:
        case "date":
            return parsed_date(text, rule.formats)
        case "number":
            return text.try_cast("double")
        case "set":
            parts = F.split(text, f"\\Q{rule.separator}\\E")
            return F.transform(parts, lambda part: after_steps(part, rule.steps))
        case _:
            return after_steps(text, rule.steps)


def _finished(value: Column, rule: ColumnRule) -> Column:
    match rule.kind:
        case "date":
            return date_digits(value)
        case "number":
            return value
        case "set":
            members = F.filter(F.transform(value, F.trim), lambda part: part != "")
            return F.when(F.size(members) > 0, F.array_sort(F.array_distinct(members)))
        case _:
            return filled(value)


def plain_arrays(rows: DataFrame) -> DataFrame:
    """Arrays of text as one text, their elements parted by `|`, as a CSV file would hold them."""
    return rows.select(
        *(
            F.array_join(named(name).cast("array<string>"), ARRAY_SEPARATOR).alias(name)
            if kind.startswith("array<")
            else named(name)
            for name, kind in rows.dtypes
        )
    )
