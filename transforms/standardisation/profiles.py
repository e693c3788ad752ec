"""Profiles: dose rows collapsed to distinct declared identities, then standardised once each.

Beside them the doses, each under its profile.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import DataFrame

from transforms import expressions
from transforms.decoding import NameDecoder
from transforms.distinct import once_each
from transforms.exchange import Kind, Rows, applied_to_segments, several_of_segments
from transforms.expressions import changed, filled, iso_day, padded, present
from transforms.kernels import applied, applied_to_tasks, chosen
from transforms.packing import CELLS
from transforms.schemas import DOSE, FACILITY, PROFILE, part
from transforms.several import Several
from transforms.standardisation.contacts import PLACE_WIDTHS, with_phone, with_places, with_sex
from transforms.standardisation.dates import with_birth
from transforms.standardisation.names import with_name
from transforms.standardisation.numbers import ABSENT, USABLE, with_number
from transforms.xxhash64 import xxhash64

# What one person declared: rows that agree on all of it are one profile.
DECLARED = (
    "full_name",
    "date_of_birth",
    "sex",
    "id_number",
    "phone",
    "province_code",
    "district_code",
    "commune_code",
)
# What a dose row says of the dose itself.
GIVEN = ("dose_number", "vaccine", "lot_number", "injected_on", "facility_code")
# Texts of which there are few: each goes but once, and as a number from then on.
FEW = ("sex", "province_code", "district_code", "commune_code", *GIVEN)
DOSE_SLOTS = range(1, 6)
BOOSTER = "^[^0-9]*(nhắc|nhac|bổ sung|bo sung|booster)"
# A dose row as received, on its way to all others of its profile.
ROW = Kind(
    "row",
    pl.Schema(
        {
            "profile_id": pl.Int64(),
            **dict.fromkeys(("dose_id", *DECLARED, *GIVEN), pl.String()),
            **dict.fromkeys(FEW, pl.Categorical()),
        }
    ),
    key="profile_id",
)
SHARED_KEY = "two declared identities share a key"
# How many doses a facility gave to people of a commune.
PLACE_OF_FACILITY = Kind(
    "place",
    pl.Schema(
        {**dict.fromkeys(("facility_code", *PLACE_WIDTHS), pl.String()), "doses": pl.Int64()}
    ),
    key="facility_code",
)
MAJORITY = 0.5  # of a facility's profiles that must name one commune before it stands for theirs


def with_profile_id(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds a 64-bit key of the declared text as received: the same in every run and release."""
    texts = (rows[name].fill_null("") for name in DECLARED)
    return rows.with_columns(pl.Series("profile_id", xxhash64(*texts).view(np.int64)))


def identified(rows: DataFrame) -> DataFrame:
    """(dose_id, profile_id) of dose rows as received."""
    received = chosen(rows, "dose_id", *DECLARED)
    return applied(received, with_profile_id, part(DOSE, "dose_id", "profile_id"))


def standardised(
    rows: DataFrame, vocabulary: Mapping[str, int], prefixes_2018: Mapping[str, str], segments: int
) -> Several:
    """`profiles` and `doses`, of which both lie by segment of the profile.

    Declared identities in standard form; raw text kept, every change named in `changes`. Dose rows
    of one identity collapse where they have met: apart from each other hardly two are alike.

    Raises:
        PythonException: naming SHARED_KEY, as the rows are computed: a 64-bit hash collided.
    """
    decoder = NameDecoder.of(dict(vocabulary))

    def sent(task: pl.DataFrame) -> pl.DataFrame:
        return ROW.sent(with_profile_id(task), segments)

    def arrived(cells: pl.DataFrame) -> dict[str, pl.DataFrame]:
        met = ROW.arrived(cells).sort("profile_id")
        declared = identities(by_slot(distinct_or_fail(met)))
        return {"profiles": standard(declared, decoder, prefixes_2018), "doses": doses(met)}

    received = chosen(rows, "dose_id", *DECLARED, *GIVEN)
    cells = applied_to_tasks(received, sent, CELLS)
    return several_of_segments(cells, segments, arrived, {"profiles": PROFILE, "doses": DOSE})


