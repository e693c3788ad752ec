"""conf/costs.toml, written: what `plan` forecasts from."""

from collections.abc import Sequence

from transforms.costs import MeasuredRun

HEAD = """# What runs of several sizes cost on {machine}.
# Written by `make bench`; read by `doichieu plan --residents … --doses … --cores …`.
machine = "{machine}"
"""


def costs_file(machine: str, runs: Sequence[MeasuredRun]) -> str:
    """The whole file, one table per run and one line per stage."""
    return HEAD.format(machine=machine) + "".join(map(_run, runs))


def _run(run: MeasuredRun) -> str:
    fields = run.model_dump()
    stages = fields.pop("stages")
    lines = ["", "[[runs]]", *(f"{name} = {value}" for name, value in fields.items())]
    lines += ["[runs.stages]", *(f"{name} = {_inline(use)}" for name, use in stages.items())]
    return "\n".join(lines) + "\n"


def _inline(use: dict[str, float]) -> str:
    return "{ " + ", ".join(f"{name} = {value}" for name, value in use.items()) + " }"
