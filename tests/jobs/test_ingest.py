"""From files of every format, good and bad, to the three tables."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs import ingest
from jobs.config import Matching, Settings
from jobs.errors import InputError
from jobs.run import Inputs, Run
from jobs.scratch import Scratch
from jobs.session import SKIPPING
from jobs.sources import landed, unreadable_refused
from jobs.tables import Tables
from transforms.ingestion import DOSES, MARKS, ROW_NUMBER
from transforms.schemas import DOSE_INPUT, RESIDENT_INPUT

RESIDENT = {
    "resident_id": "R1", "full_name": "NGUYỄN THỊ HOA", "sex": "F", "province_code": "01",
    "district_code": "001", "commune_code": "00001", "life_status": "alive",
}  # fmt: skip
DOSE = {"dose_id": "D1", "full_name": " nguyễn thị Hoà ", "province_code": "01"}

Ingest = Callable[[str, str], Tables]
Land = Callable[[str], DataFrame]


def line(columns: list[str], row: dict[str, str]) -> list[str]:
    return [row.get(name, "") for name in columns]


def csv_text(columns: list[str], *rows: dict[str, str]) -> str:
    quoted = [
        ",".join(f'"{v}"' if set(v) & set(',\n"') else v for v in line(columns, row))
        for row in rows
    ]
    return "\n".join([",".join(columns), *quoted, ""])


@pytest.fixture
def residents(tmp_path: Path) -> str:
    path = tmp_path / "residents.csv"
    path.write_text(csv_text(RESIDENT_INPUT, RESIDENT), encoding="utf-8")
    return str(path)


@pytest.fixture
def doses(tmp_path: Path) -> Path:
    return tmp_path / "doses.csv"


@pytest.fixture
def ingested(spark: SparkSession, settings: Settings, tmp_path: Path) -> Ingest:
    def run(residents: str, doses: str) -> Tables:
        tables = Tables(spark, str(tmp_path / "warehouse"))
        inputs = Inputs(residents, doses)
        ingest.run(Run(tables, settings, Matching.model_construct(), inputs, "r1"))
        return tables

    return run


@pytest.fixture
def land(spark: SparkSession, tmp_path: Path) -> Land:
    """Reading alone: the doses of a source as ingest goes on to check them."""
    return lambda source: landed(Scratch(spark, str(tmp_path / "scratch")), source, DOSES)


def rows_of(df: DataFrame) -> list[tuple[str | None, ...]]:
    return sorted(map(tuple, df.select(*sorted(df.columns)).collect()), key=str)


def test_csv_in_all_its_shapes(ingested: Ingest, residents: str, tmp_path: Path) -> None:
    folder = tmp_path / "doses [2022]"
    folder.mkdir()
    (folder / "_SUCCESS").touch()
    (folder / "a.csv").write_text(csv_text(DOSE_INPUT, DOSE), encoding="utf-8-sig")
    turned = [*reversed(DOSE_INPUT), "ghi chú"]
    note = {"dose_id": "D2", "full_name": "Lê, Văn\nTám", "ghi chú": 'nói ""vâng"" \\ không'}
    with gzip.open(folder / "b.csv.gz", "wt", encoding="utf-8") as file:
        file.write(csv_text(turned, note))
    tables = ingested(residents, str(folder))
    got = {row.dose_id: row.asDict() for row in tables.read("dose_rows").collect()}
    assert sorted(got) == ["D1", "D2"]
    assert got["D1"]["full_name"] == " nguyễn thị Hoà "
    assert got["D1"]["sex"] is None
    assert got["D2"]["full_name"] == "Lê, Văn\nTám"
    assert got["D2"]["ghi_chú"] == 'nói "vâng" \\ không'
    assert tables.read("rejected_rows").isEmpty()
    assert not (tmp_path / "warehouse" / "_landing").exists()


def test_broken_lines_are_set_apart_and_cost_no_other_row(
    ingested: Ingest, residents: str, doses: Path
) -> None:
    good = [csv_text(DOSE_INPUT, {"dose_id": f"D{n}"}).splitlines()[1] for n in range(5)]
    torn = ["D7,too,few", "D8" + "," * 40]
    unclosed = 'D9,"Tran' + "," * (len(DOSE_INPUT) - 2)
    text = [",".join(DOSE_INPUT), good[0], *torn, good[1], "", good[2], unclosed, *good[3:], ""]
    doses.write_text("\r\n".join(text), encoding="utf-8")
    tables = ingested(residents, str(doses))
    assert rows_of(tables.read("dose_rows").select("dose_id")) == [(f"D{n}",) for n in range(5)]
    refused = tables.read("rejected_rows").collect()
    assert {(row.source, row.reason) for row in refused} == {("doses", "unreadable line")}
    assert sorted(json.loads(row.raw)["line"] for row in refused) == sorted([*torn, unclosed])


def test_every_format_gives_the_same_rows(
    spark: SparkSession, land: Land, doses: Path, tmp_path: Path
) -> None:
    given = [{**DOSE, "injected_on": "2021-08-15", "dose_number": "2"}, {"dose_id": "D2"}]
    doses.write_text(csv_text(DOSE_INPUT, *given), encoding="utf-8")
    kinds = {"injected_on": "date", "dose_number": "double"}
    schema = ", ".join(f"{name} {kinds.get(name, 'string')}" for name in DOSE_INPUT)
    typed = spark.read.csv(str(doses), header=True, schema=schema).coalesce(1)
    typed.write.parquet(str(tmp_path / "in_parquet"))
    typed.write.format("delta").save(str(tmp_path / "in_delta"))
    expected = rows_of(land(f"csv:{doses}").drop(*MARKS))
    for name in ("in_parquet", "in_delta"):
        assert rows_of(land(str(tmp_path / name)).drop(*MARKS)) == expected, name
    numbered = land(str(tmp_path / "in_parquet")).select("dose_id", ROW_NUMBER)
    assert rows_of(numbered) == [(1, "D1"), (2, "D2")]


def test_rows_deleted_from_a_delta_table_are_not_received(
    spark: SparkSession, land: Land, tmp_path: Path
) -> None:
    schema = ", ".join(f"{name} string" for name in DOSE_INPUT)
    rows = [(f"D{at}", *[None] * (len(DOSE_INPUT) - 1)) for at in range(100)]
    table, vectors = tmp_path / "doses", {"delta.enableDeletionVectors": "true"}
    whole = spark.createDataFrame(rows, schema).coalesce(1)
    whole.write.format("delta").options(**vectors).save(str(table))
    spark.sql(f"delete from delta.`{table}` where dose_id like '%7'")
    spark.conf.set(SKIPPING, "false")  # as a run finds it
    found = {row["dose_id"] for row in land(str(table)).collect()}
    assert found == {f"D{at}" for at in range(100) if at % 10 != 7}


def test_the_same_batch_twice_changes_nothing(
    ingested: Ingest, residents: str, doses: Path
) -> None:
    given = [DOSE, {**DOSE, "phone": "1"}, {"dose_id": "D2", "province_code": "00"}]
    doses.write_text(csv_text(DOSE_INPUT, *given), encoding="utf-8")
    once = {name: rows_of(ingested(residents, str(doses)).read(name)) for name in ingest.WRITES}
    doses.write_text(csv_text(DOSE_INPUT, *reversed(given)), encoding="utf-8")
    again = {name: rows_of(ingested(residents, str(doses)).read(name)) for name in ingest.WRITES}
    assert once == again
    assert [len(rows) for rows in once.values()] == [1, 1, 2]


LEGACY = csv_text(DOSE_INPUT, DOSE, {"dose_id": "D2", "full_name": "Lª V¨n"})
BAD_FILES = {
    "UTF-16": (csv_text(DOSE_INPUT, DOSE).encode("utf-16"), "UTF-16"),
    "legacy": (LEGACY.replace("D2", "D3").encode("utf-8") + b"D4,L\xaa V\xa8n\n", "line 4 .*UTF-8"),
    "nothing": (b"", "is empty"),
    "no rows": (csv_text(DOSE_INPUT).encode(), "no row"),
    "no column": (b"dose_id,full_name\nD1,An\n", "no column date_of_birth, sex"),
    "twice": (f"{','.join(DOSE_INPUT)},Phone\nD1\n".encode(), "phone occurs twice: columns 6, 15"),
    "semicolons": (b"dose_id;full_name\nD1;An\n", "commas"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_csv_file_is_refused_by_name(land: Land, doses: Path, kind: str) -> None:
    content, complaint = BAD_FILES[kind]
    doses.write_bytes(content)
    with pytest.raises(InputError, match=f"doses.csv.*{complaint}"):
        land(str(doses))


@pytest.fixture
def part(spark: SparkSession, tmp_path: Path) -> Path:
    """The only file of a folder of Parquet, whose checksum nobody knows."""
    folder = tmp_path / "in_parquet"
    schema = ", ".join(f"{name} string" for name in DOSE_INPUT)
    rows = [(f"D{n}", *[None] * (len(DOSE_INPUT) - 1)) for n in range(500)]
    spark.createDataFrame(rows, schema).coalesce(1).write.parquet(str(folder))
    (found,) = folder.glob("*.parquet")
    found.with_name(f".{found.name}.crc").unlink()
    return found


def test_a_damaged_parquet_file_is_refused_by_name(land: Land, part: Path) -> None:
    whole = part.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:40] + bytes(200) + whole[240:]):
        part.write_bytes(damaged)
        with pytest.raises(InputError, match=rf"{part.name}.*damaged"), unreadable_refused():
            land(str(part.parent)).write.format("noop").mode("overwrite").save()


def test_texts_in_parquet_are_read_as_other_formats_are(
    spark: SparkSession, ingested: Ingest, residents: str, tmp_path: Path
) -> None:
    """Kernels read such files by themselves; Spark's own reader is the oracle."""
    given = [{**DOSE, "phone": "", "lot": ""}, {"dose_id": "D2", "province_code": ""},
             {"dose_id": "", "phone": "1"}, {"dose_id": "D3", "province_code": "00"},
             {"dose_id": "D2", "phone": "2"}]  # fmt: skip
    names = [*DOSE_INPUT, "lot"]
    texts = spark.createDataFrame(
        [[row.get(name) for name in names] for row in given],
        ", ".join(f"{name} string" for name in names),
    ).coalesce(1)
    odd = "texts of 5%20#1?"
    texts.write.parquet(str(tmp_path / odd))
    texts.withColumn("lot", F.col("lot").cast("binary")).write.parquet(str(tmp_path / "others"))
    found = {}
    for name in (odd, "others"):
        tables = ingested(residents, str(tmp_path / name))
        kept = tables.read("dose_rows").withColumn("lot", F.col("lot").cast("string"))
        refused = tables.read("rejected_rows").select("row_number", "reason", "province_code")
        found[name] = rows_of(kept), sorted(map(tuple, refused.collect()))

    assert found[odd] == found["others"]
    kept, refused = found[odd]
    numbers = {row[0] for row in refused}
    assert (len(kept), len(refused)) == (2, 3)
    assert {3, 4} < numbers < {2, 3, 4, 5}  # from one on, as a person counts


def test_a_parquet_file_damaged_inside_is_named_by_what_kernels_read(
    ingested: Ingest, residents: str, part: Path
) -> None:
    whole = part.read_bytes()
    part.write_bytes(whole[:40] + bytes(200) + whole[240:])
    with pytest.raises(InputError, match=rf"{part.name}.*damaged"):
        ingested(residents, str(part.parent))


def test_a_source_that_is_not_there_or_not_known_is_refused(land: Land, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing there"):
        land(str(tmp_path / "absent*.csv"))
    (tmp_path / "doses.xlsx").write_bytes(b"PK")
    with pytest.raises(InputError, match="neither CSV, Parquet nor Delta"):
        land(str(tmp_path / "doses.xlsx"))


def test_a_large_field_written_by_a_csv_library_comes_back(land: Land, doses: Path) -> None:
    hard = 'a "quoted", \\ "" text;\nwith\r\nlines' * 50
    with doses.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(DOSE_INPUT)
        writer.writerow(line(DOSE_INPUT, {"dose_id": "D1", "full_name": hard}))
    (row,) = land(str(doses)).collect()
    assert row.full_name == hard.replace("\r\n", "\n")
