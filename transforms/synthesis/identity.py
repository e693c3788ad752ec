"""The identity number, the phone, the sex and the residence as they stand on the platform."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from transforms.synthesis.draws import permuted, texts
from transforms.synthesis.numbers import phone_of
from transforms.synthesis.profiles import APART, RUN
from transforms.synthesis.world import World

# Phones beyond those people own: of the clerks who typed lists, and new ones.
CLERKS, NEW_PHONES = 12 * 10**7, 24 * 10**7
BLANKS = ("", "", "", "", "0", "000000000", "123456789", "không có", "0000000000", "KHONG")


def number(world: World) -> Column:
    """The number as typed: the person's own, somebody else's, or damaged."""
    code, idx = F.col("number_code"), F.col("idx")
    own = F.when(F.col("shows_cmnd"), F.col("cmnd")).otherwise(F.col("cccd"))
    card = F.col("cccd")
    lent = F.coalesce("lent_number", _substituted(card, world))
    drawn = F.lpad((F.col("lent_number").cast("bigint") + idx % RUN).cast("string"), 12, "0")
    unlisted = F.when(F.col("old_known"), F.col("older_cmnd")).otherwise(F.col("cmnd"))
    blank = F.get(texts(BLANKS), world.dice.below(len(BLANKS), "blank", F.col("profile_key")))
    guardian = F.concat("lent_number", F.lit(" (PH)"))
    typed = (
        F.when(code == "ID_OLD_CMND", unlisted)
        .when(code == "ID_SUBST1", _substituted(own_long(own, card), world))
        .when(code == "ID_TRANSP", _transposed(card, world))
        .when(code.isin("ID_RELATIVE", "ID_ROWSHIFT"), lent)
        .when(code == "ID_FILLDOWN", F.coalesce(drawn, lent))
        .when(code == "NOID_BLANK", blank)
        .when(code == "NOID_CHILD", F.coalesce(guardian, blank))
        .when(code == "NOID_LOST0", F.substring(own, 2, 12))
        .when(code == "NOID_SCI", _spreadsheet(own, world))
        .when(code == "NOID_OTHERNUM", _other_number(world))
        .when(code == "NOID_LEN", _wrong_length(card, world))
        .otherwise(own)
    )
    outsider = F.when(F.col("code") == "FOREIGN", F.col("passport")).when(
        F.col("code") == "OUTSIDER", blank
    )
    return F.coalesce(outsider, typed)


def own_long(own: Column, card: Column) -> Column:
    """Slips of one digit are made in the long number, half of CMND holders' in theirs."""
    return F.when(F.length(own) == 9, own).otherwise(card)


def _substituted(digits: Column, world: World) -> Column:
    """One digit replaced by another."""
    key = F.col("profile_key")
    at = 1 + world.dice.below(F.length(digits), "digit place", key)
    old = F.substring(digits, at, F.lit(1)).cast("int")
    new = (old + 1 + world.dice.below(9, "digit", key)) % 10
    return F.overlay(digits, new.cast("string"), at)


def _transposed(digits: Column, world: World) -> Column:
    """The first two unequal neighbours from a random place on, swapped."""
    at = 4 + world.dice.below(8, "swap place", F.col("profile_key"))
    one, other = F.substring(digits, at, F.lit(1)), F.substring(digits, at + 1, F.lit(1))
    swapped = F.overlay(digits, F.concat(other, one), at)
    return F.when(one != other, swapped).otherwise(_substituted(digits, world))


def _spreadsheet(digits: Column, world: World) -> Column:
    """What a spreadsheet made of a whole file's numbers: one kind of damage a file."""
    kind = world.dice.below(5, "spreadsheet", F.col("file"))
    whole = F.col("cccd").cast("decimal(12,0)")
    exponent = F.length(whole.cast("string")) - 1
    scientific = F.concat(
        F.format_string("%.5f", whole.cast("double") / F.pow(F.lit(10.0), exponent)),
        F.lit("E+"),
        F.lpad(exponent.cast("string"), 2, "0"),
    )
    groups = F.regexp_replace(digits, r"(\d{3})(?=\d)", "$1 ")
    return (
        F.when(kind == 0, scientific)
        .when(kind == 1, F.concat(whole.cast("string"), F.lit(".0")))
        .when(kind == 2, F.concat(F.lit("'"), digits))
        .when(kind == 3, groups)
        .otherwise(F.regexp_replace(groups, " ", "."))
    )


