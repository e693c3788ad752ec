import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs import cli, failures
from jobs.config import ROOT
from jobs.errors import ConfigError
from jobs.options import folder_of_tables


def doichieu(*words, **environment):
    """Run the command in a process of its own, as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "jobs.cli", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["run", "--residents", "r.csv"],
        ["explain", "D1", "--warehouse", "no/such/place"],
        ["run", "--residents", "r", "--doses", "d", "--warehouse", "w", "--conf", "no.toml"],
        ["run", "--residents", "r", "--doses", "d", "--warehouse", "w", "--run-id", "../x"],
        ["run", "--residents", "r", "--doses", "d", "--warehouse", "w", "--until", "nowhere"],
        ["run", "--residents", "r", "--doses", "d", "--warehouse", "[w]"],
        ["run", "--residents", "r", "--doses", "d", "--warehouse", ""],
        ["plan", "--warehouse", "w#1"],
        ["status", "--warehouse", "."],
        ["receive", str(ROOT / "README.md"), "--warehouse", "."],
        ["score", "--warehouse", "w", "--conf", "no.toml"],
        ["plan"],
        ["plan", "--warehouse", "w", "--cores", "4"],
        ["plan", "--residents", "5", "--cores", "4"],
        ["synthesise", "--out", "o", "--scale", "galaxy"],
        ["synthesise", "--out", str(ROOT / "README.md")],
        ["synthesise", "--out", str(ROOT / "README.md" / "o")],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_ends_with_2_and_a_sentence(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["doichieu", *words])

    try:
        code = cli.main()
    except SystemExit as left:
        code = left.code

    assert code == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.log"))


def test_a_missing_java_ends_with_5_and_the_command_that_mends_it(tmp_path):
    (tmp_path / "profiles" / "_delta_log").mkdir(parents=True)

    ran = doichieu("plan", "--warehouse", tmp_path, JAVA_HOME="", PATH="/nowhere")

    assert ran.returncode == 5
    assert re.search(r"no Java on the PATH.*; mend it with: .*install", ran.stderr)


def test_a_held_warehouse_ends_with_5_before_spark_starts(tmp_path):
    from jobs import lock

    with lock.held(tmp_path, "first"):
        ran = doichieu("run", "--residents", "r", "--doses", "d", "--warehouse", tmp_path)

    assert ran.returncode == 5
    assert "run first (process" in ran.stderr
    assert not (tmp_path / "logs").exists()


def test_an_unexpected_error_keeps_its_numbers_out_of_terminal_and_log(
    tmp_path, monkeypatch, capsys
):
    def broken():
        raise ValueError("cannot cast 001203004567")

    monkeypatch.setattr(cli, "app", broken)
    monkeypatch.setattr(sys, "argv", ["doichieu", "run", f"--warehouse={tmp_path}"])

    assert cli.main() == 1

    told = capsys.readouterr().err
    (log,) = (tmp_path / "logs").iterdir()
    assert told.splitlines() == [
        "error: unexpected ValueError",
        f"details (they may quote personal data): {log}",
    ]
    assert "cannot cast ############" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("sign", ["[", "]", "|", "^", "#", "?", "\\", "%20", "\t", "\n", "\udcff"])
def test_a_warehouses_name_that_no_table_can_have_is_refused_with_the_sign(sign):
    shown = sign if sign.isprintable() else repr(sign)[1:-1]
    with pytest.raises(ConfigError, match=re.escape(f"“{shown}” in its name")):
        folder_of_tables(f"a{sign}b/w")


@pytest.mark.parametrize("name", ["a b", "tiêm chủng", "100%", "a:b", "{b}", "x'y", "~"])
def test_any_other_name_of_a_warehouse_is_as_good_as_it_was(name):
    assert folder_of_tables(name) == Path(name)


@pytest.mark.parametrize(
    ("command", "told"), [("run", "(default: the file beside --conf)"), ("publish", "settings)")]
)
def test_help_tells_the_defaults_that_are_not_values(command, told):
    shown = CliRunner().invoke(cli.app, [command, "--help"], env={"COLUMNS": "200"}).output

    assert told in shown


@pytest.mark.slow
def test_no_residents_are_too_few_and_not_the_usual_number(tmp_path):
    ran = doichieu("synthesise", "--residents", "0", "--out", tmp_path / "o")

    assert (ran.returncode, ran.stderr) == (2, "error: --residents 0: give 1000 or more\n")


@pytest.mark.parametrize("below", [".", "w/w"])
def test_a_file_is_no_warehouse_and_has_none_below(below, tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ConfigError, match=f"{file} is a file; name a folder"):
        folder_of_tables(f"{file / below}")


def broken_off(monkeypatch, warehouse, kind=ValueError):
    """Run a command that meets something nobody foresaw; returns its exit code."""

    def broken():
        raise kind("cannot cast 001203004567")

    monkeypatch.setattr(cli, "app", broken)
    monkeypatch.setattr(sys, "argv", ["doichieu", "run", f"--warehouse={warehouse}"])
    return cli.main()


def test_a_trace_goes_elsewhere_where_the_warehouse_cannot_be_written(
    tmp_path, monkeypatch, capsys
):
    (tmp_path / "file").touch()
    monkeypatch.setattr(failures, "TEMPORARY", tmp_path / "elsewhere")

    assert broken_off(monkeypatch, tmp_path / "file" / "w") == 1

    (log,) = (tmp_path / "elsewhere").iterdir()
    assert str(log) in capsys.readouterr().err


def test_where_no_trace_can_be_kept_that_is_said(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setattr(failures, "TEMPORARY", tmp_path / "file")

    assert broken_off(monkeypatch, tmp_path / "file" / "w") == 1

    assert capsys.readouterr().err.splitlines() == [
        "error: unexpected ValueError",
        "no details: File exists; set TMPDIR to a folder that may be written",
    ]


def test_a_panic_that_is_no_exception_is_one_sentence_too(tmp_path, monkeypatch, capsys):
    panic = type("PanicException", (BaseException,), {})

    assert broken_off(monkeypatch, tmp_path, panic) == 1

    assert capsys.readouterr().err.startswith("error: unexpected PanicException\n")


def test_a_known_hindrance_is_told_with_its_way_out(tmp_path, monkeypatch, capsys):
    full = lambda _: OSError(28, "No space left on device")  # noqa: E731

    assert broken_off(monkeypatch, tmp_path, full) == 5

    assert "error: unexpected OSError: the disk is full; free some space" in capsys.readouterr().err


def test_doctor_tells_programs_what_it_found():
    ran = doichieu("doctor", "--json")

    checks = {check["check"]: check for check in json.loads(ran.stdout)}
    assert ran.returncode == 0, ran.stdout
    assert checks["jars"]["ok"]
    assert checks["java"]["found"].startswith("Java ")
    assert not checks["GraphFrames"]["required"]


def test_doctor_sees_an_altered_jar(tmp_path):
    (tmp_path / "io.delta_delta-storage-4.4.0.jar").write_bytes(b"not it")
    conf = tmp_path / "conf.toml"
    conf.write_text(f'[spark]\njars_dir = "{tmp_path}"\n')

    ran = doichieu("doctor", "--json", "--conf", conf)

    checks = {check["check"]: check for check in json.loads(ran.stdout)}
    assert ran.returncode == 5
    assert "delta-storage" in checks["jars"]["found"]
    assert checks["jars"]["mend"] == "make setup"


def test_the_exit_codes_of_the_readme_are_those_of_the_errors():
    from jobs import errors

    told = {
        int(code) for code in re.findall(r"^\| (\d) \|", Path(ROOT, "README.md").read_text(), re.M)
    }
    raised = {kind.exit_code for kind in errors.DoichieuError.__subclasses__()}

    assert told == raised | {0, 1}
