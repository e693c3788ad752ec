"""Everything a commune reads, in Vietnamese: headings, answers, and evidence in a clerk's words.

Pure Python and small: the tasks that write the lists load it on the executors.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

ANSWER_WORDS = {
    "right": "Đúng",
    "wrong": "Sai",
    "not_here": "Không có ở địa phương",
    "check": "Cần xác minh",
}
ANSWERS = tuple(ANSWER_WORDS.values())
DISAGREE, AGREE = "Các nơi trả lời khác nhau", "đề nghị thống nhất rồi chọn lại"
CONTRADICTION = re.compile(rf"{DISAGREE} \([^)]*\): {AGREE}\.?")
CLASSES = {
    "a": "không có số CCCD/CMND",
    "b": "sai định dạng số CCCD/CMND",
    "c": "sai thông tin cá nhân cơ bản",
    "d": "mũi tiêm trùng hoặc bất thường",
}
GRADES = {
    "A": "rất chắc chắn",
    "B": "chắc chắn",
    "C": "khá chắc chắn",
    "D": "cần đối chiếu kỹ",
}
GUIDE, PLATFORM, REVIEW, POPULATION = "Hướng dẫn", "Cần sửa", "Cần xác minh", "Dữ liệu dân cư"
DOSES = "Mũi trùng, bất thường"
# Sheet by the name that transforms/publication.py gives it, in the order of the workbook.
SHEETS = {"platform": PLATFORM, "review": REVIEW, "population": POPULATION, "doses": DOSES}
UNKNOWN_PLACE = "Chưa rõ địa phương"
TO_BE_SORTED = "chưa rõ xã: Tổ công tác Đề án 06 cấp trên phân về xã"
ANSWER = "Phần trả lời của địa phương"
STATES = ("đang ghi", "đề xuất")
NONE_TYPED = "(trống)"

FIELDS = {
    "id_number": "Số định danh (CCCD/CMND)",
    "full_name": "Họ và tên",
    "date_of_birth": "Ngày sinh",
    "sex": "Giới tính",
}

TITLE = "DANH SÁCH ĐỐI CHIẾU THÔNG TIN TIÊM CHỦNG COVID-19"
TRIAL = "THÍ ĐIỂM"
PILOT = f"{TRIAL} – chưa phải danh sách chính thức"
LIST_ID, VERSION = "Mã danh sách", "Phiên bản"
DUE = "@DUE@"
SUMMARY = "TỔNG HỢP ĐỐI CHIẾU"
COMMUNES, CAUSES_SHEET, FACILITIES = "Theo xã", "Nguyên nhân", "Cơ sở tiêm"
TOP = "Cơ sở và nguyên nhân có nhiều dòng nhất: nếu nghi lệch cả tệp, kiểm tra tệp gốc trước"
SHIFTED_FILE = "Nghi cả tệp tải lên bị lệch dòng: kiểm tra tệp gốc một lần"
WIDTHS = {
    "Thứ tự": 6, "Ưu tiên": 6, "Huyện": 22, "Xã": 22, "Danh sách": 52,
    "Nguyên nhân": 48, "Nhận định": 52,
    "Từ ngày": 11, "Đến ngày": 11,
}  # fmt: skip
COUNTED = ("Nội dung", "Số người", "Số dòng", "Số mũi tiêm")
TOTAL = "Tổng cộng"
STATION, GROUP = "TRẠM Y TẾ", "TỔ CÔNG TÁC ĐỀ ÁN 06"
SIGN_HERE = "(Ký, ghi rõ họ tên, đóng dấu)"
DATED = "Ngày … tháng … năm ……"

NOTHING_FOUND = "chưa đủ căn cứ"
FINDINGS = {
    "duplicate": "mũi này đã ghi một lần (dòng dưới là mũi được giữ)",
    "before_birth": "tiêm trước ngày sinh",
    "under_age": "chưa đủ tuổi tiêm tại ngày tiêm",
    "after_death": "tiêm sau ngày mất",
    "unknown_vaccine": "tên vắc xin không có trong danh mục",
    "before_approval": "tiêm trước khi vắc xin được cấp phép",
    "before_campaign": "tiêm trước khi bắt đầu chiến dịch",
    "short_interval": "khoảng cách với mũi trước quá ngắn",
    "dose_number_order": "số thứ tự mũi không khớp với ngày tiêm",
    "booster_before_start": "mũi nhắc lại trước khi được phép",
    "too_many_doses": "nhiều mũi hơn quy định",
    "two_people": "trùng số thứ tự mũi, khác ngày tiêm: có thể là mũi của người khác",
}
CAUSES = {"sheet=review": "chưa xác định được người", "sheet=platform": "khác",
          "sheet=population": "dữ liệu dân cư"}  # fmt: skip
CONFIRMED = "địa phương đã xác nhận"
REJECTED = "địa phương đã loại người được đề xuất trước đó"
STATED = "địa phương ghi"
# By comparison and level; a level that says nothing to a clerk is the empty string.
EVIDENCE = {
    "finding": FINDINGS,
    "decision": {"confirmed": CONFIRMED, "rejected": REJECTED},
    "name": {
        "exact": "trùng họ tên",
        "unmarked": "trùng họ tên (bỏ dấu)",
        "lost_letters": "trùng họ tên (mất chữ do lỗi phông)",
        "one_mark": "họ tên khác 1 dấu",
        "marks": "họ tên khác dấu",
        "spelling": "họ tên khác chính tả",
        "middle": "họ tên khác tên đệm",
        "rotated": "họ tên đảo thứ tự",
        "typo": "họ tên gõ nhầm",
        "abbreviated": "họ tên viết tắt",
        "near_name": "họ tên gần giống",
        "household_name": "ghi tên của người cùng hộ",
        "surname_given": "trùng họ và tên, khác tên đệm",
        "given_only": "chỉ trùng tên",
        "surname_only": "chỉ trùng họ",
        "different": "khác họ tên",
        "missing": "không ghi họ tên",
    },
    "birth": {
        "exact": "trùng ngày sinh",
        "year_only": "trùng năm sinh (chỉ ghi năm hoặc ghi 01/01)",
        "year_beside": "năm sinh lệch 1 năm (chỉ ghi năm)",
        "month_only": "trùng tháng, năm sinh",
        "next_day": "ngày sinh lệch 1 ngày",
        "swapped": "ngày và tháng sinh đảo chỗ",
        "one_digit": "ngày sinh sai 1 chữ số",
        "household": "ghi ngày sinh của người cùng hộ",
        "two_digits": "ngày sinh sai 2 chữ số",
        "day_and_month": "trùng ngày, tháng sinh; khác năm",
        "same_year": "trùng năm sinh",
        "near_year": "năm sinh lệch 1 năm",
        "different": "khác ngày sinh",
        "missing": "không ghi ngày sinh",
    },
    "sex": {"same": "", "different": "khác giới tính", "missing": ""},
    "number": {
        "equal": "trùng số định danh",
        "neighbour": "số lệch 1–2 đơn vị",
        "slip": "số sai 1 chữ số hoặc đảo 2 chữ số",
        "household": "ghi số của người cùng hộ",
        "other": "ghi số của người khác",
        "another": "số khác hẳn, không có trong dữ liệu dân cư",
        "another_province": "số khác hẳn, mã tỉnh khác, không có trong dữ liệu dân cư",
        "unknown": "số không có trong dữ liệu dân cư",
        "unknown_old": "số CMND không có trong dữ liệu dân cư",
        "near": "số gần giống sau khi sửa định dạng",
        "far": "số sai định dạng",
        "passport": "ghi số hộ chiếu",
        "absent": "không có số",
    },
    "phone": {
        "own": "trùng số điện thoại",
        "verified": "trùng số điện thoại ở mũi tiêm đã xác minh",
        "household": "trùng số điện thoại của hộ",
        "others": "số điện thoại của người khác",
        "unknown": "",
        "missing": "",
    },
    "place": {
        "commune": "cùng xã",
        "district": "cùng huyện",
        "province": "cùng tỉnh",
        "facility": "tiêm tại xã thường trú",
        "facility_province": "tiêm tại tỉnh thường trú",
        "elsewhere": "khác tỉnh",
        "missing": "",
    },
    "history": {
        "free": "",
        "complement": "",
        "repeat": "mũi tiêm lặp lại",
        "conflict": "các mũi tiêm mâu thuẫn",
    },
}


def evidence_text(evidence: Sequence[str] | None) -> str:
    """`comparison=level` pairs as one sentence a clerk understands; codes never show through."""
    return _sentence(tuple(evidence or ()))


# A nation's rows tell of a few thousand different combinations, hundreds of thousands of times.
@lru_cache(maxsize=10_000)
def _sentence(evidence: tuple[str, ...]) -> str:
    words: list[str] = []
    for item in evidence:
        comparison, _, level = item.partition("=")
        if comparison == "candidates":
            words.append(f"có {level} người có thể trùng")
        else:
            words.append(EVIDENCE.get(comparison, {}).get(level, ""))
    said = [word for word in dict.fromkeys(words) if word]
    return ", ".join(said) or NOTHING_FOUND


def contradiction(answers: str) -> str:
    """The note of a row that places answered differently; CONTRADICTION finds it again."""
    return f"{DISAGREE} ({answers}): {AGREE}"


def reasons(row: Mapping[str, Any]) -> str:
    """What speaks for a row, and what the commune has written of it before."""
    said = evidence_text(row["evidence"])
    return f"{said}, {STATED}: {row['stated']}" if row.get("stated") else said


def police(commune: str | None) -> str:
    """Who signs first, in the words of the commune's kind (xã, phường, thị trấn)."""
    kinds = ("Thị trấn", "Phường", "Xã")
    kind = next((k for k in kinds if (commune or "").startswith(k)), "Xã").upper()
    return f"CÔNG AN {kind}"
