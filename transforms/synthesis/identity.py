"""The identity number, the phone, the sex and the residence as they stand on the platform."""

from collections.abc import Mapping

import polars as pl

from transforms.synthesis.choices import by_case, first_case
from transforms.synthesis.draws import padded, permuted, pick
from transforms.synthesis.numbers import older_cmnd, passport, phone_of
from transforms.synthesis.profiles import APART, RUN
from transforms.synthesis.world import World

# Phones beyond those people own: of the clerks who typed lists, and new ones.
CLERKS, NEW_PHONES = 12 * 10**7, 24 * 10**7
BLANKS = ("", "", "", "", "0", "000000000", "123456789", "không có", "0000000000", "KHONG")
KEY, IDX = pl.col("profile_key"), pl.col("idx")
CARD, LENT = pl.col("cccd"), pl.col("lent_number")


def number(profiles: pl.DataFrame, world: World) -> pl.Series:
    """The number as typed: the person's own, somebody else's, or damaged."""
    own = pl.when("shows_cmnd").then("cmnd").otherwise(CARD)
    code = pl.col("code")
    outside = pl.when(code.is_in(["FOREIGN", "OUTSIDER"])).then(code)
    return by_case(profiles, pl.coalesce(outside, "number_code"), _numbers(own, world), own)


def _numbers(own: pl.Expr, world: World) -> Mapping[str, pl.Expr]:
    """Error code → what it makes of the number."""
    lent = pl.coalesce(LENT, _substituted(CARD, world))
    drawn = padded(LENT.cast(pl.Int64) + IDX % RUN, 12)
    unlisted = pl.when("old_known").then(older_cmnd(world)).otherwise("cmnd")
    blank = pick(BLANKS, world.dice.below(len(BLANKS), "blank", KEY))
    # Slips of one digit are made in the long number, half of CMND holders' in theirs.
    own_long = pl.when(own.str.len_chars() == 9).then(own).otherwise(CARD)
    return {
        "FOREIGN": passport(world),
        "OUTSIDER": blank,
        "ID_OLD_CMND": unlisted,
        "ID_SUBST1": _substituted(own_long, world),
        "ID_TRANSP": _transposed(CARD, world),
        "ID_RELATIVE": lent,
        "ID_ROWSHIFT": lent,
        "ID_FILLDOWN": pl.coalesce(drawn, lent),
        "NOID_BLANK": blank,
        "NOID_CHILD": pl.coalesce(LENT + " (PH)", blank),
        "NOID_LOST0": own.str.slice(1),
        "NOID_SCI": _spreadsheet(own, world),
        "NOID_OTHERNUM": _other_number(world),
        "NOID_LEN": _wrong_length(CARD, world),
    }


def _substituted(digits: pl.Expr, world: World) -> pl.Expr:
    """One digit replaced by another."""
    at = world.dice.below(digits.str.len_chars(), "digit place", KEY)
    old = digits.str.slice(at, 1).cast(pl.Int32)
    new = (old + 1 + world.dice.below(9, "digit", KEY)) % 10
    return digits.str.slice(0, at) + new.cast(pl.String) + digits.str.slice(at + 1)


def _transposed(digits: pl.Expr, world: World) -> pl.Expr:
    """Two unequal neighbours at a random place swapped; equal ones are another slip."""
    at = 3 + world.dice.below(8, "swap place", KEY)
    one, other = digits.str.slice(at, 1), digits.str.slice(at + 1, 1)
    swapped = digits.str.slice(0, at) + other + one + digits.str.slice(at + 2)
    return pl.when(one != other).then(swapped).otherwise(_substituted(digits, world))


def _spreadsheet(digits: pl.Expr, world: World) -> pl.Expr:
    """What a spreadsheet made of a whole file's numbers: one kind of damage a file."""
    kind = world.dice.below(5, "spreadsheet", pl.col("file"))
    whole = CARD.cast(pl.Int64)
    groups = digits.map_elements(_grouped, return_dtype=pl.String)
    return (
        pl.when(kind == 0)
        .then(whole.map_elements(_scientific, return_dtype=pl.String))
        .when(kind == 1)
        .then(whole.cast(pl.String) + ".0")
        .when(kind == 2)
        .then("'" + digits)
        .when(kind == 3)
        .then(groups)
        .otherwise(groups.str.replace_all(" ", ".", literal=True))
    )


def _scientific(whole: int) -> str:
    return f"{whole:.5E}"


def _grouped(digits: str) -> str:
    """Threes from the left: 079 123 456 789."""
    return " ".join(digits[at : at + 3] for at in range(0, len(digits), 3))


