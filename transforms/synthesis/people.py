"""People: one row an identifier, with family, place, name, birth and sex; nothing but draws."""

import polars as pl

from transforms.synthesis import households as home
from transforms.synthesis.choices import by_case, first_case
from transforms.synthesis.draws import slot
from transforms.synthesis.households import ROLES
from transforms.synthesis.lookups import looked_up
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
IDX = pl.col("idx")


def people(ids: pl.DataFrame, world: World) -> pl.DataFrame:
    """One row per `idx`; whoever has a model, in whatever chunk, has that person's name."""
    own = drawn(ids, world)
    models = drawn(own.select(idx="model").drop_nulls().unique(maintain_order=True), world)
    renamed = models.select(pl.col("idx").alias("model"), pl.col(COPIED).name.prefix("model_"))
    copied = own.join(renamed, on="model", how="left", maintain_order="left")
    return copied.pipe(_copied, world).select(PEOPLE)


def drawn(ids: pl.DataFrame, world: World) -> pl.DataFrame:
    """One row per `idx` as it was drawn, with `model`: whom the person is made to resemble."""
    placed = ids.pipe(_placed, world).pipe(_likened, world)
    return placed.pipe(_born, world).pipe(_named, world).select(DRAWN)


def _placed(ids: pl.DataFrame, world: World) -> pl.DataFrame:
    """Household, role and commune."""
    household, role = pl.col("household"), pl.col("role")
    seated = looked_up(ids, home.seat(IDX, world.dice), world.lookups.seats)
    block = IDX // home.BLOCK
    family = seated.with_columns(
        household=block * home.HOUSEHOLDS + pl.col("home"),
        first=block * home.BLOCK + pl.col("head"),
    )
    settled = (household + 0.5) / world.household_count
    anywhere = world.dice.uniform("outsider place", household)
    fraction = pl.when(world.listed(IDX)).then(settled).otherwise(anywhere)
    twins = world.dice.happens(world.recipe.twins, "twins", household)
    siblings = role.is_in(CHILD) & (pl.col("size") > pl.col("parents") + 1) & twins
    nth = IDX - pl.col("first") - pl.col("parents")
    twinned = family.with_columns(
        twin=siblings & nth.is_in([0, 1]),
        second_twin=siblings & (nth == 1),
    )
    return looked_up(twinned, slot(fraction, COMMUNE_SLOTS), world.lookups.commune_slots)


def _likened(placed: pl.DataFrame, world: World) -> pl.DataFrame:
    """Whom a person is made to resemble: a father, somebody far away, a neighbour; or nobody."""
    dice, recipe, draw, kind = world.dice, world.recipe, pl.col("draw"), pl.col("likeness")
    child_of_two = pl.col("role").is_in(CHILD) & (pl.col("parents") == 2)
    grown = pl.col("role").is_in(GROWN) & world.listed(IDX)
    outsider = ~(world.listed(IDX) | world.foreign(IDX))
    lookalike = pl.when(outsider).then(recipe.lookalikes / 2)
    limit = pl.when(grown).then(recipe.namesakes).otherwise(lookalike)
    limit_near = pl.when(grown).then(recipe.near_namesakes).otherwise(lookalike)
    kinds = {
        "father_son": child_of_two & dice.happens(recipe.father_son, "father and son", IDX),
        "nobody": pl.col("twin"),
        "far": draw < limit,
        "near": draw > 1 - limit_near,
    }
    anybody = dice.below(world.residents, "model", IDX).cast(pl.Int64)
    beside = pl.max_horizontal(IDX - 4 - dice.below(NEAR, "neighbour", IDX), 0)
    return (
        placed.with_columns(draw=dice.uniform("resembles", IDX))
        .with_columns(likeness=first_case(kinds))
        .with_columns(likeness=pl.when(kind != "nobody").then(kind))
        .with_columns(
            model=pl.when(kind == "father_son")
            .then("first")
            .when((kind == "far") | ((kind == "near") & outsider))
            .then(anybody)
            .when(kind == "near")
            .then(beside)
        )
    )


