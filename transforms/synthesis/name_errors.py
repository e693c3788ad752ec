"""Names as typed: what each error code does to the three parts, and the look of a file."""

from collections.abc import Mapping

import polars as pl

from transforms.synthesis import keystrokes, spelling
from transforms.synthesis.choices import by_case, first_case
from transforms.synthesis.draws import pick
from transforms.synthesis.world import World

PLACEMENT = {
    "oà": "òa",
    "oá": "óa",
    "oả": "ỏa",
    "oã": "õa",
    "oạ": "ọa",
    "uỳ": "ùy",
    "uý": "úy",
    "uỷ": "ủy",
    "uỹ": "ũy",
    "uỵ": "ụy",
}
NOTES = (" (con bà Lan)", " (Bé)", " (Tí)", " - mẹ khai", " (nhà số 5)")
NICKNAMES = ("Hùng", "Lan", "Hoa", "Minh", "Tám", "Út", "Bé", "Hồng", "Sáu", "Ba")
SURNAME, MIDDLE, GIVEN, TRUE = (pl.col(c) for c in ("surname", "middle", "given", "true_name"))
SLIP = pl.col("slip")


def named(profiles: pl.DataFrame, world: World) -> pl.DataFrame:
    """Profiles with `typed_name`, the full name as it stands on the platform."""
    key, file = pl.col("profile_key"), pl.col("file")
    draws = {
        "slip": world.dice.uniform("name slip", key),
        "look": world.dice.uniform("look", file),
        "cell": world.dice.uniform("cell", key),
        "encoding": world.dice.below(6, "encoding", file),
    }
    drawn = profiles.with_columns(**draws)
    damaged = by_case(drawn, pl.col("name_code"), _damages(world), TRUE)
    meant = drawn.with_columns(meant_name=damaged).with_columns(
        meant_name=pl.coalesce("meant_name", "true_name")
    )
    typed = by_case(meant, first_case(_looks()), _dressed(), pl.col("meant_name"))
    return meant.with_columns(typed_name=typed).drop(*draws, "meant_name")


def joined(*parts: pl.Expr) -> pl.Expr:
    """The parts with a space between them; those that are null are left out."""
    return pl.concat_str(parts, separator=" ", ignore_nulls=True)


def _damages(world: World) -> Mapping[str, pl.Expr]:
    """Error code → what it makes of the name."""
    keys = world.reference.telex_vni_keys
    by_telex, by_vni = keystrokes.telex(TRUE, keys), keystrokes.vni_keys(TRUE, keys)
    rotated = (
        pl.when(SLIP < 0.7)
        .then(joined(GIVEN, SURNAME, MIDDLE))
        .otherwise(joined(MIDDLE, GIVEN, SURNAME))
    )
    return {
        "NAME_NOACCENT": spelling.unmarked(TRUE),
        "NAME_TONE": _slipped(),
        "NAME_KEYS": pl.when(SLIP < 0.6).then(by_telex).otherwise(by_vni),
        "NAME_ENC": _misencoded(world),
        "NAME_SPELL": _respelt(world),
        "NAME_MIDDLE": _other_middle(world),
        "NAME_ABBR": _abbreviated(),
        "NAME_ORDER": rotated,
        "NAME_OTHER": _other_name(world),
    }


def _slipped() -> pl.Expr:
    """One mark wrong, in the given name or, less often, in the middle one."""
    in_middle = (SLIP * 10 % 1 < 0.3) & MIDDLE.is_not_null()
    middle, given = (spelling.tone_slip(part, SLIP) for part in (MIDDLE, GIVEN))
    return (
        pl.when(in_middle)
        .then(joined(SURNAME, middle, GIVEN))
        .otherwise(joined(SURNAME, MIDDLE, given))
    )


def _respelt(world: World) -> pl.Expr:
    """The given name, else the surname, as another region writes it; else a wrong mark."""
    given, surname = (world.confusions.respelt(part, SLIP) for part in (GIVEN, SURNAME))
    return (
        pl.when(given.is_not_null())
        .then(joined(SURNAME, MIDDLE, given))
        .when(surname.is_not_null() & GIVEN.is_not_null())
        .then(joined(surname, MIDDLE, GIVEN))
        .otherwise(_slipped())
    )


