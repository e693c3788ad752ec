"""The Vietnamese alphabet as data: what is a letter, what it folds to, how it is damaged.

Pure Python and small: column expressions take their tables from here, and so do the executors.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
TONE_DIGITS = {"\u0300": "2", "\u0301": "1", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_BASES = "AĂÂEÊIOÔƠUƯY"


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# Ê-đê, Mnông, Ba Na and Hrê spell with breves, carons and tildes of their own: legal, never mended.
MINORITY_LETTERS = "ĔĬŎŬČÑƀ".upper()
MARKED = "".join(_nfc(b + t) for b in _BASES for t in ("", *TONES) if len(_nfc(b + t)) == 1)
LETTERS = "".join(dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ" + MARKED + "Đ" + MINORITY_LETTERS))
LOWER = "".join(c.lower() for c in LETTERS)
ETHS = "ÐƉðɖ"  # U+00D0 and kin: 181 of 208 "Đ" in one public list are not U+0110


def _folded(letter: str) -> str:
    if letter in "ĐÐƉ":
        return "D"
    return unicodedata.normalize("NFD", letter)[0]


FOLDS = {c: _folded(c) for c in LETTERS if _folded(c) != c}

# hòa → hoà, khỏe → khoẻ, thúy → thuý: one placement, so that both spellings are one string.
TONE_PLACEMENT = {
    _nfc(first + tone + second): first + _nfc(second + tone)
    for first, second in (("O", "A"), ("O", "E"), ("U", "Y"))
    for tone in TONES
}


def fold(text: str) -> str:
    """Upper-case A-Z and whatever was no letter: the text without any mark."""
    return "".join(FOLDS.get(c, c) for c in canonical(text))


def canonical(text: str) -> str:
    """NFC, upper case, one Đ, one tone placement."""
    upper = _nfc(text).upper()
    for eth in ETHS:
        upper = upper.replace(eth.upper(), "Đ").replace(eth, "Đ")
    for old, new in TONE_PLACEMENT.items():
        upper = upper.replace(old, new)
    return upper


@cache
def letter_parts(letter: str) -> tuple[str, str, str]:
    """A letter as (ASCII base, shape mark, tone), e.g. Ễ → ("E", "̂", "̃")."""
    if letter == "Đ":
        return "D", "đ", ""
    base, *marks = list(unicodedata.normalize("NFD", letter))
    tone = next((m for m in marks if m in TONES), "")
    shape = next((m for m in marks if m not in TONES), "")
    return base, shape, tone


_TELEX_SHAPE = {"\u0302": "{base}{base}", "\u0306": "{base}W", "\u031b": "{base}W", "đ": "DD"}
_VNI_SHAPE = {"\u0302": "{base}6", "\u0306": "{base}8", "\u031b": "{base}7", "đ": "D9"}


def keystrokes(token: str, method: str) -> Iterator[str]:
    """The ways `token` is typed in Telex or VNI, had no input method been listening.

    The tone key follows its vowel or ends the token; the shape key doubles its vowel in place
    or comes at the end of the vowels' run (both are common habits).
    """
    shapes = _TELEX_SHAPE if method == "telex" else _VNI_SHAPE
    tones = TONES if method == "telex" else TONE_DIGITS
    parts = [letter_parts(c) for c in token]
    tone = "".join(tones[t].upper() for _, _, t in parts if t)
    shaped = [shapes.get(s, "{base}").format(base=b) for b, s, _ in parts]
    yield "".join(shaped) + tone
    # One key marks both vowels of ươ, whichever of the two it follows.
    for short in ("UWO", "UOW") if method == "telex" else ("U7O", "UO7"):
        yield "".join(shaped).replace("UWOW", short).replace("U7O7", short) + tone
    yield "".join(
        piece + (tones[t].upper() if t else "")
        for piece, (_, _, t) in zip(shaped, parts, strict=True)
    )
    late = "".join(shapes[s].format(base=b)[len(b) :] for b, s, _ in parts if s in shapes)
    yield "".join(b for b, _, _ in parts) + late + tone
    yield "".join(b for b, _, _ in parts) + tone + late


# TCVN3 (ABC fonts): one byte a letter, lower case only; capitals come from a second font.
# Source: TCVN 5712:1993, VN3; written as the Latin-1 characters those bytes show as.
TCVN3 = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ",
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ",
        strict=True,
    )
)
TCVN3_CAPITALS = dict(zip("ĂÂĐÊÔƠƯ", "¡¢§£¤¥¦", strict=True))

# VNI-Windows: a base letter and a following accent character.
_VNI_ACCENT = {
    ("", "\u0301"): "ù",
    ("", "\u0300"): "ø",
    ("", "\u0309"): "û",
    ("", "\u0303"): "õ",
    ("", "\u0323"): "ï",
    ("\u0302", ""): "â",
    ("\u0302", "\u0301"): "á",
    ("\u0302", "\u0300"): "à",
    ("\u0302", "\u0309"): "å",
    ("\u0302", "\u0303"): "ã",
    ("\u0302", "\u0323"): "ä",
    ("\u0306", ""): "ê",
    ("\u0306", "\u0301"): "é",
    ("\u0306", "\u0300"): "è",
    ("\u0306", "\u0309"): "ú",
    ("\u0306", "\u0303"): "ü",
    ("\u0306", "\u0323"): "ë",
}
_VNI_WHOLE = {
    "đ": "ñ",
    "ơ": "ô",
    "ư": "ö",
    "í": "í",
    "ì": "ì",
    "ỉ": "æ",
    "ĩ": "ó",
    "ị": "ò",
    "ỵ": "î",
}


def _vni_windows(letter: str) -> str:
    low = letter.lower()
    if low in _VNI_WHOLE:
        written = _VNI_WHOLE[low]
    else:
        base, shape, tone = letter_parts(letter)
        stem = _VNI_WHOLE[_nfc(base + shape).lower()] if shape == "\u031b" else base.lower()
        written = stem + _VNI_ACCENT.get(("" if shape == "\u031b" else shape, tone), "")
    return written.upper() if letter.isupper() else written


def _tcvn3(letter: str) -> str:
    return TCVN3_CAPITALS.get(letter) or TCVN3.get(letter.lower(), letter)


def _windows_1252(data: bytes) -> str:
    """Bytes read as Windows-1252, the five undefined ones as the control codes they stand for."""
    return "".join(
        chr(b) if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([b]).decode("cp1252") for b in data
    )


def damaged_forms(token: str) -> Iterator[tuple[str, str]]:
    """Every (decoding, form) in which `token`, as cased, is found after a known accident."""
    for method in ("telex", "vni"):
        yield from ((method, typed) for typed in keystrokes(token.upper(), method))
    utf8 = token.encode()
    yield "mojibake", _windows_1252(utf8)
    yield "mojibake", utf8.decode("latin-1")
    yield "mojibake", utf8.decode("cp1252", errors="ignore")
    yield "mojibake", utf8.decode("cp1252", errors="replace")
    yield "tcvn3", "".join(map(_tcvn3, token))
    yield "tcvn3", "".join(TCVN3.get(c.lower(), c) for c in token)
    yield "vni-windows", "".join(map(_vni_windows, token))
    yield "lost", token.encode("cp1252", errors="replace").decode("cp1252")
    yield "lost", token.encode("ascii", errors="replace").decode()