def _other_number(world: World) -> pl.Expr:
    """A phone, an insurance card, a social insurance number or a military number."""
    insured = padded(permuted(IDX, "insurance", 10**10), 10)
    group = pick(("DN4", "GD4", "HT3", "HN2", "CN3"), world.dice.below(5, "card", KEY))
    kind = world.dice.below(10, "other number", KEY)
    return (
        pl.when(kind < 5)
        .then(phone_of(IDX, world))
        .when(kind < 7)
        .then(group + CARD.str.slice(1, 2) + insured)
        .when(kind < 9)
        .then(insured)
        .otherwise("QĐ" + insured.str.slice(2, 7))
    )


def _wrong_length(digits: pl.Expr, world: World) -> pl.Expr:
    """A digit missing, added or read as a letter."""
    at = 3 + world.dice.below(8, "length place", KEY)
    head, digit, tail = digits.str.slice(0, at), digits.str.slice(at, 1), digits.str.slice(at + 1)
    kind = world.dice.below(3, "length", KEY)
    lettered = digits.str.replace_many(["0", "1"], ["O", "I"])
    return (
        pl.when(kind == 0)
        .then(head + tail)
        .when(kind == 1)
        .then(head + digit + digit + tail)
        .otherwise(lettered)
    )


def phone(profiles: pl.DataFrame, world: World) -> pl.Series:
    """The person's own, the household's, a clerk's, or none; in the ways phones are written."""
    dice, recipe = world.dice, world.recipe
    minor = (pl.col("parents") > 0) & ~pl.col("adult")
    shared = dice.happens(recipe.household_phone, "household phone", KEY) | minor
    changed = (pl.col("profile") == 1) | dice.happens(0.04, "phone changed", KEY)
    line = (
        pl.when(clerks_phone(world))
        .then(pl.col("file") + CLERKS)
        .when(pl.col("lost") | dice.happens(0.03, "no phone", KEY))
        .then(None)
        .when(shared)
        .then("first")
        .when(changed)
        .then(IDX + NEW_PHONES)
        .otherwise(IDX)
    )
    phones = profiles.with_columns(
        plain_phone=phone_of(line, world), style=dice.uniform("phone style", KEY)
    )
    return by_case(phones, first_case(_styles()), _written(world), pl.col("plain_phone"))


def clerks_phone(world: World) -> pl.Expr:
    """Whether the profile carries the phone of whoever typed the list."""
    listed = world.dice.happens(0.25, "clerk's list", KEY)
    return listed & world.dice.happens(world.recipe.clerk_phone * 4, "clerk", pl.col("file"))


def _styles() -> dict[str, pl.Expr]:
    style = pl.col("style")
    return {
        "+84": style < 0.03,
        "84": style < 0.05,
        "spaced": style < 0.07,
        "short": style < 0.09,
        "old prefix": style < 0.10,
    }


def _written(world: World) -> Mapping[str, pl.Expr]:
    """Style → the phone in it."""
    plain = pl.col("plain_phone")
    short = plain.str.slice(1, 9)
    return {
        "+84": "+84" + short,
        "84": "84" + short,
        "spaced": plain.str.replace(r"^(\d{4})(\d{3})", "${1} ${2} "),
        "short": short,
        "old prefix": _old_prefix(plain, world),
    }


def _old_prefix(plain: pl.Expr, world: World) -> pl.Expr:
    """The number of eleven digits from before September 2018, where it had one."""
    old = {
        r["new_prefix_10digit"]: r["old_prefix_11digit"] for r in world.reference.old_phone_prefixes
    }
    prefix = plain.str.slice(0, 3).replace_strict(old, default=None, return_dtype=pl.String)
    return pl.coalesce(prefix + plain.str.slice(3), plain)


def sex(world: World) -> pl.Expr:
    """Nam or Nữ; wrong, or now and then left empty."""
    wrong = pl.col("code").eq_missing(pl.lit("SEX"))
    empty = world.dice.happens(0.01, "no sex", KEY) & ~wrong
    woman = pl.col("female") ^ wrong
    return pl.when(~empty).then(pl.when(woman).then(pl.lit("Nữ")).otherwise(pl.lit("Nam")))


def declared_commune(world: World) -> pl.Expr:
    """The commune (an index) somebody said to live in: at home, or where one works."""
    dice, commune = world.dice, pl.col("commune")
    near = (commune + 1 + dice.below(6, "near residence", KEY)) % len(world.places.communes)
    second = pl.col("profile").is_in([1, APART]) & dice.happens(0.4, "second residence", KEY)
    away = dice.happens(0.05, "residence away", KEY) | second
    return pl.when(away & ~pl.col("lost")).then(near).otherwise(commune)


def residence(world: World) -> dict[str, pl.Expr]:
    """Codes of the declared commune; now and then no commune, of a lost identity no district."""
    vague = world.dice.happens(0.015, "no commune", KEY)
    told = ~pl.col("lost")
    return {
        "district_code": pl.when(told).then("district_code"),
        "commune_code": pl.when(told & ~vague).then("commune_code"),
    }
