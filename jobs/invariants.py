"""The point where a run stops because something does not hold."""

from pyspark.sql import DataFrame

from jobs.errors import LedgerError


def hold(violations: DataFrame) -> None:
    """Raise an error that names every invariant in `violations` (`invariant`, `violations`)."""
    broken = {row["invariant"]: row["violations"] for row in violations.collect()}
    if broken:
        told = "; ".join(f"{name}: broken {count} time(s)" for name, count in broken.items())
        raise LedgerError(f"the run stops and publishes nothing: {told}")
