"""Rarities: one by one is the oracle, to the last digit. Sounds: as the reference tells them."""

import random
from itertools import product

import polars as pl
import pytest

from tests.oracles import names as oracle
from tests.oracles.names import name_rarity
from transforms.name_tokens import TokenFrequencies, fold, of_like_sizes, rarities, sound
from transforms.vietnamese import LETTERS

TOKENS = ["NGUYỄN", "THỊ", "HOA", "VĂN", "ĐỖ", "Y", "KRÔNG", "?ANH"]
SHARES = {"s:NGUYEN": 0.31, "m:THI": 0.4, "g:HOA": 0.013, "m:VAN": 0.2, "s:DO": 1 / 70}


def test_each_name_is_as_rare_as_by_itself():
    draw = random.Random(3)
    names = [" ".join(draw.choices(TOKENS, k=draw.randint(1, 7))) for _ in range(500)]
    frequencies = TokenFrequencies(SHARES, floor=1e-7)

    found = rarities(pl.Series([None, *names, names[0]]), frequencies).to_list()

    assert found == [None, *(name_rarity(name, frequencies) for name in [*names, names[0]])]


def test_no_names_are_no_rarities():
    nothing = rarities(pl.Series([None, None], dtype=pl.String), TokenFrequencies({}, 1e-7))
    assert nothing.to_list() == [None, None]
    assert nothing.dtype == pl.Float64


def test_one_endless_name_is_read_apart_from_all_others():
    names = pl.DataFrame(
        {"name": ["A", "A B", "A B C", "A B C D", "A B C D E", "A " * 4_999 + "B"]}
    )
    apart = of_like_sizes(names, ["name"])

    sizes = [sorted(len(name.split()) for name in some["name"]) for some in apart]
    assert sorted(sizes) == [[1], [2], [3, 4], [5], [5_000]]


@pytest.mark.parametrize(
    ("pairs", "alike"),
    [
        # conf/reference/phonetic_confusions.csv: onsets, nuclei, codas
        ("TRINH CHINH, SUONG XUONG, DUNG GIUNG, DUNG RUNG, VAN DAN", True),
        ("LAN NAN, KY CY, NGIA NGHIA", True),
        ("LY LI, MY MI, VY VI, QUY QUI, THUY THUI", True),
        ("LAN LANG, HUONG HUON, PHAT PHAC, VIET VIEC, THANH THAN, LINH LIN, BICH BIT", True),
        ("TRANG CHAN, GIANG RAN, NGHIEC NGIET, TRACH CHAT", True),
        ("HOANG HUYNH, VU VO, PHUC PHUOC, LAN LINH, AN AM, TRA TA, KHA CA, N NG, C T, CH T", False),
    ],
)  # fmt: skip
def test_what_sounds_alike_in_some_region_has_one_key(pairs, alike):
    apart = [one.split() for one in pairs.split(", ")]
    assert [(a, b) for a, b in apart if (sound(a) == sound(b)) != alike] == []


def test_sounds_and_folds_are_those_of_the_oracle():
    parts = product(("", *oracle.ONSETS, "NG", "H", "KH", "C"), ("", "A", "IE", "OY"),
                    ("", *oracle.CODAS, "T", "M"))  # fmt: skip
    tokens = ["".join(part) for part in parts]

    assert [sound(token) for token in tokens] == [oracle.sound(token) for token in tokens]
    assert fold(LETTERS) == oracle.fold(LETTERS)
