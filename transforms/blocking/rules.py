"""What a blocking rule asks for, and what its blocks may cost."""

from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

SideName = Literal["profile", "resident"]


class BlockingRule(BaseModel, frozen=True, extra="forbid"):
    """A profile and a resident that agree on every key column become candidates.

    `profile` and `resident` name key columns of either side, position by position; `on` is short
    for the same names on both sides. A list column gives one key per element. A block with more
    than `max_pairs` pairs, or more than `max_residents` residents (so many namesakes that none
    could be told), is left out, and stands in the report.
    """

    name: str = Field(min_length=1)
    on: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
    resident: tuple[str, ...] = ()
    max_pairs: int = Field(default=20_000, ge=1)
    max_residents: int = Field(default=1_000, ge=1)

    @model_validator(mode="after")
    def _compares(self) -> Self:
        if len(self.profile) != len(self.resident):
            raise ValueError(
                f"rule “{self.name}”: profile names {len(self.profile)} column(s) and resident "
                f"{len(self.resident)}; give as many of each"
            )
        if not self.columns("profile"):
            raise ValueError(
                f"rule “{self.name}” names no column; give on, or profile and resident"
            )
        return self

    def columns(self, side: SideName) -> tuple[str, ...]:
        return self.on + (self.profile if side == "profile" else self.resident)
