"""What must hold of a run's tables before anything is published, whoever wrote them.

Everything that must meet goes to where its key belongs, all at once; each place counts what is
broken there.
"""

from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame

from transforms.exchange import Kind, Rows, applied_to_segments, met, together
from transforms.hashing import hashed
from transforms.invariants import VIOLATION, violated
from transforms.kernels import applied, chosen, united
from transforms.ledger import KNOWN
from transforms.membership import Bitmap, may_hold
from transforms.packing import CELLS
from transforms.schemas import LONG, STRING, table

TEXT = pl.String()
DECIDED = Kind.of_table(
    "decided",
    table(
        "profile_id",
        profile_id=LONG,
        dose_id=STRING,
        disposition=STRING,
        duplicate_of=STRING,
        resident_id=STRING,
    ),
    key="profile_id",
)
PERSON = Kind(
    "person",
    pl.Schema({"profile_id": pl.Int64(), "person_id": TEXT, "resident_id": TEXT}),
    key="profile_id",
)
# Every dose row that was decided; of the copies what they name, and what may be named.
DOSE = Kind("dose", pl.Schema({"dose_id": TEXT}), key="dose_id")
COPY = Kind("copy", pl.Schema({"duplicate_of": TEXT, "person_id": TEXT}), key="duplicate_of")
KEPT = Kind(
    "kept", pl.Schema({"dose_id": TEXT, "person_id": TEXT, "disposition": TEXT}), key="dose_id"
)
# Residents that are named, how often, and those of the register.
NAMED = Kind("named", pl.Schema({"resident_id": TEXT, "rows": pl.UInt32()}), key="resident_id")
REGISTERED = Kind("registered", pl.Schema({"resident_id": TEXT}), key="resident_id")
OWNER = Kind("owner", pl.Schema({"person_id": TEXT, "resident_id": TEXT}), key="person_id")
CLAIM = table("doses", doses=LONG)


class Written(NamedTuple):
    """The tables that promise something to each other."""

    dispositions: DataFrame
    doses: DataFrame
    persons: DataFrame
    profiles: DataFrame
    residents: DataFrame


def ledger_violations(tables: Written, named: Bitmap, segments: int) -> DataFrame:
    """The promises that are broken, each with a count, in parts; no row is good.

    `named` may hold every dose row that a duplicate names.
    """

    def sent(decided: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        return promised(decided, people, named, segments)

    sides = Rows(tables.dispositions, DECIDED), Rows(tables.persons, PERSON)
    told = met(sides, segments, sent, CELLS)
    cells = together(told, Rows(tables.residents, REGISTERED).cells(segments))
    found = applied_to_segments(cells, segments, broken, VIOLATION)
    return united(found, unowned(tables.dispositions))


def promised(
    decided: pl.DataFrame, people: pl.DataFrame, named: Bitmap, segments: int
) -> pl.DataFrame:
    """What must meet elsewhere, of the profiles of one segment."""
    person = people.select("profile_id", "person_id")  # one row per profile
    copies = decided.filter(pl.col("disposition") == "duplicate")
    kept = decided.filter(pl.Series(may_hold(named, hashed(decided["dose_id"]))))
    residents = decided.drop_nulls("resident_id").group_by("resident_id").agg(rows=pl.len())
    owner = pl.col("resident_id").fill_null("")
    return pl.concat(
        [
            DOSE.sent(decided, segments),
            COPY.sent(copies.join(person, on="profile_id", how="left"), segments),
            KEPT.sent(kept.join(person, on="profile_id", how="left"), segments),
            NAMED.sent(residents, segments),
            OWNER.sent(people.select("person_id", owner).unique(), segments),
        ]
    )


def broken(cells: pl.DataFrame) -> pl.DataFrame:
    """How often each promise is broken, of what has met here."""
    doses = DOSE.arrived(cells)
    unknown = NAMED.arrived(cells).join(REGISTERED.arrived(cells), on="resident_id", how="anti")
    owners = OWNER.arrived(cells).unique().group_by("person_id").len()
    unsound = unsound_copies(COPY.arrived(cells), KEPT.arrived(cells))
    return violated(
        {
            "one disposition per dose row": len(doses.group_by("dose_id").len().filter(several())),
            "every resident is in the register": int(unknown["rows"].sum()),
            "no person has two residents": len(owners.filter(several())),
            "a duplicate names a kept row of the same person": unsound,
        }
    )


def several() -> pl.Expr:
    return pl.col("len") > 1


def unsound_copies(copies: pl.DataFrame, kept: pl.DataFrame) -> int:
    """The copies that name no kept row of their person."""
    beside = copies.join(
        kept, left_on="duplicate_of", right_on="dose_id", how="left", suffix="_kept"
    )
    stays = pl.col("disposition").fill_null("duplicate") != "duplicate"
    one_person = pl.col("person_id").eq_missing(pl.col("person_id_kept"))
    return len(beside.filter(~(stays & one_person)))


def unowned(dispositions: DataFrame) -> DataFrame:
    """How many dose rows are a known person's and name no resident."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        nobody = pl.col("disposition").is_in(KNOWN) & pl.col("resident_id").is_null()
        return violated({"a known person has a resident": len(batch.filter(nobody))})

    return applied(chosen(dispositions, "disposition", "resident_id"), kernel, VIOLATION)


def claimed(profiles: DataFrame) -> DataFrame:
    """`doses`: how many dose rows the profiles of each batch say they have."""

    def kernel(batch: pl.DataFrame) -> pl.DataFrame:
        return batch.select(pl.sum("doses"))

    return applied(chosen(profiles, "doses"), kernel, CLAIM)


def uncounted(dose_rows: int, claims: pl.DataFrame) -> pl.DataFrame:
    """Whether there are other dose rows than profiles claim."""
    return violated({"profiles count every dose row": int(claims["doses"].sum() != dose_rows)})
