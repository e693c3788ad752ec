"""People: one row an identifier, with family, place, name, birth and sex; one join, no shuffle."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.synthesis import households as home
from transforms.synthesis.draws import slot
from transforms.synthesis.households import ROLES
from transforms.synthesis.lookups import Lookups, looked_up
from transforms.synthesis.name_tables import GROUPS
from transforms.synthesis.names import Bearer
from transforms.synthesis.places import COMMUNE_SLOTS
from transforms.synthesis.spelling import tone_slip
from transforms.synthesis.world import World

GROWN = [ROLES.index(r) for r in ("grown_child", "single", "friend")]
CHILD = [ROLES.index(r) for r in ("child", "grown_child")]
NEAR = 12  # a neighbour is at most so many places away
COPIED = ("surname", "middle", "given", "birth_date", "female", "commune", "province")
PEOPLE = (
    *("idx", "household", "first", "size", "role", "parents", "commune", "province", "twin"),
    *("second_twin", "birth_date", "female", "surname", "middle", "given", "likeness"),
)
DRAWN = (*PEOPLE, "model")


def drawn(ids: DataFrame, lookups: Lookups, world: World) -> DataFrame:
    """One row per `idx` as it was drawn, with `model`: whom the person is made to resemble."""
    placed = ids.transform(_placed, lookups, world).transform(_likened, world)
    born = placed.transform(_born, world)
    return born.transform(_named, lookups, world).select(*DRAWN)


def resembling(own: DataFrame, models: DataFrame, world: World) -> DataFrame:
    """`own`, where whoever has a model gets that person's name; `models` is unique by `idx`."""
    wanted = own.where(F.col("model").isNotNull()).select(
        F.col("idx").alias("copy"), F.col("model").alias("idx")
    )
    renamed = (F.col(c).alias(f"model_{c}") for c in COPIED)
    copies = models.join(F.broadcast(wanted), "idx", "inner").select("copy", *renamed)
    joined = own.join(F.broadcast(copies), F.col("idx") == F.col("copy"), "left")
    return joined.transform(_copied, world).select(*PEOPLE)


def _placed(ids: DataFrame, lookups: Lookups, world: World) -> DataFrame:
    """Household, role and commune."""
    idx, household = F.col("idx"), F.col("household")
    seated = ids.withColumn("seat", home.seat(idx, world.dice)).transform(looked_up, lookups.seats)
    block = F.floor(idx / home.BLOCK)
    family = seated.withColumns(
        {
            "household": block * home.HOUSEHOLDS + F.col("home"),
            "first": block * home.BLOCK + F.col("head"),
        }
    )
    settled = (household + 0.5) / world.household_count
    anywhere = world.dice.uniform("outsider place", household)
    fraction = F.when(idx < world.first_outsider, settled).otherwise(anywhere)
    twins = world.dice.happens(world.recipe.twins, "twins", household)
    siblings = F.col("role").isin(CHILD) & (F.col("size") > F.col("parents") + 1) & twins
    nth = idx - F.col("first") - F.col("parents")
    return family.withColumns(
        {
            "commune_slot": slot(fraction, COMMUNE_SLOTS),
            "twin": siblings & nth.isin(0, 1),
            "second_twin": siblings & (nth == 1),
        }
    ).transform(looked_up, lookups.commune_slots)


def _likened(placed: DataFrame, world: World) -> DataFrame:
    """Whom a person is made to resemble: a father, somebody far away, a neighbour; or nobody."""
    dice, recipe, idx = world.dice, world.recipe, F.col("idx")
    draw = F.col("draw")
    son = (
        F.col("role").isin(CHILD)
        & (F.col("parents") == 2)
        & dice.happens(recipe.father_son, "father and son", idx)
    )
    grown = F.col("role").isin(GROWN) & (idx < world.first_outsider)
    outsider = (idx >= world.first_outsider) & (idx < world.first_foreigner)
    limit = F.when(grown, recipe.namesakes).when(outsider, recipe.lookalikes / 2)
    limit_near = F.when(grown, recipe.near_namesakes).when(outsider, recipe.lookalikes / 2)
    kind = (
        F.when(son, "father_son")
        .when(F.col("twin"), F.lit(None))
        .when(draw < limit, "far")
        .when(draw > 1 - limit_near, "near")
    )
    anybody = dice.below(world.residents, "model", idx).cast("long")
    beside = F.greatest(idx - 4 - dice.below(NEAR, "neighbour", idx), F.lit(0))
    neighbour = F.when(outsider, anybody).otherwise(beside)
    drawn = placed.withColumn("draw", dice.uniform("resembles", idx))
    return drawn.withColumn("likeness", kind).withColumn(
        "model",
        F.when(F.col("likeness") == "father_son", F.col("first"))
        .when(F.col("likeness") == "far", anybody)
        .when(F.col("likeness") == "near", neighbour),
    )


