"""Pilot: lists for a few provinces, marked as a trial, beside the nation's and never over them."""

from typing import Any

from jobs.publish import Scope, publish
from jobs.run import Run


def pilot(run: Run, provinces: tuple[str, ...]) -> dict[str, Any]:
    """The lists lie in `<warehouse>/pilot`; the nation's publication stays as it was."""
    return publish(run.during("pilot"), Scope(provinces, pilot=True))
