"""A table or a query of a database, for example

jdbc:postgresql://host:5432/db#public.doses
jdbc:postgresql://host:5432/db#select * from doses where injected_on < '2022-05-01'
jdbc:postgresql://host:5432/db#public.doses?by=dose_id&parts=8
"""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from jobs.errors import InputError
from jobs.files import without_secrets

PARTS = re.compile(r"(?P<of>.*)\?by=(?P<by>\w+)(?:&parts=(?P<parts>\d+))?", re.DOTALL)
# Named outright: a driver in `spark.jars` is not found by the address alone.
DRIVERS = {"postgresql": "org.postgresql.Driver"}
SECRETS = ("user", "password")
CREDENTIALS = "DOICHIEU_JDBC_USER and DOICHIEU_JDBC_PASSWORD"
REASONS = {
    "authentication failed": f"user or password refused; set {CREDENTIALS}",
    "no password was provided": f"no password given; set {CREDENTIALS}",
    "Connection refused": "no server answers there; check host, port and firewall",
    "does not exist": "no such database, table or column; check the part after '#'",
    "permission denied": "the user may not read it; ask for SELECT on it",
    "No suitable driver": "no driver for this kind of database; put its jar into the jars folder",
}


@dataclass(frozen=True)
class Query:
    """What to read and how; credentials are kept out of every printed form."""

    url: str = field(repr=False)
    of: str
    properties: dict[str, str] = field(repr=False)
    by: str | None = None
    parts: int = 8

    @property
    def table(self) -> str:
        """As JDBC wants it: a name, or a query in brackets with a name."""
        return f"({self.of}) source" if " " in self.of else self.of

    @property
    def predicates(self) -> list[str]:
        """Disjoint conditions that together take every row, also those where `by` is null."""
        text = f"coalesce(cast({self.by} as text), '')"
        part = f"mod(abs(cast(hashtext({text}) as bigint)), {self.parts})"
        return [f"{part} = {number}" for number in range(self.parts)]


def parse(address: str) -> Query:
    """The query an address names; what is wrong with the address is an InputError."""
    url, _, of = address.partition("#")
    place, _, options = url.partition("?")
    if not of.strip():
        shown = without_secrets(address)
        raise InputError(f"{shown}: says no table; write {shown}#schema.table or #select ...")
    given = dict(parse_qsl(options, keep_blank_values=True))
    outside = {name: os.environ.get(f"DOICHIEU_JDBC_{name.upper()}", "") for name in SECRETS}
    secrets = {name: given.pop(name, outside[name]) for name in SECRETS}
    url = f"{place}?{urlencode(given)}" if given else place
    split = PARTS.fullmatch(of.strip())
    kind = place.removeprefix("jdbc:").partition(":")[0]
    properties = {"fetchsize": "10000"} | {name: value for name, value in secrets.items() if value}
    if kind in DRIVERS:
        properties["driver"] = DRIVERS[kind]
    if not split:
        return Query(url, of.strip(), properties)
    return Query(url, split["of"].strip(), properties, split["by"], int(split["parts"] or 8))


def read_jdbc(spark: SparkSession, address: str) -> DataFrame:
    """The rows of the table or query; one consistent snapshot unless read in parts."""
    query = parse(address)
    try:
        if query.by is None:
            return spark.read.jdbc(query.url, query.table, properties=query.properties)
        return spark.read.jdbc(
            query.url, query.table, predicates=query.predicates, properties=query.properties
        )
    except (PySparkException, Py4JJavaError) as error:
        raise InputError(f"{without_secrets(address)}: {_reason(_whole(error))}") from None


def _whole(error: Exception) -> str:
    """What the error and its causes say; Spark's own words name only the table it wanted."""
    told: list[str] = []
    cause: Exception | None = error
    while cause is not None and len(told) < 10:
        told.append(str(cause))
        cause = getattr(cause, "_cause", None)
    return "\n".join(told)


def _reason(text: str) -> str:
    known = (meaning for sign, meaning in REASONS.items() if sign in text)
    return next(known, "the database refused the query; try it there by hand")
