"""CSV that no program should write and some do: nothing vanishes, and messages quote no values."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import InputError
from jobs.scratch import Scratch
from jobs.sources import landed
from transforms.ingestion import DOSES, UNREADABLE
from transforms.schemas import DOSE_INPUT

HEADER = ",".join(DOSE_INPUT)
NAME = "LÊ VĂN TÁM"
Names = Callable[[Path], tuple[dict[str, str], list[str]]]


def lines(first: int, end: int) -> list[str]:
    return [f"D{n},{NAME}" + "," * (len(DOSE_INPUT) - 2) for n in range(first, end)]


def put(path: Path, rows: list[str], end: str = "\n") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(end.join([*rows, ""]), encoding="utf-8", newline="")
    return path


@pytest.fixture
def names(spark: SparkSession, tmp_path: Path) -> Names:
    """The name of each dose read, and the lines refused."""

    def read(source: Path) -> tuple[dict[str, str], list[str]]:
        rows = landed(Scratch(spark, str(tmp_path / "scratch")), str(source), DOSES)
        found = rows.select("dose_id", "full_name", UNREADABLE).collect()
        read = {row.dose_id: row.full_name for row in found if row[UNREADABLE] is None}
        refused = [row[UNREADABLE] for row in found if row[UNREADABLE] is not None]
        assert len(read) + len(refused) == len(found)
        return read, sorted(refused)

    return read


def test_two_stray_marks_cost_their_own_lines_alone(names: Names, tmp_path: Path) -> None:
    given = [HEADER, *lines(0, 100)]
    for at in (10, 90):
        given[at] = given[at].replace(NAME, f'"{NAME}')
    given[50] = given[50].replace(NAME, '"LÊ\n""VĂN"" TÁM"')
    read, refused = names(put(tmp_path / "a b [1]%20é.csv", given))
    assert refused == sorted([given[10], given[90]])
    assert len(read) == 98
    assert read.pop("D49") == 'LÊ\n"VĂN" TÁM'
    assert {*read.values()} == {NAME}


def test_rows_of_a_file_in_many_blocks_stay_in_order(
    spark: SparkSession, names: Names, tmp_path: Path
) -> None:
    given = [line.replace(NAME, '"LÊ\nVĂN"') for line in lines(0, 3000)]
    small = "spark.sql.files.maxPartitionBytes"
    before = spark.conf.get(small)
    spark.conf.set(small, "4096")
    try:
        read, refused = names(put(tmp_path / "doses.csv", [HEADER, *given]))
    finally:
        spark.conf.set(small, before)
    assert (len(read), {*read.values()}, refused) == (3000, {"LÊ\nVĂN"}, [])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["LÊ\rVĂN", '"LÊ\rVĂN"', '"LÊ\r, VĂN"'])
def test_a_cr_within_a_field_ends_no_row(names: Names, tmp_path: Path, name: str, end: str) -> None:
    given = [line.replace(NAME, name) for line in lines(0, 20)]
    read, refused = names(put(tmp_path / "doses.csv", [HEADER, *given, *lines(20, 40)], end))
    assert (len(read), refused) == (40, [])
    assert {*read.values()} == {name.strip('"'), NAME}


@pytest.mark.parametrize("name", [NAME, '"LÊ\rVĂN"'])
def test_lines_that_end_as_on_old_macs_are_read(names: Names, tmp_path: Path, name: str) -> None:
    given = [line.replace(NAME, name) for line in lines(0, 20)]
    read, refused = names(put(tmp_path / "doses.csv", [HEADER, *given], "\r"))
    expected = name.strip('"').replace("\r", "\n")
    assert (len(read), {*read.values()}, refused) == (20, {expected}, [])


def test_lines_that_end_in_several_ways_are_read_or_the_file_is_refused(
    names: Names, tmp_path: Path
) -> None:
    mixed = [HEADER, *lines(0, 3), "\r".join(lines(3, 6)), *(f"{r}\r" for r in lines(6, 9))]
    assert (*map(len, names(put(tmp_path / "doses.csv", mixed))),) == (9, 0)
    put(tmp_path / "doses.csv", [f"{HEADER}\r{lines(0, 1)[0]}", *lines(1, 9)])
    with pytest.raises(InputError, match=r"doses\.csv: its lines end in CR.* some in LF"):
        names(tmp_path / "doses.csv")


def test_row_numbers_under_no_name_are_a_column_like_others(
    spark: SparkSession, tmp_path: Path
) -> None:
    given = [f",{HEADER}", *(f"{n},{line}" for n, line in enumerate(lines(0, 3)))]
    source = str(put(tmp_path / "doses.csv", given))
    rows = landed(Scratch(spark, str(tmp_path / "scratch")), source, DOSES)
    found = {(row.dose_id, row.full_name, row._c0) for row in rows.collect()}
    assert found == {(f"D{n}", NAME, str(n)) for n in range(3)}


def test_every_file_of_a_folder_has_a_header_of_its_own(names: Names, tmp_path: Path) -> None:
    turned = ["ghi chú", *reversed(DOSE_INPUT)]
    other = ["x", *[""] * (len(DOSE_INPUT) - 2), NAME, "D9"]
    put(tmp_path / "doses" / "a.csv", [HEADER, *lines(0, 5)])
    put(tmp_path / "doses" / "b.csv", [",".join(turned), ",".join(other)])
    read, refused = names(tmp_path / "doses")
    assert (sorted(read), refused) == (["D0", "D1", "D2", "D3", "D4", "D9"], [])
    put(tmp_path / "doses" / "c.csv", lines(5, 9))
    with pytest.raises(InputError, match=r"c\.csv: no column dose_id, full_name") as refusal:
        names(tmp_path / "doses")
    assert NAME.casefold() not in str(refusal.value).casefold()


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        ("Lê Tám,x,lê tám", "a column name occurs twice: columns 15, 17"),
        ("lê tám,x,lê;tám", "a column name occurs twice: columns 15, 17"),
        ("Dose_ID", "dose_id occurs twice: columns 1, 15"),
        ("x,dose id", "dose_id occurs twice: columns 1, 16"),
        ("x,_Unreadable", "_unreadable is a name that ingest itself uses: column 16"),
        ("_row_number,_metadata", "columns 15, 16"),
    ],
)
def test_names_that_cannot_be_kept_are_refused_by_their_places(
    names: Names, tmp_path: Path, extra: str, complaint: str
) -> None:
    header = f"{HEADER},{extra}"
    put(tmp_path / "doses.csv", [header, *(f"{r}{',' * extra.count(',')}," for r in lines(0, 2))])
    with pytest.raises(InputError, match=rf"doses\.csv: .*{complaint}") as refusal:
        names(tmp_path / "doses.csv")
    assert "tám" not in str(refusal.value).casefold()


def test_a_hidden_file_is_left_out_of_a_pattern_and_refused_where_spark_would_pass_it_over(
    names: Names, tmp_path: Path
) -> None:
    put(tmp_path / "a.csv", [HEADER, *lines(0, 2)])
    hidden = put(tmp_path / "_b.csv", [HEADER, *lines(2, 3), '"'])
    assert [*names(tmp_path / "*.csv")[0]] == ["D0", "D1"]
    with pytest.raises(InputError, match=r"_b\.csv: files of such names"):
        names(hidden)


def test_bytes_that_are_not_utf_8_are_told_with_their_line_in_a_file_of_any_name(
    names: Names, tmp_path: Path
) -> None:
    path = put(tmp_path / "a b%20[é].csv", [HEADER, *lines(0, 2)])
    path.write_bytes(path.read_bytes() + b"D9,L\xaa\n")
    with pytest.raises(InputError, match=r"a b%20\[é\]\.csv: line 4 is not UTF-8"):
        names(path)