def _born(placed: pl.DataFrame, world: World) -> pl.DataFrame:
    """Birth date and sex; twins share the day and, most of them, the sex."""
    dice, twin = world.dice, pl.col("second_twin")
    same_sex = dice.happens(0.7, "twin sex", pl.col("household"))
    keyed = placed.with_columns(
        key=IDX - twin.cast(pl.Int64),
        sex_key=pl.when(twin & same_sex).then(IDX - 1).otherwise(IDX),
    )
    youngest, oldest = (
        pl.when(twin).then(f"{c}_before").otherwise(c) for c in ("youngest", "oldest")
    )
    age = home.age(
        dice.uniform("anchor", pl.col("household")),
        dice.uniform("age", pl.col("key")),
        youngest,
        oldest,
    )
    free = dice.happens(world.free_women, "sex", pl.col("sex_key"))
    fixed = pl.col("fixed_sex")
    born = pl.lit(world.recipe.as_of) - pl.duration(days=(age * 365.25).cast(pl.Int64))
    return keyed.with_columns(
        born=born, female=pl.when(fixed == 2).then(free).otherwise(fixed == 1)
    ).with_columns(birth_date=_paper_date(pl.col("born"), pl.col("key"), world))


def _paper_date(born: pl.Expr, key: pl.Expr, world: World) -> pl.Expr:
    """Some papers hold a day that never was; the register took the first of the next month."""
    months = pl.lit(pl.Series([3, 5, 7, 10, 12]))
    month = months.gather(world.dice.below(5, "paper month", key))
    first = pl.date(born.dt.year(), month, 1)
    snapped = world.dice.happens(world.recipe.paper_dates, "paper date", key)
    return pl.when(snapped & (first < world.recipe.as_of)).then(first).otherwise(born)


def _named(born: pl.DataFrame, world: World) -> pl.DataFrame:
    dice, household, role = world.dice, pl.col("household"), pl.col("role")
    group_slot = pl.col("province") * 1000 + slot(dice.uniform("group", household), 1000)
    married_in = role.is_in([ROLES.index("mother"), ROLES.index("friend")])
    grandmother = (role == ROLES.index("grandparent")) & pl.col("female")
    grouped = looked_up(born, group_slot, world.lookups.groups).with_columns(
        group=pl.when(world.foreign(IDX)).then(GROUPS.index("foreign")).otherwise("group"),
        year=pl.col("birth_date").dt.year(),
        family_name=pl.when(married_in | grandmother).then(-IDX - 1).otherwise(household),
        # A twin of one mark's difference is named after the other, then slipped.
        toned=pl.col("second_twin")
        & dice.happens(world.recipe.tone_twins, "tone twins", household),
    )
    keyed = grouped.with_columns(given_key=pl.when("toned").then("key").otherwise(IDX))
    bearer = Bearer(pl.col("group"), pl.col("female"), pl.col("year"))
    parts = world.names.drawn(keyed, bearer, world.lookups)
    own = pl.col("own_given")
    slips = {"toned": tone_slip(own, dice.uniform("tone", IDX))}
    given = by_case(parts, first_case({"toned": pl.col("toned")}), slips, own)
    return parts.with_columns(own_given=given).with_columns(**world.names.arranged(bearer))


def _copied(joined: pl.DataFrame, world: World) -> pl.DataFrame:
    """Copies of name, birth date and place where the model fits (same sex, grown up)."""
    dice, kind, outsider = world.dice, pl.col("likeness"), ~world.listed(IDX)
    adult = pl.col("model_birth_date") <= pl.lit(world.recipe.as_of).dt.offset_by("-18y")
    alike = pl.col("model_female") == pl.col("female")
    close_kin = alike & (kind == "father_son")
    peer = kind.is_in(["far", "near"]) & (outsider | (alike & adult))
    fits = (close_kin | peer).fill_null(value=False)
    side = pl.when(dice.happens(0.5, "birth shift side", IDX)).then(1).otherwise(-1)
    days = side * (1 + dice.below(40, "birth shift", IDX))
    close = pl.col("model_birth_date") + pl.duration(days=days)
    birth = (
        pl.when(fits & (kind == "near"))
        .then(close)
        .when(fits & (kind == "far"))
        .then("model_birth_date")
        .otherwise("birth_date")
    )
    moved = fits & (kind == "near") & outsider
    own = {c: pl.when(fits).then(f"model_{c}").otherwise(c) for c in (*COPIED[:3], "female")}
    place = {c: pl.when(moved).then(f"model_{c}").otherwise(c) for c in ("commune", "province")}
    return joined.with_columns(**own, **place, birth_date=birth, likeness=pl.when(fits).then(kind))
