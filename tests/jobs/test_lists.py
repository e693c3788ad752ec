import csv
import re
import zipfile
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from python_calamine import CalamineWorkbook

from jobs.lists import wording
from jobs.lists.files import Csv, csv_file
from jobs.lists.guide import place_name
from jobs.lists.workbook import About
from jobs.lists.workbook import workbook as sealed_workbook
from transforms.name_comparison import NAME_LEVELS
from transforms.scoring import comparisons

ROW = {
    "correction_id": "0123456789abcdef",
    "person_id": "P1",
    "disposition": "wrong",
    "case_class": "c",
    "side": "platform",
    "sheet": "platform",
    "candidates": None,
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
    "dose_ids": ["D1"],
    "dose_numbers": [2],
    "injected_on": [date(2021, 9, 1)],
    "facility_codes": ["F1"],
    "vaccines": ["Vero Cell"],
    "province_name": "Thanh Hóa",
    "district_name": "Huyện Thiệu Hóa",
    "commune_name": "Thị trấn Thiệu Hóa",
}


def row(**other: Any) -> dict[str, Any]:
    return ROW | other


PLACE = "Thị trấn Thiệu Hóa, Huyện Thiệu Hóa, Thanh Hóa"
ABOUT = About("38-394-15856", PLACE, "Thị trấn Thiệu Hóa", b"a secret of the tests", "01/06/2022")
CANDIDATE = {
    "correction_id": "c" * 16,
    "id_number": "********0111",
    "full_name": "Nguyễn Thị Hoà",
    "date_of_birth": "07/03/1985",
    "sex": "Nữ",
    "place": "Xã A, Huyện B",
    "evidence": ["name=marks"],
}


def workbook(rows: list[dict[str, Any]], about: About = ABOUT) -> bytes:
    kinds = [kind for kind in wording.SHEETS if any(r["sheet"] == kind for r in rows)]
    return sealed_workbook((dict(r) for r in rows), kinds, about).content


def csv_text(rows: list[dict[str, Any]]) -> bytes:
    text = Csv()
    list(text.passing(rows))
    return text.content()


def opened(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(content))


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_correction_reads_as_a_clerk_needs_it() -> None:
    sheet = opened(workbook([row()])).get_sheet_by_name("Cần sửa").to_python()
    groups, headings, values = sheet[1], sheet[2], sheet[3]
    assert headings[3:12] == ["Thôn – hộ", *["Đang ghi", "Đề xuất"] * 4]
    assert [group for group in groups if group] == [
        "Số định danh (CCCD/CMND)",
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "Phần trả lời của địa phương",
    ]
    key, seal = values.pop(1).split("-")
    assert (key, len(seal)) == ("0123456789abcdef", 16)
    assert values == [
        "1",
        "c",
        "",
        "001085000112",
        "001085000111",
        "=HYPERLINK(1)",
        "",
        "7/3/1985",
        "",
        "(trống)",
        "Nữ",
        "A: rất chắc chắn",
        "trùng họ tên, số sai 1 chữ số hoặc đảo 2 chữ số, cùng xã",
        "1",
        "2) 01/09/2021 – F1",
        "",
        "",
        "",
    ]


def test_members_of_a_household_stand_together_under_its_number() -> None:
    homes = [None, "H7", "H7", "H9"]
    content = workbook([row(household_id=home) for home in homes])
    sheet = opened(content).get_sheet_by_name("Cần sửa").to_python()
    assert [line[3] for line in sheet[3:]] == ["", "1", "1", "2"]


def test_a_hamlet_stands_before_the_number_of_the_household() -> None:
    named = [row(household_id="H7", hamlet="Thôn 3"), row(household_id=None, hamlet="Thôn 3")]
    sheet = opened(workbook(named)).get_sheet_by_name("Cần sửa").to_python()
    assert [line[3] for line in sheet[3:]] == ["Thôn 3 – 1", "Thôn 3"]


