"""Names as typed: what each error code does to the three parts, and the look of a file."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.synthesis import keystrokes, spelling
from transforms.synthesis.draws import texts
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


def named(profiles: DataFrame, world: World) -> DataFrame:
    """Profiles with `typed_name`, the full name as it stands on the platform."""
    draws = {
        "slip": world.dice.uniform("name slip", F.col("profile_key")),
        "look": world.dice.uniform("look", F.col("file")),
        "cell": world.dice.uniform("cell", F.col("profile_key")),
        "encoding": world.dice.below(6, "encoding", F.col("file")),
    }
    wrong = profiles.withColumns(draws).withColumn(
        "meant_name", F.coalesce(_damaged(world), F.col("true_name"))
    )
    typed = F.when(F.col("lost"), _remnant()).otherwise(_dressed())
    return wrong.withColumn("typed_name", typed).drop(*draws, "meant_name")


def _damaged(world: World) -> Column:
    code = F.col("name_code")
    draw = F.col("slip")
    surname, middle, given = F.col("surname"), F.col("middle"), F.col("given")
    slipped = _one_part(spelling.tone_slip(given, draw), spelling.tone_slip(middle, draw), draw)
    confusions = world.reference.confusions
    respelt = F.coalesce(
        _with(given=spelling.respelt(given, draw, confusions)),
        _with(surname=spelling.respelt(surname, draw, confusions)),
        slipped,
    )
    keys = world.reference.telex_vni_keys
    typed = F.when(draw < 0.6, keystrokes.telex(F.col("true_name"), keys)).otherwise(
        keystrokes.vni_keys(F.col("true_name"), keys)
    )
    rotated = F.when(draw < 0.7, F.concat_ws(" ", given, surname, middle)).otherwise(
        F.concat_ws(" ", middle, given, surname)
    )
    return (
        F.when(code == "NAME_NOACCENT", spelling.unmarked(F.col("true_name")))
        .when(code == "NAME_TONE", slipped)
        .when(code == "NAME_KEYS", typed)
        .when(code == "NAME_ENC", _misencoded(world))
        .when(code == "NAME_SPELL", respelt)
        .when(code == "NAME_MIDDLE", _other_middle(world))
        .when(code == "NAME_ABBR", _abbreviated(draw))
        .when(code == "NAME_ORDER", rotated)
        .when(code == "NAME_OTHER", _other_name(world))
    )


def _with(**parts: Column) -> Column:
    """The name with some parts replaced; null where a replacement is null."""
    surname, given = parts.get("surname", F.col("surname")), parts.get("given", F.col("given"))
    whole = F.concat_ws(" ", surname, F.col("middle"), given)
    return F.when(surname.isNotNull() & given.isNotNull(), whole)


def _one_part(given: Column, middle: Column, draw: Column) -> Column:
    in_middle = (draw * 10 % 1 < 0.3) & F.col("middle").isNotNull()
    other = F.concat_ws(" ", "surname", middle, "given")
    return F.when(in_middle, other).otherwise(
        F.concat_ws(" ", F.col("surname"), F.col("middle"), given)
    )


def _other_middle(world: World) -> Column:
    """The middle name dropped, or Thị/Văn put in or left out."""
    middle = F.col("middle")
    marker = F.when(F.col("female"), "Thị").otherwise("Văn")
    without = F.regexp_replace(middle, "^(Thị|Văn) ?", "")
    trimmed = F.when((without != middle) & (without != ""), without)
    added = F.when(
        world.dice.happens(0.3, "middle added", F.col("profile_key")) & ~middle.startswith(marker),
        F.concat_ws(" ", marker, middle),
    )
    other = F.when(middle.isNull(), marker).otherwise(F.coalesce(added, trimmed))
    return F.concat_ws(" ", F.col("surname"), other, F.col("given"))


def _abbreviated(draw: Column) -> Column:
    """Ng. T. Lan, N.V. An, Nguyễn T. Lan."""
    initials = F.regexp_replace(F.col("middle"), r"(\S)\S*", "$1.")
    short = F.when(F.col("surname") == "Nguyễn", "Ng.").otherwise(
        F.concat(F.substring("surname", 1, 1), F.lit("."))
    )
    surname = F.when(draw < 0.5, short).otherwise(F.col("surname"))
    whole = F.concat_ws(" ", surname, initials, F.col("given"))
    return F.when(whole != F.col("true_name"), whole).otherwise(F.concat_ws(" ", short, "given"))


def _other_name(world: World) -> Column:
    """A neighbouring row's name, another given name, or a note behind the name."""
    key, dice = F.col("profile_key"), world.dice
    kind = dice.below(3, "other name", key)
    rows = ("Hùng", "Lan", "Hoa", "Minh", "Tám", "Út", "Bé", "Hồng", "Sáu", "Ba")
    nickname = F.get(texts(rows), dice.below(len(rows), "nickname", key))
    note = F.get(texts(NOTES), dice.below(len(NOTES), "note", key))
    other = F.when(nickname == F.col("given"), F.lit("Năm")).otherwise(nickname)
    named = F.concat_ws(" ", F.col("surname"), F.col("middle"), other)
    return F.when(kind < 2, named).otherwise(F.concat(F.col("true_name"), note))


def _misencoded(world: World) -> Column:
    """One legacy encoding a file."""
    kind = F.col("encoding")
    name = F.col("true_name")
    lossy = keystrokes.question_marks(name)
    eth = keystrokes.eth(name)
    return (
        F.when(kind == 0, keystrokes.tcvn3(name))
        .when(kind == 1, keystrokes.vni_windows(name))
        .when(kind.isin(2, 3), keystrokes.mojibake(name, world.dice.uniform("page", F.col("file"))))
        .when((kind == 4) & (lossy != name), lossy)
        .when((kind == 5) & (eth != name), eth)
        .otherwise(keystrokes.mojibake(name, F.lit(0.0)))
    )


def _remnant() -> Column:
    """What is left of a lost identity: an initial and a given name without marks."""
    initial = F.substring(spelling.unmarked(F.col("surname")), 1, 1)
    return F.upper(F.concat(initial, F.lit(". "), spelling.unmarked(F.col("given"))))


def _dressed() -> Column:
    """The look of a file (capitals, tone placement, NFD, eth) and of a cell (spaces)."""
    name, look, cell = F.col("meant_name"), F.col("look"), F.col("cell")
    coded = F.col("name_code").isin("NAME_ENC", "NAME_KEYS")
    placed = name
    for new, old in PLACEMENT.items():
        placed = F.regexp_replace(placed, f"(?<![qQ]){new}\\b", old)
    return (
        F.when(coded, name)
        .when(look < 0.22, F.upper(name))
        .when(look < 0.32, placed)
        .when(look < 0.335, keystrokes.decomposed(name))
        .when(look < 0.35, keystrokes.eth(name))
        .when(cell < 0.015, F.regexp_replace(name, "^(\\S+) ", "$1  "))
        .when(cell < 0.025, F.concat(name, F.lit(" ")))
        .when(cell < 0.03, F.regexp_replace(name, "^(\\S+) ", "$1\u00a0"))
        .when(cell < 0.04, F.lower(name))
        .otherwise(name)
    )
