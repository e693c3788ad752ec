"""Error codes of error_recipe.csv given to profiles, and what each does to which field."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.synthesis import classes
from transforms.synthesis.classes import Cuts
from transforms.synthesis.draws import slot, spread, texts
from transforms.synthesis.profiles import RUN, old_number_known
from transforms.synthesis.spelling import unmarked
from transforms.synthesis.world import World

WRONG, NOID = "ID present", "ID absent"
ELSEWHERE = ("NOT_IN_DB", "DOB_IMPOSSIBLE", "NOID_CHILD", *classes.FILE_CODES)
DAY_CODES = ("DOB_0101", "DOB_SWAP", "DOB_IMPOSSIBLE")
SWAPPABLE = 11 / 30.44  # of birthdays: the day could be a month, and another one
# Which fields two or three errors together fall on [A].
TOGETHER = {"name+birth": 0.45, "number+name": 0.25, "number+birth": 0.2, "number+name+birth": 0.1}


def coded(profiles: DataFrame, world: World, cuts: Cuts) -> DataFrame:
    """Profiles with `code` (null: nothing wrong) and the code of each field it damages."""
    marked = unmarked(F.col("true_name")) != F.col("true_name")
    named = profiles.withColumns({"true_name": full_name(), "settled": classes.decided(cuts)})
    grouped = named.withColumns(
        {
            "error_group": classes.error_group(cuts, F.col("settled")),
            "known": F.when(~F.col("settled").eqNullSafe("NAME_ENC") | marked, F.col("settled")),
            "wrong_code": _wrong_code(world),
            "noid_code": _pick(world, NOID),
            "plain": ~marked,
        }
    )
    group = F.col("error_group")
    drawn = (
        F.when(group == "wrong", F.col("wrong_code"))
        .when(group == "noid_child", "NOID_CHILD")
        .when(group.isNotNull(), F.col("noid_code"))
    )
    return (
        grouped.withColumns(
            {"lost": group.eqNullSafe("noid_lost"), "drawn_code": F.coalesce(F.col("known"), drawn)}
        )
        .withColumn("code", _feasible(F.col("drawn_code"), world))
        .transform(_fields, world)
        .transform(_lent_number, world)
        .drop("settled", "error_group", "known", "wrong_code", "noid_code", "plain", "drawn_code")
    )


def full_name() -> Column:
    """The true name in its written order."""
    return F.concat_ws(" ", "surname", "middle", "given")


def _shares(world: World, bucket: str, prefixes: tuple[str, ...]) -> dict[str, float]:
    """Code → share among those of a bucket that are drawn profile by profile."""
    shares = {
        code: share
        for code, share in world.reference.error_shares(bucket).items()
        if code not in ELSEWHERE and code.startswith(prefixes)
    }
    total = sum(shares.values())
    return {code: share / total for code, share in shares.items()}


def _pick(world: World, bucket: str, *prefixes: str) -> Column:
    """A code of one bucket; a swap of day and month only where it can be, as often in all."""
    shares = _shares(world, bucket, prefixes or ("",))
    swaps = shares.pop("DOB_SWAP", 0.0)
    key, purpose = F.col("profile_key"), f"code {bucket} {prefixes}"
    other = F.get(texts(spread(shares, 1024)), slot(world.dice.uniform(purpose, key), 1024))
    day, month = F.day("birth_date"), F.month("birth_date")
    swapped = world.dice.happens(min(swaps / SWAPPABLE, 1.0), f"swap {purpose}", key)
    return F.when((day <= 12) & (day != month) & swapped, "DOB_SWAP").otherwise(other)


def _wrong_code(world: World) -> Column:
    """Paper dates that never were show as such; everything else is drawn."""
    day, month = F.day("birth_date"), F.month("birth_date")
    snapped = world.dice.happens(
        world.recipe.paper_dates, "paper date", F.col("idx") - F.col("second_twin").cast("int")
    )
    impossible = snapped & (day == 1) & month.isin(3, 5, 7, 10, 12)
    return F.when(impossible, "DOB_IMPOSSIBLE").otherwise(_pick(world, WRONG))


def _feasible(code: Column, world: World) -> Column:
    """The code, or one that this person's data can show."""
    day, month = F.day("birth_date"), F.month("birth_date")
    cmnd = F.year("birth_date") <= world.recipe.cmnd_until
    new_year = (day == 1) & (month == 1)
    plain = F.col("plain")
    return (
        F.when((code == "ID_OLD_CMND") & ~cmnd, "ID_SUBST1")
        .when(code.isin(*DAY_CODES) & year_only(world), "DOB_YEAR1")
        .when((code == "DOB_0101") & new_year, "DOB_DIGIT")
        .when(code.isin("NAME_NOACCENT", "NAME_KEYS") & plain, "NAME_TONE")
        .otherwise(code)
    )


