"""Comparison levels: how a profile and a resident agree, field by field.

Every function reads the structs `p` (profile) and `r` (resident) of `evidence`, in a polars frame,
and returns the name of one level. Names are compared in `name_comparison`, once per distinct pair.
"""

import polars as pl

from transforms.citizen_numbers import (
    LENGTH,
    is_citizens,
    is_of_sex,
    is_of_year,
    province,
)
from transforms.edits import edits, same_letters
from transforms.expressions import among, either_missing, first_that_holds, same
from transforms.scoring.evidence import COMPARED_DOSES

BIRTH_LEVELS = (
    "exact", "year_only", "year_beside", "month_only", "next_day", "swapped", "one_digit",
    "household", "two_digits", "day_and_month", "same_year", "near_year", "different", "missing",
)  # fmt: skip
SEX_LEVELS = ("same", "different", "missing")
NUMBER_LEVELS = (
    "equal", "neighbour", "slip", "household", "other", "another", "another_province", "unknown",
    "unknown_old", "near", "far", "passport", "absent",
)  # fmt: skip
PHONE_LEVELS = ("own", "verified", "household", "others", "unknown", "missing")
PLACE_LEVELS = (
    "commune", "district", "province", "facility", "facility_province", "elsewhere", "missing",
)  # fmt: skip
HISTORY_LEVELS = ("free", "complement", "repeat", "conflict")

# Name levels at which the typed name may be that of another member of the household.
UNLIKE_NAMES = ("near_name", "typo", "surname_given", "given_only", "surname_only", "different")
# Birth levels at which the typed date may be that of another member of the household.
UNLIKE_BIRTHS = ("two_digits", "day_and_month", "same_year", "near_year", "different")


def p(field: str) -> pl.Expr:
    return pl.col("p").struct.field(field)


def r(field: str) -> pl.Expr:
    return pl.col("r").struct.field(field)


def name_of_household() -> pl.Expr:
    """Whether the typed name is, to the letter, that of a member of the resident's household."""
    return among(p("name_hash"), r("household_names"))


def with_birth_edits(both: pl.DataFrame) -> pl.DataFrame:
    """Adds birth_edits, which `birth_level` reads: slips between whole dates of eight digits."""
    left, right = (side("birth_date").dt.to_string("%Y%m%d") for side in (p, r))
    return both.with_columns(birth_edits=edits(left, right, 2))


def birth_level() -> pl.Expr:
    """Agreement of birth dates as far as both sides know them."""
    left, right, slips = p("birth_date"), r("birth_date"), pl.col("birth_edits")
    year, month = same(p("birth_year"), r("birth_year")), same(p("birth_month"), r("birth_month"))
    years_only = (p("birth_precision") == "year") | (r("birth_precision") == "year")
    months_only = (p("birth_precision") == "month") | (r("birth_precision") == "month")
    turned = same(left.dt.day(), r("birth_month")) & same(right.dt.day(), p("birth_month"))
    beside = (p("birth_year") - r("birth_year")).abs() == 1
    same_day = same(left.dt.day(), right.dt.day()) & same(left.dt.month(), right.dt.month())
    levels = {
        "missing": either_missing(p("birth_year"), r("birth_year")),
        "exact": same(left, right) & ~years_only,
        "year_only": year & years_only,
        "year_beside": beside & years_only,
        "month_only": year & months_only & month,
        "next_day": (left - right).dt.total_days().abs() == 1,
        "swapped": year & turned,
        "one_digit": slips == 1,
        "day_and_month": same_day & ~years_only,
        "two_digits": slips == 2,
        "same_year": year,
        "near_year": beside,
    }
    return first_that_holds(levels, otherwise="different")


def birth_level_at_home() -> pl.Expr:
    """How the birth dates compare; one unlike the resident's may be a housemate's (`household`)."""
    known_date = pl.when(p("birth_precision") == "day").then(p("birth_date"))
    is_borrowed = birth_level().is_in(UNLIKE_BIRTHS) & among(known_date, r("household_births"))
    return pl.when(is_borrowed).then(pl.lit("household")).otherwise(birth_level())


def sex_level() -> pl.Expr:
    levels = {"missing": either_missing(p("sex"), r("sex")), "same": p("sex") == r("sex")}
    return first_that_holds(levels, otherwise="different")


def with_number_evidence(both: pl.DataFrame) -> pl.DataFrame:
    """Adds own_number, number_edits and old_number_edits, which `number_level` reads: up to two
    edits from the typed number, or from seven and more digits of a malformed one, to each of the
    resident's.
    """
    enough = (p("number_kind") == "malformed") & (p("number_digits").str.len_chars() >= 7)
    own, digits = pl.col("own_number"), pl.when(enough).then(p("number_digits"))
    typed = pl.coalesce(own, p("number"), digits)
    return both.with_columns(own_number=own_number()).with_columns(
        number_edits=edits(typed, r("id_number"), 2),
        old_number_edits=edits(typed, r("old_id_number"), 2),
    )


