"""`doichieu doctor`: everything a run needs from its surroundings, and what mends each lack."""

import os
import tempfile
from importlib import metadata
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from jobs import machine
from jobs.config import Settings
from jobs.jars import altered, pins
from jobs.machine import Check
from jobs.session import jar_files

PACKAGES = ("pyspark", "delta-spark", "pyarrow", "numpy", "rapidfuzz", "pydantic")
UNITS = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
SETUP = "make setup"


def examine(settings: Settings, warehouse: Path) -> list[Check]:
    """Every check, the ones that stop a run marked as required."""
    jars = settings.spark.jars_dir
    return [
        machine.python(),
        machine.java(),
        *map(_package, PACKAGES),
        _jars(jars),
        _driver(jars),
        _graphframes(jars),
        _memory(settings),
        machine.disk(str(warehouse), settings.run_disk_gib_free),
        _writable(warehouse),
        _reference(settings),
    ]


def facts(checks: list[Check]) -> list[dict[str, object]]:
    """For programs."""
    return [
        {"check": c.name, "ok": c.ok, "required": c.required, "found": c.found, "mend": c.mend}
        for c in checks
    ]


def tell(checks: list[Check]) -> None:
    """Print the checks as a table: ✓ good, ✗ stops a run, – can be done without."""
    table = Table("", "check", "found", "what mends it")
    for check in checks:
        sign = "[green]✓[/]" if check.ok else "[red]✗[/]" if check.required else "–"
        table.add_row(sign, check.name, check.found, check.mend)
    Console(highlight=False).print(table)


def _package(name: str) -> Check:
    try:
        return Check(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name, "not installed", SETUP)


def _jars(folder: Path) -> Check:
    wanted = pins()
    wrong = altered(folder, wanted)
    if wrong:
        return Check("jars", f"missing or altered: {', '.join(wrong)}", SETUP)
    return Check("jars", f"{len(wanted.sha256)} in {folder}, every SHA-256 as pinned")


def _driver(folder: Path) -> Check:
    drivers = [path.name for path in jar_files(folder) if "postgresql" in path.name]
    if not drivers:
        return Check("PostgreSQL driver", "not there", SETUP)
    return Check("PostgreSQL driver", drivers[0])


def _graphframes(folder: Path) -> Check:
    found = [path.name for path in jar_files(folder) if "graphframes" in path.name]
    text = found[0] if found else "no jar: the built-in components finders do its work"
    return Check("GraphFrames", text, required=False)


def _memory(settings: Settings) -> Check:
    total, wanted = psutil.virtual_memory().total, _bytes(settings.spark.driver_memory)
    found = f"{total / 2**30:.1f} GiB, {wanted / 2**30:.1f} GiB of it for Spark"
    if wanted > total * 0.8:
        fitting = max(1, int(total * 0.6 / 2**30))
        return Check("memory", found, f'driver_memory = "{fitting}g" in the --conf file')
    return Check("memory", found)


def _writable(warehouse: Path) -> Check:
    place = warehouse.resolve()
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            return Check("write access", str(place))
    except OSError:
        user = os.environ.get("USER", "$USER")
        return Check("write access", f"{place} may not be written", f"sudo chown {user} {place}")


def _reference(settings: Settings) -> Check:
    count = len(list(settings.reference_dir.glob("*.csv")))
    if not count:
        return Check("reference tables", f"none in {settings.reference_dir}", "git checkout conf")
    return Check("reference tables", f"{count} in {settings.reference_dir}")


def _bytes(size: str) -> int:
    """Spark's way to write memory: 6g, 512m."""
    return int(size[:-1]) * UNITS[size[-1].lower()] if size[-1].isalpha() else int(size)
