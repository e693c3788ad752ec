"""Block keys of a batch of records: what they must share to be compared, as one 64-bit number."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.hashing import Hashes, extended, hashed
from transforms.membership import Bitmap, may_hold

Rows = npt.NDArray[np.intp]


class Keyed(NamedTuple):
    """A rule as one side sees it: its name and that side's key columns."""

    rule: str
    columns: tuple[str, ...]


class Column(NamedTuple):
    """Hashes of a column's values and which are filled; of several elements with their `rows`."""

    hashes: Hashes
    filled: npt.NDArray[np.bool_]
    rows: Rows | None = None


class Found(NamedTuple):
    """Keys, and the position in the batch of the record that each is of."""

    rows: Rows
    keys: Hashes


def needed(rules: Sequence[Keyed]) -> list[str]:
    """The key columns that any of the rules names, each once."""
    return list(dict.fromkeys(name for rule in rules for name in rule.columns))


def keys(
    batch: pl.DataFrame, carried: Sequence[str], rules: Sequence[Keyed], asked: Bitmap | None = None
) -> pl.DataFrame:
    """(*`carried`, `rule`, `key`) for every rule whose key columns are all filled.

    `rule` is its position; its name is part of `key`. Where a bitmap says what is asked for, other
    keys are left out.
    """
    columns = {part: _column(batch[part[0]], part[1]) for part in _parts(batch, rules)}
    seeds = hashed(pl.Series([rule.rule for rule in rules]))
    found = [
        _of_rule(seeds[at : at + 1], [columns[part] for part in _parts(batch, [rule])], asked)
        for at, rule in enumerate(rules)
    ]
    at = np.arange(len(rules), dtype=np.int8)
    rows = np.concatenate([of.rows for of in found])
    return batch.select(*carried)[rows].with_columns(
        pl.Series("rule", np.repeat(at, [len(of.keys) for of in found])),
        pl.Series("key", np.concatenate([of.keys for of in found]).view(np.int64)),
    )


def _parts(batch: pl.DataFrame, rules: Sequence[Keyed]) -> list[tuple[str, bool]]:
    """Each column of the rules, and whether the rule gives a key per element of it.

    That is so of a rule's first column with several; a second one must agree as a whole.
    """
    several = {name for name, kind in batch.schema.items() if isinstance(kind, pl.List | pl.Struct)}
    found: dict[tuple[str, bool], None] = {}
    for rule in rules:
        spread = next((name for name in rule.columns if name in several), None)
        found |= dict.fromkeys((name, name == spread) for name in rule.columns)
    return list(found)


def _column(values: pl.Series, spread: bool) -> Column:  # noqa: FBT001 - half of a key, not a switch
    if spread:
        return _of_fields(values) if isinstance(values.dtype, pl.Struct) else _of_lists(values)
    text = _as_text(values)
    return Column(hashed(text), text.is_not_null().to_numpy())


def _as_text(values: pl.Series) -> pl.Series:
    """What must agree as a whole: several elements as one text, anything else as it is."""
    if isinstance(values.dtype, pl.Struct):
        whole = pl.concat_str(pl.all(), separator="\0", ignore_nulls=True)
        return values.struct.unnest().select(whole).to_series()
    return values.list.join("\0") if isinstance(values.dtype, pl.List) else values


def _of_lists(values: pl.Series) -> Column:
    rows = np.repeat(np.arange(len(values)), values.list.len().fill_null(0).to_numpy())
    values = values.drop_nulls().explode(empty_as_null=False)
    return Column(hashed(values), values.is_not_null().to_numpy(), rows)


def _of_fields(values: pl.Series) -> Column:
    """All first elements, then all second ones."""
    fields = values.struct.unnest().get_columns()
    filled = np.concatenate([field.is_not_null().to_numpy() for field in fields])
    rows = np.tile(np.arange(len(values)), len(fields))
    return Column(np.concatenate([hashed(field) for field in fields]), filled, rows)


def _of_rule(seed: Hashes, columns: Sequence[Column], asked: Bitmap | None) -> Found:
    """The keys of every record that has all columns: one for each element of the first that has
    several. `seed` is one number.
    """
    rows = next((column.rows for column in columns if column.rows is not None), None)
    found, wanted = seed, np.ones(1, np.bool_)
    for hashes, filled, own in columns:
        alike = rows is None or own is not None
        found = extended(found, hashes if alike else hashes[rows])
        wanted = wanted & (filled if alike else filled[rows])
    if asked is not None:
        wanted = wanted & may_hold(asked, found)
    at = np.flatnonzero(wanted)
    return Found(at if rows is None else rows[at], found[at])
