"""Text that left its encoding: typing keys, legacy code pages, mojibake, lost characters."""

import unicodedata
from collections.abc import Mapping

import polars as pl

from transforms.expressions import replaced
from transforms.synthesis.reference import Rows
from transforms.synthesis.spelling import LETTERS, LOWER, TONES, exchanged

TONE_NAMES = dict(zip(TONES, ("huyền", "sắc", "hỏi", "ngã", "nặng"), strict=True))
SHAPES = {"\u0302": "^", "\u0306": "(", "\u031b": "+"}
# TCVN3 bytes of the lower-case letters, shown as the cp1252/latin-1 characters they become.
TCVN3 = dict(
    zip(
        "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđ",
        "µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ¨©ª«¬\u00ad®",
        strict=True,
    )
)
VNI_TONES = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
VNI_HAT = {"\u0300": "à", "\u0301": "á", "\u0309": "å", "\u0303": "ã", "\u0323": "ä", "": "â"}
VNI_BREVE = {"\u0300": "è", "\u0301": "é", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë", "": "ê"}
VNI_WHOLE = {"đ": "ñ", "ì": "ì", "í": "í", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}
CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
CP1252_LATIN1 = "".join(chr(c.encode("cp1252")[0]) for c in CP1252)


def telex(text: pl.Expr, keys: Rows) -> pl.Expr:
    return _typed(text, {row["mark"]: row["telex"].split(" ")[0] for row in keys})


def vni_keys(text: pl.Expr, keys: Rows) -> pl.Expr:
    return _typed(text, {row["mark"]: row["vni"] for row in keys})


def _typed(text: pl.Expr, keys: Mapping[str, str]) -> pl.Expr:
    """Every marked letter as its keys, the tone's key at the end of the word."""
    shapes = {c: _keyed(c, keys) for c in LETTERS}
    tones = {c: keys.get(TONE_NAMES.get(_tone(c), ""), "") for c in LETTERS}

    def word(part: str) -> str:
        return "".join(shapes.get(c, c) for c in part) + "".join(tones.get(c, "") for c in part)

    def typed(name: str) -> str:
        return " ".join(map(word, name.split(" ")))

    return text.map_elements(typed, return_dtype=pl.String)


def _keyed(letter: str, keys: Mapping[str, str]) -> str:
    """A letter without its tone, its shape as keys: ễ → ee."""
    toneless = unicodedata.normalize(
        "NFC", "".join(c for c in unicodedata.normalize("NFD", letter) if c not in TONES)
    )
    keyed = keys.get(toneless.lower(), toneless)
    return keyed if letter.islower() else keyed[:1].upper() + keyed[1:]


def _tone(letter: str) -> str:
    return next((c for c in unicodedata.normalize("NFD", letter) if c in TONES), "")


def tcvn3(text: pl.Expr) -> pl.Expr:
    """TCVN3 bytes read as cp1252; capitals lose their marks (a separate font drew them)."""
    capitals = {c: TCVN3.get(c.lower(), c.lower()) for c in LETTERS if not c.islower()}
    return replaced(text, TCVN3 | capitals)


def vni_windows(text: pl.Expr) -> pl.Expr:
    """VNI-Windows bytes read as cp1252: base letter, then a letter for shape and tone."""
    table = {c: _vni(c) for c in LOWER + LOWER.upper()}
    return replaced(text, {c: v for c, v in table.items() if v != c})


def _vni(letter: str) -> str:
    low = letter.lower()
    tone, nfd = _tone(low), unicodedata.normalize("NFD", low)
    if low in VNI_WHOLE:
        coded = VNI_WHOLE[low]
    elif "\u0302" in nfd or "\u0306" in nfd:
        coded = nfd[0] + (VNI_HAT if "\u0302" in nfd else VNI_BREVE)[tone]
    else:
        base = {"o": "ô", "u": "ö"}[nfd[0]] if "\u031b" in nfd else nfd[0]
        coded = base + VNI_TONES.get(tone, "")
    return coded if letter.islower() else coded.upper()


def mojibake(text: pl.Expr, uniform: pl.Expr) -> pl.Expr:
    """UTF-8 bytes read as latin-1 or cp1252."""
    latin = text.map_elements(_latin, return_dtype=pl.String)
    western = exchanged(latin, CP1252_LATIN1, CP1252)
    return pl.when(uniform < 0.5).then(latin).otherwise(western)


def _latin(text: str) -> str:
    return text.encode().decode("latin-1")


def question_marks(text: pl.Expr) -> pl.Expr:
    """What saving in a western code page leaves: a question mark for each letter it lacks."""
    return text.str.replace_all("[^\\x{00}-\\x{ff}]", "?")


def eth(text: pl.Expr) -> pl.Expr:
    """Đ as U+00D0, the look-alike."""
    return exchanged(text, "Đđ", "Ðð")


def decomposed(text: pl.Expr) -> pl.Expr:
    """NFD of Vietnamese letters: letters and combining marks apart."""
    table = {c: unicodedata.normalize("NFD", c) for c in LETTERS}
    return replaced(text, {c: v for c, v in table.items() if v != c})