def _other_middle(world: World) -> pl.Expr:
    """The middle name dropped, or Thị/Văn put in or left out."""
    marker = pl.when("female").then(pl.lit("Thị")).otherwise(pl.lit("Văn"))
    without = MIDDLE.str.replace("^(Thị|Văn) ?", "")
    trimmed = pl.when((without != MIDDLE) & (without != "")).then(without)
    put_in = world.dice.happens(0.3, "middle added", pl.col("profile_key"))
    added = pl.when(put_in & ~MIDDLE.str.starts_with(marker)).then(joined(marker, MIDDLE))
    other = pl.when(MIDDLE.is_null()).then(marker).otherwise(pl.coalesce(added, trimmed))
    return joined(SURNAME, other, GIVEN)


def _abbreviated() -> pl.Expr:
    """Ng. T. Lan, N.V. An, Nguyễn T. Lan."""
    initials = MIDDLE.str.replace_all(r"(\S)\S*", "${1}.")
    initial = SURNAME.str.slice(0, 1) + "."
    short = pl.when(SURNAME == "Nguyễn").then(pl.lit("Ng.")).otherwise(initial)
    surname = pl.when(SLIP < 0.5).then(short).otherwise(SURNAME)
    whole = joined(surname, initials, GIVEN)
    return pl.when(whole != TRUE).then(whole).otherwise(joined(short, GIVEN))


def _other_name(world: World) -> pl.Expr:
    """A neighbouring row's name, another given name, or a note behind the name."""
    key, dice = pl.col("profile_key"), world.dice
    nickname = pick(NICKNAMES, dice.below(len(NICKNAMES), "nickname", key))
    note = pick(NOTES, dice.below(len(NOTES), "note", key))
    other = pl.when(nickname == GIVEN).then(pl.lit("Năm")).otherwise(nickname)
    renamed = dice.below(3, "other name", key) < 2
    return pl.when(renamed).then(joined(SURNAME, MIDDLE, other)).otherwise(TRUE + note)


def _misencoded(world: World) -> pl.Expr:
    """One legacy encoding a file."""
    kind, page = pl.col("encoding"), world.dice.uniform("page", pl.col("file"))
    lossy, eth = keystrokes.question_marks(TRUE), keystrokes.eth(TRUE)
    return (
        pl.when(kind == 0)
        .then(keystrokes.tcvn3(TRUE))
        .when(kind == 1)
        .then(keystrokes.vni_windows(TRUE))
        .when(kind.is_in([2, 3]))
        .then(keystrokes.mojibake(TRUE, page))
        .when((kind == 4) & (lossy != TRUE))
        .then(lossy)
        .when((kind == 5) & (eth != TRUE))
        .then(eth)
        .otherwise(keystrokes.mojibake(TRUE, pl.lit(0.0)))
    )


def _looks() -> dict[str, pl.Expr]:
    """Which look a name has: a file's (capitals, tone placement, NFD, eth), a cell's (spaces)."""
    look, cell = pl.col("look"), pl.col("cell")
    return {
        "remnant": pl.col("lost"),
        "as meant": pl.col("name_code").is_in(["NAME_ENC", "NAME_KEYS"]),
        "capitals": look < 0.22,
        "old placement": (look < 0.32) & pl.col("meant_name").str.contains_any(list(PLACEMENT)),
        "new placement": look < 0.32,
        "decomposed": look < 0.335,
        "eth": look < 0.35,
        "two spaces": cell < 0.015,
        "space behind": cell < 0.025,
        "hard space": cell < 0.03,
        "small letters": cell < 0.04,
    }


def _dressed() -> Mapping[str, pl.Expr]:
    """Look → the name in it."""
    name = pl.col("meant_name")
    placed = name
    for new, old in PLACEMENT.items():
        placed = placed.str.replace_all(rf"(^|[^qQ]){new}\b", f"${{1}}{old}")
    return {
        "remnant": _remnant(),
        "capitals": name.str.to_uppercase(),
        "old placement": placed,
        "decomposed": keystrokes.decomposed(name),
        "eth": keystrokes.eth(name),
        "two spaces": name.str.replace(r"^(\S+) ", "${1}  "),
        "space behind": name + " ",
        "hard space": name.str.replace(r"^(\S+) ", "${1}\u00a0"),
        "small letters": name.str.to_lowercase(),
    }


def _remnant() -> pl.Expr:
    """What is left of a lost identity: an initial and a given name without marks."""
    initial = spelling.unmarked(SURNAME).str.slice(0, 1)
    return (initial + ". " + spelling.unmarked(GIVEN)).str.to_uppercase()
