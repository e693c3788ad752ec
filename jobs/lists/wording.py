"""Everything a commune reads, in Vietnamese: headings, answers, and evidence in a clerk's words.

Pure Python and small: the tasks that write the lists load it on the executors.
"""

from collections.abc import Sequence

ANSWERS = ("Đúng", "Sai", "Không có ở địa phương", "Cần xác minh")
CLASSES = {"a": "không có số định danh", "b": "số sai định dạng", "c": "sai thông tin"}
GRADES = {
    "A": "rất chắc chắn",
    "B": "chắc chắn",
    "C": "khá chắc chắn",
    "D": "cần đối chiếu kỹ",
}
GUIDE, PLATFORM, REVIEW, POPULATION = "Hướng dẫn", "Cần sửa", "Cần xác minh", "Dữ liệu dân cư"
UNKNOWN_PLACE = "Chưa rõ địa phương"
ANSWER = "Phần trả lời của địa phương"
STATES = ("đang ghi", "đề xuất")
NONE_TYPED = "(trống)"

FIELDS = {
    "id_number": "Số định danh (CCCD/CMND)",
    "full_name": "Họ và tên",
    "date_of_birth": "Ngày sinh",
    "sex": "Giới tính",
}

WHAT_TO_DO = {
    PLATFORM: (
        "Đối chiếu cột “Đề xuất” với giấy tờ và thực tế. Đúng: đề xuất đúng. Sai: đề xuất sai, "
        "ghi giá trị đúng vào cột “Giá trị đúng”."
    ),
    REVIEW: (
        "Chưa xác định được người này trong dữ liệu dân cư. Đúng: thông tin đã ghi là đúng. "
        "Sai: ghi giá trị đúng vào cột “Giá trị đúng”."
    ),
    POPULATION: (
        "Nhiều cơ sở tiêm cùng ghi khác dữ liệu dân cư: công an xã kiểm tra. Đúng: dữ liệu dân cư "
        "đúng. Sai: dữ liệu dân cư sai, ghi giá trị đúng vào cột “Giá trị đúng”."
    ),
}

TITLE = "DANH SÁCH ĐỐI CHIẾU THÔNG TIN TIÊM CHỦNG COVID-19"
GUIDE_TEXT = (
    (
        "Danh sách này là gì?",
        "Các trường hợp có thông tin trên Nền tảng quản lý tiêm chủng Covid-19 chưa khớp với "
        "Cơ sở dữ liệu quốc gia về dân cư, lập theo Công văn số 2262/BYT-CNTT ngày 04/5/2022 "
        "của Bộ Y tế. Người đã rõ thì xếp về nơi thường trú, người chưa rõ thì xếp về nơi đã khai.",
    ),
    (
        "Cách điền",
        "1. Trạm y tế chuyển danh sách cho thôn, ấp, tổ dân phố rà soát với từng người.\n"
        "2. Chỉ điền ba cột cuối của mỗi trang: “Trả lời” (chọn trong danh sách thả xuống), "
        "“Giá trị đúng” và “Ghi chú”. Các ô khác đã khoá, không sửa, không thêm hoặc xoá dòng.\n"
        "3. Ô nền hồng là giá trị đang ghi bị sai, ô nền xanh bên cạnh là giá trị đề xuất.\n"
        "4. Loại a: không có số định danh; loại b: số sai định dạng; loại c: sai số định danh, "
        "họ tên, ngày sinh hoặc giới tính.",
    ),
    (
        "Mức tin cậy",
        "; ".join(f"{grade}: {words}" for grade, words in GRADES.items())
        + ". Mức tin cậy là của máy tính; quyết định là của địa phương.",
    ),
    (
        "Gửi lại cho ai?",
        "Công an cấp xã đối chiếu, ký xác nhận và bàn giao cho trạm y tế; trạm y tế cập nhật lên "
        "nền tảng tiêm chủng, lưu bản ký và gửi tệp này về Tổ công tác Đề án 06 cấp huyện. "
        "Trang “Dữ liệu dân cư” (nếu có) do công an cấp xã xử lý.",
    ),
    (
        "Bảo mật",
        "Danh sách chứa dữ liệu cá nhân: chỉ dùng để đối chiếu, không sao chép, không chuyển qua "
        "mạng xã hội hoặc thư điện tử cá nhân.",
    ),
)
COUNTED = ("Nội dung", "Số người", "Số dòng", "Số mũi tiêm")
TOTAL = "Tổng cộng"
SIGN_HERE = "(Ký, ghi rõ họ tên, đóng dấu)"
DATED = "Ngày … tháng … năm ……"

NOTHING_FOUND = "chưa đủ căn cứ"
# By comparison and level; a level that says nothing to a clerk is the empty string.
EVIDENCE = {
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
        "year_only": "trùng năm sinh (chỉ ghi năm)",
        "year_beside": "năm sinh lệch 1 năm (chỉ ghi năm)",
        "month_only": "trùng tháng, năm sinh",
        "next_day": "ngày sinh lệch 1 ngày",
        "swapped": "ngày và tháng sinh đảo chỗ",
        "one_digit": "ngày sinh sai 1 chữ số",
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
        "neighbour": "số liền kề (sai chữ số cuối)",
        "slip": "số sai 1 chữ số",
        "household": "ghi số của người cùng hộ",
        "other": "ghi số của người khác",
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
    words: list[str] = []
    for item in evidence or ():
        comparison, _, level = item.partition("=")
        if comparison == "candidates":
            words.append(f"có {level} người có thể trùng")
        else:
            words.append(EVIDENCE.get(comparison, {}).get(level, ""))
    said = [word for word in dict.fromkeys(words) if word]
    return ", ".join(said) or NOTHING_FOUND


def signatories(commune: str | None) -> tuple[str, str, str]:
    """Who signs, in the words of the commune's kind (xã, phường, thị trấn)."""
    kinds = ("Thị trấn", "Phường", "Xã")
    kind = next((k for k in kinds if (commune or "").startswith(k)), "Xã").upper()
    return f"CÔNG AN {kind}", "TRẠM Y TẾ", "TỔ CÔNG TÁC ĐỀ ÁN 06"
