"""A sample goes out, comes back and is counted once, whatever happens to the file on the way."""

import csv
from base64 import urlsafe_b64decode, urlsafe_b64encode
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from jobs import clerical
from jobs.errors import ConfigError, InputError
from jobs.lists import clerical as sheet
from jobs.tables import Tables
from tests.fake_rows import fake_rows
from transforms.schemas import LINK, PROFILE, RESIDENT

SIDE = {"id_number": "001", "full_name": "=Lan", "date_of_birth": "1990-02-01", "sex": "F",
        "phone": None, "place": None}  # fmt: skip
ROW = {"profile_id": -5, "resident_id": "r|1", "decision": "linked", "match_probability": 0.95,
       "band": "0.9–0.99", "declared": SIDE, "known": SIDE}  # fmt: skip


def altered(code: str) -> str:
    """A code that says something else, as well written as ours."""
    said = urlsafe_b64decode(code).decode().replace("linked", "review")
    return urlsafe_b64encode(said.encode()).decode()


@pytest.fixture
def tables(spark, tmp_path):
    """Twelve profiles in two bands, each with a candidate."""
    tables = Tables(spark, str(tmp_path / "warehouse"))
    links = [
        {"profile_id": n, "best_resident_id": f"r{n}", "decision": "linked" if n % 2 else "review",
         "match_probability": 0.95 if n % 2 else 0.3}
        for n in range(12)
    ]  # fmt: skip
    links.append({"profile_id": 99, "decision": "unlinked"})
    profiles = [{"profile_id": n, "doses": 1, "raw_full_name": f"Người {n}"} for n in range(12)]
    residents = [{"resident_id": f"r{n}", "full_name": f"Người {n}"} for n in range(12)]
    tables.overwrite("links", fake_rows(spark, LINK, links))
    tables.overwrite("profiles", fake_rows(spark, PROFILE, profiles))
    tables.overwrite("residents", fake_rows(spark, RESIDENT, residents))
    return tables


def filled(path: Path, words: list[str]) -> Path:
    """The CSV with these words in the column of answers, one a row, as Excel saves it here."""
    head, *rows = csv.reader(StringIO(path.read_text(encoding="utf-8-sig")))
    at = head.index(sheet.ANSWER)
    for row, word in zip(rows, words, strict=False):
        row[at] = word
    text = StringIO()
    csv.writer(text, delimiter=";").writerows([head, *rows])
    back = path.with_name("back.csv")
    back.write_text(text.getvalue(), encoding="utf-8-sig")
    return back


def test_a_sample_is_the_same_twice_and_its_answers_count_once(tables, settings, tmp_path):
    out = tmp_path / "sample.csv"
    told = clerical.sample(tables, settings, out, 4)
    content = out.read_bytes()
    clerical.sample(tables, settings, out, 4)
    first = clerical.answers(tables, filled(out, ["cùng người", "Khác người", "", "không rõ"]))
    again = clerical.answers(tables, tmp_path / "back.csv")

    assert out.read_bytes() == content
    assert told["pairs"] == 8
    assert first["answers"] == again["answers"] == 3
    assert first["bands"] == again["bands"]
    assert tables.read("clerical_answers").count() == 3
    corrected = clerical.answers(tables, filled(out, ["cùng người"] * 8))
    assert corrected["bands"]["0.05–0.5"] == {
        "same": 4, "different": 0, "unsure": 0, "value": 1.0,
        "low": pytest.approx(0.5101, abs=1e-4), "high": 1.0,
    }  # fmt: skip
    assert tables.read("clerical_answers").count() == 8


def test_the_workbook_holds_texts_and_comes_back_whole(tmp_path):
    (tmp_path / "s.xlsx").write_bytes(sheet.as_workbook([ROW, ROW], "abc"))
    lines = CalamineWorkbook.from_path(tmp_path / "s.xlsx").get_sheet_by_name(sheet.SHEET)
    text = [[str(cell) for cell in line] for line in lines.to_python(skip_empty_area=False)]

    assert not any(said in text[3][0] for said in ("linked", "0.9", "r|1"))  # sways nobody
    assert text[3][2:10] == ["001", "001", "=Lan", "=Lan", *["01/02/1990"] * 2, "Nữ", "Nữ"]
    assert sheet.answers(tmp_path / "s.xlsx") == []
    text[3][-2] = " Cùng người "
    book = xlsxwriter.Workbook(tmp_path / "back.xlsx", {"strings_to_formulas": False})
    page = book.add_worksheet(sheet.SHEET)
    for at, line in enumerate(text):
        page.write_row(at, 0, line)
    book.close()
    assert sheet.answers(tmp_path / "back.xlsx") == [
        sheet.Answered("abc", "0.9–0.99", -5, "r|1", "linked", 0.95, "same")
    ]


@pytest.mark.parametrize(
    ("code", "answer", "named"),
    [(altered(sheet.coded(ROW, "abc")), "cùng người", "row 2: the column"),
     ("ngày 7", "cùng người", "row 2: the column"),
     (sheet.coded(ROW, "abc"), "có lẽ", "row 2: an answer is one of")],
)  # fmt: skip
def test_a_broken_row_stops_the_import_with_its_number(tmp_path, code, answer, named):
    path = tmp_path / "s.csv"
    path.write_text(f"{sheet.CODE},{sheet.ANSWER}\n{code},{answer}\n", encoding="utf-8")

    with pytest.raises(InputError, match=named):
        sheet.answers(path)


def test_files_that_are_no_sample_are_refused(tables, settings, tmp_path):
    other = tmp_path / "other.xlsx"
    other.write_bytes(b"PK")
    with pytest.raises(InputError, match="not a workbook"):
        clerical.answers(tables, other)
    with pytest.raises(InputError, match="no such file"):
        clerical.answers(tables, tmp_path / "none.csv")
    with pytest.raises(ConfigError, match=r"xlsx or a \.csv"):
        clerical.sample(tables, settings, tmp_path / "sample.pdf", 4)
