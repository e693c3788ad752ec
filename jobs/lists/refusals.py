"""Why a returned list, or a row of it, is not taken, and what to do about it: for a clerk."""

from typing import NamedTuple

TOO_LARGE = "Tệp quá lớn. Hãy gửi lại đúng tệp đã nhận, không chèn thêm ảnh hoặc trang."
LOCKED = (
    "Tệp có mật khẩu mà nơi nhận không mở được. Hãy đặt lại đúng mật khẩu đã được cấp, hoặc bỏ mật "
    "khẩu, lưu dạng .xlsx rồi gửi lại."
)
OLD = "Tệp dạng .xls cũ. Hãy mở bằng bảng tính, lưu lại dạng .xlsx rồi gửi lại."
DAMAGED = (
    "Tệp bị hỏng hoặc gửi thiếu. Hãy gửi lại; nếu vẫn hỏng, mở bằng bảng tính rồi lưu lại dạng "
    ".xlsx, hoặc chép câu trả lời vào tệp danh sách gốc."
)
NO_WORKBOOK = "Không phải tệp bảng tính .xlsx. Hãy gửi đúng tệp danh sách đã nhận."
MACRO = "Tệp có macro. Hãy chép câu trả lời vào tệp danh sách gốc rồi gửi lại."
EXTERNAL = "Tệp có liên kết ra ngoài. Hãy chép câu trả lời vào tệp danh sách gốc rồi gửi lại."
EMBEDDED = "Tệp có đối tượng nhúng. Hãy chép câu trả lời vào tệp danh sách gốc rồi gửi lại."
FORMULA = "Tệp có công thức. Hãy ghi giá trị thay cho công thức rồi gửi lại."
NOT_OURS = "Không thấy mã danh sách, hoặc mã đã bị sửa. Hãy gửi đúng tệp danh sách đã nhận."
NOT_LISTED = "Danh sách hoặc phiên bản này không do hệ thống phát hành. Hãy dùng tệp đã nhận."
NO_HEADINGS = "Không thấy dòng tiêu đề của trang. Không sửa ba dòng đầu của trang."
ROWS_MISSING = "Thiếu dòng hoặc thừa dòng so với danh sách đã phát hành. Không thêm hoặc xoá dòng."
TWICE = "Dòng này có hai lần trong tệp. Hãy xoá dòng chép thừa."
CHANGED = "Ô đã khoá bị sửa hoặc dòng bị chép từ danh sách khác. Hãy chép lại từ tệp gốc."
NO_ANSWER = "Có ghi giá trị hoặc ghi chú mà chưa chọn “Trả lời”."
UNKNOWN_ANSWER = "Câu trả lời không có trong danh sách thả xuống. Hãy chọn lại từ danh sách đó."
VALUE_UNCLEAR = (
    "“Giá trị đúng” không hợp lệ: số định danh đủ 12 số (CMND 9 số; nếu bảng tính làm mất số 0 ở "
    "đầu thì ghi lại cho đủ), ngày sinh dạng 07/03/1985, họ tên bằng chữ, giới tính Nam hoặc Nữ."
)
DOSE_VALUE_UNCLEAR = (
    "“Giá trị đúng” không hợp lệ: ngày tiêm dạng 15/09/2021, mũi số mấy, tên vắc xin hoặc cơ sở."
)
MERGED = "Ô trả lời bị gộp với dòng khác. Hãy bỏ gộp ô và trả lời từng dòng."
VALUE_WITH_RIGHT = "Đã trả lời “Đúng” thì không ghi “Giá trị đúng”."
SEVERAL_RIGHT = "Một người chỉ được trả lời “Đúng” ở một dòng."
HEADINGS = ("Tệp", "Mã danh sách", "Trang tính", "Dòng số (ở lề trái)", "Lý do và cách sửa")


class Refusal(NamedTuple):
    """One thing to put right; without a sheet it is about the whole file. No personal data."""

    file: str
    list_id: str
    sheet: str
    row: int
    reason: str

    def line(self) -> list[object]:
        return [self.file, self.list_id, self.sheet, self.row or "", self.reason]
