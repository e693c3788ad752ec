"""How rare many names are at once: what `name_comparison.name_rarity` says of each."""

from functools import reduce

import polars as pl

from transforms.expressions import replaced
from transforms.name_comparison import TokenFrequencies
from transforms.vietnamese import FOLDS


def rarities(names: pl.Series, frequencies: TokenFrequencies) -> pl.Series:
    """−log2 of the chance that a random resident has this name; null where there is none.

    Each distinct name is read once.
    """
    distinct = pl.DataFrame({"name": names.drop_nulls().unique()})
    folded = replaced(pl.col("name"), FOLDS).str.split(" ").alias("tokens")
    split = distinct.with_columns(folded).with_columns(size=pl.col("tokens").list.len())
    most = int(split["size"].max() or 0)  # type: ignore[arg-type]
    # Added in the order of the tokens, so that not even the last digit differs from one by one.
    whole = reduce(pl.Expr.add, (_bits(at, frequencies) for at in range(most)), pl.lit(0.0))
    known = split.select("name", whole.alias("rarity"))
    told = pl.DataFrame({"name": names}).join(known, on="name", how="left", maintain_order="left")
    return told["rarity"]


def _bits(at: int, frequencies: TokenFrequencies) -> pl.Expr:
    """What the token at that place adds, nothing where there is none."""
    token = pl.col("tokens").list.get(at, null_on_oob=True)
    role = pl.when(pl.col("size") == at + 1).then(pl.lit("g:")).otherwise(_role(at))
    known = {key: frequencies.bits(key) for key in frequencies.shares}
    unknown = frequencies.bits("")
    found = (role + token).replace_strict(known, default=unknown, return_dtype=pl.Float64)
    return pl.when(token.is_not_null()).then(found).otherwise(0.0)


def _role(at: int) -> pl.Expr:
    return pl.lit("m:" if at else "s:")
