"""The settings of publication, refused where they cannot work."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

# A clerk's time per row, by sheet or grade of evidence: an estimate until somebody measures it.
MINUTES = {"A": 1.0, "B": 1.5, "C": 3.0, "D": 6.0, "review": 8.0, "population": 10.0, "doses": 2.0}


def _whole(given: dict[str, float]) -> dict[str, float]:
    if unknown := sorted(given.keys() - MINUTES.keys()):
        raise ValueError(f"no such rows: {', '.join(unknown)}; there are {', '.join(MINUTES)}")
    return MINUTES | given


def _day(given: str) -> str:
    try:
        datetime.strptime(given, "%d/%m/%Y")
    except ValueError:
        raise ValueError(f"“{given}” is no day as lists name it; write 01/06/2022") from None
    return given


Minutes = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Publication(BaseModel, frozen=True, extra="forbid"):
    """How the lists are cut and how many tasks write them, and until when they are wanted back."""

    rows_per_file: int = Field(default=50_000, ge=1)
    tasks: int = Field(default=16, ge=1)
    minutes: Annotated[dict[str, Minutes], AfterValidator(_whole)] = MINUTES
    minutes_per_day: int = Field(default=240, ge=1)  # of one commune's group
    due: Annotated[str, AfterValidator(_day)] = "01/06/2022"  # of dispatch 2262/BYT-CNTT
