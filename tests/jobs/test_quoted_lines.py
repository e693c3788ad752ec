"""Line breaks within quotes are text, and no line that could be a row is ever text."""

import csv
import io
import random

import pytest

from jobs.sources.quoted_lines import rows_of

HEADER = "id,name,sex,note"


def rows(*lines: str) -> list[str]:
    return list(rows_of(lines, columns=4))


@pytest.mark.parametrize(
    "lines",
    [
        ['1,"Lê', 'Văn",M,x'],
        ['1,"Lê', "", 'nói ""vâng"", ""', 'Văn","M",x'],
        ['1,Lê,M,"x', 'y"'],
        ['"1', '2",Lê,M,x'],
        ['1,"Lê', 'Văn",M,"x', 'y"'],
        ['1,"a, b', 'c, d, e",M,"x, y"'],
    ],
)
def test_a_field_may_run_over_lines(lines: list[str]) -> None:
    assert rows(HEADER, *lines, "2,An,F,") == [HEADER, "\n".join(lines), "2,An,F,"]


@pytest.mark.parametrize(
    "lines",
    [
        ['1,"Lê,M,', "2,An,F,", '3,"Tý,M,'],
        ['1,"Lê,M,', "2,An,F,", '3,Tý",M,'],
        ['1,"Lê,M,', '2,An",M,'],
        ['1,"Lê,M,', '2,"An, Bình",F,', '3,Tý",M,'],
        ['1,"Lê,M,', "2,An,F,"],
        ['1,"Lê', "torn", '2,"An",F,'],
        ['1,Lê,M,"', "2,An,F,", '3,"Tý",M,'],
        ['1,"Lê"Văn,M,', '2,An"",F,"'],
    ],
)
def test_a_stray_mark_swallows_no_row(lines: list[str]) -> None:
    assert rows(HEADER, *lines) == [HEADER, *lines]


def test_a_lone_cr_ends_a_line_only_where_rows_lie_on_both_sides() -> None:
    assert rows("1,Lê\rVăn,M,", '2,"An\rBình",F,', "3,a,M,\r4,b,F,") == [
        "1,Lê\rVăn,M,",
        '2,"An\rBình",F,',
        "3,a,M,",
        "4,b,F,",
    ]


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_what_a_csv_library_writes_comes_back(quoting: int) -> None:
    draw = random.Random(4)
    parts = ["Lê", "\n", '"', ",", " ", '""', ""]
    given = [[f"{number}", *("".join(draw.choices(parts, k=3)) for _ in range(13))]
             for number in range(500)]  # fmt: skip
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows(given)
    found = rows_of(text.getvalue().removesuffix("\n").split("\n"), columns=14)
    kept = [next(csv.reader(io.StringIO(row, newline=""))) for row in found]
    assert kept == given


@pytest.mark.parametrize("seed", range(200))
def test_wherever_two_marks_are_typed_all_other_rows_are_there(seed: int) -> None:
    draw = random.Random(seed)
    lines = [",".join(draw.choice(["a", "", '"b"', '"c, d"', '"e ""f"""']) for _ in range(4))
             for _ in range(12)]  # fmt: skip
    given = list(lines)
    hurt = draw.sample(range(12), 2)
    for at in hurt:
        place = draw.randrange(len(lines[at]) + 1)
        lines[at] = lines[at][:place] + '"' + lines[at][place:]
    found = rows(*lines)
    assert all(given[at] in found for at in range(12) if at not in hurt)
