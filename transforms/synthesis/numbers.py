"""Identity numbers, passports and phones: unique by construction, twins' numbers consecutive."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from transforms.synthesis.draws import integers, permuted, texts
from transforms.synthesis.world import World

SUFFIXES = 1_000_000
MOVED = 2_500_000  # apart from the numbers of those who live there
LINES = 10**7  # of one mobile prefix
CMND_PREFIXES = 38  # 01 Hà Nội … 38 Cà Mau and Bạc Liêu; two provinces may share one


def numbered(people: DataFrame, world: World) -> DataFrame:
    """People with `cccd`, `cmnd`, `older_cmnd`, `passport` and `own_phone`.

    A CCCD is PPP G YY and six digits that are unique within that prefix: pairs of suffixes are
    dealt in the order of people, and a second twin takes the other number of its pair.
    """
    issued = people.transform(_register_side, world).withColumn("prefix", _prefix(world))
    order = Window.partitionBy("prefix").orderBy("idx")
    beside = F.lag("idx").over(order).eqNullSafe(F.col("idx") - 1)
    dealt = issued.withColumn("paired", F.col("second_twin") & beside).withColumn(
        "pair", F.sum(1 - F.col("paired").cast("int")).over(order)
    )
    side = F.when(F.col("paired"), 1).when(F.col("twin"), 0)
    either = world.dice.below(2, "suffix", F.col("idx"))
    # Every prefix starts elsewhere, else the same few suffixes would come with all of them.
    start = F.pmod(F.xxhash64(F.lit(world.seed), "prefix"), F.lit(SUFFIXES // 2))
    dealt_pair = permuted(F.col("pair") + start, "suffix", SUFFIXES // 2)
    suffix = dealt_pair * 2 + F.coalesce(side, either)
    offset = F.col("idx") - F.get(integers(_first_people(world)), F.col("province"))
    return dealt.withColumns(
        {
            "cccd": F.concat(F.col("prefix"), F.lpad(suffix.cast("string"), 6, "0")),
            "cmnd": _cmnd(F.col("province"), offset, world),
            "older_cmnd": _cmnd((F.col("province") + 7) % 63, F.abs(offset) + MOVED, world),
            "passport": _passport(F.col("idx"), world),
            "own_phone": phone_of(F.col("idx"), world),
        }
    ).drop("prefix", "paired", "pair")


def _register_side(people: DataFrame, world: World) -> DataFrame:
    """Which people the register has wrong, and the sex it holds."""
    dice, recipe = world.dice, world.recipe
    resident = F.col("idx") < world.first_outsider
    wrong = dice.happens(recipe.population_errors, "population error", F.col("idx")) & resident
    kind = F.get(texts(("sex", "name", "birth")), dice.below(3, "population field", F.col("idx")))
    listed = people.withColumn("register_error", F.when(wrong, kind))
    flipped = F.col("register_error").eqNullSafe("sex")
    woman = F.when(flipped, ~F.col("female")).otherwise(F.col("female"))
    return listed.withColumn("register_female", woman)


def _prefix(world: World) -> Column:
    """PPP G YY: province of birth, sex with century, year of birth."""
    key = F.when(F.col("twin"), F.col("first")).otherwise(F.col("idx"))
    province = world.places.birth_province(key, F.col("province"))
    code = F.get(texts(_cccd_codes(world)), province)
    year = F.year("birth_date")
    century = F.floor(year / 100) - 19
    sex = F.col("register_female").cast("int") + 2 * century
    return F.concat(code, sex.cast("string"), F.lpad((year % 100).cast("string"), 2, "0"))


def _cccd_codes(world: World) -> list[str]:
    codes = {r["gso_code_2digit"]: r["cccd_code"] for r in world.reference.cccd_province_codes}
    return [codes[p] for p in world.places.provinces]


def _first_people(world: World) -> list[int]:
    """Below the identifier of the first person of each province (a slot early at most)."""
    slots = world.places.commune_slots
    seen: dict[str, int] = {}
    for number, commune in enumerate(slots):
        seen.setdefault(world.places.communes[commune][:2], number)
    starts = [seen[p] / len(slots) * world.first_outsider for p in world.places.provinces]
    return [max(int(start) - 100, 0) for start in starts]


def _cmnd(province: Column, offset: Column, world: World) -> Column:
    """Nine digits: the police prefix of a province, then its people one by one, shuffled."""
    shared = F.floor(province * CMND_PREFIXES / len(world.places.provinces))
    second = F.floor((province - 1) * CMND_PREFIXES / len(world.places.provinces)) == shared
    number = permuted(F.abs(offset) + F.when(second, 5_000_000).otherwise(0), "cmnd", 10**7)
    return F.concat(
        F.lpad((shared + 1).cast("string"), 2, "0"), F.lpad(number.cast("string"), 7, "0")
    )


def _passport(idx: Column, world: World) -> Column:
    letter = F.get(texts(tuple("BCNPMEGK")), world.dice.below(8, "passport", idx))
    return F.concat(letter, F.lpad(permuted(idx, "passport", 10**7).cast("string"), 7, "0"))


def phone_of(idx: Column, world: World) -> Column:
    """A mobile number of ten digits; no two people own the same."""
    prefixes = [row["prefix"] for row in world.reference.phone_prefixes]
    number = permuted(idx, "phone", LINES * len(prefixes))
    prefix = F.get(texts(prefixes), F.floor(number / LINES).cast("int"))
    return F.concat(prefix, F.lpad((number % LINES).cast("string"), 7, "0"))