def _born(placed: DataFrame, world: World) -> DataFrame:
    """Birth date and sex; twins share the day and, most of them, the sex."""
    dice, idx, twin = world.dice, F.col("idx"), F.col("second_twin")
    same_sex = dice.happens(0.7, "twin sex", F.col("household"))
    keyed = placed.withColumns(
        {
            "key": idx - twin.cast("int"),
            "sex_key": F.when(twin & same_sex, idx - 1).otherwise(idx),
        }
    )
    drawn = keyed.withColumns(
        {
            "anchor": dice.uniform("anchor", F.col("household")),
            "age_draw": dice.uniform("age", F.col("key")),
            "free_sex": dice.happens(
                home.female_share_of_free(world.recipe.female), "sex", F.col("sex_key")
            ),
        }
    )
    youngest, oldest = (
        F.when(twin, F.col(f"{c}_before")).otherwise(F.col(c)) for c in ("youngest", "oldest")
    )
    age = home.age(F.col("anchor"), F.col("age_draw"), youngest, oldest)
    born = F.date_sub(F.lit(world.recipe.as_of), F.floor(age * 365.25).cast("int"))
    fixed = F.col("fixed_sex")
    return drawn.withColumn("born", born).withColumns(
        {
            "birth_date": _paper_date(F.col("born"), F.col("key"), world),
            "female": F.when(fixed == 2, F.col("free_sex")).otherwise(fixed == 1),
        }
    )


def _paper_date(born: Column, key: Column, world: World) -> Column:
    """Some papers hold a day that never was; the register took the first of the next month."""
    months = F.array(*map(F.lit, (2, 4, 6, 9, 11)))
    month = F.element_at(months, 1 + world.dice.below(5, "paper month", key))
    first = F.add_months(F.trunc(born, "year"), month)
    snapped = world.dice.happens(world.recipe.paper_dates, "paper date", key)
    return F.when(snapped & (first < F.lit(world.recipe.as_of)), first).otherwise(born)


def _named(born: DataFrame, lookups: Lookups, world: World) -> DataFrame:
    names, idx, household = world.names, F.col("idx"), F.col("household")
    foreign = F.lit(GROUPS.index("foreign"))
    group_slot = F.col("province") * 1000 + slot(world.dice.uniform("group", household), 1000)
    settled = born.withColumn("group_slot", group_slot).transform(looked_up, lookups.groups)
    group = F.when(idx >= world.first_foreigner, foreign).otherwise(F.col("group"))
    married_in = F.col("role").isin([ROLES.index("mother"), ROLES.index("friend")])
    grandmother = (F.col("role") == ROLES.index("grandparent")) & F.col("female")
    grouped = settled.withColumns(
        {
            "group": group,
            "year": F.year("birth_date"),
            "family_name": F.when(married_in | grandmother, -idx - 1).otherwise(household),
            # A twin of one mark's difference is named after the other, then slipped.
            "toned": F.col("second_twin")
            & world.dice.happens(world.recipe.tone_twins, "tone twins", household),
            "tone": world.dice.uniform("tone", idx),
        }
    ).withColumn("given_key", F.when(F.col("toned"), F.col("key")).otherwise(idx))
    bearer = Bearer(F.col("group"), F.col("female"), F.col("year"))
    parts = grouped.transform(names.drawn, bearer, lookups)
    slipped = tone_slip(F.col("own_given"), F.col("tone"))
    given = F.when(F.col("toned"), slipped).otherwise(F.col("own_given"))
    return parts.withColumn("own_given", given).withColumns(names.arranged(bearer))


def _copied(joined: DataFrame, world: World) -> DataFrame:
    """Copies of name, birth date and place where the model fits (same sex, grown up)."""
    idx, dice, kind = F.col("idx"), world.dice, F.col("likeness")
    adult = F.col("model_birth_date") <= F.add_months(F.lit(world.recipe.as_of), -18 * 12)
    outsider = idx >= world.first_outsider
    alike = F.col("model_female") == F.col("female")
    close_kin = alike & (kind == "father_son")
    peer = kind.isin("far", "near") & (outsider | (alike & adult))
    fits = F.coalesce(close_kin | peer, F.lit(False))
    side = F.when(dice.happens(0.5, "birth shift side", idx), 1).otherwise(-1)
    close = F.date_add(F.col("model_birth_date"), side * (1 + dice.below(40, "birth shift", idx)))
    birth = F.when(kind == "near", close).when(kind == "far", F.col("model_birth_date"))
    moved = fits & (kind == "near") & outsider
    copied = {c: F.when(fits, F.col(f"model_{c}")).otherwise(F.col(c)) for c in COPIED[:3]}
    return joined.withColumns(
        {
            **copied,
            "birth_date": F.coalesce(F.when(fits, birth), F.col("birth_date")),
            "commune": F.when(moved, F.col("model_commune")).otherwise(F.col("commune")),
            "province": F.when(moved, F.col("model_province")).otherwise(F.col("province")),
            "female": F.when(fits, F.col("model_female")).otherwise(F.col("female")),
            "likeness": F.when(fits, kind),
        }
    )
