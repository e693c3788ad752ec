"""Blocking: which pairs are worth comparing, planned and capped before any work is spent."""

import operator
from collections.abc import Sequence
from functools import reduce

from pydantic import BaseModel, Field
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transforms.columns import aliased
from transforms.schemas import BLOCK, CANDIDATE_PAIR, conform


class BlockingRule(BaseModel, frozen=True, extra="forbid"):
    """A profile and a resident that agree on every key column become candidates.

    `profile` and `resident` name key columns of `profile_keys` and `resident_keys`, position by
    position; `on` is short for the same names on both sides. An array column gives one key per
    element. A block with more than `max_pairs` pairs, or more than `max_residents` residents (so
    many namesakes that none could be told), is left out, and stands in the report.
    """

    name: str
    on: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
    resident: tuple[str, ...] = ()
    max_pairs: int = Field(default=20_000, ge=1)
    max_residents: int = Field(default=1_000, ge=1)

    def columns(self, side: str) -> tuple[str, ...]:
        return self.on + (self.profile if side == "profile" else self.resident)


def profile_keys(profiles: DataFrame, verifications: DataFrame, facilities: DataFrame) -> DataFrame:
    """The unverified profiles with every column that a rule may use.

    `communes` and `provinces` hold the declared place and the facility's: people are vaccinated
    near home.
    """
    open_profiles = verifications.where(F.col("verdict") != "verified").select(
        "profile_id", F.col("household_id").alias("owner_household_id")
    )
    written = F.coalesce("number", "number_digits")
    seen_at = facilities.select("facility_code", "facility_commune", "facility_province")
    known = profiles.join(open_profiles, on="profile_id", how="inner").join(
        F.broadcast(seen_at), on="facility_code", how="left"
    )
    return known.select(
        "*",
        either("commune_code", "facility_commune").alias("communes"),
        either("province_code", "facility_province").alias("provinces"),
        F.when(F.length(written) >= 9, F.substring(written, 1, 9)).alias("number_first9"),
        F.when(F.length(written) >= 8, F.substring(written, -6, 6)).alias("number_last6"),
        *aliased(birth_keys()),
        name_rest().alias("name_rest"),
    )


def resident_keys(residents: DataFrame) -> DataFrame:
    """The residents with every column that a rule may use."""
    return residents.select(
        "*",
        F.col("household_id").alias("owner_household_id"),
        F.substring("id_number", 1, 9).alias("number_first9"),
        F.substring("id_number", -6, 6).alias("number_last6"),
        *aliased(birth_keys()),
        name_rest().alias("name_rest"),
    )


def either(*names: str) -> Column:
    """The distinct values of several columns, as an array."""
    return F.array_distinct(F.array_compact(F.array(*names)))


def name_rest() -> Column:
    """The name without its surname, where at least two tokens are left."""
    rest = F.substr("name_folded", F.length("surname_folded") + 2)
    return F.when(rest.contains(" "), rest)


def birth_keys() -> dict[str, Column]:
    """`full_birth_date` leaves out 01/01, which stands for any day; `birth_swapped` turns it;
    `birth_day` is day and month as one number.
    """
    day = F.dayofmonth("birth_date")
    full = F.when(F.col("birth_precision") == "day", F.col("birth_date"))
    swapped = F.when(
        F.col("birth_precision").eqNullSafe("day") & (day <= 12),
        F.try_to_date(F.concat_ws("-", "birth_year", day, "birth_month"), "yyyy-d-M"),
    )
    in_year = F.dayofmonth(full) * 100 + F.month(full)
    return {"full_birth_date": full, "birth_swapped": swapped, "birth_day": in_year}


def keys(frame: DataFrame, rules: Sequence[BlockingRule], side: str, key_id: str) -> DataFrame:
    """(id, rule, key) for every rule whose key columns are all filled.

    `rule` is its position; `key` a 64-bit hash that the rule's name is part of.
    """
    kinds = dict(frame.dtypes)
    made = (_rule_keys(at, rule, rule.columns(side), kinds) for at, rule in enumerate(rules))
    found = F.explode(F.concat(*made))
    exploded = frame.select(key_id, found.alias("found"))
    return exploded.select(key_id, "found.rule", "found.key")


