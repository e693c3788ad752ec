"""The command `doichieu`.

Exit codes: 0 done, 1 unexpected failure, 2 usage or configuration, 3 input refused, 4 ledger or
invariant failed, 5 environment. Spark is imported inside the commands, so that help is instant.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jobs.clerical_commands import answers, sample
from jobs.errors import ConfigError, DoichieuError, SetupError
from jobs.inspection_commands import evaluate, explain, plan
from jobs.list_commands import publish, receive
from jobs.matching_command import match
from jobs.memory import keep_freed
from jobs.options import (
    DEFAULT_CONF,
    Administered,
    Anew,
    Conf,
    Doses,
    Json,
    MatchingFile,
    Quiet,
    Residents,
    RunId,
    Until,
    Warehouse,
    refuse_file,
    warehouse_option,
)
from jobs.results import print_json
from jobs.update_command import update

STAGE_HELP = {
    "ingest": "Read both registers as received; rows that break the contract go to rejected_rows.",
    "standardise": "Put names, dates, numbers and places into one form; dose rows become profiles.",
    "verify": "Compare each profile with the owner of its identity number.",
    "block": "Plan and make the candidate pairs of the profiles that are not verified.",
    "score": "Weigh every candidate pair.",
    "link": "Choose at most one resident per profile, or abstain.",
    "measure": "Hide numbers that are certain and measure how well linking does without them.",
    "cluster": "Join the profiles that are one person.",
    "deduplicate": "Find doses entered twice and broken vaccine rules.",
    "classify": "Give every dose row its disposition and balance the ledger.",
    "correct": "Say what to change, on which side, with which evidence.",
    "publish": "Write the lists for provinces, districts and communes.",
    "report": "Write the national report.",
}

app = typer.Typer(
    help="Reconcile a vaccination register with the population register.",
    epilog="Exit codes: 0 done, 1 unexpected failure, 2 usage or configuration, 3 input refused, "
    "4 ledger or invariant failed, 5 environment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def run(
    residents: Residents,
    doses: Doses,
    warehouse: Warehouse,
    conf: Conf = DEFAULT_CONF,
    matching: MatchingFile = None,
    administered: Administered = None,
    run_id: RunId = None,
    until: Until = None,
    anew: Anew = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run every stage and print what became of the dose rows."""
    from jobs.command import Request, reconcile
    from jobs.summary import tell

    request = Request(
        warehouse=warehouse,
        conf=conf,
        matching=matching,
        residents=residents,
        doses=doses,
        run_id=run_id,
        quiet=quiet,
        as_json=as_json,
        until=until,
        administered=administered,
        anew=anew,
    )
    tell(reconcile(request), as_json=as_json)


def stage_command(name: str) -> Callable[..., None]:
    """The command that runs stage `name` alone."""

    def stage(
        warehouse: Warehouse,
        residents: Residents = "",
        doses: Doses = "",
        conf: Conf = DEFAULT_CONF,
        matching: MatchingFile = None,
        run_id: RunId = None,
        quiet: Quiet = False,
        as_json: Json = False,
    ) -> None:
        from jobs.command import Request, one_stage
        from jobs.summary import tell

        request = Request(
            warehouse=warehouse,
            conf=conf,
            matching=matching,
            residents=residents,
            doses=doses,
            run_id=run_id,
            quiet=quiet,
            as_json=as_json,
        )
        tell(one_stage(request, name), as_json=as_json)

    return stage


for _name, _help in STAGE_HELP.items():
    _command = publish if _name == "publish" else stage_command(_name)
    app.command(_name, help=_help, rich_help_panel="One stage by itself")(_command)
for _own in (update, match, explain, evaluate, plan, sample, answers, receive):
    app.command()(_own)


@app.command()
def status(warehouse: Warehouse, as_json: Json = False) -> None:
    """Show the runs and tables of a warehouse, and who is working in it."""
    from jobs import status as warehouse_status

    facts = warehouse_status.status(warehouse.resolve())
    if as_json:
        print_json(facts)
    else:
        warehouse_status.tell(facts)


@app.command()
def synthesise(
    out: Annotated[Path, typer.Option(help="Folder for residents, doses and truth.")],
    residents: Annotated[int | None, typer.Option(help="Number of residents.")] = None,
    scale: Annotated[
        str | None, typer.Option(help="Size by name: demo, province or million.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same rows.")] = 1,
    conf: Conf = DEFAULT_CONF,
    as_json: Json = False,
) -> None:
    """Generate a nation: residents, dose rows with every known error, and the truth."""
    from jobs import synthesise as synthesis
    from jobs.config import Settings, load
    from jobs.launch import session

    if residents is not None and scale is not None:
        raise ConfigError("--residents and --scale both say how large the nation is; give one")
    if scale is not None and scale not in synthesis.SCALES:
        raise ConfigError(f"--scale {scale}: there are {', '.join(synthesis.SCALES)}")
    refuse_file("--out", out)
    count = synthesis.SCALES[scale or "demo"] if residents is None else residents
    settings = load(conf, Settings)
    with session(settings, "doichieu synthesise", out / "logs") as spark:
        made = synthesis.synthesise(spark, settings.reference_dir, count, out, seed)
    if as_json:
        print_json(made)
    else:
        lines = [f"{name:<12}{rows:>14,}" for name, rows in made.items()]
        sys.stdout.write("\n".join([*lines, f"written to {out}", ""]))


@app.command()
def doctor(
    warehouse: Annotated[Path | None, warehouse_option("Also check this warehouse.")] = None,
    conf: Conf = DEFAULT_CONF,
    as_json: Json = False,
) -> None:
    """Check versions, jars, memory, disk and write access; say how to fix each problem."""
    from jobs import doctor as doctors
    from jobs.config import Settings, load

    checks = doctors.examine(load(conf, Settings), warehouse or Path.cwd())
    if as_json:
        print_json(doctors.facts(checks))
    else:
        doctors.tell(checks)
    if any(check.required and not check.ok for check in checks):
        raise typer.Exit(5)


def main() -> int:
    """Run the command line; every error leaves as one sentence and an exit code."""
    keep_freed()
    try:
        app()
    except DoichieuError as error:
        _complain(f"error: {error}")
        if error.__cause__ is not None and error.exit_code in (1, 5):
            _keep_trace(error)
        return error.exit_code
    except KeyboardInterrupt:
        _complain("interrupted; the same --run-id goes on from the last finished stage")
        return 130
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - a Rust panic is not an Exception
        return _unexpected(error)
    return 0


def _unexpected(error: BaseException) -> int:
    """Say what nobody foresaw in one sentence, and with it what mends it where that is known."""
    from jobs.failures import way_out

    mends = way_out(error)
    _complain(f"error: unexpected {type(error).__name__}{f': {mends}' if mends else ''}")
    _keep_trace(error)
    return 1 if mends is None else SetupError.exit_code


def _keep_trace(error: BaseException) -> None:
    from jobs.failures import logged, logs_folder

    try:
        told = f"details (they may quote personal data): {logged(error, logs_folder(sys.argv))}"
    except OSError as hindrance:
        told = f"no details: {hindrance.strerror}; set TMPDIR to a folder that may be written"
    _complain(told)


def _complain(sentence: str) -> None:
    Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True).print(sentence)


if __name__ == "__main__":
    sys.exit(main())
