"""The point where a run stops because something does not hold."""

import polars as pl

from jobs.errors import LedgerError


def hold(*violations: pl.DataFrame) -> None:
    """Raise an error that names every invariant in `violations` (`invariant`, `violations`), which
    may come in parts.
    """
    found = pl.concat(violations)
    broken = found.group_by("invariant", maintain_order=True).agg(pl.sum("violations"))
    if len(broken):
        told = "; ".join(f"{name}: broken {count} time(s)" for name, count in broken.iter_rows())
        raise LedgerError(f"the run stops and publishes nothing: {told}")
