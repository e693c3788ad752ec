"""Identity numbers: which kind of number was typed, its digits, and what it may have been.

Kinds: `cccd` (12 digits) and `cmnd` (9) are usable; `missing` and `filler` are no number;
`scientific`, `phone`, `insurance`, `passport` and `malformed` are something else in its place.
"""

from functools import partial

import polars as pl

from transforms.distinct import read_once
from transforms.expressions import filled, first_that_holds, not_empty, present, replaced, whole

USABLE = ("cccd", "cmnd")
ABSENT = ("missing", "filler")
LOOKALIKE_LETTERS = dict(zip("OQDIL|SBZ", "000111582", strict=True))
MOBILE_PREFIX = "^0[35789][0-9]{8}$"
SCIENTIFIC = r"^[0-9][.,][0-9]+E\+?[0-9]{1,2}$"
# What a spreadsheet has left of a number of so many digits: one of twelve begins with a province
# (001 to 096), then come sex and century.
WITHOUT_ZEROS = {
    "id_number": (12, "^[1-9][0-9]?[0-3][0-9]{8}$"),
    "old_id_number": (9, "^[1-9][0-9]{7}$"),
}
_ROWS_OF_KEYS = ("01234567890123456789", "9876543210")
_RUNS = {row[a:b] for row in _ROWS_OF_KEYS for a in range(len(row)) for b in range(a, len(row) + 1)}
_ONE_FIGURE = "^(" + "|".join(f"{figure}+" for figure in "0123456789") + ")$"
_FILLERS = {run for run in _RUNS | {f * n for f in "0123456789" for n in (9, 12)} if len(run) > 8}
# "Số CCCD: ", "CMND ", "ID ": two letters alone may belong to a passport or an insurance card.
_WORD = r"[^0-9 .:]{3,}|[^0-9 .:]*[^0-9 .:\x00-\x7F][^0-9 .:]*|SO|ID"
_LABEL = rf"^(?:[^0-9]*:|(?:(?:{_WORD})[ .]+)+) *"
_ALONE = "^[^0-9]*([0-9]{9}|[0-9]{12})(?:[^0-9OQDIL|SBZ][^0-9]*)?$"
_NO_LOOKALIKE = "[^0-9]*[^0-9OQDIL|SBZ][^0-9]*"
_TEXT, _FIGURES, _SCIENTIFIC = pl.col("_typed"), pl.col("_figures"), pl.col("_scientific")


def tidied(raw: pl.Expr) -> pl.Expr:
    """Without a label, blanks, quotes and dashes; upper case; a spreadsheet's ".0" taken off."""
    text = whole(filled(raw)).str.to_uppercase().str.replace(_LABEL, "")
    return not_empty(text.str.replace_all(r"[ '’`\"\-_/;:]", ""))


def with_number(frame: pl.DataFrame, raw: str) -> pl.DataFrame:
    """Adds number_kind, number, number_digits and number_repairs, read from column `raw`.

    Most are nine or twelve digits and what they seem to be; the others are taken apart, each once.
    """
    is_plain = frame.select(plainly(pl.col(raw))).to_series()
    told = read_once(frame[raw].set(is_plain, None), read)
    as_typed, is_long = pl.lit(is_plain), pl.col(raw).str.len_bytes() == 12
    kind = pl.when(is_long).then(pl.lit("cccd")).otherwise(pl.lit("cmnd"))
    return frame.hstack(told).with_columns(
        number_kind=pl.when(as_typed).then(kind).otherwise("number_kind"),
        number=pl.when(as_typed).then(raw).otherwise("number"),
    )


def plainly(raw: pl.Expr) -> pl.Expr:
    """Whether it is a usable number with nothing around it; false where there is none."""
    usable = raw.str.contains("^([0-9]{9}|[0-9]{12})$") & ~raw.is_in(_FILLERS)
    return usable.fill_null(value=False)


