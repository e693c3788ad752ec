"""Frames as Parquet files, written by the processes that kernels run in.

Java would take each row of a batch apart to write it: half of what standardising cost.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from jobs.few import few
from jobs.files import literal
from transforms import kernels, stored
from transforms.deferred import deferred
from transforms.here import Batches, pieces, task_number
from transforms.kernels import OverBatches, in_batches, over_batches
from transforms.several import Apart, Several
from transforms.stored import StoredFile

FILE = (
    T.StructType()
    .add("kind", "string")
    .add("name", "string")
    .add("rows", "long")
    .add("size", "long")
)
# Columns whose least and largest value may be told, here and in Delta's log: no personal data.
TOLD = ("profile_id", "province_code", "run_id", "rule", "stage", "disposition")
# Snappy takes polars half as long again to read, and is no smaller.
CODEC = "lz4"
# Of names and numbers hardly two are alike, and a dictionary of them is given up at this size.
# Spark reads one in pieces of 8,192 bytes, which LZ4 does not allow: it could filter by no text.
DICTIONARY_BYTES = 8_000
# Held together until they are compressed and written, as one of the groups that files are split by.
GROUP_BYTES = 16 * 2**20


class File(NamedTuple):
    """A file by its name in its folder; its size in bytes."""

    name: str
    rows: int
    size: int


def read(spark: SparkSession, schema: T.StructType, files: Sequence[StoredFile]) -> DataFrame:
    """The rows of these files, for Spark and for kernels, which read them by themselves."""
    if any(file.gone for file in files):
        return kernels.read(spark, schema, files)
    if not files:
        return no_rows(spark, schema)
    paths = [literal(file.path) for file in files]
    # Of what it reads from files Spark takes anything for possibly missing.
    columns = schema.toNullable()
    frame = deferred(spark, columns, lambda: spark.read.schema(schema).parquet(*paths))
    return stored.known(frame, files)


def no_rows(spark: SparkSession, schema: T.StructType) -> DataFrame:
    """No rows with these columns, and Spark knows it: of a list of rows it knows no size, and moves
    all that is joined with it.
    """
    nothing = deferred(spark, schema, lambda: spark.createDataFrame([], schema).limit(0))
    return stored.known(nothing, [])


class Place(NamedTuple):
    """Where rows are written, and what columns they have."""

    folder: Path
    schema: T.StructType

    def fields(self) -> pa.Schema:
        return to_arrow_schema(self.schema, timezone="UTC")

    def new(self, task: int) -> Path:
        """A file that is not there yet."""
        return self.folder / f"part-{task:05}-{uuid4()}.parquet"


Places = Mapping[str, Place]  # by kind of row


def written(frame: DataFrame, folder: Path) -> list[File]:
    """The rows of `frame` as new files in `folder`, one for each task that has any.

    All machines must see the folder at this path. A task that is done twice leaves a file that
    nobody names. Files that are as they would be written get another name there.
    """
    place = Place(folder, frame.schema)
    if (files := stored.files_of(frame)) and all(_is_as_written(file, place) for file in files):
        return [_named_again(file, task, place) for task, file in enumerate(files)]
    return _written(frame, {"": place}, _of_one_kind)[""]


def _is_as_written(file: StoredFile, place: Place) -> bool:
    """Whether it is ours and has all of its rows, with these columns and no others."""
    told = stored.footer(file.path).schema.to_arrow_schema()
    fields = place.fields()
    untouched = not file.gone and not file.given
    return untouched and (told.names, told.types) == (fields.names, fields.types)


def _named_again(file: StoredFile, task: int, place: Place) -> File:
    place.folder.mkdir(parents=True, exist_ok=True)
    path = place.new(task)
    try:
        path.hardlink_to(file.path)
    except OSError:  # another disk, or one that knows no second names
        shutil.copyfile(file.path, path)
    return File(path.name, stored.rows_of(file), path.stat().st_size)


def all_written(several: Several, folders: Mapping[str, Path]) -> dict[str, list[File]]:
    """Write the rows of several tables, made in one pass, into their folders; the files by name."""
    places = {name: Place(folders[name], schema) for name, schema in several.schemas.items()}
    return _written(several.frame, places, several.apart())


def few_written(rows: pl.DataFrame, place: Place) -> list[File]:
    """A file of few rows, written here and now; none of no rows."""
    if rows.is_empty():
        return []
    place.folder.mkdir(parents=True, exist_ok=True)
    file = _Growing(place, task=0)
    for batch in in_batches(rows, place.fields()):
        file.add(batch)
    return [file.whole()]


def _written(frame: DataFrame, places: Places, apart: Apart) -> dict[str, list[File]]:
    for place in places.values():
        place.folder.mkdir(parents=True, exist_ok=True)
    told = few(over_batches(frame, _writer(places, apart), FILE))
    files: dict[str, list[File]] = {kind: [] for kind in places}
    for kind, *of in sorted(told.iter_rows()):
        files[kind].append(File(*of))
    return files


def _of_one_kind(batches: Batches) -> Iterator[tuple[str, pa.RecordBatch]]:
    return (("", batch) for batch in batches)


def _writer(places: Places, apart: Apart) -> OverBatches:
    """Writes the batches of its task to one file a kind, and says which."""

    def write(batches: Batches) -> Batches:
        with ExitStack() as opened:
            files: dict[str, _Growing] = {}
            for kind, rows in apart(batches):
                if rows.num_rows:
                    if kind not in files:
                        files[kind] = _Growing(places[kind], task_number())
                        opened.enter_context(files[kind].writer)
                    files[kind].add(rows)
            told = [{"kind": kind, **file.whole()._asdict()} for kind, file in files.items()]
        if told:
            yield pa.RecordBatch.from_pylist(told)

    return write


class _Growing:
    """A file that is being written, in groups of bounded size."""

    def __init__(self, place: Place, task: int) -> None:
        self.path = place.new(task)
        self.fields = place.fields()
        self.writer = pq.ParquetWriter(
            self.path,
            self.fields,
            compression=CODEC,
            write_statistics=[name for name in TOLD if name in self.fields.names],
            dictionary_pagesize_limit=DICTIONARY_BYTES,
        )
        self.rows, self.group = 0, list[pa.RecordBatch]()

    def add(self, batch: pa.RecordBatch) -> None:
        for piece in pieces(batch, self.fields):
            if sum(held.nbytes for held in self.group) >= GROUP_BYTES:
                self._write_group()
            self.group.append(piece)

    def _write_group(self) -> None:
        table = pa.Table.from_batches(self.group, self.fields)
        self.writer.write_table(table, row_group_size=max(table.num_rows, 1))
        self.rows += int(table.num_rows)
        self.group = []

    def whole(self) -> File:
        """The file, to which nothing will be added."""
        self._write_group()
        self.writer.close()
        return File(self.path.name, self.rows, self.path.stat().st_size)
