"""What a commune is told to do, in Vietnamese: above each sheet, and on the first one."""

from jobs.lists.wording import CLASSES, DOSES, DUE, GRADES, PLATFORM, POPULATION, REVIEW

WHAT_TO_DO = {
    PLATFORM: (
        "Đối chiếu cột “Đề xuất” với giấy tờ và thực tế. Đúng: đúng người, đề xuất đúng. Sai: "
        "không phải người này hoặc đề xuất sai, ghi giá trị đúng vào cột “Giá trị đúng”."
    ),
    REVIEW: (
        "Mỗi dòng là một người có thể trùng (3.1, 3.2 …). Đúng: chính là người này, mỗi người chỉ "
        "một dòng Đúng. Sai: không phải. Không có ai đúng: trả lời Sai, ghi số CCCD đúng nếu biết."
    ),
    POPULATION: (
        "Nhiều cơ sở tiêm cùng ghi khác dữ liệu dân cư, hoặc số định danh không khớp giới tính: "
        "công an xã kiểm tra. Đúng: dữ liệu dân cư đúng. Sai: dữ liệu dân cư sai, ghi giá trị đúng."
    ),
    DOSES: (
        "Đối chiếu với phiếu tiêm, sổ tiêm. Đúng: vấn đề nêu là có thật (mũi ở dòng đầu bị trùng, "
        "ghi sai hoặc của người khác). Sai: không có vấn đề, mũi này có thật và ghi đúng."
    ),
}

GUIDE_TEXT = (
    (
        "Danh sách này là gì?",
        "Các trường hợp có thông tin trên Nền tảng quản lý tiêm chủng COVID-19 chưa khớp với "
        "Cơ sở dữ liệu quốc gia về dân cư, lập theo Công văn số 2262/BYT-CNTT ngày 04/5/2022 "
        "của Bộ Y tế. Người đã xác định được thì xếp theo nơi thường trú, người chưa xác định được "
        "thì xếp theo nơi đã khai báo.",
    ),
    (
        "Cách điền",
        "1. Trạm y tế cùng Tổ công tác Đề án 06 thôn, ấp, tổ dân phố rà soát với từng người; chỉ "
        "đưa phần của thôn mình ở trang “Cần sửa”.\n"
        "2. Chỉ điền ba cột cuối của mỗi trang: “Trả lời” (chọn trong danh sách thả xuống), “Giá "
        "trị đúng” và “Ghi chú”. Các ô khác đã khoá: không sửa, không gộp ô, không thêm hoặc xoá "
        "dòng.\n"
        "Đúng, Sai: xem dòng đầu của trang. Không có ở địa phương: xã không có người này. Cần xác "
        "minh: chưa trả lời được. Muốn đổi câu trả lời đã gửi thì chọn câu khác rồi gửi lại; xoá "
        "trống không huỷ câu trả lời cũ.\n"
        "3. Ô nền hồng là giá trị đang ghi bị sai, ô nền xanh bên cạnh là giá trị đề xuất. Người "
        "cùng hộ đứng liền nhau, cùng một số ở cột “Thôn – hộ”. Số có ******** là của người ở xã "
        "khác, chỉ hiện 4 số cuối.\n"
        "Cột “Giá trị đúng”: số định danh đủ 12 số (CMND 9 số), ngày sinh dạng 07/03/1985, họ tên "
        "có dấu, giới tính Nam hoặc Nữ; nhiều giá trị thì cách nhau bằng dấu chấm phẩy (;).\n"
        f"4. Các loại: {'; '.join(f'{name} – {said}' for name, said in CLASSES.items())}.",
    ),
    (
        "Mức tin cậy",
        "; ".join(f"{grade}: {words}" for grade, words in GRADES.items())
        + ". Mức tin cậy là của máy tính; quyết định là của địa phương.",
    ),
    (
        "Gửi lại cho ai?",
        "Công an cấp xã đối chiếu, ký xác nhận và bàn giao cho trạm y tế; trạm y tế cập nhật lên "
        "nền tảng tiêm chủng, lưu bản ký và gửi tệp này (giữ nguyên dạng .xlsx) về Tổ công tác "
        f"Đề án 06 cấp huyện trước ngày {DUE}. "
        "Trang “Dữ liệu dân cư” (nếu có) do công an cấp xã xử lý.",
    ),
    (
        "Bảo mật",
        "Danh sách chứa dữ liệu cá nhân: chỉ dùng để đối chiếu, không sao chép, không chuyển qua "
        "mạng xã hội hoặc thư điện tử cá nhân.",
    ),
)
