"""Names: one spelling per name, its fold, its tokens by role."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transforms.columns import INVISIBLE, SPACES, single_spaced
from transforms.similarity import decoded_name
from transforms.vietnamese import ETHS, FOLDS, LETTERS, LOWER, TONE_PLACEMENT

PUNCTUATION = ".,;:|/\\_-()[]{}\"'`´’‘“”*+"
_FROM = LOWER + ETHS + PUNCTUATION + SPACES + INVISIBLE
_TO = LETTERS + "Đ" * len(ETHS) + " " * (len(PUNCTUATION) + len(SPACES))


def spelled(raw: Column) -> Column:
    """A clean name in upper case, one Đ, one tone placement, single spaces.

    One `translate` does case, Đ, punctuation and odd blanks at once: ICU `upper` and regexes are
    the slow part of this work. Letters it does not know stay, for `is_clean` to see.
    """
    text = F.trim(single_spaced(F.translate(raw, _FROM, _TO)))
    for old, new in TONE_PLACEMENT.items():
        text = F.replace(text, F.lit(old), F.lit(new))
    return F.when(text != "", text)


def is_clean(spelling: Column) -> Column:
    """Whether only letters of Vietnam's languages and single spaces are left."""
    return F.translate(spelling, LETTERS + " ", "") == ""


def is_known(spelling: Column, vocabulary: frozenset[str]) -> Column:
    """Whether every token is a token of the register (or there is no register to ask)."""
    known = sorted(vocabulary)
    return F.forall(F.split(spelling, " "), lambda token: token.isin(known))


def has_note(raw: Column) -> Column:
    """A remark in brackets behind the name, as in "(con bà …)"."""
    return raw.contains("(")


def with_name(frame: DataFrame, raw: str, vocabulary: dict[str, int]) -> DataFrame:
    """Adds name, name_decoding and the derived name columns, read from column `raw`.

    Clean names are read natively; only the damaged few travel to the decoder.
    """
    doubtful = ~is_clean(F.col("_spelling")) | has_note(F.col(raw))
    if vocabulary:
        doubtful = doubtful | ~is_known(F.col("_spelling"), frozenset(vocabulary))
    spelt = frame.withColumn("_spelling", spelled(F.col(raw)))
    decoded = spelt.withColumn("_doubtful", F.when(doubtful, F.col(raw))).withColumn(
        "_read", decoded_name(vocabulary)(F.col("_doubtful"))
    )
    named = decoded.withColumns(
        {
            "name": F.when(F.col("_doubtful").isNull(), F.col("_spelling")).otherwise(
                F.col("_read.name")
            ),
            "name_decoding": F.col("_read.decoding"),
        }
    )
    folded = F.translate("name", "".join(FOLDS), "".join(FOLDS.values()))
    return (
        named.withColumn("name_folded", folded)
        .withColumn("_tokens", F.split("name_folded", " "))
        .withColumns(token_roles())
        .drop("_spelling", "_doubtful", "_read", "_tokens")
    )


def token_roles() -> dict[str, Column]:
    """The first token is the surname, the last the given name; sorted, they find rotations."""
    tokens = F.col("_tokens")
    return {
        "name_sorted": F.array_join(F.array_sort(tokens), " "),
        "surname_folded": F.element_at(tokens, 1),
        "given_folded": F.element_at(tokens, -1),
    }
