import pytest

from transforms.name_comparison import TokenFrequencies, compare_names, name_rarity

FREQUENCIES = TokenFrequencies(
    {
        "s:NGUYEN": 0.31, "s:TRAN": 0.10, "s:HOANG": 0.03, "s:HUYNH": 0.02, "s:LE": 0.09,
        "m:THI": 0.30, "m:VAN": 0.20, "m:NGOC": 0.03, "g:HOA": 0.01, "g:HUNG": 0.01,
        "g:LINH": 0.01, "g:HOAI": 0.005, "g:LAN": 0.01,
    },
    floor=1e-5,
)  # fmt: skip
CONFUSIONS = frozenset({frozenset(("HOANG", "HUYNH"))})


@pytest.mark.parametrize(
    ("profile", "resident", "level"),
    [
        ("NGUYỄN THỊ HOA", "NGUYỄN THỊ HOA", "exact"),
        ("NGUYEN THI HOA", "NGUYỄN THỊ HOA", "unmarked"),
        ("NGUYỄN THỊ HOA", "NGUYỄN THỊ HOÀ", "one_mark"),
        ("NGUYÊN THI HOA", "NGUYỄN THỊ HOÀ", "marks"),
        ("NGUY?N TH? HOA", "NGUYỄN THỊ HOA", "lost_letters"),
        ("HUỲNH VĂN HÙNG", "HOÀNG VĂN HÙNG", "spelling"),
        ("NGUYỄN THỊ XEN", "NGUYỄN THỊ SEN", "spelling"),
        ("NGUYỄN HOA", "NGUYỄN THỊ HOA", "middle"),
        ("NGUYỄN THỊ NGỌC HOA", "NGUYỄN NGỌC HOA", "middle"),
        ("HOA NGUYỄN THỊ", "NGUYỄN THỊ HOA", "rotated"),
        ("NGUYỄN THỊ HOTA", "NGUYỄN THỊ HOA", "typo"),
        ("NGUYỄN THỊ HOÀI", "NGUYỄN THỊ HOA", "near_name"),
        ("N T HOA", "NGUYỄN THỊ HOA", "abbreviated"),
        ("NGUYỄN VĂN HOA", "NGUYỄN THỊ HOA", "surname_given"),
        ("TRẦN VĂN HOA", "NGUYỄN THỊ HOA", "given_only"),
        ("NGUYỄN VĂN HÙNG", "NGUYỄN THỊ LAN", "surname_only"),
        ("TRẦN VĂN HÙNG", "NGUYỄN THỊ LAN", "different"),
    ],
)
def test_each_kind_of_difference_is_a_level(profile, resident, level):
    assert compare_names(profile, resident, FREQUENCIES, CONFUSIONS).level == level


def test_rare_names_say_more_than_common_ones():
    common = compare_names("NGUYỄN THỊ HOA", "NGUYỄN THỊ HOA", FREQUENCIES, CONFUSIONS)
    rare = compare_names("SÙNG A PÁO", "SÙNG A PÁO", FREQUENCIES, CONFUSIONS)
    assert rare.rarity > common.rarity > 0
    assert common.rarity == pytest.approx(name_rarity("NGUYỄN THỊ HOA", FREQUENCIES))


def test_agreeing_on_less_is_less_rare():
    whole = compare_names("NGUYỄN THỊ HOA", "NGUYỄN THỊ HOA", FREQUENCIES, CONFUSIONS)
    part = compare_names("NGUYỄN VĂN HOA", "NGUYỄN THỊ HOA", FREQUENCIES, CONFUSIONS)
    given = compare_names("TRẦN VĂN HOA", "NGUYỄN THỊ HOA", FREQUENCIES, CONFUSIONS)
    assert whole.rarity > part.rarity > given.rarity
