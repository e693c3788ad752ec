"""A nation chunk by chunk: whatever is asked of some consecutive people is drawn where it is asked.

All of a person follows from the identifier, so no kernel reads people that another one wrote. Two
things must be told: how many numbers earlier chunks have dealt, and the numbers lent by others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import polars as pl
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from transforms.kernels import applied
from transforms.schemas import DOSE_INPUT, RESIDENT_INPUT
from transforms.synthesis import classes, codes, numbers, register, rows
from transforms.synthesis.classes import Cuts
from transforms.synthesis.households import BLOCK
from transforms.synthesis.people import people
from transforms.synthesis.profiles import dose_rows, profiles
from transforms.synthesis.world import World

# People of a chunk: a kernel's own beginning costs as much as 20,000 of them, and every core wants
# work. Who lives together stays together.
SMALLEST, LARGEST, CHUNKS = 250 * BLOCK, 2500 * BLOCK, 4
LONG, TEXT, YES_NO = T.LongType(), T.StringType(), T.BooleanType()


@dataclass(frozen=True)
class Nation:
    """What every chunk of a nation is made from; the world travels once to each worker."""

    shared: Broadcast[World]
    cuts: Cuts | None = None

    @property
    def world(self) -> World:
        return self.shared.value

    @property
    def size(self) -> int:
        """How many people a chunk holds; the rows do not depend on it."""
        even = -(-self.world.people // (CHUNKS * BLOCK)) * BLOCK
        return min(max(even, SMALLEST), LARGEST)

    @property
    def chunks(self) -> int:
        """How many chunks hold everybody."""
        return -(-self.world.people // self.size)

    @property
    def found(self) -> Cuts:
        if self.cuts is None:
            raise ValueError("no cuts yet: they are found from the skeleton")
        return self.cuts


Made = Callable[[Nation, pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Product:
    """A kernel, from one chunk to rows, and the columns of its rows."""

    made: Made
    schema: T.StructType

    def of(self, chunks: DataFrame, nation: Nation) -> DataFrame:
        """The rows of all chunks: one row each, its number and what is known of it so far."""
        return applied(chunks, partial(_each, self.made, nation), self.schema)


def _each(made: Made, nation: Nation, chunks: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([made(nation, chunk) for chunk in chunks.iter_slices(1)])


def _issued(nation: Nation, chunk: pl.DataFrame) -> pl.DataFrame:
    first = chunk["chunk"].item() * nation.size
    last = min(first + nation.size, nation.world.people)
    ids = pl.DataFrame({"idx": pl.int_range(first, last, eager=True)})
    return ids.pipe(people, nation.world).pipe(numbers.issued, nation.world)


def _dealt(nation: Nation, chunk: pl.DataFrame) -> pl.DataFrame:
    dealt = numbers.pairs_dealt(_issued(nation, chunk))
    return dealt.with_columns(chunk=chunk["chunk"].item())


def _registered(nation: Nation, chunk: pl.DataFrame) -> pl.DataFrame:
    starts = chunk["starts"].explode().struct.unnest()
    everybody = _issued(nation, chunk).pipe(numbers.numbered, starts, nation.world)
    return everybody.pipe(register.mortal, nation.world)


def _residents(nation: Nation, chunk: pl.DataFrame) -> pl.DataFrame:
    return _registered(nation, chunk).pipe(register.residents, nation.world)


def _scored(everybody: pl.DataFrame, world: World) -> pl.DataFrame:
    return everybody.pipe(profiles, world).pipe(classes.scored, world)


def _skeleton(nation: Nation, chunk: pl.DataFrame) -> pl.DataFrame:
    scored = _registered(nation, chunk).pipe(_scored, nation.world)
    return scored.select(classes.SCORED).pipe(_rows, nation.world).pipe(classes.skeleton)


def _rows(scored: pl.DataFrame, world: World) -> pl.DataFrame:
    return scored.pipe(dose_rows, world).pipe(classes.row_scores, world)


def _coded(everybody: pl.DataFrame, nation: Nation) -> pl.DataFrame:
    return everybody.pipe(_scored, nation.world).pipe(codes.coded, nation.world, nation.found)


def _lenders(nation: Nation, chunk: pl.DataFrame) -> pl.DataFrame:
    """People of other chunks whose numbers stand on profiles of this one."""
    number, lender = chunk["chunk"].item(), pl.col("lender")
    coded = _registered(nation, chunk).pipe(_coded, nation)
    elsewhere = (
        coded.filter(lender // nation.size != number).select("lender").unique(maintain_order=True)
    )
    return elsewhere.with_columns(resident_id=register.resident_id(lender), chunk=number)


def _doses(nation: Nation, chunk: pl.DataFrame) -> pl.DataFrame:
    everybody = _registered(nation, chunk)
    elsewhere = chunk["loans"].explode().struct.unnest().drop_nulls()
    here = everybody.select(lender="idx", lent_number="cccd")
    coded = everybody.pipe(_coded, nation)
    lent = coded.join(pl.concat([here, elsewhere]), on="lender", how="left", maintain_order="left")
    entered = lent.pipe(rows.typed, nation.world).pipe(_entered, nation)
    return entered.pipe(rows.platform, nation.world, nation.found)


def _truth(nation: Nation, chunk: pl.DataFrame) -> pl.DataFrame:
    judged = _registered(nation, chunk).pipe(_coded, nation).pipe(rows.judged, nation.world)
    return judged.pipe(_entered, nation).pipe(rows.truth, nation.world, nation.found)


def _entered(told: pl.DataFrame, nation: Nation) -> pl.DataFrame:
    return _rows(told, nation.world).filter(pl.col("missing_score") >= nation.found.missing)


def _columns(**types: T.DataType) -> T.StructType:
    return T.StructType([T.StructField(name, type_) for name, type_ in types.items()])


# In the order they can be made: each needs what was learnt from those before it.
DEALT = Product(_dealt, _columns(chunk=LONG, prefix=T.IntegerType(), pairs=LONG))
RESIDENTS = Product(_residents, _columns(**dict.fromkeys(RESIDENT_INPUT, TEXT)))
SKELETON = Product(
    _skeleton,
    _columns(
        **dict.fromkeys(classes.SCORES, T.FloatType()),
        **dict.fromkeys(classes.FILE_CODES.values(), YES_NO),
        copy=T.IntegerType(),
        adult=YES_NO,
        fixed_code=TEXT,
    ),
)
LENDERS = Product(_lenders, _columns(chunk=LONG, lender=LONG, resident_id=TEXT))
DOSES = Product(_doses, _columns(**dict.fromkeys((*DOSE_INPUT, "sent"), TEXT)))
TRUTH = Product(_truth, _columns(**dict.fromkeys(rows.TRUTH, TEXT)))
