"""The only module that reads or writes Delta tables.

Every commit carries the run, the stage and the run's fingerprint in its `userMetadata`. That is
the whole resume state: a stage is finished when the newest commit of each of its tables says so.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from jobs import delta_log, parquet_files
from jobs.errors import InputError
from jobs.scratch import Scratch
from transforms import stored
from transforms.schemas import TABLES, other_columns
from transforms.several import Several

# What runs build upon, or people have said.
KEPT = (
    "decisions", "runs", "progress", "clerical_answers", "listed_rows", "pilot_rows", "persons",
)  # fmt: skip
# More paths than these Spark lists by a job of its own (`parallelPartitionDiscovery.threshold`).
MOST_FILES = 32


@dataclass(frozen=True)
class Commit:
    """Who writes: goes into the metadata of every commit."""

    run_id: str
    stage: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class Written:
    """The newest commit of a table: by whom, how many rows when Delta counted them, and when."""

    commit: Commit
    rows: int
    at: int  # milliseconds


@dataclass(frozen=True)
class Tables:
    """The warehouse: one Delta table a name, each at `<warehouse>/<name>`."""

    spark: SparkSession
    warehouse: str
    commit: Commit = Commit(run_id="adhoc")

    def during(self, stage: str) -> "Tables":
        """The warehouse with commits signed by `stage`."""
        return replace(self, commit=replace(self.commit, stage=stage))

    def path(self, name: str) -> str:
        return f"{self.warehouse.rstrip('/')}/{name}"

    def exists(self, name: str) -> bool:
        return delta_log.exists(self._place(name))

    def read(self, name: str) -> DataFrame:
        """The rows of the newest commit; later ones do not change the frame.

        Raises:
            InputError: other code has given the table other columns; it says what to do.
        """
        table = self._newest(name)
        if lacking := other_columns(table.schema, name):
            raise InputError(
                f"{self.path(name)}: made by another version, which has not {', '.join(lacking)} "
                f"as this one does; {self._cure(name)}"
            )
        return table

    def read_if_any(self, name: str) -> DataFrame:
        """The rows of the newest commit; no rows where the table is not there."""
        if self.exists(name):
            return self.read(name)
        return parquet_files.no_rows(self.spark, TABLES[name])

    def _newest(self, name: str) -> DataFrame:
        found = delta_log.contents(self._place(name))
        if found is not None and (found.is_updated or len(found.files) <= MOST_FILES):
            return parquet_files.read(self.spark, found.schema, found.files)
        table = self.spark.read.format("delta").load(self.path(name))
        return table if found is None else stored.known(table, found.files)

    def _cure(self, name: str) -> str:
        """The command that makes the table anew; one that runs build upon is put aside first."""
        written = self.written(name)
        stage = written.commit.stage.partition(",")[0] if written else name
        aside = f"put {name} aside, which is kept across runs, then " if name in KEPT else ""
        command = "run" if stage == name else stage
        return (
            f"{aside}make it anew with `doichieu {command} --warehouse {self.warehouse}`, "
            "or begin a new run"
        )

    def overwrite(self, name: str, *parts: DataFrame) -> None:
        """Replace the whole table in one commit; readers see the old or the new, never a mix.

        Its rows are those of all parts, which have the same columns.
        """
        files = [file for part in parts for file in parquet_files.written(part, self._place(name))]
        self._replace(name, parts[0].schema, files)

    def overwrite_all(self, several: Several) -> None:
        """Replace several whole tables, made by one computation, with a commit each."""
        folders = {name: self._place(name) for name in several.schemas}
        files = parquet_files.all_written(several, folders)
        for name, schema in several.schemas.items():
            self._replace(name, schema, files[name])

    def overwrite_few(self, name: str, rows: pl.DataFrame) -> None:
        """Replace the whole table by few rows in one commit, without Spark."""
        place = parquet_files.Place(self._place(name), TABLES[name])
        self._replace(name, place.schema, parquet_files.few_written(rows, place))

    def overwrite_beside(self, name: str, several: Several, disk: Scratch) -> dict[str, DataFrame]:
        """Replace the table `name` of several that one computation makes; others are on `disk`."""
        others = {other: disk.place(other) for other in several.schemas if other != name}
        files = parquet_files.all_written(several, {name: self._place(name), **others})
        self._replace(name, several.schemas[name], files[name])
        return {other: disk.read(other, several.schemas[other], files[other]) for other in others}

    def _replace(self, name: str, schema: T.StructType, files: list[parquet_files.File]) -> None:
        told = self._configuration(schema)
        delta_log.replace(self._place(name), schema, files, self.metadata(), told)

    def put(self, name: str, df: DataFrame, key: str, value: str) -> None:
        """Replace the rows whose `key` is `value`; putting the same again changes nothing."""
        writer = df.write.format("delta").mode("overwrite").option("userMetadata", self.metadata())
        if self.exists(name):
            literal = value.replace("'", "''")
            writer = writer.option("replaceWhere", f"{key} = '{literal}'")
        else:
            writer = writer.options(**self._configuration(df.schema))
        writer.save(self.path(name))

    def rows(self, name: str) -> list[delta_log.Row]:
        """All rows of a small table, without Spark; none where it is not there."""
        return delta_log.rows_of(self._place(name))

    def put_row(self, name: str, row: Sequence[object], schema: T.StructType) -> None:
        """Put one row of a small table without Spark, in place of the one with its key.

        The first column of `schema` is the key. Putting the same again changes nothing.
        """
        fields = to_arrow_schema(schema, timezone="UTC")
        # Spark writes every column as one that may be null.
        wanted = pa.schema([field.with_nullable(nullable=True) for field in fields])
        columns = {field.name: [value] for field, value in zip(wanted, row, strict=True)}
        made = pa.table(columns, schema=wanted)
        delta_log.put_row(self._place(name), made, wanted.names[0], self.metadata())

    def finished(self, name: str) -> bool:
        """Whether the newest commit of `name` is by this run, stage and fingerprint."""
        written = self.written(name)
        return written is not None and written.commit == self.commit

    def made_alike(self, name: str) -> bool:
        """Whether its newest commit is of this stage and fingerprint, whichever run made it."""
        written = self.written(name)
        return (
            written is not None
            and replace(written.commit, run_id=self.commit.run_id) == self.commit
        )

    def written(self, name: str) -> Written | None:
        """Who wrote `name` last, how much and when; None when it is not there or not ours."""
        info = delta_log.newest_commit(self._place(name))
        if not info.get("userMetadata"):
            return None
        rows = int(info.get("operationMetrics", {}).get("numOutputRows", 0))
        return Written(Commit(**json.loads(info["userMetadata"])), rows, int(info["timestamp"]))

    def _place(self, name: str) -> Path:
        return Path(self.path(name))

    def version(self, name: str) -> int | None:
        """The number of the newest commit; None when there is none."""
        return delta_log.newest_commit(self._place(name)).get("version")

    def metadata(self) -> str:
        """Who writes, as every commit of this warehouse says."""
        return json.dumps(asdict(self.commit), sort_keys=True)

    @staticmethod
    def _configuration(schema: T.StructType) -> dict[str, str]:
        named = (name for name in parquet_files.TOLD if name in schema.names)
        return {"delta.dataSkippingStatsColumns": ",".join(named)}
