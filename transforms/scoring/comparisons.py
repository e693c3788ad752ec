"""Comparison levels: how a profile and a resident agree, field by field.

Every function reads the structs `p` (profile) and `r` (resident) of `evidence`, in a polars frame,
and returns the name of one level. Names are compared in `name_comparison`, once per distinct pair.
"""

import polars as pl

from transforms.edits import edits
from transforms.scoring.evidence import DOSE_SLOTS

BIRTH_LEVELS = (
    "exact", "year_only", "year_beside", "month_only", "next_day", "swapped", "one_digit",
    "two_digits", "day_and_month", "same_year", "near_year", "different", "missing",
)  # fmt: skip
SEX_LEVELS = ("same", "different", "missing")
NUMBER_LEVELS = (
    "equal", "neighbour", "slip", "household", "other", "unknown", "unknown_old", "near", "far",
    "passport", "absent",
)  # fmt: skip
PHONE_LEVELS = ("own", "verified", "household", "others", "unknown", "missing")
PLACE_LEVELS = (
    "commune", "district", "province", "facility", "facility_province", "elsewhere", "missing",
)  # fmt: skip
HISTORY_LEVELS = ("free", "complement", "repeat", "conflict")

# Name levels at which the typed name may be that of another member of the household.
UNLIKE_NAMES = ("near_name", "typo", "surname_given", "given_only", "surname_only", "different")


def p(field: str) -> pl.Expr:
    return pl.col("p").struct.field(field)


def r(field: str) -> pl.Expr:
    return pl.col("r").struct.field(field)


def level(name: str) -> pl.Expr:
    return pl.lit(name)