def test_every_row_stands_on_its_sheet_and_empty_sheets_are_left_out() -> None:
    rows = [
        row(),
        row(sheet="review", disposition="review", evidence_grade="D"),
        row(sheet="population", side="population"),
        row(sheet="population", side="population", disposition="review"),
        row(sheet="doses", disposition="duplicate", evidence=["finding=duplicate"]),
    ]
    book = opened(workbook(rows))
    assert book.sheet_names == ["Hướng dẫn", *wording.SHEETS.values()]
    found = {
        name: len(book.get_sheet_by_name(name).to_python()) - 3 for name in book.sheet_names[1:]
    }
    assert found == {
        "Cần sửa": 1,
        "Cần xác minh": 1,
        "Dữ liệu dân cư": 2,
        "Mũi trùng, bất thường": 1,
    }
    assert opened(workbook(rows[:1])).sheet_names == ["Hướng dẫn", "Cần sửa"]


def test_candidates_stand_side_by_side_with_what_was_typed() -> None:
    both = [CANDIDATE, CANDIDATE | {"correction_id": "d" * 16, "sex": None}]
    review = row(sheet="review", disposition="review", candidates=both, proposed_id_number=None)
    first, second = opened(workbook([review])).get_sheet_by_name("Cần xác minh").to_python()[3:]
    assert (first[0], first[1][:17]) == ("1.1", f"{'c' * 16}-")
    assert (second[0], second[1][:17]) == ("1.2", f"{'d' * 16}-")
    assert first[2:13] == [
        "c",
        "001085000112",
        "********0111",
        "=HYPERLINK(1)",
        "Nguyễn Thị Hoà",
        "7/3/1985",
        "07/03/1985",
        "(trống)",
        "Nữ",
        "Xã A, Huyện B",
        "họ tên khác dấu",
    ]


def styles_of(content: bytes, line: int) -> dict[str, str]:
    """The style number of each cell of a line of the first sheet with rows."""
    sheet = parts(content)["xl/worksheets/sheet2.xml"]
    return dict(re.findall(rf'<c r="([A-Z]+){line}" s="(\d+)"', sheet))


def test_only_the_letters_that_differ_stand_out_and_the_text_stays_whole() -> None:
    content = workbook([row(current_id_number="001085000112", proposed_full_name="Lê Thị <A>")])
    inside = parts(content)["xl/worksheets/sheet2.xml"]
    runs = re.findall(r"<r><rPr>(<b/><u/>)?.*?</rPr><t[^>]*>(.*?)</t></r>", inside)
    assert runs == [("", "00108500011"), ("<b/><u/>", "1")]
    line = opened(content).get_sheet_by_name("Cần sửa").to_python()[3]
    assert (line[5], line[7]) == ("001085000111", "Lê Thị <A>")


def test_a_candidate_who_agrees_is_not_marked() -> None:
    same = CANDIDATE | {"full_name": "TRẦN AN TÀI", "sex": None}
    told = {"current_full_name": "Trần An Tài", "current_date_of_birth": "7/3/1985"}
    review = row(sheet="review", disposition="review", candidates=[same], **told)
    nobody = row(sheet="review", disposition="review", proposed_id_number=None, proposed_sex=None)
    content = workbook([review, nobody])
    first, second = styles_of(content, 4), styles_of(content, 5)
    assert first["E"] != first["D"]
    assert (first["G"], first["I"], first["K"]) == (first["F"], first["H"], first["J"])
    assert [second[column] for column in "EGIK"] == [second[column] for column in "DFHJ"]


def height_of(rows: list[dict[str, Any]]) -> float:
    sheet = parts(workbook(rows))["xl/worksheets/sheet2.xml"]
    return float(re.findall(r'<row r="4" ht="([\d.]+)"', sheet)[0])