def distinct_or_fail(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` as they are, which hold all of each profile, in order of profiles.

    Raises:
        ValueError: SHARED_KEY, two that declare something else have the same key.
    """
    of_one = pl.col("profile_id") == pl.col("profile_id").shift()
    differ = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in DECLARED)
    if rows.select((of_one & differ).any()).item():
        raise ValueError(SHARED_KEY)
    return rows


def doses(rows: pl.DataFrame) -> pl.DataFrame:
    """What was injected, where and when, in standard form; `rows` have their `profile_id`."""
    made: dict[str, Callable[[pl.Expr], pl.Expr]] = {
        "province_code": partial(padded, width=PLACE_WIDTHS["province_code"]),
        "dose_number": dose_number,
        **dict.fromkeys(("vaccine", "lot_number", "facility_code"), filled),
        "injected_on": iso_day,
    }
    return rows.with_columns(once_each(rows[name], of) for name, of in made.items())


def by_slot(rows: pl.DataFrame) -> pl.DataFrame:
    """Each dose row with its day in the slot of its number."""
    day = once_each(rows["injected_on"], iso_day).alias("day")
    given = rows.with_columns(once_each(rows["dose_number"], dose_number), day)
    days = {k: pl.when(pl.col("dose_number") == k).then("day") for k in DOSE_SLOTS}
    slots = (day.cast(pl.Int32).alias(f"day_{k}") for k, day in days.items())
    return given.with_columns(*slots)


def dose_number(typed: pl.Expr) -> pl.Expr:
    """Which dose it is: 2 of "2", "2.0" and "mũi 2"; of "nhắc lại 1", a count of its own, none."""
    own_count = typed.str.normalize("NFC").str.to_lowercase().str.contains(BOOSTER)
    return pl.when(~own_count).then(typed.str.extract("([0-9]+)").cast(pl.Int32, strict=False))


def identities(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per profile, its dose rows counted, its dose days by number.

    The rows are in order of their profiles, so that each is a span of them.
    """
    is_first = (rows["profile_id"] != rows["profile_id"].shift()).fill_null(value=True)
    starts = np.flatnonzero(is_first.to_numpy())
    facilities = rows["facility_code"]
    in_order = once_each(facilities.unique(), filled).unique().drop_nulls().sort()
    place = once_each(facilities, lambda code: filled(code).rank("dense").cast(pl.Int32) - 1)
    return rows.select("profile_id", *DECLARED)[starts].with_columns(
        pl.col(*DECLARED).cast(pl.String),
        pl.Series("doses", np.diff(starts, append=len(rows))),
        in_order.gather(least(place, starts)).alias("facility_code"),
        *(least(rows[f"day_{k}"], starts) for k in DOSE_SLOTS),
    )


def least(values: pl.Series, starts: npt.NDArray[np.intp]) -> pl.Series:
    """The least 32-bit number from each start to the next one, null where none is known."""
    beyond = np.iinfo(np.int32).max
    found = np.minimum.reduceat(values.fill_null(beyond).to_numpy(), starts)
    return pl.Series(values.name, found).replace(beyond, None)


def standard(
    batch: pl.DataFrame, decoder: NameDecoder, prefixes_2018: Mapping[str, str]
) -> pl.DataFrame:
    """Declared identities in standard form, damaged names read by the register's `decoder`."""
    return (
        batch.rename({name: f"raw_{name}" for name in DECLARED[:5]})
        .pipe(with_name, "raw_full_name", decoder)
        .pipe(with_birth, "raw_date_of_birth")
        .pipe(with_number, "raw_id_number")
        .pipe(with_phone, "raw_phone", prefixes_2018)
        .pipe(with_sex, "raw_sex")
        .pipe(with_places)
        .with_columns(changes=changes(), **dose_history())
    )


def facilities(profiles: DataFrame, segments: int) -> DataFrame:
    """One row per facility: the commune that most of its profiles declare, null without a majority.

    Facilities come as bare codes; where their people live tells where they stand.
    """
    lived_in = chosen(profiles, "facility_code", *PLACE_WIDTHS, "doses")
    cells = Rows(lived_in, PLACE_OF_FACILITY, lived_in.columns, doses_by_place).cells(segments)

    def placed(cells: pl.DataFrame) -> pl.DataFrame:
        return majority(PLACE_OF_FACILITY.arrived(cells))

    return applied_to_segments(cells, segments, placed, FACILITY)


def doses_by_place(profiles: pl.DataFrame) -> pl.DataFrame:
    """Dose rows by facility and declared commune, where both are known."""
    known = profiles.drop_nulls(["facility_code", "commune_code"])
    return known.group_by("facility_code", *PLACE_WIDTHS).agg(pl.sum("doses"))


def majority(by_place: pl.DataFrame) -> pl.DataFrame:
    """Of each facility the commune that more than half of its dose rows are of."""
    summed = by_place.group_by("facility_code", *PLACE_WIDTHS).agg(pl.sum("doses"))
    commonest = (
        summed.sort("doses", *PLACE_WIDTHS)
        .group_by("facility_code")
        .agg(pl.sum("doses").alias("all"), pl.last("doses", *PLACE_WIDTHS))
    )
    is_majority = pl.col("doses") > pl.col("all") * MAJORITY
    units = {name.replace("_code", ""): name for name in PLACE_WIDTHS}
    places = {f"facility_{unit}": pl.when(is_majority).then(name) for unit, name in units.items()}
    return commonest.select("facility_code", pl.col("all").alias("doses"), **places)


def dose_history() -> dict[str, pl.Expr]:
    """The aligned lists dose_numbers and injected_on, in order of dose number."""
    days = {k: pl.col(f"day_{k}") for k in DOSE_SLOTS}
    given = [pl.when(day.is_not_null()).then(pl.lit(k)) for k, day in days.items()]
    on = [day.cast(pl.Date) for day in days.values()]
    return {
        "dose_numbers": present(*given),
        "injected_on": present(*on),
    }


def changes() -> pl.Expr:
    """What standardising did to the typed text, as labels; order fixed."""
    typed_number = expressions.filled(pl.col("raw_id_number"))
    typed_date = expressions.filled(pl.col("raw_date_of_birth"))
    unread = typed_date.is_not_null() & pl.col("birth_year").is_null()
    impossible = (pl.col("birth_precision") == "month") & pl.col("birth_date").is_null()
    return present(
        changed("name:spelling", pl.col("name") != pl.col("raw_full_name")),
        "name:" + pl.col("name_decoding"),
        changed("date:unread", unread),
        changed("date:impossible_day", impossible),
        changed("number:tidied", pl.col("number") != typed_number),
        changed("number:unusable", ~pl.col("number_kind").is_in((*USABLE, *ABSENT))),
        changed("phone:spelling", pl.col("phone") != pl.col("raw_phone")),
    )