def own_number() -> pl.Expr:
    """The typed number where it is a citizen's of the sex, century and year that the profile tells
    and nobody's here; a spreadsheet takes the zero off that most begin with.
    """
    digits, year, sex = p("number_digits"), p("birth_year"), p("sex")
    short = (p("number_kind") == "malformed") & (digits.str.len_chars() == LENGTH - 1)
    whole = pl.coalesce(p("number"), pl.when(short).then("0" + digits))
    fits = is_citizens(whole) & is_of_year(whole, year) & is_of_sex(whole, year, sex)
    return pl.when(fits & sex.is_not_null() & p("owner_id").is_null()).then(whole)


def number_level() -> pl.Expr:
    """What the typed number says about this resident: theirs, a slip, somebody else's, nobody's.

    Its neighbour is a level of its own: a slip in the last figure, or the number of a twin. So is a
    number that nobody here has but that reads like one of the profile's own, and unlike this
    resident's: one issued anew, or that of a namesake whom the register does not know.
    """
    number, real, old = p("number"), r("id_number"), r("old_id_number")
    to_real, to_old = pl.col("number_edits"), pl.col("old_number_edits")
    repaired = among(real, p("number_repairs")) | among(old, p("number_repairs"))
    near = repaired | rounded_to(p("number_digits"), real) | (to_real <= 2) | (to_old <= 1)
    owned = p("owner_id").is_not_null()
    own = pl.col("own_number")
    another = own.is_not_null() & is_citizens(real) & to_real.is_null()
    moved = province(own) != province(real)
    levels = {
        "equal": same(number, real) | same(number, old),
        "neighbour": beside(number, real) | beside(number, old),
        "slip": one_slip(number, real, to_real) | one_slip(number, old, to_old),
        "household": owned & same(p("owner_household_id"), r("household_id")),
        "other": owned,
        "unknown_old": number.str.len_chars() == 9,
        "another": another & ~moved,
        "another_province": another,
        "unknown": number.is_not_null(),
        "passport": p("number_kind") == "passport",
        "absent": ~p("number_kind").is_in(["malformed", "scientific"]),
        "near": near,
    }
    return first_that_holds(levels, otherwise="far")


def one_slip(typed: pl.Expr, real: pl.Expr, distance: pl.Expr) -> pl.Expr:
    """One digit replaced, or two neighbours swapped, between numbers of equal length."""
    equally_long = typed.str.len_chars() == real.str.len_chars()
    swapped = same_letters(typed, real, distance == 2)
    return (equally_long & ((distance == 1) | swapped)).fill_null(value=False)


def beside(typed: pl.Expr, real: pl.Expr) -> pl.Expr:
    """At most two apart, as the numbers of twins are: they are issued one after the other."""
    apart = (whole_number(typed) - whole_number(real)).abs()
    equally_long = typed.str.len_chars() == real.str.len_chars()
    return (equally_long & (apart <= 2)).fill_null(value=False)


def whole_number(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Int64, strict=False)


def rounded_to(figures: pl.Expr, real: pl.Expr) -> pl.Expr:
    """Scientific notation rounds: the kept digits are the number's, the last up to one off."""
    shown = whole_number(real.str.slice(0, figures.str.len_chars()))
    enough = (p("number_kind") == "scientific") & (figures.str.len_chars() >= 4)
    return (enough & ((whole_number(figures) - shown).abs() <= 1)).fill_null(value=False)


def phone_level() -> pl.Expr:
    """Whose phone was given; a crowded phone says nothing about anybody."""
    phone = p("phone")
    levels = {
        "missing": phone.is_null() | p("phone_crowded").fill_null(value=False),
        "own": same(phone, r("phone")),
        "verified": among(phone, r("verified_phones")),
        "household": among(phone, r("household_phones")),
        "others": p("phone_held"),
    }
    return first_that_holds(levels, otherwise="unknown")


def place_level() -> pl.Expr:
    """The smallest unit in which declared and permanent residence agree, else the facility's."""
    levels = {
        "commune": same(p("commune_code"), r("commune_code")),
        "facility": same(p("facility_commune"), r("commune_code")),
        "district": same(p("district_code"), r("district_code")),
        "province": same(p("province_code"), r("province_code")),
        "facility_province": same(p("facility_province"), r("province_code")),
        "missing": either_missing(p("province_code"), r("province_code")),
    }
    return first_that_holds(levels, otherwise="elsewhere")


def history_level() -> pl.Expr:
    """Whether the resident's verified doses leave room for this profile's doses."""
    apart = pl.max_horizontal((p(f"day_{k}") - r(f"day_{k}")).abs() for k in COMPARED_DOSES)
    held = pl.any_horizontal(r(f"day_{k}").is_not_null() for k in COMPARED_DOSES)
    levels = {"free": ~held, "conflict": apart > 2, "repeat": apart.is_not_null()}
    return first_that_holds(levels, otherwise="complement")