def _rule_keys(
    at: int, rule: BlockingRule, columns: Sequence[str], kinds: dict[str, str]
) -> Column:
    """The rule's keys of one record as an array of (rule, key); empty when a part is missing."""
    repeated = next((name for name in columns if kinds[name].startswith("array")), None)
    if repeated is None:
        made = F.array(_hashed(at, rule, [F.col(name) for name in columns]))
    else:
        made = F.transform(
            F.col(repeated),
            lambda item: _hashed(at, rule, [item if n == repeated else F.col(n) for n in columns]),
        )
    complete = reduce(operator.and_, (F.col(name).isNotNull() for name in columns))
    return F.when(complete, made).otherwise(F.array().cast("array<struct<rule:int,key:bigint>>"))


def _hashed(at: int, rule: BlockingRule, parts: Sequence[Column]) -> Column:
    texts = [part.cast("string") for part in parts]
    key = F.xxhash64(F.lit(rule.name), *texts)
    return F.struct(F.lit(at).alias("rule"), key.alias("key"))


def blocks(profiles: DataFrame, residents: DataFrame, rules: Sequence[BlockingRule]) -> DataFrame:
    """One row per block × resident in it: the plan. `pairs` is what the row will cost.

    The register crosses the network once, as (key, resident); what no open profile asks for is
    dropped in the join.
    """
    asked = keys(profiles, rules, "profile", "profile_id").groupBy("rule", "key")
    wanted = asked.agg(F.count("*").alias("profiles"))
    offered = keys(residents, rules, "resident", "resident_id").select("key", "resident_id")
    members = wanted.join(offered, on="key", how="inner").select(
        "*", F.count("*").over(Window.partitionBy("key")).alias("residents")
    )
    size = F.col("profiles") * F.col("residents")
    too_large = size > by_rule([rule.max_pairs for rule in rules])
    too_common = F.col("residents") > by_rule([rule.max_residents for rule in rules])
    planned = members.select(
        by_rule([rule.name for rule in rules]).alias("rule"),
        "key",
        "resident_id",
        "profiles",
        "residents",
        F.col("profiles").alias("pairs"),
        (too_large | too_common).alias("capped"),
    )
    return conform(planned, BLOCK)


def by_rule(values: Sequence[str | int]) -> Column:
    """The value at the position that the `rule` column holds."""
    return F.get(F.array(*(F.lit(value) for value in values)), F.col("rule"))


def candidate_pairs(
    planned: DataFrame, profiles: DataFrame, rules: Sequence[BlockingRule]
) -> DataFrame:
    """One row per profile × resident, with the names of all rules that found it."""
    members = planned.where(~F.col("capped")).select("key", "resident_id")
    asking = keys(profiles, rules, "profile", "profile_id")
    bit = by_rule(bits(rules))
    pairs = (
        asking.join(members, on="key", how="inner")
        .groupBy("profile_id", "resident_id")
        .agg(F.bit_or(bit).alias("found_by"))
    )
    names = [
        F.when(F.col("found_by").bitwiseAND(bit) != 0, rule.name)
        for bit, rule in zip(bits(rules), rules, strict=True)
    ]
    return conform(pairs.withColumn("rules", F.array_compact(F.array(*names))), CANDIDATE_PAIR)


def bits(rules: Sequence[BlockingRule]) -> list[int]:
    """One bit a rule, so that crediting a pair to its rules is a hash aggregation of ints."""
    return [1 << at for at in range(len(rules))]


def cost_by_rule(planned: DataFrame) -> DataFrame:
    """One row per rule, dearest first: its blocks, pairs to make, and what the caps leave out."""
    kept = F.when(~F.col("capped"), F.col("pairs")).otherwise(0)
    left_out = F.when(F.col("capped"), F.col("pairs")).otherwise(0)
    capped = F.when(F.col("capped"), F.col("key"))
    size = F.col("profiles") * F.col("residents")
    return (
        planned.groupBy("rule")
        .agg(
            F.countDistinct("key").alias("blocks"),
            F.sum(kept).alias("pairs"),
            F.max(size).alias("largest_block"),
            F.countDistinct(capped).alias("capped_blocks"),
            F.sum(left_out).alias("pairs_left_out"),
        )
        .orderBy(F.desc("pairs"), "rule")
    )
