"""Dose rows as the platform holds them, and the truth about each."""

import polars as pl

from transforms.schemas import DOSE_INPUT
from transforms.synthesis import doses, identity
from transforms.synthesis.birthdays import dated
from transforms.synthesis.calendar import Vaccines
from transforms.synthesis.choices import first_case
from transforms.synthesis.classes import Cuts
from transforms.synthesis.draws import padded, permuted, pick
from transforms.synthesis.lookups import looked_up
from transforms.synthesis.name_errors import named
from transforms.synthesis.profiles import APART, ENTERED
from transforms.synthesis.register import resident_id
from transforms.synthesis.world import World

TOLD = {
    "full_name": "typed_name",
    "date_of_birth": "typed_birth",
    "sex": "typed_sex",
    "id_number": "typed_number",
    "phone": "typed_phone",
}
PLACE = ("province_code", "district_code", "commune_code")
TYPED = (*ENTERED, *TOLD.values(), *PLACE)
JUDGED = (*ENTERED, "code", "truth_class", "profile_trap", "resolvable")
TRUTH = (
    *("dose_id", "resident_id", "duplicate_of", "truth_class", "trap", "resolvable"),
    "error_code",
)
LENDING = ("parent_number", "stranger_number", "relative_number", "row_shift", "filldown")
BORROWED = ("ID_RELATIVE", "ID_ROWSHIFT", "ID_FILLDOWN")


def typed(profiles: pl.DataFrame, world: World) -> pl.DataFrame:
    """Profiles with the texts the platform holds of them."""
    declared = identity.declared_commune(world)
    placed = looked_up(profiles, declared, world.lookups.communes)
    written = placed.pipe(named, world).pipe(dated, world)
    return written.with_columns(
        **identity.residence(world),
        typed_number=identity.number(written, world),
        typed_phone=identity.phone(written, world),
        typed_sex=identity.sex(world),
    ).select(TYPED)


def dose_id(copy: pl.Expr) -> pl.Expr:
    """An opaque key of one row."""
    whole = pl.col("owner") * 8 + pl.col("dose_number") * 2 + copy
    return "D" + padded(permuted(whole, "dose", 10**10), 10)


def platform(rows: pl.DataFrame, world: World, cuts: Cuts) -> pl.DataFrame:
    """The vaccination register in the form of the input contract, and whether a row was sent.

    A facility code is the commune's five digits and the station's number in it.
    """
    labels = Vaccines(world.reference, world.recipe).labels
    product, day, place = pl.col("product"), pl.col("day"), pl.col("facility")
    station = pick(world.lookups.communes["commune_code"].to_list(), place)
    made = {
        "dose_id": dose_id(pl.col("copy")),
        "dose_number": pl.col("dose_number").cast(pl.String),
        "vaccine": pick(labels, product),
        "lot_number": doses.lot_number(product, day, place, world),
        "injected_on": day.cast(pl.Date).cast(pl.String),
        "facility_code": station + "01",
    }
    told = {name: pl.col(source) for name, source in TOLD.items()}
    sent = pl.when(unsent(cuts)).then(pl.lit("false")).otherwise(pl.lit("true"))
    return rows.with_columns(**made, **told, sent=sent).select(*DOSE_INPUT, "sent")


def unsent(cuts: Cuts) -> pl.Expr:
    return pl.col("unsent_score") < cuts.unsent


def judged(profiles: pl.DataFrame, world: World) -> pl.DataFrame:
    """Profiles with what is true of all their rows."""
    return profiles.with_columns(
        truth_class=profile_class(),
        profile_trap=_trap(world),
        resolvable=pl.when(_resolvable()).then(pl.lit("true")).otherwise(pl.lit("false")),
    ).select(JUDGED)


def truth(rows: pl.DataFrame, world: World, cuts: Cuts) -> pl.DataFrame:
    """Whose dose each row is, what is wrong with it and whether the row lets one tell."""
    owner, copied = pl.col("owner"), pl.col("copy") == 1
    return rows.select(
        dose_id=dose_id(pl.col("copy")),
        resident_id=pl.when(owner < world.residents).then(resident_id(owner)),
        duplicate_of=pl.when(copied).then(dose_id(pl.lit(0))),
        truth_class=pl.when(unsent(cuts)).then(pl.lit("unsent")).otherwise("truth_class"),
        trap=pl.when(copied).then(pl.lit("dup_dose")).otherwise("profile_trap"),
        resolvable="resolvable",
        error_code="code",
    )


def profile_class() -> pl.Expr:
    """The official class of a profile's rows once they are sent."""
    code = pl.col("code")
    classes = {
        "verified": code.is_null(),
        "foreign": code == "FOREIGN",
        "not_in_register": code == "NOT_IN_DB",
        "noid_unresolvable": (code == "OUTSIDER") | pl.col("lost"),
        "noid_resolvable": code.str.starts_with("NOID_"),
        "wrong": pl.lit(value=True),
    }
    return first_case(classes)


def _resolvable() -> pl.Expr:
    """Not when the person is not in the register, the identity is lost, the dose was given to
    somebody else, or somebody else's number stands beside a wrong name and a wrong birth date."""
    stranger = pl.col("number_code").is_in(BORROWED).fill_null(value=False)
    nothing = stranger & pl.col("name_code").is_not_null() & pl.col("birth_code").is_not_null()
    outside = pl.col("code").is_in(["FOREIGN", "NOT_IN_DB", "OUTSIDER"]).fill_null(value=False)
    return ~(pl.col("lost") | pl.col("merged") | nothing | outside)


def _trap(world: World) -> pl.Expr:
    """The structural trap of a profile, the rarest first; null for an ordinary one."""
    alike = pl.col("likeness")
    traps = {
        "merged": pl.col("merged"),
        **{kind: pl.col("lending") == kind for kind in LENDING},
        "lookalike": ~world.listed(pl.col("idx")) & alike.is_not_null(),
        "twin": pl.col("twin"),
        "father_son": alike == "father_son",
        "namesake": alike.is_not_null(),
        "fragment": pl.col("fragmented") | (pl.col("profile") == APART),
        "shared_phone": identity.clerks_phone(world),
    }
    return first_case(traps)
