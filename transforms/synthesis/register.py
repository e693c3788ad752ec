"""The population register: what it holds of residents, its own errors included."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.schemas import RESIDENT_INPUT
from transforms.synthesis import codes
from transforms.synthesis.draws import permuted
from transforms.synthesis.lookups import looked_up
from transforms.synthesis.profiles import old_number_known
from transforms.synthesis.spelling import tone_slip
from transforms.synthesis.world import World

DEATHS_FROM, DEATH_DAYS = "2021-04-01", 385
OLD_AGE_DEATHS = 4.0  # times as likely from 65 on, half as likely below [A]


def mortal(people: DataFrame, world: World) -> DataFrame:
    """People with `died_on`, the day of death the register knows."""
    dice, idx = world.dice, F.col("idx")
    old = F.year("birth_date") <= world.recipe.as_of.year - 65
    likely = F.when(old, OLD_AGE_DEATHS).otherwise(0.75) * world.recipe.deaths
    day = F.date_add(F.lit(DEATHS_FROM).cast("date"), dice.below(DEATH_DAYS, "death day", idx))
    dead = dice.happens(likely, "death", idx) & (idx < world.first_outsider)
    return people.withColumn("died_on", F.when(dead & (day > F.col("birth_date")), day))


def resident_id(idx: Column) -> Column:
    """An opaque key."""
    return F.concat(F.lit("R"), F.lpad(permuted(idx, "resident", 10**9).cast("string"), 9, "0"))


def residents(people: DataFrame, communes: DataFrame, world: World) -> DataFrame:
    """The register in the form of the input contract, one row a resident."""
    dice, idx = world.dice, F.col("idx")
    listed = people.where(idx < world.residents).transform(looked_up, communes)
    spot = F.col("spot")
    slip = dice.uniform("register name", idx)
    wrong_name = F.col("register_error").eqNullSafe("name")
    given = F.when(wrong_name, tone_slip(F.col("given"), slip)).otherwise(F.col("given"))
    days = F.col("register_error").eqNullSafe("birth").cast("int") * (
        1 + dice.below(300, "register birth", idx)
    )
    born = F.date_sub(F.col("birth_date"), days)
    phone = (F.col("parents") == 0) | (F.year("birth_date") < 2004)
    has_phone = phone & dice.happens(world.recipe.phone_registered, "phone registered", idx)
    old = (F.year("birth_date") <= world.recipe.cmnd_until) & old_number_known(idx, world)
    columns = {
        "resident_id": resident_id(idx),
        "id_number": F.col("cccd"),
        "old_id_number": F.when(old, F.col("cmnd")),
        "full_name": F.concat_ws(" ", "surname", "middle", given),
        "date_of_birth": F.when(codes.year_only(world), F.year(born).cast("string")).otherwise(
            F.date_format(born, "yyyy-MM-dd")
        ),
        "sex": F.when(F.col("register_female"), "F").otherwise("M"),
        "phone": F.when(has_phone, F.col("own_phone")),
        "province_code": F.substring(spot, 1, 2),
        "district_code": F.substring(spot, 3, 3),
        "commune_code": F.substring(spot, 6, 5),
        "household_id": F.concat(
            F.lit("H"), F.lpad(permuted(F.col("household"), "home", 10**9).cast("string"), 9, "0")
        ),
        "life_status": F.when(F.col("died_on").isNull(), "alive").otherwise("deceased"),
        "died_on": F.date_format("died_on", "yyyy-MM-dd"),
    }
    return listed.select(*(columns[name].cast("string").alias(name) for name in RESIDENT_INPUT))