def same(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Equality that is false, not null, when either side is missing."""
    return (left == right).fill_null(value=False)


def either_missing(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return left.is_null() | right.is_null()


def among(value: pl.Expr, several: pl.Expr) -> pl.Expr:
    """Whether a known value is one of `several`; false where either is missing."""
    return (several.list.contains(value) & value.is_not_null()).fill_null(value=False)


def name_of_household() -> pl.Expr:
    """Whether the typed name is, to the letter, that of a member of the resident's household."""
    return among(p("name_folded"), r("household_names"))


def birth_level() -> pl.Expr:
    """Agreement of birth dates as far as both sides know them."""
    left, right = p("birth_date"), r("birth_date")
    year, month = same(p("birth_year"), r("birth_year")), same(p("birth_month"), r("birth_month"))
    years_only = (p("birth_precision") == "year") | (r("birth_precision") == "year")
    months_only = (p("birth_precision") == "month") | (r("birth_precision") == "month")
    turned = same(left.dt.day(), r("birth_month")) & same(right.dt.day(), p("birth_month"))
    beside = (p("birth_year") - r("birth_year")).abs() == 1
    slips = edits(eight_digits(left), eight_digits(right), 2)
    same_day = same(left.dt.day(), right.dt.day()) & same(left.dt.month(), right.dt.month())
    return (
        pl.when(either_missing(p("birth_year"), r("birth_year")))
        .then(level("missing"))
        .when(same(left, right) & ~years_only)
        .then(level("exact"))
        .when(year & years_only)
        .then(level("year_only"))
        .when(beside & years_only)
        .then(level("year_beside"))
        .when(year & months_only & month)
        .then(level("month_only"))
        .when((left - right).dt.total_days().abs() == 1)
        .then(level("next_day"))
        .when(year & turned)
        .then(level("swapped"))
        .when(slips == 1)
        .then(level("one_digit"))
        .when(same_day & ~years_only)
        .then(level("day_and_month"))
        .when(slips == 2)
        .then(level("two_digits"))
        .when(year)
        .then(level("same_year"))
        .when(beside)
        .then(level("near_year"))
        .otherwise(level("different"))
    )


def eight_digits(date: pl.Expr) -> pl.Expr:
    """The birth date as eight digits, for counting slips; null without a whole date."""
    return date.dt.to_string("%Y%m%d")


def sex_level() -> pl.Expr:
    return (
        pl.when(either_missing(p("sex"), r("sex")))
        .then(level("missing"))
        .when(p("sex") == r("sex"))
        .then(level("same"))
        .otherwise(level("different"))
    )


def number_level() -> pl.Expr:
    """What the typed number says about this resident: theirs, a slip, somebody else's, nobody's.

    Its neighbour is a level of its own: a slip in the last figure, or the number of a twin.
    """
    number, real, old = p("number"), r("id_number"), r("old_id_number")
    repaired = among(real, p("number_repairs")) | among(old, p("number_repairs"))
    near = repaired | rounded_to(p("number_digits"), real) | within_two(p("number_digits"))
    owned = p("owner_id").is_not_null()
    return (
        pl.when(same(number, real) | same(number, old))
        .then(level("equal"))
        .when(beside(number, real) | beside(number, old))
        .then(level("neighbour"))
        .when(one_slip(number, real) | one_slip(number, old))
        .then(level("slip"))
        .when(owned & same(p("owner_household_id"), r("household_id")))
        .then(level("household"))
        .when(owned)
        .then(level("other"))
        .when(number.str.len_chars() == 9)
        .then(level("unknown_old"))
        .when(number.is_not_null())
        .then(level("unknown"))
        .when(p("number_kind") == "passport")
        .then(level("passport"))
        .when(~p("number_kind").is_in(["malformed", "scientific"]))
        .then(level("absent"))
        .when(near)
        .then(level("near"))
        .otherwise(level("far"))
    )


def one_slip(typed: pl.Expr, real: pl.Expr) -> pl.Expr:
    """One digit replaced, or two neighbours swapped, between numbers of equal length."""
    distance = edits(typed, real, 2)
    # Sorting digits is dear, so only the few pairs at distance two reach it.
    one, other = (pl.when(distance == 2).then(text) for text in (typed, real))
    swapped = sorted_digits(one) == sorted_digits(other)
    equally_long = typed.str.len_chars() == real.str.len_chars()
    return (equally_long & ((distance == 1) | swapped)).fill_null(value=False)


def sorted_digits(text: pl.Expr) -> pl.Expr:
    return text.str.split("").list.sort().list.join("")


def beside(typed: pl.Expr, real: pl.Expr) -> pl.Expr:
    """At most two apart, as the numbers of twins are: they are issued one after the other."""
    apart = (whole_number(typed) - whole_number(real)).abs()
    equally_long = typed.str.len_chars() == real.str.len_chars()
    return (equally_long & (apart <= 2)).fill_null(value=False)


def whole_number(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Int64, strict=False)


def within_two(figures: pl.Expr) -> pl.Expr:
    """A malformed number at most two edits from one of the resident's numbers."""
    enough = (p("number_kind") == "malformed") & (figures.str.len_chars() >= 7)
    typed = pl.when(enough).then(figures)
    near = edits(typed, r("id_number"), 2).is_not_null()
    return near | edits(typed, r("old_id_number"), 1).is_not_null()


def rounded_to(figures: pl.Expr, real: pl.Expr) -> pl.Expr:
    """Scientific notation rounds: the kept digits are the number's, the last up to one off."""
    shown = whole_number(real.str.slice(0, figures.str.len_chars()))
    enough = (p("number_kind") == "scientific") & (figures.str.len_chars() >= 4)
    return (enough & ((whole_number(figures) - shown).abs() <= 1)).fill_null(value=False)


def phone_level() -> pl.Expr:
    """Whose phone was given; a crowded phone says nothing about anybody."""
    phone = p("phone")
    return (
        pl.when(phone.is_null() | p("phone_crowded").fill_null(value=False))
        .then(level("missing"))
        .when(same(phone, r("phone")))
        .then(level("own"))
        .when(among(phone, r("verified_phones")))
        .then(level("verified"))
        .when(among(phone, r("household_phones")))
        .then(level("household"))
        .when(p("phone_held"))
        .then(level("others"))
        .otherwise(level("unknown"))
    )


def place_level() -> pl.Expr:
    """The smallest unit in which declared and permanent residence agree, else the facility's."""
    return (
        pl.when(same(p("commune_code"), r("commune_code")))
        .then(level("commune"))
        .when(same(p("facility_commune"), r("commune_code")))
        .then(level("facility"))
        .when(same(p("district_code"), r("district_code")))
        .then(level("district"))
        .when(same(p("province_code"), r("province_code")))
        .then(level("province"))
        .when(same(p("facility_province"), r("province_code")))
        .then(level("facility_province"))
        .when(either_missing(p("province_code"), r("province_code")))
        .then(level("missing"))
        .otherwise(level("elsewhere"))
    )


def history_level() -> pl.Expr:
    """Whether the resident's verified doses leave room for this profile's doses."""
    apart = pl.max_horizontal((p(f"day_{k}") - r(f"day_{k}")).abs() for k in DOSE_SLOTS)
    held = pl.any_horizontal(r(f"day_{k}").is_not_null() for k in DOSE_SLOTS)
    return (
        pl.when(~held)
        .then(level("free"))
        .when(apart > 2)
        .then(level("conflict"))
        .when(apart.is_not_null())
        .then(level("repeat"))
        .otherwise(level("complement"))
    )
