import unicodedata

import polars as pl
import pytest

from jobs.synthesise import load_reference
from transforms.synthesis import keystrokes, spelling
from transforms.synthesis.choices import by_case, first_case
from transforms.synthesis.confusions import Confusions


def of(expression, *texts):
    return pl.DataFrame({"text": texts}).select(expression(pl.col("text"))).to_series().to_list()


@pytest.fixture(scope="module")
def listed(reference):
    return load_reference(reference)


def test_marks_go_and_letters_stay():
    assert of(spelling.unmarked, "Nguyễn Thị Đượm", "An") == ["Nguyen Thi Duom", "An"]
    assert of(spelling.marked, "Nguyễn", "An", "đa") == [True, False, True]


@pytest.mark.parametrize("uniform", [0.1, 0.9])
def test_a_slip_changes_one_kind_of_mark(uniform):
    def slip(word):
        return spelling.tone_slip(word, pl.lit(uniform))

    words = ["Hải", "Lan", "Dũng", "Ngọc", "Phương", "Q"]
    slipped = of(slip, *words)

    assert all(one != other for one, other in zip(words, slipped, strict=True))
    assert slipped[-1] == "Qh"
    assert of(spelling.unmarked, *slipped[:-1]) == of(spelling.unmarked, *words[:-1])


def test_a_word_is_spelt_as_another_region_would(listed):
    confusions = Confusions(listed.confusions)
    words = pl.DataFrame({"word": ["Trinh", "Huỳnh", "Ê", None], "draw": [0.0, 0.99, 0.5, 0.5]})
    respelt = words.select(confusions.respelt(pl.col("word"), pl.col("draw"))).to_series()

    assert respelt[0] == "Chinh"
    assert respelt[1] == confusions.variants("Huỳnh")[-1]
    assert respelt[2:].to_list() == [None, None]
    assert "Huỳnh" not in confusions.variants("Huỳnh")


def test_keys_typed_without_their_editor(listed):
    name, keys = "Nguyễn Thị Hải", listed.telex_vni_keys
    assert of(lambda text: keystrokes.telex(text, keys), name) == ["Nguyeenx Thij Hair"]
    assert of(lambda text: keystrokes.vni_keys(text, keys), name) == ["Nguye6n4 Thi5 Hai3"]


def test_text_that_left_its_encoding():
    assert of(lambda text: keystrokes.mojibake(text, pl.lit(0.0)), "Đỗ") == [
        "Đỗ".encode().decode("latin-1")
    ]
    assert of(keystrokes.question_marks, "Nguyễn Á") == ["Nguy?n Á"]
    assert of(keystrokes.eth, "Đỗ đạt") == ["Ðỗ ðạt"]
    decomposed = unicodedata.normalize("NFD", "Nguyễn")
    assert of(keystrokes.decomposed, "Nguyễn", "Čik Đa") == [decomposed, "Čik Đa"]
    assert of(keystrokes.tcvn3, "Hà") == ["Hµ"]
    assert of(keystrokes.vni_windows, "Hà", "ĐỖ") == ["Haø", "ÑOÃ"]


def test_each_row_gets_the_expression_its_case_names():
    frame = pl.DataFrame({"code": ["a", None, "b", "z"], "n": [1, 2, 3, 4]})
    cases = {"a": pl.col("n") * 10, "b": pl.col("n") * 100}

    told = by_case(frame, pl.col("code"), cases, pl.col("n"))
    assert told.to_list() == [10, 2, 300, 4]


def test_the_first_condition_that_holds_names_the_case():
    frame = pl.DataFrame({"n": [1, 5, 9, None]})
    case = first_case({"small": pl.col("n") < 3, "middling": pl.col("n") < 7})
    assert frame.select(case).to_series().to_list() == ["small", "middling", None, None]
