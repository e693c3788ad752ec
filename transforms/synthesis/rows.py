"""Dose rows as the platform holds them, and the truth about each."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.schemas import DOSE_INPUT
from transforms.synthesis import doses, identity
from transforms.synthesis.birthdays import dated
from transforms.synthesis.calendar import Vaccines
from transforms.synthesis.classes import Cuts
from transforms.synthesis.draws import permuted, texts
from transforms.synthesis.lookups import looked_up
from transforms.synthesis.name_errors import named
from transforms.synthesis.profiles import APART
from transforms.synthesis.register import resident_id
from transforms.synthesis.world import World

# What a dose row needs of its profile once the texts are typed.
TYPED = (
    *("idx", "owner", "profile", "merged", "doubled", "apart", "course", "adult", "commune"),
    *("first_dose", "last_dose", "day_1", "day_2", "day_3", "died_on", "file", "residence"),
    *("typed_name", "typed_birth", "typed_number", "typed_phone", "typed_sex"),
)
BORROWED = ("ID_RELATIVE", "ID_ROWSHIFT", "ID_FILLDOWN")


def typed(profiles: DataFrame, communes: DataFrame, world: World) -> DataFrame:
    """Profiles with the texts the platform holds of them."""
    spots = communes.withColumnRenamed("commune", "declared")
    settled = profiles.withColumn("declared", identity.declared_commune(world))
    written = settled.transform(looked_up, spots).transform(named, world).transform(dated, world)
    return written.withColumns(
        {
            "residence": identity.residence(world),
            "typed_number": identity.number(world),
            "typed_phone": identity.phone(world),
            "typed_sex": identity.sex(world),
        }
    )


def dose_id(owner: Column, number: Column, copy: Column) -> Column:
    """An opaque key of one row."""
    whole = permuted(owner * 8 + number * 2 + copy, "dose", 10**10)
    return F.concat(F.lit("D"), F.lpad(whole.cast("string"), 10, "0"))


def platform(rows: DataFrame, communes: DataFrame, world: World, cuts: Cuts) -> DataFrame:
    """The vaccination register in the form of the input contract, and whether a row was sent.

    A facility code is the commune's five digits and the station's number in it.
    """
    labels = Vaccines(world.reference, world.recipe).labels
    product, day, place = F.col("product"), F.col("day"), F.col("facility")
    columns = {
        "dose_id": dose_id(F.col("owner"), F.col("dose_number"), F.col("copy")),
        "full_name": F.col("typed_name"),
        "date_of_birth": F.col("typed_birth"),
        "sex": F.col("typed_sex"),
        "id_number": F.col("typed_number"),
        "phone": F.col("typed_phone"),
        "province_code": _part(F.substring("residence", 1, 2)),
        "district_code": _part(F.substring("residence", 3, 3)),
        "commune_code": _part(F.substring("residence", 6, 5)),
        "dose_number": F.col("dose_number"),
        "vaccine": F.get(texts(labels), product),
        "lot_number": doses.lot_number(product, day, place, world),
        "injected_on": F.date_format(F.date_from_unix_date(day), "yyyy-MM-dd"),
        "facility_code": F.concat(F.substring("station_spot", 6, 5), F.lit("01")),
    }
    sent = F.when(unsent(cuts), "false").otherwise("true").alias("sent")
    stations = communes.select(
        F.col("commune").alias("facility"), F.col("spot").alias("station_spot")
    )
    located = rows.transform(looked_up, stations)
    return located.select(*(columns[n].cast("string").alias(n) for n in DOSE_INPUT), sent)


def _part(code: Column) -> Column:
    return F.when(code != "", code)


def unsent(cuts: Cuts) -> Column:
    return F.col("unsent_score") < cuts.unsent


def truth(rows: DataFrame, world: World, cuts: Cuts) -> DataFrame:
    """Whose dose each row is, what is wrong with it and whether the row lets one tell."""
    code, owner, number = F.col("code"), F.col("owner"), F.col("dose_number")
    resident = F.when(owner < world.residents, resident_id(owner))
    copied = F.col("copy") == 1
    return rows.select(
        dose_id(owner, number, F.col("copy")).alias("dose_id"),
        resident.alias("resident_id"),
        F.when(copied, dose_id(owner, number, F.lit(0))).alias("duplicate_of"),
        F.when(unsent(cuts), "unsent").otherwise(profile_class()).alias("truth_class"),
        _trap(world).alias("trap"),
        F.when(_resolvable(), "true").otherwise("false").alias("resolvable"),
        code.alias("error_code"),
    )


def profile_class() -> Column:
    """The official class of a profile's rows once they are sent."""
    code = F.col("code")
    return (
        F.when(code.isNull(), "verified")
        .when(code == "FOREIGN", "foreign")
        .when(code == "NOT_IN_DB", "not_in_register")
        .when((code == "OUTSIDER") | F.col("lost"), "noid_unresolvable")
        .when(code.startswith("NOID_"), "noid_resolvable")
        .otherwise("wrong")
    )


def _resolvable() -> Column:
    """Not when the person is not in the register, the identity is lost, the dose was given to
    somebody else, or somebody else's number stands beside a wrong name and a wrong birth date."""
    stranger = F.coalesce(F.col("number_code").isin(*BORROWED), F.lit(False))
    nothing = stranger & F.col("name_code").isNotNull() & F.col("birth_code").isNotNull()
    outside = F.coalesce(F.col("code").isin("FOREIGN", "NOT_IN_DB", "OUTSIDER"), F.lit(False))
    return ~(F.col("lost") | F.col("merged") | nothing | outside)


def _trap(world: World) -> Column:
    """The structural trap of a row, the rarest first; null for an ordinary row."""
    alike, idx = F.col("likeness"), F.col("idx")
    return (
        F.when(F.col("merged"), "merged")
        .when(F.col("copy") == 1, "dup_dose")
        .when(F.col("lending").isNotNull(), F.col("lending"))
        .when((idx >= world.first_outsider) & alike.isNotNull(), "lookalike")
        .when(F.col("twin"), "twin")
        .when(alike == "father_son", "father_son")
        .when(alike.isNotNull(), "namesake")
        .when(F.col("fragmented") | (F.col("profile") == APART), "fragment")
        .when(identity.clerks_phone(world), "shared_phone")
    )
