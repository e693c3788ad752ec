"""Identity numbers, passports and phones: unique by construction, twins' numbers consecutive."""

import polars as pl

from transforms.synthesis.draws import padded, permuted, pick
from transforms.synthesis.world import World

SUFFIXES = 1_000_000
PREFIX_DIGITS, CARD_DIGITS = 6, 12
MOVED = 2_500_000  # apart from the numbers of those who live there
LINES = 10**7  # of one mobile prefix
PEOPLE = 10**7  # to one police prefix
CMND_PREFIXES = 38  # 01 Hà Nội … 38 Cà Mau and Bạc Liêu; two provinces may share one
IDX = pl.col("idx")


def issued(people: pl.DataFrame, world: World) -> pl.DataFrame:
    """People as the register lists them, with the `prefix` of their CCCD and `paired`: whether
    its suffix is the other one of the pair dealt to the twin before. In the order of `idx`."""
    beside = pl.col("prefix") == pl.col("prefix").shift(1)
    return (
        people.pipe(_register_side, world)
        .with_columns(prefix=_prefix(world))
        .with_columns(paired=pl.col("second_twin") & beside.fill_null(value=False))
    )


def pairs_dealt(people: pl.DataFrame) -> pl.DataFrame:
    """How many pairs of suffixes these people take of each prefix."""
    return people.group_by("prefix").agg(pairs=(~pl.col("paired")).sum().cast(pl.Int64))


def numbered(people: pl.DataFrame, starts: pl.DataFrame, world: World) -> pl.DataFrame:
    """People with `cccd` and `cmnd`; `starts` is unique by `prefix`.

    A CCCD is PPP G YY and six digits that are unique within that prefix: pairs of suffixes are
    dealt in the order of people, and a second twin takes the other number of its pair.
    """
    nth = (~pl.col("paired")).cast(pl.Int64).cum_sum().over("prefix")
    side = pl.when("paired").then(1).when("twin").then(0)
    either = world.dice.below(2, "suffix", IDX)
    dealt = permuted(nth + pl.col("start"), "suffix", SUFFIXES // 2)
    suffix = dealt * 2 + pl.coalesce(side, either)
    whole = pl.col("prefix").cast(pl.Int64) * SUFFIXES + suffix
    return people.join(starts, on="prefix", how="left", maintain_order="left").with_columns(
        cccd=padded(whole, CARD_DIGITS), cmnd=_cmnd(pl.col("province"), _offset(world), world)
    )


def older_cmnd(world: World) -> pl.Expr:
    """A CMND of another province that the register does not hold."""
    elsewhere = (pl.col("province") + 7) % 63
    return _cmnd(elsewhere, _offset(world).abs() + MOVED, world)


def passport(world: World) -> pl.Expr:
    """A letter and seven digits."""
    letter = pick(tuple("BCNPMEGK"), world.dice.below(8, "passport", IDX))
    return letter + padded(permuted(IDX, "passport", 10**7), 7)


def _register_side(people: pl.DataFrame, world: World) -> pl.DataFrame:
    """Which people the register has wrong, and the sex it holds."""
    dice, recipe = world.dice, world.recipe
    wrong = dice.happens(recipe.population_errors, "population error", IDX) & world.listed(IDX)
    kind = pick(("sex", "name", "birth"), dice.below(3, "population field", IDX))
    flipped = pl.col("register_error").eq_missing(pl.lit("sex"))
    return people.with_columns(register_error=pl.when(wrong).then(kind)).with_columns(
        register_female=pl.col("female") ^ flipped
    )


def _prefix(world: World) -> pl.Expr:
    """PPP G YY as a number: province of birth, sex with century, year of birth."""
    key = pl.when("twin").then("first").otherwise("idx")
    province = world.places.birth_province(key, pl.col("province"))
    code = pick(_cccd_codes(world), province)
    year = pl.col("birth_date").dt.year()
    sex = pl.col("register_female").cast(pl.Int32) + 2 * (year // 100 - 19)
    return (code * 1000 + sex * 100 + year % 100).cast(pl.Int32)


def _cccd_codes(world: World) -> list[int]:
    codes = {r["gso_code_2digit"]: r["cccd_code"] for r in world.reference.cccd_province_codes}
    return [int(codes[p]) for p in world.places.provinces]


def _first_people(world: World) -> list[int]:
    """Below the identifier of the first person of each province (a slot early at most)."""
    starts = (start * world.first_outsider for start in world.places.province_starts)
    return [max(int(start) - 100, 0) for start in starts]


def _offset(world: World) -> pl.Expr:
    """How many people of the province come before, about."""
    return IDX - pick(_first_people(world), pl.col("province"))


def _cmnd(province: pl.Expr, offset: pl.Expr, world: World) -> pl.Expr:
    """Nine digits: the police prefix of a province, then its people one by one, shuffled."""
    provinces = len(world.places.provinces)
    shared, before = (
        (p * CMND_PREFIXES / provinces).floor().cast(pl.Int64) for p in (province, province - 1)
    )
    second = pl.when(before == shared).then(PEOPLE // 2).otherwise(0)
    number = permuted(offset.abs() + second, "cmnd", PEOPLE)
    return padded((shared + 1) * PEOPLE + number, 9)


def phone_of(idx: pl.Expr, world: World) -> pl.Expr:
    """A mobile number of ten digits; no two people own the same."""
    prefixes = [row["prefix"] for row in world.reference.phone_prefixes]
    number = permuted(idx, "phone", LINES * len(prefixes))
    return pick(prefixes, number // LINES) + padded(number % LINES, 7)
