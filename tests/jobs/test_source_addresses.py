"""Addresses that lead nowhere are refused in a sentence, and none is shown with its password."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from jobs import evaluate, match
from jobs.administered import keep_administered
from jobs.errors import InputError
from jobs.files import DataFile, without_secrets
from jobs.fingerprint import input_state
from jobs.run import Inputs
from jobs.scratch import Scratch
from jobs.sources import landed
from jobs.sources.columns import refuse_names
from jobs.sources.headers import refuse_header
from jobs.sources.jdbc import parse
from jobs.sources.refusal import FILE, unreadable_refused
from jobs.tables import Tables
from jobs.updating.receive import aligned
from transforms.ingestion import DOSES
from transforms.matching.rules import MatchingFile
from transforms.schemas import DOSE_INPUT

NOWHERE = {
    "delta:/nope": "holds no Delta table",
    "delta:{folder}": "holds no Delta table",
    "delta:{folder}/empty": "Delta log cannot be read",
    "csv:": "no file system of this kind",
    "a:b": "is no path",
    "http://localhost/x.csv": "fetch it first",
    "s3a://key:Secret@bucket/x.csv": "the jar",
    "foo://x/y": "no file system of this kind",
    "[": "is no path",
    "{{": "is no path",
    "{folder}/not packed.csv.gz": "is not packed as its name says",
    "jdbc:postgresql://u:Secret@127.0.0.1:1/x#y": "the database refused",
    "jdbc:postgresql://u:Secret@127.0.0.1:1/x": "says no table",
}


@pytest.mark.parametrize("address", NOWHERE)
def test_an_address_that_leads_nowhere_is_refused(
    spark: SparkSession, tmp_path: Path, address: str
) -> None:
    (tmp_path / "empty" / "_delta_log").mkdir(parents=True)
    (tmp_path / "not packed.csv.gz").write_text(",".join(DOSE_INPUT))
    source = address.format(folder=tmp_path)
    with pytest.raises(InputError, match=NOWHERE[address]) as refusal:
        landed(Scratch(spark, str(tmp_path / "scratch")), source, DOSES)
    place = without_secrets(source).removeprefix("delta:")
    assert place in str(refusal.value)
    assert "Secret" not in str(refusal.value)


def test_a_packed_file_is_read_however_long_its_lines(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "doses.csv.gz"
    line = "D1," + "x" * 2_000_000 + "," * (len(DOSE_INPUT) - 2)
    path.write_bytes(gzip.compress(f"{','.join(DOSE_INPUT)}\n{line}\n".encode()))
    (row,) = landed(Scratch(spark, str(tmp_path / "scratch")), str(path), DOSES).collect()
    assert len(row.full_name) == 2_000_000


def test_what_a_run_depends_on_is_refused_alike(spark: SparkSession) -> None:
    with pytest.raises(InputError, match="foo://x/y: no file system"):
        input_state(spark, Inputs("foo://x/y", ""))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("jdbc:postgresql://h:5/d#t", "jdbc:postgresql://h:5/d#t"),
        ("jdbc:postgresql://u:Secret@h:5/d#t", "jdbc:postgresql://h:5/d#t"),
        ("jdbc:postgresql://u:Se/c?r#e@t@h,i:5/d#t", "jdbc:postgresql://h,i:5/d#t"),
        ("jdbc:postgresql://h/d?ssl=true&password=Sec@ret/#t", "jdbc:postgresql://h/d#t"),
        ("jdbc:sqlserver://h;user=u;password=Secret#t", "jdbc:sqlserver://h#t"),
        ("jdbc:postgresql://h/d#t?by=a&parts=2", "jdbc:postgresql://h/d#t?by=a&parts=2"),
        ("s3a://key:Secret@b/a@b.csv", "s3a://b/a@b.csv"),
        ("/data/doses_?.csv", "/data/doses_?.csv"),
    ],
)
def test_no_password_is_shown(address: str, shown: str) -> None:
    assert without_secrets(address) == shown
    if "#" in address and address.startswith("jdbc:"):
        assert "Secret" not in repr(parse(address))


RULES = MatchingFile.model_validate({"id": "id", "columns": {"name": {"kind": "name"}}})
TABLES = ("id string, name string", "facility_code string, injected_on string, vaccine string, "
          "doses string")  # fmt: skip
# What is said of a database whose rows or columns are not as they should be.
OF_A_DATABASE = {
    "match": (lambda disk, source: match.records(disk, source, RULES, "left"), TABLES[0]),
    "administered": (
        lambda disk, source: keep_administered(Tables(disk.spark, disk.folder), source),
        TABLES[1],
    ),
    "evaluate": (lambda disk, source: evaluate.read_truth(disk.spark, source), TABLES[0]),
    "run": (lambda disk, source: landed(disk, source, DOSES), TABLES[0]),
}


@pytest.mark.parametrize("command", OF_A_DATABASE)
def test_what_is_refused_of_a_database_is_told_without_its_password(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    said_by, columns = OF_A_DATABASE[command]
    empty = tuple("?" if at else None for at in range(columns.count("string")))
    table = spark.createDataFrame([empty], columns)
    monkeypatch.setattr("jobs.sources.read.read_jdbc", lambda *_: table)
    with pytest.raises(InputError, match=r"^jdbc:postgresql://h/d#t: ") as refusal:
        said_by(Scratch(spark, str(tmp_path)), "jdbc:postgresql://h/d?user=u&password=Secret#t")
    assert "Secret" not in str(refusal.value)


def broken(place: str) -> None:
    with unreadable_refused():
        raise OSError(f"FAILED_READ_FILE Encountered error while reading file {place}. SQLSTATE:")


@pytest.mark.parametrize(
    "said_of",
    [
        broken,
        lambda place: refuse_names(place, ["a", "a"]),
        lambda place: refuse_header(DataFile(place, 1), ["a"], ["b"]),
    ],
)
def test_what_is_refused_of_a_file_is_told_without_its_password(
    said_of: Callable[[str], None],
) -> None:
    with pytest.raises(InputError, match=r"^s3a://b/x\.csv: ") as refusal:
        said_of("s3a://key:Secret@b/x.csv")
    assert "Secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("told", "file"),
    [
        ("reading file file:/a b/c d.parquet. SQLSTATE: KD001", "file:/a b/c d.parquet"),
        ("footer for file: file:///a b/c. d.parquet.\nmore", "file:///a b/c. d.parquet"),
        ("hdfs://n/a b.parquet is not a Parquet file", "hdfs://n/a b.parquet"),
    ],
)
def test_a_name_with_blanks_is_told_in_full(told: str, file: str) -> None:
    found = FILE.search(told)
    assert found
    assert found[0] == file


def test_columns_that_a_day_has_more_are_told_by_their_places(spark: SparkSession) -> None:
    columns = T.StructType([T.StructField(name, T.StringType()) for name in [*DOSE_INPUT, "lot"]])
    names = [*DOSE_INPUT, "lot", "LÊ VĂN TÁM"]
    rows = spark.createDataFrame([], ", ".join(f"`{name}` string" for name in names))
    with pytest.raises(InputError, match="2 columns beyond the contract number 2 was") as refusal:
        aligned(rows, columns, "doses?.csv")
    assert "TÁM" not in str(refusal.value)
    assert "doses?.csv" in str(refusal.value)
