"""How many doses each facility gave: what recorded doses are held against."""

from pyspark.sql import functions as F

from jobs import sources
from jobs.errors import InputError
from jobs.files import without_secrets
from jobs.tables import Tables
from transforms.ingestion import Register
from transforms.schemas import ADMINISTERED, conform

TABLE = "administered"
COLUMNS = Register("administered", "facility_code", tuple(ADMINISTERED.names))


def keep_administered(tables: Tables, source: str) -> None:
    """The table `administered`, as the source has it now; a count that is none is refused."""
    with sources.being_read(tables.spark):
        text = sources.as_text(sources.opened(tables.spark, source), COLUMNS, source)
        day, doses = F.try_to_date("injected_on"), F.col("doses").try_cast("bigint")
        rows = text.withColumns({"injected_on": day, "doses": doses})
        bad = rows.where(F.col("facility_code").isNull() | F.col("doses").isNull() | (doses < 0))
        if found := bad.count():
            raise InputError(
                f"{without_secrets(source)}: {found} row(s) without a facility_code or a "
                "whole number of doses; mend them, or run without --administered"
            )
        tables.during(TABLE).overwrite(TABLE, conform(rows, ADMINISTERED))
