"""What a stage is given: one run over one warehouse."""

from dataclasses import dataclass, replace
from pathlib import Path

from jobs.config import Matching, Settings
from jobs.tables import Tables


@dataclass(frozen=True)
class Inputs:
    """The two registers as the user named them: a path, a Delta table or a JDBC address."""

    residents: str
    doses: str


@dataclass(frozen=True)
class Run:
    """Everything a stage may read besides its tables; frozen, so a stage cannot steer another."""

    tables: Tables
    settings: Settings
    matching: Matching
    inputs: Inputs
    run_id: str

    def during(self, stage: str) -> "Run":
        return replace(self, tables=self.tables.during(stage))

    @property
    def output(self) -> Path:
        """Where lists and reports of this warehouse go (files for people, not tables)."""
        return Path(self.tables.warehouse) / "published"
