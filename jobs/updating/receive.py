"""The day's rows: received, in standard form, in place of those with their keys."""

from collections.abc import Callable
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs import ingest, sources
from jobs.errors import InputError
from jobs.few import few
from jobs.files import without_secrets
from jobs.narrowed import Keys, among_keys
from jobs.reference import phone_prefixes_2018
from jobs.segments import segments_of
from jobs.standardise import shared_keys_refused
from jobs.together import both as side_by_side
from jobs.together import together
from jobs.updating.day import SAID, Day, Told, united
from transforms.ingestion import DOSES, RESIDENTS, Register
from transforms.kernels import chosen
from transforms.standardisation import profiles, residents
from transforms.stored import united as both
from transforms.waiting import awake

# What dose rows tell of a profile besides what all of them declare, and pairs are weighed by.
VARYING = ("facility_code", "dose_numbers", "injected_on")


def receive(day: Day) -> None:
    """Those of both registers that the day has, side by side."""
    inputs = day.run.inputs
    sides = ((inputs.residents, RESIDENTS, registered), (inputs.doses, DOSES, declared))
    spark = day.run.tables.spark
    with sources.being_read(spark):
        parts = [partial(received, day, *side) for side in sides if side[0]]
        refused = together(spark, *parts)
        day.draft.replace("rejected_rows", None, refused)


def received(
    day: Day, source: str, register: Register, taken: Callable[[Day, DataFrame], None]
) -> DataFrame:
    """The rows of one register in place of those with their keys; the refused ones."""
    rows, refused = taken_in(day, source, register)
    taken(day, rows)
    return refused


def taken_in(day: Day, source: str, register: Register) -> tuple[DataFrame, DataFrame]:
    """The rows that can be used, on disk with the columns of those there are, and the refused."""
    sifted = ingest.sifted(day.run, day.disk, source, register)
    table = f"{register.source.removesuffix('s')}_rows"
    columns = day.draft.before(table).schema
    parts = [
        day.disk.written(f"{table}_{at}", aligned(part, columns, source))
        for at, part in enumerate((sifted.certain, sifted.accepted))
    ]
    return both(*parts), sifted.rejected


def aligned(rows: DataFrame, columns: T.StructType, source: str) -> DataFrame:
    """The rows with these columns; what the day's file does not have is missing.

    Raises:
        InputError: saying which of the columns beyond the contract the registers did not have.
    """
    known = {*RESIDENTS.columns, *DOSES.columns}
    extra = [name for name in rows.columns if name not in known]
    if new := [str(at) for at, name in enumerate(extra, 1) if name not in columns.names]:
        raise InputError(
            f"{without_secrets(source)}: of its {len(extra)} columns beyond the contract number "
            f"{', '.join(new)} was not there in the last whole run; leave it out, or run "
            "everything again with `doichieu run`"
        )
    lacking = [field for field in columns if field.name not in rows.columns]
    if not lacking:
        return chosen(rows, *columns.names)
    awake(rows.sparkSession)
    added = {field.name: F.lit(None).cast(field.dataType) for field in lacking}
    return rows.withColumns(added).select(*columns.names)


def registered(day: Day, rows: DataFrame) -> None:
    """The day's residents in place of those with their ids."""
    prefixes = phone_prefixes_2018(day.run.settings.reference_dir)
    made = residents.standardised(rows, prefixes).only("residents")
    new = day.written("residents", made)
    day.residents = few(chosen(new, "resident_id"))["resident_id"]
    keys = day.keys("resident_id", day.residents)
    earlier = day.written("earlier_residents", among_keys(day.draft.before("residents"), keys))
    day.people = Told(*(few(chosen(some, *SAID)) for some in (earlier, new)))
    day.draft.replace("resident_rows", keys, [rows])
    day.draft.replace("residents", keys, [new])


def declared(day: Day, rows: DataFrame) -> None:
    """The day's dose rows in place of those with their ids; their profiles made anew."""
    new = few(profiles.identified(rows))
    ids = day.keys("dose_id", new["dose_id"])
    before = day.before("doses", ids, "profile_id")
    day.rows = united(new["profile_id"], before["profile_id"])
    of_day = day.keys("profile_id", day.rows)
    kept = day.before("doses", of_day, "dose_id").join(new, on="dose_id", how="anti")
    made, _ = side_by_side(
        day.run.tables.spark,
        partial(made_anew, day, rows, day.keys("dose_id", kept["dose_id"])),
        partial(day.draft.replace, "dose_rows", ids, [rows]),
    )
    for name, frame in made.items():
        day.draft.replace(name, of_day, [frame])
    earlier = day.before("profiles", of_day, *VARYING)
    told = Told(earlier, few(chosen(made["profiles"], *earlier.columns)))
    day.stated = told.chosen("profile_id").otherwise["profile_id"].sort()
    day.changed = told.otherwise["profile_id"].unique().sort()


def made_anew(day: Day, rows: DataFrame, others: Keys) -> dict[str, DataFrame]:
    """The profiles and doses of the day's rows and of these others, which stay as they are."""
    run, before = day.run, day.draft.before("dose_rows")
    whole = both(rows, day.disk.written("other_rows", among_keys(before, others)))
    prefixes = phone_prefixes_2018(run.settings.reference_dir)
    vocabulary = residents.vocabulary(few(run.tables.read("name_tokens")))
    segments = segments_of(run.tables.spark, whole)
    with shared_keys_refused():
        return day.disk.written_apart(profiles.standardised(whole, vocabulary, prefixes, segments))