def with_registered(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The register's own number `name` as digits; `{name}_change` tells of what else it was.

    Most are nine or twelve digits already; the others are read, each once.
    """
    is_plain = frame.select(plainly(pl.col(name))).to_series()
    others = frame[name].set(is_plain, None)
    told = read_once(others, partial(read_registered, kind=name))
    number = pl.when(pl.lit(is_plain)).then(name).otherwise(pl.lit(told["number"]))
    return frame.with_columns(number.alias(name), (name + told["change"]).alias(f"{name}_change"))


def read_registered(typed: pl.Series, kind: str) -> pl.DataFrame:
    """(number, change): its digits, and the zeros in front that a spreadsheet took.

    The rest of a number in scientific notation is not there: "7.91235E+10" is none.
    """
    text, figures, (size, without_zeros) = pl.col("_typed"), pl.col("_figures"), WITHOUT_ZEROS[kind]
    number = (
        pl.when(text.str.contains(without_zeros))
        .then(text.str.pad_start(size, "0"))
        .when(~text.str.contains(SCIENTIFIC))
        .then(figures)
    )
    raw = pl.col(typed.name)
    return (
        typed.to_frame()
        .with_columns(tidied(raw).alias("_typed"))
        .with_columns(not_empty(plain(text)).alias("_figures"))
        .with_columns(number=number)
        .select(
            "number",
            change=pl.when(pl.col("number") != raw)
            .then(pl.lit(""))
            .when(pl.col("number").is_null() & text.is_not_null())
            .then(pl.lit(":unread")),
        )
    )


def read(typed: pl.Series) -> pl.DataFrame:
    """What each typed text is, as one of the kinds, with its digits."""
    kind = pl.col("number_kind")
    scientific = _TEXT.str.contains(SCIENTIFIC)
    return (
        typed.to_frame()
        .select(tidied(pl.col(typed.name)).alias("_typed"))
        .with_columns(scientific.alias("_scientific"))
        .with_columns(
            pl.when(_SCIENTIFIC).then(mantissa(_TEXT)).otherwise(plain(_TEXT)).alias("_figures")
        )
        .with_columns(number_kind=number_kind())
        .with_columns(
            number=pl.when(kind.is_in(USABLE)).then(_FIGURES),
            number_digits=pl.when(kind.is_in(("malformed", "scientific", "phone"))).then(_FIGURES),
        )
        .pipe(with_repairs)
        .drop("_typed", "_scientific", "_figures")
    )


def plain(text: pl.Expr) -> pl.Expr:
    """The digits, lookalike letters that touch them read as such: they are slips.

    What stands in front of nine or twelve digits is none of them, and neither are the letters of a
    word. A text without any digit has none to mend.
    """
    tight = text.str.replace_all("[.,+]", "")
    mended = replaced(tight.str.replace_all(_NO_LOOKALIKE, ""), LOOKALIKE_LETTERS)
    figures = pl.coalesce(tight.str.extract(_ALONE), mended)
    return pl.when(text.str.contains("[0-9]")).then(figures)


def mantissa(text: pl.Expr) -> pl.Expr:
    """3.30850E+10 → 0330850: the digits that survived, behind the zero every number begins with."""
    return "0" + text.str.extract("^([^E]*)").str.replace_all("[.,]", "")


def number_kind() -> pl.Expr:
    """Letters in front are a passport or an insurance card; else the count of digits tells."""
    length = _FIGURES.str.len_bytes()
    kinds = {
        "scientific": _SCIENTIFIC,
        "passport": _TEXT.str.contains("^[A-Z]{1,2}[0-9]{6,8}$"),
        "insurance": _TEXT.str.contains("^[A-Z]{2}[0-9]{13}$"),
        "missing": _FIGURES.is_null() | (length < 5),
        "filler": _FIGURES.str.contains(_ONE_FIGURE) | _FIGURES.is_in(_RUNS),
        "cccd": length == 12,
        "cmnd": length == 9,
        "phone": _FIGURES.str.contains(MOBILE_PREFIX),
    }
    return first_that_holds(kinds, otherwise="malformed")


def with_repairs(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds number_repairs, null but for malformed numbers: only they are taken apart."""
    malformed = pl.col("number_kind") == "malformed"
    mended = frame.filter(malformed).select("_figures").unique()
    return frame.join(
        mended.with_columns(_malformed=pl.lit("malformed"), number_repairs=repairs()),
        left_on=("_figures", "number_kind"),
        right_on=("_figures", "_malformed"),
        how="left",
        maintain_order="left",
    )


def repairs() -> pl.Expr:
    """Numbers that the typed digits may have been; candidates only, the profile must agree."""
    length = _FIGURES.str.len_bytes()
    lost_zero = pl.when(length.is_in((8, 11))).then("0" + _FIGURES)
    one_too_many = [
        pl.when(length == 13).then(_FIGURES.str.slice(0, at) + _FIGURES.str.slice(at + 1))
        for at in range(13)
    ]
    return present(lost_zero, *one_too_many).list.unique(maintain_order=True)
