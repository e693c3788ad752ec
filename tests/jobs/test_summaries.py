"""Summaries: where the work is, what a minute of it puts right, and what causes it."""

from datetime import date
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from jobs.lists import wording
from jobs.lists.summaries import HEADINGS, NAME, Place, merged, write_summary

COUNTED = ("people", "rows", "class_a", "class_b", "class_c", "class_d", "review", "population")
CAUSE = {
    "facility_code": "7471801", "cause": "number=other", "rows": 25, "doses": 30,
    "from_day": date(2021, 9, 1), "to_day": date(2021, 9, 2),
}  # fmt: skip


def commune(code: str | None, minutes: int, doses: int) -> dict[str, Any]:
    return dict.fromkeys(COUNTED, 1) | {
        "list": f"74-binh-duong/718-thu-dau-mot/{code or 'khong-ro'}",
        "province_name": "Bình Dương",
        "district_code": "718",
        "district_name": "Thành phố Thủ Dầu Một",
        "commune_code": code,
        "commune_name": code and f"Phường {code}",
        "minutes": minutes,
        "days": 1,
        "doses": doses,
        "doses_a_minute": round(doses / minutes, 2),
    }


def written(folder, communes, causes=()) -> CalamineWorkbook:
    write_summary(folder, Place("74-binh-duong", 1, communes, causes))
    content = (folder / "lists" / "74-binh-duong" / f"{NAME}.xlsx").read_bytes()
    return CalamineWorkbook.from_filelike(BytesIO(content))


def test_communes_stand_by_work_and_say_where_a_minute_helps_most(tmp_path):
    some = [commune("25763", 30, 60), commune(None, 90, 60), commune("25747", 10, 60)]
    page = written(tmp_path, some).get_sheet_by_name(wording.COMMUNES).to_python()
    lines = [dict(zip(page[2], line, strict=True)) for line in page[3:]]
    assert tuple(page[2]) == HEADINGS
    assert [(x["Thứ tự"], x["Ưu tiên"], x["Mã xã"], x["Xã"]) for x in lines] == [
        (1, 3, "–", "Chưa rõ địa phương"), (2, 2, "25763", "Phường 25763"),
        (3, 1, "25747", "Phường 25747"),
    ]  # fmt: skip
    assert page[1][0] == "Tổng cộng: 3 dòng; 180 mũi; 130 phút (ước tính); 3 ngày công"


def test_a_slipped_file_is_one_line_with_an_opinion(tmp_path):
    districts = [CAUSE, CAUSE | {"rows": 5, "doses": 6, "to_day": date(2021, 9, 9)}]
    book = written(tmp_path, [commune("25763", 30, 60)], districts)
    page = book.get_sheet_by_name(wording.FACILITIES).to_python()
    assert page[3:] == [
        ["7471801", "ghi số của người khác", 30, 36, "01/09/2021", "09/09/2021",
         wording.SHIFTED_FILE]
    ]  # fmt: skip
    assert [line["rows"] for line in merged(districts)] == [30]


def test_a_facility_is_written_without_what_no_sheet_can_hold(tmp_path):
    book = written(tmp_path, [commune("25763", 30, 60)], [CAUSE | {"facility_code": "74\x01\x00"}])
    assert book.get_sheet_by_name(wording.FACILITIES).to_python()[3][0] == "74"