def year_only(world: World) -> Column:
    """Whether the register itself knows only the year of birth."""
    old = F.year("birth_date") < 1960
    return old & world.dice.happens(world.recipe.year_only, "year only", F.col("idx"))


def _fields(profiles: DataFrame, world: World) -> DataFrame:
    """The damage of each field; several errors together draw one code a field."""
    code = F.col("code")
    kinds = texts(spread({k: round(v * 100) for k, v in TOGETHER.items()}, 100))
    kind = F.get(kinds, slot(world.dice.uniform("together", F.col("profile_key")), 100))
    several = code == "MULTI"
    drawn = profiles.withColumns(
        {
            "together": kind,
            "one_number": _pick(world, WRONG, "ID_SUBST1", "ID_TRANSP", "ID_RELATIVE"),
            "one_birth": _pick(world, WRONG, "DOB_"),
            "one_name": _pick(world, WRONG, "NAME_"),
        }
    )
    kind = F.col("together")
    number = F.col("one_number")
    birth, name = (_feasible(F.col(c), world) for c in ("one_birth", "one_name"))
    slight = world.dice.happens(0.08, "slight name", F.col("profile_key"))
    noid = code.startswith("NOID_") & ~F.col("lost") & slight
    return drawn.withColumns(
        {
            "number_code": F.when(code.startswith("ID_") | code.startswith("NOID_"), code).when(
                several & kind.contains("number"), number
            ),
            "birth_code": F.when(code.startswith("DOB_"), code).when(
                several & kind.contains("birth"), birth
            ),
            "name_code": F.when(code.startswith("NAME_"), code)
            .when(several & kind.contains("name"), name)
            .when(noid, F.lit("NAME_TONE")),
        }
    )


def _lent_number(profiles: DataFrame, world: World) -> DataFrame:
    """Whose number stands on the profile when it is not the person's own."""
    idx, code = F.col("idx"), F.col("number_code")
    key = F.col("profile_key")
    parent = F.col("first") + world.dice.below(F.greatest("parents", F.lit(1)), "parent", key)
    step = 1 + world.dice.below(F.greatest(F.col("size") - 1, F.lit(1)), "relative", key)
    relative = F.col("first") + (idx - F.col("first") + step) % F.col("size")
    stranger = world.dice.below(world.residents, "stranger", key).cast("long")
    alone = (F.col("size") < 2) | world.dice.happens(0.2, "stranger's number", key)
    minor = ~F.col("adult") & (F.col("parents") > 0)
    borrowed = F.when(minor, parent).when(alone, stranger).otherwise(relative)
    guardian = minor & world.dice.happens(0.3, "guardian's number", key)
    return profiles.withColumns(
        {
            "lender": F.when(code == "ID_RELATIVE", borrowed)
            .when(code == "ID_ROWSHIFT", idx + 1)
            .when(code == "ID_FILLDOWN", idx - idx % RUN)
            .when((code == "NOID_CHILD") & guardian, parent),
            "lending": F.when(
                (minor & (code == "ID_RELATIVE")) | ((code == "NOID_CHILD") & guardian),
                "parent_number",
            )
            .when((code == "ID_RELATIVE") & alone, "stranger_number")
            .when(code == "ID_RELATIVE", "relative_number")
            .when(code == "ID_ROWSHIFT", "row_shift")
            .when(code == "ID_FILLDOWN", "filldown"),
            "old_known": old_number_known(idx, world),
        }
    )
