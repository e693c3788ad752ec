"""Text that left its encoding: typing keys, legacy code pages, mojibake, lost characters."""

import unicodedata
from collections.abc import Mapping

from pyspark.sql import Column
from pyspark.sql import functions as F

from transforms.synthesis.reference import Rows
from transforms.synthesis.spelling import LETTERS, LOWER, TONES

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


def telex(text: Column, keys: Rows) -> Column:
    return _typed(text, {row["mark"]: row["telex"].split(" ")[0] for row in keys})


def vni_keys(text: Column, keys: Rows) -> Column:
    return _typed(text, {row["mark"]: row["vni"] for row in keys})


def _typed(text: Column, keys: Mapping[str, str]) -> Column:
    """Every marked letter as its keys, the tone's key at the end of the word."""
    shapes = {c: _keyed(c, keys) for c in LETTERS}
    tones = {c: keys.get(TONE_NAMES.get(_tone(c), ""), "") for c in LETTERS}

    def word(part: Column) -> Column:
        letters = F.split(part, "")
        return F.concat(_mapped(letters, shapes, None), _mapped(letters, tones, ""))

    return F.array_join(F.transform(F.split(text, " "), word), " ")


def _keyed(letter: str, keys: Mapping[str, str]) -> str:
    """A letter without its tone, its shape as keys: ễ → ee."""
    toneless = unicodedata.normalize(
        "NFC", "".join(c for c in unicodedata.normalize("NFD", letter) if c not in TONES)
    )
    keyed = keys.get(toneless.lower(), toneless)
    return keyed if letter.islower() else keyed[:1].upper() + keyed[1:]


def _tone(letter: str) -> str:
    return next((c for c in unicodedata.normalize("NFD", letter) if c in TONES), "")


def tcvn3(text: Column) -> Column:
    """TCVN3 bytes read as cp1252; capitals lose their marks (a separate font drew them)."""
    capitals = "".join(c for c in LETTERS if not c.islower())
    small = F.translate(text, capitals, "".join(c.lower() for c in capitals))
    return F.translate(small, "".join(TCVN3), "".join(TCVN3.values()))


def vni_windows(text: Column) -> Column:
    """VNI-Windows bytes read as cp1252: base letter, then a letter for shape and tone."""
    table = {c: _vni(c) for c in LOWER + LOWER.upper()}
    return _mapped(F.split(text, ""), {c: v for c, v in table.items() if v != c}, None)


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


def mojibake(text: Column, uniform: Column) -> Column:
    """UTF-8 bytes read as latin-1 or cp1252."""
    latin = F.decode(F.encode(text, "UTF-8"), "ISO-8859-1")
    return F.when(uniform < 0.5, latin).otherwise(F.translate(latin, CP1252_LATIN1, CP1252))


def question_marks(text: Column) -> Column:
    """What saving in a western code page leaves: a question mark for each letter it lacks."""
    return F.regexp_replace(text, "[^\\u0000-\\u00ff]", "?")


def eth(text: Column) -> Column:
    """Đ as U+00D0, the look-alike."""
    return F.translate(text, "Đđ", "Ðð")


def decomposed(text: Column) -> Column:
    """NFD: letters and combining marks apart."""
    table = {c: unicodedata.normalize("NFD", c) for c in LETTERS}
    return _mapped(F.split(text, ""), {c: v for c, v in table.items() if v != c}, None)


def _mapped(letters: Column, table: Mapping[str, str], otherwise: str | None) -> Column:
    """Each letter through the table; a letter it lacks stays or becomes `otherwise`."""
    pairs = F.str_to_map(
        F.lit("|".join(f"{k}={v}" for k, v in table.items())), F.lit("\\|"), F.lit("=")
    )

    def coded(letter: Column) -> Column:
        known = F.try_element_at(pairs, letter)
        return F.coalesce(known, letter if otherwise is None else F.lit(otherwise))

    return F.array_join(F.transform(letters, coded), "")
