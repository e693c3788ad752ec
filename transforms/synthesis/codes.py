"""Error codes of error_recipe.csv given to profiles, and what each does to which field."""

import polars as pl

from transforms.synthesis import classes
from transforms.synthesis.choices import first_case
from transforms.synthesis.classes import Cuts
from transforms.synthesis.draws import pick, slot, spread
from transforms.synthesis.profiles import RUN, old_number_known
from transforms.synthesis.spelling import marked
from transforms.synthesis.world import World

WRONG, NOID = "ID present", "ID absent"
ELSEWHERE = ("NOT_IN_DB", "DOB_IMPOSSIBLE", "NOID_CHILD", *classes.FILE_CODES)
DAY_CODES = ("DOB_0101", "DOB_SWAP", "DOB_IMPOSSIBLE")
SWAPPABLE = 11 / 30.44  # of birthdays: the day could be a month, and another one
# Which fields two or three errors together fall on [A].
TOGETHER = {"name+birth": 0.45, "number+name": 0.25, "number+birth": 0.2, "number+name+birth": 0.1}


DAMAGE = ("code", "number_code", "birth_code", "name_code", "lending", "lender", "old_known")
BIRTH = pl.col("birth_date")
KEY = pl.col("profile_key")


def coded(profiles: pl.DataFrame, world: World, cuts: Cuts) -> pl.DataFrame:
    """Profiles with `code` (null: nothing wrong), `lost` and the code of each field it damages."""
    settled, group = pl.col("settled"), pl.col("error_group")
    named = profiles.with_columns(true_name=full_name(), settled=classes.decided(cuts))
    grouped = named.with_columns(error_group=classes.error_group(cuts, settled)).with_columns(
        lost=group.eq_missing(pl.lit("noid_lost"))
    )
    rows = grouped.with_row_index("row")
    wrong = rows.filter(settled.is_not_null() | group.is_not_null()).pipe(_damaged, world)
    told = rows.join(wrong, on="row", how="left", maintain_order="left")
    return told.drop("row", "settled", "error_group")


def _damaged(profiles: pl.DataFrame, world: World) -> pl.DataFrame:
    """What is told of each profile (`row`) with an error."""
    settled, group, plain = pl.col("settled"), pl.col("error_group"), pl.col("plain")
    known = pl.when(~settled.eq_missing(pl.lit("NAME_ENC")) | ~plain).then(settled)
    drawn = (
        pl.when(group == "wrong")
        .then(_wrong_code(world))
        .when(group == "noid_child")
        .then(pl.lit("NOID_CHILD"))
        .when(group.is_not_null())
        .then(_drawn_code(world, NOID))
    )
    return (
        profiles.with_columns(plain=~marked(pl.col("true_name")))
        .with_columns(drawn_code=pl.coalesce(known, drawn))
        .with_columns(code=_feasible(pl.col("drawn_code"), world))
        .pipe(_fields, world)
        .pipe(_lent_number, world)
        .select("row", *DAMAGE)
    )


def full_name() -> pl.Expr:
    """The true name in its written order."""
    return pl.concat_str("surname", "middle", "given", separator=" ", ignore_nulls=True)


def _shares(world: World, bucket: str, prefixes: tuple[str, ...]) -> dict[str, float]:
    """Code → share among those of a bucket that are drawn profile by profile."""
    shares = {
        code: share
        for code, share in world.reference.error_shares(bucket).items()
        if code not in ELSEWHERE and code.startswith(prefixes)
    }
    total = sum(shares.values())
    return {code: share / total for code, share in shares.items()}


def _day() -> pl.Expr:
    return BIRTH.dt.day().cast(pl.Int32)


def _month() -> pl.Expr:
    return BIRTH.dt.month().cast(pl.Int32)


def _drawn_code(world: World, bucket: str, *prefixes: str) -> pl.Expr:
    """A code of one bucket; a swap of day and month only where it can be, as often in all."""
    shares = _shares(world, bucket, prefixes or ("",))
    swaps = shares.pop("DOB_SWAP", 0.0)
    purpose = f"code {bucket} {prefixes}"
    other = pick(spread(shares, 1024), slot(world.dice.uniform(purpose, KEY), 1024))
    swapped = world.dice.happens(min(swaps / SWAPPABLE, 1.0), f"swap {purpose}", KEY)
    swappable = (_day() <= 12) & (_day() != _month())
    return pl.when(swappable & swapped).then(pl.lit("DOB_SWAP")).otherwise(other)


