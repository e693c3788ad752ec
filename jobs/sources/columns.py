"""The columns a source has: those of the contract as text, all others as received.

A file without a header has a person's values for names: no message tells a name but the contract's.
"""

from collections.abc import Collection, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.errors import InputError
from jobs.files import without_secrets
from transforms import stored
from transforms.columns import named
from transforms.ingestion import MARKS, ROW_NUMBER, UNREADABLE, Register

# Delta allows none of these in a column's name; the last two say to Spark where a name ends.
NOT_IN_NAMES = str.maketrans(dict.fromkeys(" ,;{}()\n\r\t=.`", "_"))
HOME = "Asia/Ho_Chi_Minh"  # where the clocks are by which people were born and vaccinated
# What reading and judging call their own columns.
OWN = {*MARKS, stored.PLACE, stored.ROW, "_metadata", "_content", "_rank", "_kept",
       "_commune", "_commune_province"}  # fmt: skip


def refuse_names(place: str, names: Sequence[str], known: Collection[str] = ()) -> None:
    """Raises InputError if two columns have one name, or one has none or one of ingest's own.

    Names in `known` may be told, others by their place from 1 on.
    """
    place = without_secrets(place)
    folded = [name.casefold() for name in names]
    kept = [key if key in known else key.translate(NOT_IN_NAMES) for key in folded]
    nameless = [at for at, name in enumerate(names) if not name]
    if nameless:
        raise InputError(f"{place}: {places(nameless)} without a name; give each column one")
    twice = [at for at, name in enumerate(kept) if kept.count(name) > 1]
    if twice:
        told = sorted({kept[at] for at in twice} & {*known})
        raise InputError(
            f"{place}: {' and '.join(told) or 'a column name'} occurs twice: "
            f"{places(twice)}; give each column a "
            "name of its own (a blank and any of , ; { } ( ) = . ` count as _)"
        )
    own = [at for at, name in enumerate(kept) if name in OWN]
    if own:
        raise InputError(
            f"{place}: {', '.join(kept[at] for at in own)} is a name that ingest itself uses: "
            f"{places(own)}; give it another name"
        )


def places(found: Sequence[int]) -> str:
    """Columns by their places, as a person counts."""
    return f"column{'s'[: len(found) > 1]} {', '.join(str(at + 1) for at in found)}"


def taken(names: Sequence[str], register: Register) -> list[tuple[str, str]]:
    """Columns that are taken, and what they are called: the contract's first, then all others.

    A name is one whatever its capitals.
    """
    present = {name.casefold(): name for name in names}
    wanted = {name.casefold(): name for name in register.columns}
    known = {*wanted, UNREADABLE, ROW_NUMBER}
    contract = [(present[key], name) for key, name in wanted.items() if key in present]
    others = [
        (name, name.translate(NOT_IN_NAMES)) for key, name in present.items() if key not in known
    ]
    return contract + others


def as_text(rows: DataFrame, register: Register, source: str) -> DataFrame:
    """Contract columns as text, empty as null; extra columns follow, untouched.

    Raises InputError naming every contract column that is missing.
    """
    present = {field.name.casefold(): field for field in rows.schema.fields}
    wanted = {name.casefold(): name for name in register.columns}
    missing = [name for key, name in wanted.items() if key not in present]
    if missing:
        raise InputError(
            f"{without_secrets(source)}: no column {', '.join(missing)}; {register.source} need "
            f"{', '.join(register.columns)}"
        )
    columns = [
        (_text(present[key], source) if key in wanted else named(name)).alias(to)
        for name, to in taken(rows.columns, register)
        for key in [name.casefold()]
    ]
    return marked(rows).select(*columns, UNREADABLE, ROW_NUMBER)


def marked(rows: DataFrame) -> DataFrame:
    """The rows with columns UNREADABLE and ROW_NUMBER, null where the source has none."""
    marks = ((UNREADABLE, T.StringType()), (ROW_NUMBER, T.LongType()))
    lacking = {name: F.lit(None).cast(kind) for name, kind in marks if name not in rows.columns}
    return rows.withColumns(lacking)


def _day_or_time(column: Column) -> Column:
    return F.regexp_replace(column.cast("string"), " 00:00:00$", "")


def _text(field: T.StructField, source: str) -> Column:
    column = named(field.name)
    match field.dataType:
        case T.StringType() | T.BinaryType() | T.DateType() | T.BooleanType() | T.IntegralType():
            text = column.cast("string")
        case T.DecimalType():
            text = column.cast("string")
        case T.FractionalType():
            # A whole column of numbers with one gap is floating point in many tools.
            whole = (column == F.floor(column)) & (F.abs(column) < F.lit(1e15))
            number = F.when(whole, column.cast("bigint").cast("string"))
            text = number.otherwise(column.cast("string"))
        case T.TimestampNTZType():
            text = _day_or_time(column)
        case T.TimestampType():
            # A moment: of a day it is the first one there, or in UTC, as Spark makes of a date.
            at_home = F.from_utc_timestamp(column, HOME)
            is_day = F.date_trunc("day", column) == column
            text = F.when(is_day, _day_or_time(column)).otherwise(_day_or_time(at_home))
        case kind:
            raise InputError(
                f"{without_secrets(source)}: column {field.name.casefold()} holds "
                f"{kind.typeName()}, not text"
            )
    return F.nullif(text, F.lit(""))
