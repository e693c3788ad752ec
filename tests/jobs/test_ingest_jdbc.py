"""Ingest from a real PostgreSQL server, started for the test from the system's own binaries."""

import os
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs import ingest
from jobs.config import Matching, Settings
from jobs.errors import InputError
from jobs.run import Inputs, Run
from jobs.sources.jdbc import parse
from jobs.tables import Tables
from transforms.schemas import DOSE_INPUT, RESIDENT_INPUT

PASSWORD = "Ha Noi&1=#"


@dataclass(frozen=True)
class Server:
    """A running server: its address, and psql to fill it."""

    binaries: Path
    port: int

    @property
    def address(self) -> str:
        return f"jdbc:postgresql://127.0.0.1:{self.port}/postgres"

    def sql(self, *statements: str) -> None:
        command = [self.binaries / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "reader"]
        options = ["-d", "postgres", "-v", "ON_ERROR_STOP=1", "-q"]
        subprocess.run(
            [*map(str, command), *options, *(word for s in statements for word in ("-c", s))],
            check=True, capture_output=True, env={**os.environ, "PGPASSWORD": PASSWORD},
        )  # fmt: skip


def binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def as_owner(command: list[str]) -> None:
    """PostgreSQL refuses to run as root: there the `postgres` user of its package takes over."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    found = binaries()
    if found is None:
        absent = "no PostgreSQL server here: install Debian's package 'postgresql' to test JDBC"
        if os.environ.get("DOICHIEU_REQUIRE_POSTGRES") == "1":
            pytest.fail(absent)
        warnings.warn(absent, pytest.PytestWarning, stacklevel=1)
        pytest.skip(absent)
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as name, socket.socket() as probe:
        home = Path(name)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        secret = home / "secret"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
            shutil.chown(secret, "postgres")
        data = str(home / "data")
        as_owner([str(found / "initdb"), "-D", data, "-U", "reader", "-A", "scram-sha-256",
                  f"--pwfile={secret}", "-E", "UTF8", "--no-locale", "--no-sync"])  # fmt: skip
        probe.close()
        control = [str(found / "pg_ctl"), "-D", data, "-w", "-l", str(home / "log")]
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
        as_owner([*control, "-o", options, "start"])
        try:
            yield Server(found, port)
        finally:
            as_owner([*control, "-m", "immediate", "stop"])


@pytest.fixture
def filled(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    residents = ", ".join(f"{name} text" for name in RESIDENT_INPUT)
    doses = ", ".join(
        f"{name} {'date' if name == 'injected_on' else 'text'}" for name in DOSE_INPUT
    )
    server.sql(
        "drop schema if exists tiem cascade; create schema tiem",
        f"create table tiem.residents ({residents})",
        f"create table tiem.doses ({doses}, note text)",
        "insert into tiem.residents(resident_id, full_name) values ('R1', 'TRẦN VĂN ĐỨC')",
        "insert into tiem.doses(dose_id, full_name, injected_on, note) "
        "select 'D' || n, ' Trần ''Văn'' Đức' || n, date '2021-08-01' + n, '' "
        "from generate_series(1, 20) n",
        "insert into tiem.doses(full_name) values ('no key')",
    )
    monkeypatch.setenv("DOICHIEU_JDBC_USER", "reader")
    monkeypatch.setenv("DOICHIEU_JDBC_PASSWORD", PASSWORD)
    return server


@pytest.mark.parametrize("part", ["#tiem.doses", "#select * from tiem.doses?by=dose_id&parts=3"])
def test_the_database_is_ingested_row_by_row(
    filled: Server, spark: SparkSession, settings: Settings, tmp_path: Path, part: str
) -> None:
    tables = Tables(spark, str(tmp_path))
    inputs = Inputs(f"{filled.address}#tiem.residents", filled.address + part)
    ingest.run(Run(tables, settings, Matching.model_construct(), inputs, "r1"))
    doses = tables.read("dose_rows").select("dose_id", "full_name", "injected_on", "phone", "note")
    assert sorted(map(tuple, doses.collect())) == sorted(
        (f"D{n}", f" Trần 'Văn' Đức{n}", f"2021-08-{n + 1:02}", None, "") for n in range(1, 21)
    )
    assert [row.full_name for row in tables.read("resident_rows").collect()] == ["TRẦN VĂN ĐỨC"]
    assert [row.reason for row in tables.read("rejected_rows").collect()] == ["no dose_id"]


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("{server}?user=reader&password=wrong#tiem.doses", "user or password refused"),
        ("{server}#tiem.absent", "no such database, table"),
        ("jdbc:postgresql://127.0.0.1:1/postgres#tiem.doses", "no server answers"),
        ("{server}", "says no table"),
    ],
)
def test_what_the_database_refuses_is_told_without_credentials(
    filled: Server, spark: SparkSession, settings: Settings, tmp_path: Path, address: str,
    complaint: str,
) -> None:  # fmt: skip
    inputs = Inputs(address.format(server=filled.address), "unused")
    run = Run(Tables(spark, str(tmp_path)), settings, Matching.model_construct(), inputs, "r1")
    with pytest.raises(InputError, match=complaint) as refused:
        ingest.run(run)
    assert not any(secret in str(refused.value) for secret in ("reader", "wrong", PASSWORD))


def test_an_address_keeps_its_options_and_hides_its_credentials() -> None:
    query = parse("jdbc:postgresql://h:5432/db?ssl=true&user=an&password=b%40c#select 1 as dose_id")
    assert query.url == "jdbc:postgresql://h:5432/db?ssl=true"
    assert query.properties["password"] == "b@c"
    assert query.table == "(select 1 as dose_id) source"
    assert "b@c" not in repr(query)