def test_a_row_is_as_high_as_its_doses_and_capitals_need() -> None:
    given = {
        "injected_on": [date(2021, 9, 1)] * 4,
        "facility_codes": ["1585601"] * 4,
        "vaccines": [None] * 4,
    }
    four = height_of([row(doses=4, dose_numbers=[1, 2, 3, 4], **given)])
    name = {"evidence": [], "current_full_name": "NGUYỄN THỊ TRANG", "evidence_grade": "B"}
    assert four == 12.75 * 4 + 3
    assert height_of([row(**name)]) == 12.75 * 2 + 3


def test_an_answer_given_before_is_there_again_and_a_contradiction_is_told() -> None:
    told = {"correction_id": ROW["correction_id"], "answer": "check", "corrected_value": None,
            "note": "đi vắng", "answers": ["check"], "in_conflict": False}  # fmt: skip
    torn = told | {"answers": ["right", "wrong"], "in_conflict": True}
    rows = [
        row(answered=[told]),
        row(answered=[torn]),
        row(answered=[torn | {"correction_id": "?"}]),
    ]
    sheet = opened(workbook(rows)).get_sheet_by_name("Cần sửa").to_python()
    assert [line[-3:] for line in sheet[3:]] == [
        ["Cần xác minh", "", "đi vắng"],
        ["", "", wording.contradiction("Đúng / Sai")],
        ["", "", ""],
    ]


def test_the_guide_counts_people_rows_and_doses() -> None:
    rows = [row(doses=2), row(doses=3, case_class="a"), row(person_id=None, correction_id="x")]
    guide = opened(workbook(rows)).get_sheet_by_name("Hướng dẫn").to_python()
    assert guide[1][0] == PLACE
    assert guide[2][0] == ""
    counts = {line[0]: line[1:4] for line in guide if line[0].startswith(("Loại", "Tổng", "Trang"))}
    assert counts == {
        "Trang “Cần sửa”": [2.0, 3.0, 6.0],
        "Loại a: không có số CCCD/CMND": [1.0, 1.0, 3.0],
        "Loại b: sai định dạng số CCCD/CMND": [0.0, 0.0, 0.0],
        "Loại c: sai thông tin cá nhân cơ bản": [2.0, 2.0, 3.0],
        "Tổng cộng": [2.0, 3.0, 6.0],
    }
    said = " ".join(cell for line in guide for cell in line if isinstance(cell, str))
    assert "CÔNG AN THỊ TRẤN" in said
    assert "TRẠM Y TẾ" in said
    assert "trước ngày 01/06/2022" in said
    assert "38-394-15856 · Phiên bản: " in said
    assert "@" not in said


def test_a_list_of_no_commune_says_who_sorts_it() -> None:
    assert place_name(row()) == PLACE
    nobody = {"commune_name": None, "district_name": None}
    assert place_name(row(**nobody)) == f"Thanh Hóa – {wording.TO_BE_SORTED}"


def test_a_pilot_says_that_it_is_one() -> None:
    content = workbook([row()], ABOUT._replace(pilot=True))
    assert opened(content).get_sheet_by_name("Hướng dẫn").to_python()[2][0] == wording.PILOT
    for page in ("sheet1", "sheet2"):  # printed pages part company
        assert "38-394-15856 – THÍ ĐIỂM&amp;R" in parts(content)[f"xl/worksheets/{page}.xml"]