def _other_number(world: World) -> Column:
    """A phone, an insurance card, a social insurance number or a military number."""
    key = F.col("profile_key")
    insured = F.lpad(permuted(F.col("idx"), "insurance", 10**10).cast("string"), 10, "0")
    group = F.get(texts(("DN4", "GD4", "HT3", "HN2", "CN3")), world.dice.below(5, "card", key))
    card = F.concat(group, F.substring("cccd", 2, 2), insured)
    soldier = F.concat(F.lit("QĐ"), F.substring(insured, 3, 7))
    kind = world.dice.below(10, "other number", key)
    return (
        F.when(kind < 5, F.col("own_phone"))
        .when(kind < 7, card)
        .when(kind < 9, insured)
        .otherwise(soldier)
    )


def _wrong_length(digits: Column, world: World) -> Column:
    """A digit missing, added or read as a letter."""
    key = F.col("profile_key")
    at = 4 + world.dice.below(8, "length place", key)
    head, tail = F.substring(digits, F.lit(1), at - 1), F.substring(digits, at + 1, F.lit(12))
    digit = F.substring(digits, at, F.lit(1))
    kind = world.dice.below(3, "length", key)
    lettered = F.translate(digits, "01", "OI")
    return (
        F.when(kind == 0, F.concat(head, tail))
        .when(kind == 1, F.concat(head, digit, digit, tail))
        .otherwise(lettered)
    )


def phone(world: World) -> Column:
    """The person's own, the household's, a clerk's, or none; in the ways phones are written."""
    dice, recipe, key = world.dice, world.recipe, F.col("profile_key")
    shared = dice.happens(recipe.household_phone, "household phone", key) | (
        F.col("parents") > 0
    ) & ~F.col("adult")
    changed = (F.col("profile") == 1) | dice.happens(0.04, "phone changed", key)
    new = phone_of(F.col("idx") + NEW_PHONES, world)
    plain = (
        F.when(clerks_phone(world), phone_of(F.col("file") + CLERKS, world))
        .when(F.col("lost") | dice.happens(0.03, "no phone", key), F.lit(None))
        .when(shared, phone_of(F.col("first"), world))
        .when(changed, new)
        .otherwise(F.col("own_phone"))
    )
    return _written_phone(plain, world)


def clerks_phone(world: World) -> Column:
    """Whether the profile carries the phone of whoever typed the list."""
    return world.dice.happens(0.25, "clerk's list", F.col("profile_key")) & world.dice.happens(
        world.recipe.clerk_phone * 4, "clerk", F.col("file")
    )


def _written_phone(plain: Column, world: World) -> Column:
    draw = world.dice.uniform("phone style", F.col("profile_key"))
    old = {
        r["new_prefix_10digit"]: r["old_prefix_11digit"] for r in world.reference.old_phone_prefixes
    }
    return (
        F.when(draw < 0.03, F.concat(F.lit("+84"), F.substring(plain, 2, 9)))
        .when(draw < 0.05, F.concat(F.lit("84"), F.substring(plain, 2, 9)))
        .when(draw < 0.07, F.regexp_replace(plain, r"^(\d{4})(\d{3})", "$1 $2 "))
        .when(draw < 0.09, F.substring(plain, 2, 9))
        .when(draw < 0.10, _old_prefix(plain, old))
        .otherwise(plain)
    )


def _old_prefix(plain: Column, old: dict[str, str]) -> Column:
    """The number of eleven digits from before September 2018, where it had one."""
    table = F.str_to_map(F.lit(",".join(f"{k}:{v}" for k, v in old.items())))
    prefix = F.try_element_at(table, F.substring(plain, 1, 3))
    return F.coalesce(F.concat(prefix, F.substring(plain, 4, 7)), plain)


def sex(world: World) -> Column:
    """Nam or Nữ; wrong, or now and then left empty."""
    woman = F.when(F.col("code") == "SEX", ~F.col("female")).otherwise(F.col("female"))
    empty = world.dice.happens(0.01, "no sex", F.col("profile_key")) & ~F.col("code").eqNullSafe(
        "SEX"
    )
    return F.when(~empty, F.when(woman, "Nữ").otherwise("Nam"))


def declared_commune(world: World) -> Column:
    """The commune (an index) somebody said to live in: at home, or where one works."""
    dice, key, commune = world.dice, F.col("profile_key"), F.col("commune")
    near = (commune + 1 + dice.below(6, "near residence", key)) % len(world.places.communes)
    second = F.col("profile").isin(1, APART) & dice.happens(0.4, "second residence", key)
    away = dice.happens(0.05, "residence away", key) | second
    return F.when(away & ~F.col("lost"), near).otherwise(commune)


def residence(world: World) -> Column:
    """Codes of the declared commune; now and then no commune, of a lost identity no district."""
    vague = world.dice.happens(0.015, "no commune", F.col("profile_key"))
    spot = F.col("spot")
    return (
        F.when(F.col("lost"), F.substring(spot, 1, 2))
        .when(vague, F.substring(spot, 1, 5))
        .otherwise(spot)
    )
