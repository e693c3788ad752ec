"""Clerical review: a sample of pairs goes out to people, and their answers come back."""

from pathlib import Path

from pyspark.sql import DataFrame

from jobs import clock, lock, reference
from jobs.config import Settings, digest
from jobs.errors import ConfigError, InputError
from jobs.lists import clerical as sheet
from jobs.lists.files import write_whole
from jobs.tables import Commit, Tables
from transforms import clerical
from transforms.schemas import CLERICAL_ANSWER

Facts = dict[str, object]
WRITERS = {".csv": sheet.as_csv, ".xlsx": sheet.as_workbook}
OWNER_ONLY = 0o600


def sample(tables: Tables, settings: Settings, out: Path, per_band: int) -> Facts:
    """Write the sample; the same tables give the same file. It holds personal data."""
    if out.suffix.lower() not in WRITERS:
        raise ConfigError(f"{out}: a sample is an .xlsx or a .csv file")
    if not tables.exists("links"):
        raise InputError(f"{tables.warehouse}: no links yet; let `doichieu run` finish")
    units = reference.admin_units(tables.spark, settings.reference_dir)
    drawn = clerical.drawn(tables.read("links"), per_band)
    found = clerical.side_by_side(drawn, tables.read("profiles"), tables.read("residents"), units)
    rows = [row.asDict(recursive=True) for row in found.collect()]
    sample_id = digest(*(f"{row['profile_id']}:{row['resident_id']}" for row in rows))
    write_whole(out, WRITERS[out.suffix.lower()](rows, sample_id))
    out.chmod(OWNER_ONLY)
    bands = [row["band"] for row in rows]
    counted = {name: bands.count(name) for _, name in clerical.BANDS}
    return {"sample": sample_id, "pairs": len(rows), "written to": str(out), "bands": counted}


def answers(tables: Tables, file: Path) -> Facts:
    """Take the answers in; the same file twice is the same as once, a newer one replaces it."""
    given = sheet.answers(file)
    samples = {answer.sample_id for answer in given}
    if len(samples) != 1:
        raise InputError(f"{file}: answers to {len(samples)} samples; a file holds those to one")
    (sample_id,) = samples
    fields = CLERICAL_ANSWER.names
    ordered = sorted(tuple(getattr(answer, name) for name in fields) for answer in given)
    frame = tables.spark.createDataFrame(ordered, CLERICAL_ANSWER)
    run_id = clock.run_id()
    with lock.held(Path(tables.warehouse), run_id):
        signed = Tables(tables.spark, tables.warehouse, Commit(run_id, "answers"))
        signed.put(clerical.TABLE, frame, "sample_id", sample_id)
    return {
        "sample": sample_id,
        "answers": len(given),
        "bands": shares(tables.read(clerical.TABLE)),
    }


def shares(table: DataFrame) -> dict[str, Facts]:
    """Per band of all samples answered so far: how many are one person, with the interval."""
    rows = [row.asDict() for row in clerical.by_band(table).collect()]
    return {row.pop("band"): row for row in rows}
