import csv
import zipfile
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from jobs.lists import wording
from jobs.lists.files import csv_text
from jobs.lists.workbook import workbook
from transforms.name_comparison import NAME_LEVELS
from transforms.scoring import comparisons

ROW = {
    "correction_id": "0123456789abcdef",
    "person_id": "P1",
    "disposition": "wrong",
    "case_class": "c",
    "side": "platform",
    "evidence_grade": "A",
    "evidence": ["name=exact", "number=slip", "place=commune"],
    "current_id_number": "001085000112",
    "proposed_id_number": "001085000111",
    "current_full_name": "=HYPERLINK(1)",
    "proposed_full_name": None,
    "current_date_of_birth": "7/3/1985",
    "proposed_date_of_birth": None,
    "current_sex": None,
    "proposed_sex": "Nữ",
    "doses": 1,
    "dose_numbers": [2],
    "injected_on": [date(2021, 9, 1)],
    "facility_codes": ["F1"],
    "province_name": "Thanh Hóa",
    "district_name": "Huyện Thiệu Hóa",
    "commune_name": "Thị trấn Thiệu Hóa",
}


def row(**other: Any) -> dict[str, Any]:
    return ROW | other


def opened(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(content))


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_correction_reads_as_a_clerk_needs_it() -> None:
    sheet = opened(workbook([row()])).get_sheet_by_name("Cần sửa").to_python()
    groups, headings, values = sheet[1], sheet[2], sheet[3]
    assert headings[3:11] == ["Đang ghi", "Đề xuất"] * 4
    assert [group for group in groups if group] == [
        "Số định danh (CCCD/CMND)",
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "Phần trả lời của địa phương",
    ]
    assert values == [
        "1",
        "0123456789abcdef",
        "c",
        "001085000112",
        "001085000111",
        "=HYPERLINK(1)",
        "",
        "7/3/1985",
        "",
        "(trống)",
        "Nữ",
        "A",
        "trùng họ tên, số sai 1 chữ số, cùng xã",
        "1",
        "2) 01/09/2021 – F1",
        "",
        "",
        "",
    ]


def test_every_row_stands_on_one_sheet_and_empty_sheets_are_left_out() -> None:
    rows = [
        row(),
        row(disposition="review", evidence_grade="D"),
        row(side="population"),
        row(side="population", disposition="review"),
    ]
    book = opened(workbook(rows))
    assert book.sheet_names == ["Hướng dẫn", "Cần sửa", "Cần xác minh", "Dữ liệu dân cư"]
    found = {
        name: len(book.get_sheet_by_name(name).to_python()) - 3 for name in book.sheet_names[1:]
    }
    assert found == {"Cần sửa": 1, "Cần xác minh": 1, "Dữ liệu dân cư": 2}
    assert opened(workbook(rows[:1])).sheet_names == ["Hướng dẫn", "Cần sửa"]


def test_the_guide_counts_people_rows_and_doses() -> None:
    rows = [row(doses=2), row(doses=3, case_class="a"), row(person_id=None, correction_id="x")]
    guide = opened(workbook(rows)).get_sheet_by_name("Hướng dẫn").to_python()
    assert guide[1][0] == "Thị trấn Thiệu Hóa, Huyện Thiệu Hóa, Thanh Hóa"
    counts = {line[0]: line[1:4] for line in guide if line[0].startswith(("Loại", "Tổng", "Trang"))}
    assert counts == {
        "Trang “Cần sửa”": [2.0, 3.0, 6.0],
        "Loại a: không có số định danh": [1.0, 1.0, 3.0],
        "Loại c: sai thông tin": [2.0, 2.0, 3.0],
        "Tổng cộng": [2.0, 3.0, 6.0],
    }
    said = [cell for line in guide for cell in line]
    assert "CÔNG AN THỊ TRẤN" in said
    assert "TRẠM Y TẾ" in said


def test_no_cell_is_a_formula_or_a_link_and_only_answers_are_open() -> None:
    inside = parts(workbook([row(current_full_name=text) for text in ("=1+1", "+1", "-1", "@x")]))
    sheets = [text for name, text in inside.items() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 2
    assert all("<f>" not in text and "<hyperlink" not in text for text in sheets)
    assert all("<sheetProtection" in text for text in sheets)
    table = sheets[1]
    assert 'type="list"' in table
    assert ",".join(wording.ANSWERS) in table
    assert all(part in table for part in ('paperSize="9"', 'orientation="landscape"'))
    assert "_xlnm.Print_Titles" in inside["xl/workbook.xml"]


def test_the_bytes_depend_on_the_rows_alone() -> None:
    first = workbook([row(), row(doses=2)])
    assert first == workbook([row(), row(doses=2)])
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_long_list_is_written_row_by_row_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.lists.workbook.IN_MEMORY_ROWS", 2)
    many = [row() for _ in range(20)]
    content = workbook(many)
    assert content == workbook(many)
    assert len(opened(content).get_sheet_by_name("Cần sửa").to_python()) == len(many) + 3


def test_csv_keeps_the_typed_text_and_defuses_formulas() -> None:
    content = csv_text([row(current_date_of_birth="-7")])
    assert content.startswith(b"\xef\xbb\xbf")
    _, line = csv.reader(StringIO(content.decode("utf-8-sig")))
    assert line == [
        "Cần sửa",
        "0123456789abcdef",
        "c",
        "001085000112",
        "001085000111",
        "'=HYPERLINK(1)",
        "",
        "'-7",
        "",
        "",
        "Nữ",
        "A",
        "trùng họ tên, số sai 1 chữ số, cùng xã",
        "1",
        "2) 01/09/2021 – F1",
    ]


def test_every_level_of_the_scoring_has_its_words() -> None:
    levels = {
        "name": NAME_LEVELS,
        "birth": comparisons.BIRTH_LEVELS,
        "sex": comparisons.SEX_LEVELS,
        "number": comparisons.NUMBER_LEVELS,
        "phone": comparisons.PHONE_LEVELS,
        "place": comparisons.PLACE_LEVELS,
        "history": comparisons.HISTORY_LEVELS,
    }
    assert {name: set(words) for name, words in wording.EVIDENCE.items()} == {
        name: set(known) for name, known in levels.items()
    }


def test_evidence_never_shows_a_code() -> None:
    assert wording.evidence_text(None) == "chưa đủ căn cứ"
    assert wording.evidence_text(["new=level", "candidates=3"]) == "có 3 người có thể trùng"