def _wrong_code(world: World) -> pl.Expr:
    """Paper dates that never were show as such; everything else is drawn."""
    first_twin = pl.col("idx") - pl.col("second_twin").cast(pl.Int64)
    snapped = world.dice.happens(world.recipe.paper_dates, "paper date", first_twin)
    impossible = snapped & (_day() == 1) & _month().is_in([3, 5, 7, 10, 12])
    drawn = _drawn_code(world, WRONG)
    return pl.when(impossible).then(pl.lit("DOB_IMPOSSIBLE")).otherwise(drawn)


def _feasible(code: pl.Expr, world: World) -> pl.Expr:
    """The code, or one that this person's data can show."""
    cmnd = BIRTH.dt.year() <= world.recipe.cmnd_until
    new_year = (_day() == 1) & (_month() == 1)
    other = {
        "ID_SUBST1": (code == "ID_OLD_CMND") & ~cmnd,
        "DOB_YEAR1": code.is_in(DAY_CODES) & year_only(world),
        "DOB_DIGIT": (code == "DOB_0101") & new_year,
        "NAME_TONE": code.is_in(["NAME_NOACCENT", "NAME_KEYS"]) & pl.col("plain"),
    }
    return pl.coalesce(first_case(other), code)


def year_only(world: World) -> pl.Expr:
    """Whether the register itself knows only the year of birth."""
    old = BIRTH.dt.year() < 1960
    return old & world.dice.happens(world.recipe.year_only, "year only", pl.col("idx"))


def _fields(profiles: pl.DataFrame, world: World) -> pl.DataFrame:
    """The damage of each field; several errors together draw one code a field."""
    code = pl.col("code")
    kinds = spread({k: round(v * 100) for k, v in TOGETHER.items()}, 100)
    kind = pick(kinds, slot(world.dice.uniform("together", KEY), 100))
    several = {
        "number": _drawn_code(world, WRONG, "ID_SUBST1", "ID_TRANSP", "ID_RELATIVE"),
        "birth": _feasible(_drawn_code(world, WRONG, "DOB_"), world),
        "name": _feasible(_drawn_code(world, WRONG, "NAME_"), world),
    }
    both = {
        f"{field}_code": pl.when((code == "MULTI") & kind.str.contains(field)).then(drawn)
        for field, drawn in several.items()
    }
    begins = code.str.starts_with
    slight = world.dice.happens(0.08, "slight name", KEY)
    noid = begins("NOID_") & ~pl.col("lost") & slight
    own = {
        "number_code": pl.when(begins("ID_") | begins("NOID_")).then(code),
        "birth_code": pl.when(begins("DOB_")).then(code),
        "name_code": pl.when(begins("NAME_")).then(code),
    }
    fields = {name: pl.coalesce(own[name], both[name]) for name in own}
    fields["name_code"] = pl.coalesce(fields["name_code"], pl.when(noid).then(pl.lit("NAME_TONE")))
    return profiles.with_columns(**fields)


def _lent_number(profiles: pl.DataFrame, world: World) -> pl.DataFrame:
    """Whose number stands on the profile when it is not the person's own."""
    dice, code = world.dice, pl.col("number_code")
    alone = (pl.col("size") < 2) | dice.happens(0.2, "stranger's number", KEY)
    minor = ~pl.col("adult") & (pl.col("parents") > 0)
    guarded = minor & dice.happens(0.3, "guardian's number", KEY) & (code == "NOID_CHILD")
    borrowed = code == "ID_RELATIVE"
    lending = {
        "parent_number": (minor & borrowed) | guarded,
        "stranger_number": borrowed & alone,
        "relative_number": borrowed,
        "row_shift": code == "ID_ROWSHIFT",
        "filldown": code == "ID_FILLDOWN",
    }
    told = profiles.with_columns(
        lending=first_case(lending), old_known=old_number_known(pl.col("idx"), world)
    )
    of_kind = (pl.when(pl.col("lending") == kind).then(of) for kind, of in _lenders(world).items())
    return told.with_columns(lender=pl.coalesce(of_kind))


def _lenders(world: World) -> dict[str, pl.Expr]:
    """Of whom the number is, by the kind of lending."""
    dice, idx, first, size = world.dice, pl.col("idx"), pl.col("first"), pl.col("size")
    step = 1 + dice.below(pl.max_horizontal(size - 1, 1), "relative", KEY)
    return {
        "parent_number": first + dice.below(pl.max_horizontal("parents", 1), "parent", KEY),
        "stranger_number": dice.below(world.residents, "stranger", KEY).cast(pl.Int64),
        "relative_number": first + (idx - first + step) % size,
        "row_shift": idx + 1,
        "filldown": idx - idx % RUN,
    }
