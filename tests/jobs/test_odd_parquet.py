"""Parquet as other tools write it: read where that is harmless, else refused by file and column."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.errors import InputError
from jobs.scratch import Scratch
from jobs.sources import landed, unreadable_refused
from transforms.ingestion import DOSES, ROW_NUMBER
from transforms.schemas import DOSE_INPUT

Land = Callable[[Path], DataFrame]
LAST = len(DOSE_INPUT) + 1
DAY, HOUR = datetime(2021, 8, 15), datetime(2021, 8, 15, 9, 30)


def doses(*ids: str) -> pa.Table:
    columns = [pa.array(ids), *[pa.nulls(len(ids), pa.string())] * (len(DOSE_INPUT) - 1)]
    return pa.table(columns, names=DOSE_INPUT)


def with_type(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, values)


@pytest.fixture
def land(spark: SparkSession, tmp_path: Path) -> Land:
    return lambda source: landed(Scratch(spark, str(tmp_path / "scratch")), str(source), DOSES)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2021, 8, 14, 17, tzinfo=UTC), "2021-08-15"),  # midnight in Viet Nam
        (datetime(2021, 8, 15, tzinfo=UTC), "2021-08-15"),
        (datetime(2021, 8, 15, 1, 30, tzinfo=UTC), "2021-08-15 08:30:00"),
        (datetime(2021, 8, 14, 23, 59, tzinfo=UTC), "2021-08-15 06:59:00"),
    ],
)
def test_a_moment_is_of_the_day_in_viet_nam(
    land: Land, path: Path, moment: datetime, text: str
) -> None:
    given = pa.array([moment], pa.timestamp("us", "UTC"))
    pq.write_table(with_type(doses("D1"), "injected_on", given), path)
    assert [row["injected_on"] for row in land(path).collect()] == [text]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a b. c.parquet"


def test_nanoseconds_are_read_as_other_times_are(land: Land, tmp_path: Path) -> None:
    found = {}
    for unit in ("us", "ns"):
        folder = tmp_path / unit
        folder.mkdir()
        times = pa.array([DAY, HOUR, None], pa.timestamp(unit))
        there = pa.array([DAY.replace(tzinfo=UTC)] * 3, pa.timestamp(unit, "Asia/Ho_Chi_Minh"))
        first = with_type(doses("D1", "D2", "D3"), "injected_on", times)
        pq.write_table(first.append_column("seen at", there), folder / "a.parquet")
        pq.write_table(
            with_type(doses("D4"), "injected_on", pa.nulls(1, pa.timestamp("us"))),
            folder / "b.parquet",
        )
        rows = land(folder).select("dose_id", "injected_on", "seen_at", ROW_NUMBER)
        found[unit] = rows.dtypes, sorted(map(tuple, rows.collect()))
    assert found["ns"] == found["us"]
    assert [row[1] for row in found["ns"][1]] == ["2021-08-15", "2021-08-15 09:30:00", None, None]


STRANGE = {
    "time of day": (pa.array([time(9)], pa.time64("us")), "times of day"),
    "half float": (pa.array([None], pa.float16()), "half floats"),
    "long number": (pa.array([Decimal(1)], pa.decimal256(50, 0)), "more than 38 digits"),
    "list of times": (pa.array([[DAY]], pa.list_(pa.timestamp("ns"))), "nanoseconds within"),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_types_that_cannot_be_kept_are_refused(land: Land, path: Path, kind: str) -> None:
    values, complaint = STRANGE[kind]
    pq.write_table(doses("D1").append_column("LÊ VĂN TÁM", values), path)
    with pytest.raises(InputError, match=rf"a b\. c\.parquet: column {LAST}:.*{complaint}"):
        land(path)
    pq.write_table(with_type(doses("D1"), "phone", values), path)
    with pytest.raises(InputError, match=rf"column 6 \(phone\):.*{complaint}"):
        land(path)


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["phone"], f"phone occurs twice: columns 6, {LAST}"),
        (["PHONE"], f"phone occurs twice: columns 6, {LAST}"),
        (["lê tám", "lê,tám"], f"a column name occurs twice: columns {LAST}, {LAST + 1}"),
        (["_unreadable"], f"_unreadable is a name that ingest itself uses: column {LAST}"),
        (["_metadata"], f"_metadata is a name that ingest itself uses: column {LAST}"),
        ([""], f"column {LAST} without a name"),
    ],
)
def test_names_that_cannot_be_kept_are_refused(
    land: Land, path: Path, names: list[str], complaint: str
) -> None:
    more = [pa.array(["x"])] * len(names)
    table = doses("D1")
    given = pa.Table.from_arrays([*table.columns, *more], names=[*DOSE_INPUT, *names])
    pq.write_table(given, path)
    with pytest.raises(InputError, match=rf"a b\. c\.parquet: {complaint}") as refusal:
        land(path)
    assert "tám" not in str(refusal.value)


def test_names_with_marks_of_their_own_are_kept_under_others(land: Land, path: Path) -> None:
    table = doses("D1").append_column("a.b", pa.array([1])).append_column("c`d", pa.array([2]))
    pq.write_table(table, path)
    assert land(path).select("a_b", "c_d").collect() == [(1, 2)]


def test_files_that_differ_in_type_are_not_called_damaged(land: Land, tmp_path: Path) -> None:
    numbers = pa.array([1], pa.int64())
    pq.write_table(doses("D1"), tmp_path / "a.parquet")
    pq.write_table(with_type(doses("D2"), "dose_number", numbers), tmp_path / "b.parquet")
    with pytest.raises(InputError, match=r"b\.parquet: column 10 \(dose_number\) has another type"):
        land(tmp_path / "*.parquet")
    pq.write_table(
        with_type(doses("D3"), "phone", pa.array([DAY], pa.timestamp("ns"))), tmp_path / "c.parquet"
    )
    with pytest.raises(InputError, match=r"b\.parquet: column 10 \(dose_number\) has another type"):
        land(tmp_path / "*.parquet")


def test_a_file_that_is_none_is_named_in_full(land: Land, path: Path) -> None:
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(InputError, match=r"a b\. c\.parquet: cannot be read"), unreadable_refused():
        land(path)