def test_no_cell_is_a_formula_or_a_link_and_only_answers_are_open() -> None:
    inside = parts(workbook([row(current_full_name=text) for text in ("=1+1", "+1", "-1", "@x")]))
    sheets = [text for name, text in inside.items() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 2
    assert all("<f>" not in text and "<hyperlink" not in text for text in sheets)
    assert all("<sheetProtection" in text for text in sheets)
    table = inside["xl/worksheets/sheet2.xml"]
    assert 'type="list"' in table
    assert ",".join(wording.ANSWERS) in table
    assert all(part in table for part in ('paperSize="9"', 'orientation="landscape"'))
    assert "_xlnm.Print_Titles" in inside["xl/workbook.xml"]
    left = ("77777", "90000000", "@LIST@", "@PLACE@", "@ID@", "@SEAL@", "@POLICE@", "@DUE@")
    assert not [name for name, text in inside.items() for one in left if one in text]
    assert "38-394-15856&amp;RTrang &amp;P/&amp;N" in inside["xl/worksheets/sheet1.xml"]


def test_the_bytes_depend_on_the_rows_alone() -> None:
    first = workbook([row(), row(doses=2)])
    assert first == workbook([row(), row(doses=2)])
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_long_list_is_whole_and_its_drop_downs_reach_the_last_row() -> None:
    content = workbook([row() for _ in range(1_234)])
    assert len(opened(content).get_sheet_by_name("Cần sửa").to_python()) == 1_234 + 3
    sheet = parts(content)["xl/worksheets/sheet2.xml"]
    assert 'sqref="Q4:Q1237"' in sheet
    assert '<autoFilter ref="A3:S1237"' in sheet


def test_what_xml_cannot_hold_is_left_out_and_what_it_uses_is_kept() -> None:
    content = workbook([row(current_full_name="A & <B>\x01 _x0041_")])
    assert "A &amp; &lt;B&gt; _x005F_x0041_" in parts(content)["xl/worksheets/sheet2.xml"]


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
        "trùng họ tên, số sai 1 chữ số hoặc đảo 2 chữ số, cùng xã",
        "1",
        "2) 01/09/2021 – F1",
        "D1",
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
    of_pairs = {n: w for n, w in wording.EVIDENCE.items() if n not in ("finding", "decision")}
    assert {name: set(words) for name, words in of_pairs.items()} == {
        name: set(known) for name, known in levels.items()
    }


def test_evidence_never_shows_a_code() -> None:
    assert wording.evidence_text(None) == "chưa đủ căn cứ"
    assert wording.evidence_text(["new=level", "candidates=3"]) == "có 3 người có thể trùng"


TYPED = (
    "current_id_number", "proposed_id_number", "current_full_name", "proposed_full_name",
    "current_date_of_birth", "proposed_date_of_birth", "current_sex", "proposed_sex", "stated",
)  # fmt: skip


@pytest.mark.parametrize("sheet", wording.SHEETS)
@pytest.mark.parametrize("stray", ["\0", "\x01", "\x0b\x1f", "\ufffe"])
def test_what_xml_cannot_hold_is_left_out_of_every_cell(stray: str, sheet: str) -> None:
    typed = {name: f"a{stray}b" for name in TYPED}
    told = {name: f"a{stray}b" for name in CANDIDATE if name not in ("evidence", "correction_id")}
    given = {"correction_id": ROW["correction_id"], "answer": "check", "corrected_value": "a\0",
             "note": f"a{stray}b", "answers": ["check"], "in_conflict": False}  # fmt: skip
    full = row(
        **typed,
        sheet=sheet,
        candidates=[CANDIDATE | told],
        facility_codes=[f"a{stray}b"],
        vaccines=[f"a{stray}b"],
        hamlet=f"a{stray}b",
        answered=[given],
    )
    for text in parts(workbook([full])).values():
        ET.fromstring(text)
    lines = opened(workbook([full])).get_sheet_by_name(wording.SHEETS[sheet]).to_python()
    assert ("2) 01/09/2021 – ab – ab" if sheet == "doses" else "2) 01/09/2021 – ab") in lines[3]
    assert not any(letter in csv_text([full]).decode() for letter in stray)


def test_what_xml_cannot_hold_is_left_out_of_the_first_sheet() -> None:
    content = workbook([row()], ABOUT._replace(place="Xã\x01 A", due="1/6\0"))
    for text in parts(content).values():
        ET.fromstring(text)
    assert opened(content).get_sheet_by_name(wording.GUIDE).to_python()[1][0] == "Xã A"


def test_what_a_spreadsheet_skips_does_not_hide_a_formula() -> None:
    assert csv_file([["\x01=1+1", "a\0b"]]).decode("utf-8-sig") == "'=1+1,ab\r\n"
