import unicodedata

import polars as pl

from transforms.decoding import NameDecoder
from transforms.standardisation.names import with_name

VOCABULARY = {
    "NGUYỄN": 30_000, "TRẦN": 10_000, "ĐẶNG": 2_000, "THỊ": 20_000, "VĂN": 15_000,
    "HƯƠNG": 900, "HOÀ": 700, "HÀ": 1_000, "LÂM": 150, "HẢI": 800, "MINH": 900, "THUÝ": 500,
    "NGUYEN": 2,
}  # fmt: skip


def named(*typed):
    frame = pl.DataFrame({"typed": typed}, schema={"typed": pl.String})
    return with_name(frame, "typed", NameDecoder.of(VOCABULARY))


def read(*typed):
    return named(*typed).select("name", "name_decoding").rows()


def test_one_spelling_per_name():
    spellings = [
        "Nguyễn Thị Hoà",
        "NGUYỄN THỊ HÒA",
        "  nguyễn   thị\u00a0hòa ",
        unicodedata.normalize("NFD", "Nguyễn Thị Hòa"),
        "Nguyễn-Thị-Hòa",
    ]
    assert {name for name, _ in read(*spellings)} == {"NGUYỄN THỊ HOÀ"}
    assert read("Ðặng Văn Hải", "Ɖặng Văn Hải") == [("ĐẶNG VĂN HẢI", None)] * 2


def test_damaged_names_are_read_against_the_register():
    cases = {
        "Nguyeenx Vawn Hair": "NGUYỄN VĂN HẢI",
        "NGUYE6N4 THI5 HU7O7NG": "NGUYỄN THỊ HƯƠNG",
        "Nguyeenx Thij Huowng": "NGUYỄN THỊ HƯƠNG",
        "Đặng Văn Lâm".encode().decode("latin-1"): "ĐẶNG VĂN LÂM",
        "Nguyá»…n Thá»‹ HÃ ": "NGUYỄN THỊ HÀ",
        "NguyÔn ThÞ H\u00ad¬ng": "NGUYỄN THỊ HƯƠNG",
        "Nguyeãn Thò Höông": "NGUYỄN THỊ HƯƠNG",
        "Nguy?n Th? Minh": "NGUYỄN THỊ MINH",
        "Đặng Thị Hà (con bà Hương)": "ĐẶNG THỊ HÀ",
    }
    found = read(*cases)
    assert [name for name, _ in found] == list(cases.values())
    assert all(decoding for _, decoding in found)


def test_names_without_damage_are_left_as_they_are():
    legal = ["Y Bhăm Niê", "Giàng A Páo", "H' Hen Êban", "Ng. T. Hương", "TRAN VAN MINH"]
    assert [name for name, _ in read(*legal)] == [
        "Y BHĂM NIÊ", "GIÀNG A PÁO", "H HEN ÊBAN", "NG T HƯƠNG", "TRAN VAN MINH",
    ]  # fmt: skip
    assert read("", None, "<NA>", "n/a", "NULL") == [(None, None)] * 5
    assert [name for name, _ in read("Nan", "Trần Thị Nan")] == ["NAN", "TRẦN THỊ NAN"]


def test_name_parts_by_role():
    assert named("Đặng Thị Thúy Hà").drop("typed").row(0, named=True) == {
        "name": "ĐẶNG THỊ THUÝ HÀ",
        "name_decoding": None,
        "name_folded": "DANG THI THUY HA",
        "name_sorted": "DANG HA THI THUY",
        "surname_folded": "DANG",
        "given_folded": "HA",
    }
