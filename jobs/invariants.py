"""The point where a run stops because something does not hold."""

import polars as pl

from jobs.errors import LedgerError

# A promise about how many profiles one person has is broken by what the registers say.
OF_SIZE = " over "
TOO_LARGE = (
    "look in links and profiles for the value that so many rows share, mend those rows, or raise "
    "max_component in [clustering] of the --matching file"
)
# Any other by the program.
FAULT = "keep the warehouse as it is and report this"


def hold(*violations: pl.DataFrame) -> None:
    """Raise an error that names every invariant in `violations` (`invariant`, `violations`), which
    may come in parts, and what can be done.
    """
    found = pl.concat(violations)
    broken = found.group_by("invariant", maintain_order=True).agg(pl.sum("violations"))
    if len(broken):
        told = (f"{name}: broken {count} time(s)" for name, count in broken.iter_rows())
        ways = {name: TOO_LARGE if OF_SIZE in name else FAULT for name in broken["invariant"]}
        said = "; ".join([*told, *dict.fromkeys(ways.values())])
        raise LedgerError(f"the run stops and publishes nothing: {said}")
