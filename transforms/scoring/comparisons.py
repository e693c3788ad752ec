"""Comparison levels: how a profile and a resident agree, field by field.

Every function reads the structs `p` (profile) and `r` (resident) of `evidence` and returns the
name of one level. Names are compared in `name_comparison`, once per distinct pair.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

from transforms.columns import either_missing, same
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


def p(field: str) -> Column:
    return F.col(f"p.{field}")


def r(field: str) -> Column:
    return F.col(f"r.{field}")


def name_of_household() -> Column:
    """Whether the typed name is, to the letter, that of a member of the resident's household."""
    return F.coalesce(
        F.array_contains(r("household_names"), p("name_folded")),
        F.lit(False),
    )


def birth_level() -> Column:
    """Agreement of birth dates as far as both sides know them."""
    left, right = p("birth_date"), r("birth_date")
    year, month = same(p("birth_year"), r("birth_year")), same(p("birth_month"), r("birth_month"))
    years_only = (p("birth_precision") == "year") | (r("birth_precision") == "year")
    months_only = (p("birth_precision") == "month") | (r("birth_precision") == "month")
    turned = same(F.dayofmonth(left), r("birth_month")) & same(
        F.dayofmonth(right), p("birth_month")
    )
    beside = F.abs(p("birth_year") - r("birth_year")) == 1
    slips = F.levenshtein(p("birth_text"), r("birth_text"), 3)
    same_day = same(F.substring(p("birth_text"), 5, 4), F.substring(r("birth_text"), 5, 4))
    return (
        F.when(either_missing(p("birth_year"), r("birth_year")), "missing")
        .when(same(left, right) & ~years_only, "exact")
        .when(year & years_only, "year_only")
        .when(beside & years_only, "year_beside")
        .when(year & months_only & month, "month_only")
        .when(F.abs(F.datediff(left, right)) == 1, "next_day")
        .when(year & turned, "swapped")
        .when(slips == 1, "one_digit")
        .when(same_day & ~years_only, "day_and_month")
        .when(slips == 2, "two_digits")
        .when(year, "same_year")
        .when(beside, "near_year")
        .otherwise("different")
    )


def sex_level() -> Column:
    return (
        F.when(either_missing(p("sex"), r("sex")), "missing")
        .when(p("sex") == r("sex"), "same")
        .otherwise("different")
    )


def number_level() -> Column:
    """What the typed number says about this resident: theirs, a slip, somebody else's, nobody's.

    Its neighbour is a level of its own: a slip in the last figure, or the number of a twin.
    """
    number, figures = p("number"), p("number_digits")
    equal = same(number, r("id_number")) | same(number, r("old_id_number"))
    slip = one_slip(number, r("id_number")) | one_slip(number, r("old_id_number"))
    consecutive = beside(number, r("id_number")) | beside(number, r("old_id_number"))
    repaired = F.array_contains(p("number_repairs"), r("id_number")) | F.array_contains(
        p("number_repairs"), r("old_id_number")
    )
    near = repaired | rounded_to(figures, r("id_number")) | within_two(figures)
    owned = p("owner_id").isNotNull()
    return (
        F.when(equal, "equal")
        .when(consecutive, "neighbour")
        .when(slip, "slip")
        .when(owned & same(p("owner_household_id"), r("household_id")), "household")
        .when(owned, "other")
        .when(number.isNotNull() & (F.length(number) == 9), "unknown_old")
        .when(number.isNotNull(), "unknown")
        .when(p("number_kind") == "passport", "passport")
        .when(~p("number_kind").isin("malformed", "scientific"), "absent")
        .when(F.coalesce(near, F.lit(False)), "near")
        .otherwise("far")
    )


def one_slip(typed: Column, real: Column) -> Column:
    """One digit replaced, or two neighbours swapped, between numbers of equal length."""
    distance = F.levenshtein(typed, real, 2)
    swapped = (distance == 2) & (
        F.array_sort(F.split(typed, "")) == F.array_sort(F.split(real, ""))
    )
    slip = (F.length(typed) == F.length(real)) & ((distance == 1) | swapped)
    return F.coalesce(slip, F.lit(False))


def beside(typed: Column, real: Column) -> Column:
    """At most two apart, as the numbers of twins are: they are issued one after the other."""
    apart = F.abs(typed.try_cast("long") - real.try_cast("long"))
    return F.coalesce((F.length(typed) == F.length(real)) & (apart <= 2), F.lit(False))


def within_two(figures: Column) -> Column:
    """A malformed number at most two edits from one of the resident's numbers."""
    return (
        (p("number_kind") == "malformed")
        & (F.length(figures) >= 7)
        & (
            F.levenshtein(figures, r("id_number"), 2).between(0, 2)
            | F.coalesce(
                F.levenshtein(figures, r("old_id_number"), 1).between(0, 1),
                F.lit(False),
            )
        )
    )


def rounded_to(figures: Column, real: Column) -> Column:
    """Scientific notation rounds: the kept digits are the number's, the last up to one off."""
    typed = figures.try_cast("long")
    shown = real.substr(F.lit(1), F.length(figures)).try_cast("long")
    enough = (p("number_kind") == "scientific") & (F.length(figures) >= 4)
    return enough & (F.abs(typed - shown) <= 1)


def phone_level() -> Column:
    """Whose phone was given; a crowded phone says nothing about anybody."""
    phone = p("phone")
    return (
        F.when(phone.isNull() | F.coalesce(p("phone_crowded"), F.lit(False)), "missing")
        .when(same(phone, r("phone")), "own")
        .when(F.array_contains(r("verified_phones"), phone), "verified")
        .when(F.array_contains(r("household_phones"), phone), "household")
        .when(p("phone_held"), "others")
        .otherwise("unknown")
    )


def place_level() -> Column:
    """The smallest unit in which declared and permanent residence agree, else the facility's."""
    return (
        F.when(same(p("commune_code"), r("commune_code")), "commune")
        .when(same(p("facility_commune"), r("commune_code")), "facility")
        .when(same(p("district_code"), r("district_code")), "district")
        .when(same(p("province_code"), r("province_code")), "province")
        .when(same(p("facility_province"), r("province_code")), "facility_province")
        .when(either_missing(p("province_code"), r("province_code")), "missing")
        .otherwise("elsewhere")
    )


def history_level() -> Column:
    """Whether the resident's verified doses leave room for this profile's doses."""
    apart = [F.abs(p(f"day_{k}") - r(f"day_{k}")) for k in DOSE_SLOTS]
    held = F.coalesce(*(r(f"day_{k}") for k in DOSE_SLOTS)).isNotNull()
    return (
        F.when(~held, "free")
        .when(F.greatest(*apart) > 2, "conflict")
        .when(F.greatest(*apart).isNotNull(), "repeat")
        .otherwise("complement")
    )
