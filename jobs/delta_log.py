"""Delta's log of a table, read without Spark: who wrote last, and of which files the table is.

Delta for Spark answers the first with a job for every question and the second with one for every
table of every query: two in five of the queries of a small run, and most of a command's start.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Schema, write_deltalake
from deltalake.transaction import AddAction, create_table_with_add_actions
from pyspark.sql import types as T

from jobs.errors import NO_WAREHOUSE, ConfigError
from jobs.parquet_files import File
from transforms.stored import StoredFile

Row = dict[str, Any]


# What a table that has been updated asks of its readers: some rows of its files are gone.
DELETIONS = "deletionVectors"


class Contents(NamedTuple):
    """A table as it stands: its schema and the Parquet files that hold all of its rows."""

    schema: T.StructType
    files: list[StoredFile]

    @property
    def is_updated(self) -> bool:
        """Whether some rows of the files are gone."""
        return any(file.gone for file in self.files)


def exists(table: Path) -> bool:
    """Whether there is a commit; a first write that was killed has left none."""
    return (table / "_delta_log").is_dir() and DeltaTable.is_deltatable(str(table))


def refuse_no_warehouse(folder: Path) -> None:
    """ConfigError where no table lies in the folder, or it is not there."""
    if not any(folder.glob("*/_delta_log")):
        raise ConfigError(NO_WAREHOUSE.format(folder))


def newest_commit(table: Path) -> dict[str, Any]:
    """What the newest commit says of itself; empty when there is none."""
    return dict(DeltaTable(table).history(1)[0]) if exists(table) else {}


def contents(table: Path) -> Contents | None:
    """The table's contents where they are Parquet files with all columns inside, else None."""
    if not exists(table):
        return None
    found = DeltaTable(table)
    asked = set(found.protocol().reader_features or [])
    readable = found.protocol().min_reader_version == 1 or asked == {DELETIONS}
    if not readable or found.metadata().partition_columns:
        return None
    schema = T.StructType.fromJson(json.loads(found.schema().to_json()))
    gone = files_that_lost_rows(found)
    files = [StoredFile(file, gone.get(file, b"")) for file in _files(table, found)]
    return Contents(schema, files)


def files_that_lost_rows(found: DeltaTable) -> dict[str, bytes]:
    """By the path of each such file: the rows' positions, sorted 32-bit numbers."""
    if DELETIONS not in (found.protocol().reader_features or []):
        return {}
    told = pa.table(found.deletion_vectors())
    paths = (unquote(urlsplit(address).path) for address in told["filepath"].to_pylist())
    lost = (pc.indices_nonzero(pc.invert(rows.values)) for rows in told["selection_vector"])
    return {
        path: rows.to_numpy().astype(np.uint32).tobytes()
        for path, rows in zip(paths, lost, strict=True)
    }


def rows_of(table: Path) -> list[Row]:
    """The rows of a small table; none where it is not there."""
    found = contents(table)
    return [row for file in found.files for row in _rows(file)] if found else []


def replace(
    table: Path,
    schema: T.StructType,
    files: Sequence[File],
    metadata: str,
    configuration: Mapping[str, str],
) -> None:
    """Make the table consist of these files, which lie in its folder, in one commit.

    `configuration` is that of a table which is not there yet.
    """
    added = [_added(table, file) for file in files]
    rows = {"numOutputRows": str(sum(file.rows for file in files))}
    properties = CommitProperties({"userMetadata": metadata, "operationMetrics": rows})
    columns = Schema.from_json(_nullable(schema))
    if exists(table):
        DeltaTable(table).create_write_transaction(
            [*added], "overwrite", columns, commit_properties=properties
        )
    else:
        create_table_with_add_actions(
            str(table),
            columns,
            added,
            configuration=configuration,
            commit_properties=properties,
        )


def _added(table: Path, file: File) -> AddAction:
    changed = int((table / file.name).stat().st_mtime * 1000)
    counted = json.dumps({"numRecords": file.rows})
    return AddAction(file.name, file.size, {}, changed, data_change=True, stats=counted)


def _nullable(schema: T.StructType) -> str:
    """As Delta for Spark keeps a schema: every value may be missing."""
    return re.sub(r'"(nullable|containsNull|valueContainsNull)":false', r'"\1":true', schema.json())


def put_row(table: Path, row: pa.Table, key: str, metadata: str) -> None:
    """Put the one row of a small table that its `key` names; every other row stays.

    No values but keys stand in the log.
    """
    value = row[key][0].as_py().replace("'", "''")
    write_deltalake(
        table,
        row,
        mode="overwrite",
        predicate=f"{key} = '{value}'" if exists(table) else None,
        configuration={"delta.dataSkippingStatsColumns": key},
        commit_properties=CommitProperties(custom_metadata={"userMetadata": metadata}),
    )


def _files(table: Path, found: DeltaTable) -> list[str]:
    """The paths of the table's files as they are: its own addresses are escaped."""
    names = pa.table(found.get_add_actions())["path"].to_pylist()
    return sorted(str(table / name) for name in names)


def _rows(file: StoredFile) -> list[Row]:
    # Times in nanoseconds, as Spark writes them, want pandas, and so does `read_table`.
    found = pq.ParquetFile(file.path, coerce_int96_timestamp_unit="us").read()
    lasting = np.delete(np.arange(found.num_rows), np.frombuffer(file.gone, np.uint32))
    rows: list[Row] = found.take(lasting).to_pylist()
    return rows
